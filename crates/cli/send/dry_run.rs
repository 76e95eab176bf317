//! `--dry-run`: what would be done, from the photos and the journal alone. Nothing is sent or written.

use std::ops::ControlFlow;
use std::time::Duration;

use prep::batch::{Event, Order};

use crate::interrupt::Interrupt;
use crate::report::eta::Eta;
use crate::report::exit_code::ExitCode;
use crate::report::record::{Outcome, Planned, Record};
use crate::report::refusal::Refusal;
use crate::report::summary::Items;
use crate::report::terminal::Terminal;
use crate::send::job::Job;
use crate::send::journal::{History, Journal};
use crate::send::preparation::{Preparation, Prepared};
use crate::send::shared::Shared;
use crate::send::step::Step;
use crate::send::uploader::Ready;

/// Prints what would be done for each group, in the order of the list.
// The same order as in `batch::run`, so that the two can be compared.
pub(crate) fn run(job: &Job<'_>, interrupt: &Interrupt) -> Result<ExitCode, Refusal> {
    let Job {
        groups,
        sending: config,
        options,
        ..
    } = job;
    let history = match job.journal {
        Some(path) => Journal::look(path, &config.account)?,
        None => History::default(),
    };
    let shared = Shared::of(&groups.list);
    let preparation = Preparation {
        config,
        refused: options.refused,
        past: &history.past,
        shared: &shared,
        interrupt,
    };
    let mut terminal = Terminal::new(config.output, Items::Planned, job.total());
    terminal.note_passed(groups.passed);

    job.known.iter().for_each(|record| terminal.show(record));
    let limit = options.limit;
    let (mut records, mut warnings) = (Vec::new(), Vec::new());
    let started = preparation.batch().order(Order::Input).run(
        &groups.list,
        |worker, assignment| {
            let prepared = preparation.prepare(worker, assignment)?;
            Ok(match prepared {
                Prepared::Ready(ready) => (preparation.size_warning(&ready), planned(ready)),
                Prepared::Done(record) => (None, left(record)),
            })
        },
        |event| {
            if matches!(event, Event::Stalled) {
                show(&warnings, &records, limit, &mut terminal);
                terminal.leave();
            }
            let is_overdue = matches!(event, Event::Overdue { .. });
            if let Some((index, result)) = terminal.result_of(event, interrupt) {
                if let (true, Err(failure)) = (is_overdue, &result) {
                    shared.give_up(&groups.list[index].photo, failure);
                }
                let failed = |failure| (None, groups.list[index].record(Outcome::Failed(failure)));
                let (warning, record) = result.unwrap_or_else(failed);
                warnings.extend(warning);
                records.push(record);
            }
            ControlFlow::Continue(())
        },
    );
    terminal.note_start(started);
    let sent = show(&warnings, &records, limit, &mut terminal);
    let interval = config.pace.interval(config.account.messenger);
    let time = Eta::new(interval, 0).left(sent, Duration::ZERO);
    if time >= NOTABLE {
        let time = humantime::format_duration(Duration::from_secs(time.as_secs()));
        terminal.note(format_args!("sending would take about {time}"));
    }
    if !interrupt.is_asked() {
        terminal.stop("--limit was reached", ExitCode::LimitReached);
    }
    Ok(terminal.finish())
}

/// Prints what is to be done, in the order of the list, and what to warn of; returns how many are to be sent.
fn show(
    warnings: &[String],
    records: &[Record],
    limit: Option<u64>,
    terminal: &mut Terminal,
) -> u64 {
    let mut sent = 0;
    let mut left = limit.unwrap_or(u64::MAX);
    for warning in warnings {
        terminal.complain(warning);
    }
    for record in records {
        let is_sent = matches!(
            record.outcome,
            Outcome::Planned {
                step: Planned::Send | Planned::Settle,
                ..
            }
        );
        if is_sent {
            if left == 0 {
                continue;
            }
            left -= 1;
            sent += 1;
        }
        terminal.show(record);
    }
    sent
}

/// The same record; what is set already is part of the plan.
fn left(mut record: Record) -> Record {
    if let Outcome::SetBefore { picture } = record.outcome {
        let step = Planned::Leave;
        record.outcome = Outcome::Planned { picture, step };
    }
    record
}

fn planned(ready: Ready<'_>) -> Record {
    let step = match ready.step {
        Step::Settle { .. } => Planned::Settle,
        _ => Planned::Send,
    };
    let outcome = Outcome::Planned {
        picture: ready.picture,
        step,
    };
    ready.assignment.record(outcome)
}

/// A shorter time is not worth a line.
const NOTABLE: Duration = Duration::from_secs(60);
