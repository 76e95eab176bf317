//! `--dry-run`: what would be done, from the photos and the journal alone. Nothing is sent or written.

use std::ops::ControlFlow;
use std::time::Duration;

use prep::batch::{Event, Order};

use crate::interrupt::Interrupt;
use crate::report::eta::{Estimate, Eta};
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
use crate::target::Target;

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
        Some(path) => Journal::look(path, &config.accounts)?,
        None => History::default(),
    };
    let shared = Shared::of(&groups.list);
    let preparation = Preparation {
        config,
        refused: options.refused,
        past: &history.past,
        shared: &shared,
        interrupt,
        batches: 1,
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
    let estimates = config.accounts.iter().map(|account| {
        let interval = config.pace.interval(account.messenger);
        let is_own = |target: &&&Target| target.profile == account.profile;
        let count = sent.iter().filter(is_own).count() as u64;
        Estimate::new(account.profile.clone(), interval, count, 0)
    });
    let time = Eta::new(estimates).left(Duration::ZERO);
    if time >= NOTABLE {
        let time = humantime::format_duration(Duration::from_secs(time.as_secs()));
        terminal.note(format_args!("sending would take about {time}"));
    }
    if !interrupt.is_asked() {
        let left = terminal.summary().not_begun();
        terminal.stop("--limit was reached", left, ExitCode::LimitReached);
    }
    Ok(terminal.finish())
}

/// Prints what is to be done, in the order of the list, and what to warn of; returns whose are to be sent.
fn show<'a>(
    warnings: &[String],
    records: &'a [Record],
    limit: Option<u64>,
    terminal: &mut Terminal,
) -> Vec<&'a Target> {
    let mut sent = Vec::new();
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
            sent.extend(&record.target);
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
