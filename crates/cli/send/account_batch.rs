//! The part of a batch that one account sends: its groups, at its own pace, until they are set or it has stopped.
//!
//! ```text
//! groups ─▶ a batch's threads ─▶ at most 4 pictures ─▶ uploaders ─▶ records ─▶ terminal
//!                │ photos that fail, pictures that are set already ─────────▲
//! ```

use std::collections::HashSet;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use upload::ErrorKind;
use upload::blocking::Session;

use crate::input::groups::Assignment;
use crate::report::message::Message;
use crate::report::record::Record;
use crate::send::account::Account;
use crate::send::backup::Backup;
use crate::send::bounds::Bounds;
use crate::send::journal::Journal;
use crate::send::outlets::Outlets;
use crate::send::passes::{self, Deferred, Failed, Pass};
use crate::send::preparation::Preparation;
use crate::send::shared::Shared;
use crate::send::underway::Underway;
use crate::send::uploader::Uploader;
use crate::send::verify::Verifier;
use crate::target::Target;

/// The part of a batch that one account sends.
#[derive(Debug)]
pub(crate) struct AccountBatch<'a> {
    pub(crate) account: &'a Account,
    /// All that it is to send, in any pass.
    pub(crate) groups: &'a [Assignment],
    pub(crate) session: &'a Session,
    pub(crate) verifier: Option<Verifier<'a>>,
    pub(crate) backup: Option<Backup<'a>>,
    pub(crate) common: Common<'a>,
    underway: Underway<'a>,
    /// What has failed transiently in the present pass.
    deferred: Deferred,
    /// Its decoders are at work and will not return.
    is_stalled: AtomicBool,
}

/// What all accounts of a batch share.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Common<'a> {
    pub(crate) preparation: Preparation<'a>,
    pub(crate) journal: Option<&'a Journal>,
    pub(crate) bounds: &'a Bounds,
    pub(crate) passes: u32,
}

impl<'a> AccountBatch<'a> {
    pub(crate) fn new(
        account: &'a Account,
        groups: &'a [Assignment],
        (session, verifier): (&'a Session, Option<Verifier<'a>>),
        backup: Option<Backup<'a>>,
        common: Common<'a>,
    ) -> Self {
        Self {
            account,
            groups,
            session,
            verifier,
            backup,
            common,
            underway: Underway::new(common.preparation.interrupt),
            deferred: Deferred::default(),
            is_stalled: AtomicBool::new(false),
        }
    }

    /// Sends all, and what failed transiently again at the end.
    pub(crate) fn run(&self, terminal: Sender<Message>) {
        let mut terminal = Some(terminal);
        let Common {
            passes,
            preparation,
            ..
        } = self.common;
        let first = Pass {
            earlier: None,
            deferred: (passes > 1).then_some(&self.deferred),
        };
        self.send_all(self.groups, preparation, first, &mut terminal);
        let mut failed = self.deferred.take();
        let initial_backoff = preparation.config.pace.retry.initial_backoff;
        for pause in passes::pauses(initial_backoff, passes) {
            if failed.is_empty() || terminal.is_none() || self.is_over_within(pause) {
                break;
            }
            let count = failed.len();
            let account = self.account.profile.as_ref();
            let account = account.map_or_else(String::new, |name| format!("{name}: "));
            let note = format!("{account}trying again what failed transiently: {count}");
            tell(&terminal, Message::Note(note));
            let (some, rest) = passes::split(failed);
            failed = self.send_again(some, &mut terminal);
            let more = match passes::goes_on(&failed) {
                true => rest,
                false => self.send_again(rest, &mut terminal),
            };
            failed.extend(more);
            if !passes::goes_on(&failed) {
                break;
            }
        }
        for one in failed {
            tell(&terminal, one.record.into());
        }
    }

    /// Sends again what failed, and returns what failed again or was not reached.
    fn send_again(
        &self,
        failed: Vec<Failed>,
        terminal: &mut Option<Sender<Message>>,
    ) -> Vec<Failed> {
        let groups: Vec<Assignment> = failed.iter().map(|one| one.assignment.clone()).collect();
        let earlier = failed
            .iter()
            .map(|one| (one.assignment.target.clone(), one.record.clone()))
            .collect();
        let past = passes::past(&failed);
        let preparation: Preparation<'_> = self.common.preparation;
        let shared = Shared::of(&groups);
        let preparation = Preparation {
            past: &past,
            shared: &shared,
            ..preparation
        };
        let pass = Pass {
            earlier: Some(&earlier),
            deferred: Some(&self.deferred),
        };
        let mut told = self.send_all(&groups, preparation, pass, terminal);
        let again = self.deferred.take();
        told.extend(again.iter().map(|one| one.assignment.target.clone()));
        let unreached = failed.into_iter();
        let unreached = unreached.filter(|one| !told.contains(&one.assignment.target));
        again.into_iter().chain(unreached).collect()
    }

    /// Waits for so long, or until nothing more is to be sent, and returns whether that is so.
    fn is_over_within(&self, time: Duration) -> bool {
        let until = Instant::now() + time;
        let Common {
            preparation,
            journal,
            bounds,
            ..
        } = self.common;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let is_over = self.stopped().is_some()
                || journal.and_then(Journal::failed).is_some()
                || bounds.is_over()
                || preparation.interrupt.comes_within(left.min(POLL));
            if is_over || left.is_zero() {
                return is_over;
            }
        }
    }

    /// Sends the pictures of these groups in one pass, and returns the groups of which there is a record now.
    ///
    /// If decoders must not be waited for any longer, it lets go of the terminal, which ends the program.
    fn send_all(
        &self,
        groups: &[Assignment],
        preparation: Preparation<'_>,
        pass: Pass<'_>,
        terminal: &mut Option<Sender<Message>>,
    ) -> HashSet<Target> {
        let (teller, told) = channel();
        let (ready_sender, ready) = sync_channel(AHEAD);
        let outlets = Outlets::new(ready_sender, teller.clone());
        let pace = &preparation.config.pace;
        thread::scope(|scope| {
            let outlets = &outlets;
            let preparing = scope.spawn(move || {
                let _closes = outlets.close_on_drop();
                preparation.run(groups, pass, outlets)
            });
            let uploader = Uploader {
                session: self.session,
                verifier: self.verifier,
                journal: self.common.journal,
                backup: self.backup.as_ref(),
                bounds: self.common.bounds,
                pass,
                on_unknown: pace.on_unknown,
                interrupt: preparation.interrupt,
                underway: &self.underway,
                ready: Arc::new(Mutex::new(ready)),
            };
            for _ in 0..pace.concurrency().min(groups.len()) {
                let (uploader, teller) = (uploader.clone(), teller.clone());
                scope.spawn(move || uploader.run(&teller));
            }
            // The pass ends when all receivers of pictures are dropped, the relay when all senders of messages are.
            drop((uploader, teller));
            let told = relay(&told, terminal.as_ref());
            if outlets.is_stalled() {
                self.is_stalled.store(true, Ordering::Relaxed);
                *terminal = None;
            }
            let started = preparing.join();
            if let Err(error) = started.unwrap_or_else(|panic| resume_unwind(panic)) {
                tell(terminal, Message::NotStarted(error));
            }
            told
        })
    }

    /// Whether decoders are at work that are not to be waited for.
    pub(crate) fn is_stalled(&self) -> bool {
        self.is_stalled.load(Ordering::Relaxed)
    }

    /// Returns why nothing is sent through this account any more, if so.
    pub(crate) fn stopped(&self) -> Option<ErrorKind> {
        let backup = self.backup.as_ref().and_then(Backup::stopped);
        self.session.stopped().or(backup)
    }

    /// Returns what is known of the groups that would be tried again, but are not.
    pub(crate) fn give_up(&self) -> Vec<Record> {
        let failed = self.deferred.take().into_iter();
        failed.map(|failed| failed.record).collect()
    }

    /// Returns the records of pictures that are on their way and not waited for.
    pub(crate) fn underway(&self) -> Vec<Record> {
        self.underway.records()
    }
}

/// Passes all messages on, and returns the groups of which there is a record.
fn relay(told: &Receiver<Message>, terminal: Option<&Sender<Message>>) -> HashSet<Target> {
    let mut targets = HashSet::new();
    for message in told {
        if let Message::Record(record) = &message {
            targets.extend(record.target.clone());
        }
        // A terminal that listens no more means that the program ends.
        let _ = terminal.map(|terminal| terminal.send(message));
    }
    targets
}

fn tell(terminal: &Option<Sender<Message>>, message: Message) {
    // As above.
    let _ = terminal.as_ref().map(|terminal| terminal.send(message));
}

/// How often the end of a run is checked for in the pause before a pass.
const POLL: Duration = Duration::from_millis(200);

/// How many pictures may be ready before they are sent.
const AHEAD: usize = 4;
