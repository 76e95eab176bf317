//! Prepares photos ahead and sets them, several on their way at once.

use std::collections::{HashMap, HashSet};
use std::panic::resume_unwind;
use std::process;
use std::sync::mpsc::{channel, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use upload::blocking::{Client, Session};

use crate::input::groups::Assignment;
use crate::interrupt::Interrupt;
use crate::prepare::names;
use crate::report::escape;
use crate::report::eta::Eta;
use crate::report::exit_code::ExitCode;
use crate::report::record::Outcome;
use crate::report::refusal::Refusal;
use crate::report::summary::Items;
use crate::report::terminal::Terminal;
use crate::send::backup::Backup;
use crate::send::bounds::{Bound, Bounds};
use crate::send::connection::Connection;
use crate::send::dry_run;
use crate::send::job::Job;
use crate::send::journal::{Journal, Past};
use crate::send::options::Mode;
use crate::send::outlets::Outlets;
use crate::send::passes::{self, Deferred, Failed, Pass};
use crate::send::preparation::Preparation;
use crate::send::sending::Sending;
use crate::send::shared::Shared;
use crate::send::underway::Underway;
use crate::send::uploader::Uploader;
use crate::send::verify::Verifier;
use crate::target::Target;

/// Sets the picture of each group, as fast as the account's pace allows.
///
/// ```text
/// groups ─▶ a batch's threads ─▶ at most 4 pictures ─▶ uploaders ─▶ records ─▶ terminal
///                │ photos that fail, pictures that are set already ─────────▲
/// ```
// The threads share what is set up here, so they are started in one scope.
pub(crate) fn run(mut job: Job<'_>, interrupt: &Interrupt) -> Result<ExitCode, Refusal> {
    job.check_outputs()?;
    let Job {
        groups,
        sending: config,
        options,
        ..
    } = job;
    if config.mode == Mode::DryRun {
        return dry_run::run(&job, interrupt);
    }
    if let Some(out) = &config.out {
        names::make_folder(out)?;
    }
    let journal = match job.journal {
        Some(path) => Some(Journal::open(path, &config.account)?),
        None => None,
    };
    let none = HashMap::new();
    let connection = Connection::open(&config.account)?;
    let session = connection.session(&config.pace);
    let backup = open_backup(&job, (&connection.client, &session), interrupt)?;
    if let (Some(journal), Some(config)) = (&journal, &job.backup) {
        let folder = std::path::absolute(&config.folder);
        // If it cannot be written, the first picture finds that the run is over.
        let _ = folder.map(|folder| journal.note_backup(&folder));
    }
    let mut terminal = Terminal::new(config.output, items(&groups.list), job.total());
    terminal.note_passed(groups.passed);
    connection.note_emulator(&terminal);
    if let Some(report) = &config.report {
        terminal.report_to(report)?;
    }

    let past = journal.as_ref().map_or(&none, Journal::past);
    let interval = config.pace.interval(config.account.messenger);
    terminal.estimate(Eta::new(interval, expected_kept(&groups.list, past)));
    interrupt.when_asked({
        let session = session.clone();
        move || session.wind_down()
    });
    job.known.iter().for_each(|record| terminal.show(record));
    let shared = Shared::of(&groups.list);
    let bounds = Bounds::new(options.limit, options.max_duration);
    let batch = Batch {
        groups: &groups.list,
        preparation: Preparation {
            config,
            refused: options.refused,
            past,
            shared: &shared,
            interrupt,
        },
        journal: journal.as_ref(),
        backup: backup.as_ref(),
        session: &session,
        verifier: Verifier::of(&config.pace, &connection.client, &session),
        bounds: &bounds,
        underway: &Underway::new(interrupt),
    };
    batch.send_in_passes(options.passes, &mut terminal);
    Ok(batch.conclude(&mut terminal))
}

/// How many groups show a picture of an earlier run; most of them need nothing.
fn expected_kept(groups: &[Assignment], past: &HashMap<String, Past>) -> u64 {
    let is_set = |group: &&Assignment| {
        let chat = group.target.chat_id();
        chat.is_some_and(|chat| matches!(past.get(&chat), Some(Past::Set { .. })))
    };
    groups.iter().filter(is_set).count() as u64
}

/// Opens the backup, if there is to be one.
fn open_backup<'a>(
    job: &Job<'_>,
    connection: (&'a Client, &'a Session),
    interrupt: &'a Interrupt,
) -> Result<Option<Backup<'a>>, Refusal> {
    let Sending { account, pace, .. } = job.sending;
    let patience = (pace.retry.config(), interrupt);
    let open = |config| Backup::open(config, account, connection, patience);
    job.backup.as_ref().map(open).transpose()
}

fn items(assignments: &[Assignment]) -> Items {
    match assignments {
        [
            Assignment {
                target: Target::Profile,
                ..
            },
        ] => Items::Accounts,
        _ => Items::Groups,
    }
}

/// Everything that the threads of a batch share.
#[derive(Clone, Copy, Debug)]
struct Batch<'a> {
    /// All that are to be sent, in any pass.
    groups: &'a [Assignment],
    preparation: Preparation<'a>,
    journal: Option<&'a Journal>,
    backup: Option<&'a Backup<'a>>,
    session: &'a Session,
    verifier: Option<Verifier<'a>>,
    bounds: &'a Bounds,
    underway: &'a Underway<'a>,
}

impl Batch<'_> {
    /// Sends all, and what failed transiently again at the end.
    fn send_in_passes(self, passes: u32, terminal: &mut Terminal) {
        let deferred = Deferred::default();
        let first = Pass {
            earlier: None,
            deferred: (passes > 1).then_some(&deferred),
        };
        self.send_all(self.groups, first, terminal);
        let mut failed = deferred.take();
        let initial_backoff = self.preparation.config.pace.retry.initial_backoff;
        for pause in passes::pauses(initial_backoff, passes) {
            if failed.is_empty() || self.is_over_within(pause) {
                break;
            }
            terminal.note(format_args!(
                "trying again what failed transiently: {}",
                failed.len()
            ));
            let (some, rest) = passes::split(failed);
            failed = self.send_again(some, &deferred, terminal);
            let more = match passes::goes_on(&failed) {
                true => rest,
                false => self.send_again(rest, &deferred, terminal),
            };
            failed.extend(more);
            if !passes::goes_on(&failed) {
                break;
            }
        }
        for one in failed {
            terminal.show(&one.record);
        }
    }

    /// Sends again what failed, and returns what failed again or was not reached.
    fn send_again(
        self,
        failed: Vec<Failed>,
        deferred: &Deferred,
        terminal: &mut Terminal,
    ) -> Vec<Failed> {
        let groups: Vec<Assignment> = failed.iter().map(|one| one.assignment.clone()).collect();
        let earlier = failed
            .iter()
            .map(|one| (one.assignment.target.clone(), one.record.clone()))
            .collect();
        let past = passes::past(&failed);
        let shared = Shared::of(&groups);
        let batch: Batch<'_> = self;
        let batch = Batch {
            preparation: Preparation {
                past: &past,
                shared: &shared,
                ..batch.preparation
            },
            ..batch
        };
        let pass = Pass {
            earlier: Some(&earlier),
            deferred: Some(deferred),
        };
        let mut told = batch.send_all(&groups, pass, terminal);
        let again = deferred.take();
        told.extend(again.iter().map(|one| one.assignment.target.clone()));
        let unreached = failed.into_iter();
        let unreached = unreached.filter(|one| !told.contains(&one.assignment.target));
        again.into_iter().chain(unreached).collect()
    }

    /// Waits for so long, or until nothing more is to be sent, and returns whether that is so.
    fn is_over_within(self, time: Duration) -> bool {
        let until = Instant::now() + time;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let is_over = self.session.stopped().is_some()
                || self.backup.and_then(Backup::stopped).is_some()
                || self.journal.and_then(Journal::failed).is_some()
                || self.bounds.is_over()
                || self.preparation.interrupt.comes_within(left.min(POLL));
            if is_over || left.is_zero() {
                return is_over;
            }
        }
    }

    /// Sends the pictures of these groups in one pass, and returns the groups of which there is a record now.
    ///
    /// If decoders or the server must not be waited for any longer, it ends the program.
    fn send_all(
        self,
        groups: &[Assignment],
        pass: Pass<'_>,
        terminal: &mut Terminal,
    ) -> HashSet<Target> {
        let Preparation {
            config, interrupt, ..
        } = self.preparation;
        let (teller, told) = channel();
        let (ready_sender, ready) = sync_channel(AHEAD);
        let outlets = Outlets::new(ready_sender, teller.clone());
        thread::scope(|scope| {
            let (preparation, outlets) = (self.preparation, &outlets);
            let preparing = scope.spawn(move || {
                let _closes = outlets.close_on_drop();
                preparation.run(groups, pass, outlets)
            });
            let uploader = Uploader {
                session: self.session,
                verifier: self.verifier,
                journal: self.journal,
                backup: self.backup,
                bounds: self.bounds,
                pass,
                on_unknown: config.pace.on_unknown,
                interrupt,
                underway: self.underway,
                ready: Arc::new(Mutex::new(ready)),
            };
            for _ in 0..config.pace.concurrency().min(groups.len()) {
                let (uploader, teller) = (uploader.clone(), teller.clone());
                scope.spawn(move || uploader.run(&teller));
            }
            // The batch ends when all receivers of pictures are dropped, the terminal when all senders of messages are.
            drop((uploader, teller));
            let told = terminal.follow(&told, interrupt);
            if outlets.is_stalled() || interrupt.is_overdue() {
                pass.give_up()
                    .iter()
                    .for_each(|record| terminal.show(record));
                process::exit(self.conclude(terminal).number().into());
            }
            let started = preparing.join();
            terminal.note_start(started.unwrap_or_else(|panic| resume_unwind(panic)));
            told
        })
    }

    /// Prints how it ended and returns the exit code.
    fn conclude(self, terminal: &mut Terminal) -> ExitCode {
        for record in self.underway.records() {
            terminal.show(&record);
        }
        self.tell_the_end(terminal);
        let not_begun = self
            .groups
            .iter()
            .map(|group| group.record(Outcome::NotBegun));
        terminal.finish_report(not_begun);
        terminal.finish()
    }

    /// Prints why it ended before the last group, if it did.
    fn tell_the_end(self, terminal: &mut Terminal) {
        if let Some(error) = self.journal.and_then(Journal::failed) {
            let error = format!("the journal cannot be written: {error}");
            terminal.fail(escape::text(&error), ExitCode::Journal);
        }
        let backup = self.backup.and_then(Backup::stopped);
        if let Some(cause) = self.session.stopped().or(backup) {
            terminal.stop(cause, ExitCode::Temporary);
        } else if let Some(bound) = self.bounds.reached() {
            let bound = match bound {
                Bound::Count => "--limit was reached",
                Bound::Time => "--max-duration was reached",
            };
            terminal.stop(bound, ExitCode::LimitReached);
        }
    }
}

/// How often the end of a run is checked for in the pause before a pass.
const POLL: Duration = Duration::from_millis(200);

/// How many pictures may be ready before they are sent.
const AHEAD: usize = 4;
