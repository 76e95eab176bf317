//! `--dry-run`: what would be done, from the photos and the journal alone. Nothing is sent and nothing is written.

use std::collections::HashMap;
use std::path::Path;
use std::sync::mpsc::{channel, sync_channel};
use std::thread;

use crate::input::groups::{Assignment, Groups};
use crate::interrupt::Interrupt;
use crate::report::exit_code::ExitCode;
use crate::report::record::{Outcome, Planned, Record};
use crate::report::refusal::Refusal;
use crate::report::summary::Items;
use crate::report::terminal::{Terminal, Told};
use crate::send::journal::Journal;
use crate::send::options::JobOptions;
use crate::send::plan::Step;
use crate::send::preparation::Preparation;
use crate::send::sending::Sending;
use crate::send::uploader::Ready;

/// Tells of each group what would be done, in the order of the list.
pub(crate) fn run(
    groups: &Groups,
    config: &Sending,
    job: &JobOptions,
    journal: Option<&Path>,
    interrupt: &Interrupt,
) -> Result<ExitCode, Refusal> {
    let past = match journal {
        Some(path) => Journal::look(path, &config.account)?,
        None => HashMap::new(),
    };
    let preparation = Preparation {
        config,
        refused: job.refused,
        past: &past,
        interrupt,
    };
    let mut terminal = Terminal::new(config.output, Items::Planned, groups.list.len());
    terminal.note_links(groups.links);

    let mut left = job.limit.unwrap_or(u64::MAX);
    let (records, warnings) = plan(preparation, &groups.list);
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
        }
        terminal.show(&record);
    }
    if !interrupt.is_asked() {
        terminal.stop("--limit is reached", ExitCode::LimitReached);
    }
    Ok(terminal.finish())
}

/// Returns what is to be done, in the order of the list, and what to warn of.
fn plan(preparation: Preparation<'_>, groups: &[Assignment]) -> (Vec<Record>, Vec<String>) {
    let (teller, told) = channel();
    let (ready_sender, ready) = sync_channel(1);
    let mut warnings = Vec::new();
    let mut records: Vec<Record> = thread::scope(|scope| {
        preparation.spawn(scope, groups, &ready_sender, &teller);
        drop((ready_sender, teller));
        let planned: Vec<Record> = ready.into_iter().map(planned).collect();
        let done = told.into_iter().filter_map(|told| match told {
            Told::Record(record) => Some(left(*record)),
            Told::Warning(warning) => {
                warnings.push(warning);
                None
            }
            Told::Question { .. } => None,
        });
        done.chain(planned).collect()
    });
    let places: HashMap<_, _> = groups
        .iter()
        .enumerate()
        .map(|(place, assignment)| (&assignment.target, place))
        .collect();
    records.sort_by_key(|record| {
        let place = record.target.as_ref().and_then(|target| places.get(target));
        place.copied()
    });
    (records, warnings)
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
