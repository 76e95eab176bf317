//! Sends pictures that are ready, several on their way at once, one turn after the other.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use upload::blocking::{Session, Slot};
use upload::{Avatar, ChatId, ErrorKind, Settled, UploadReport};

use crate::crash_points;
use crate::digest::Digest;
use crate::input::groups::Assignment;
use crate::interrupt::Interrupt;
use crate::report::failure::{Cause, Failure};
use crate::report::message::{Message, ask};
use crate::report::picture::Picture;
use crate::report::proof::{Doubt, Verified};
use crate::report::record::{Delivery, Earlier, Outcome, Record};
use crate::send::backup::{Backup, NotKept, Round};
use crate::send::bounds::Bounds;
use crate::send::ending::{ending, proven};
use crate::send::journal::{Ending, Journal, Past};
use crate::send::options::OnUnknown;
use crate::send::passes::Pass;
use crate::send::step::Step;
use crate::send::underway::Underway;
use crate::send::verify::Verifier;

/// A picture on its way.
#[derive(Debug)]
pub(crate) struct Ready<'a> {
    pub(crate) assignment: &'a Assignment,
    pub(crate) step: Step,
    pub(crate) picture: Picture,
    pub(crate) jpeg: Bytes,
    pub(crate) digest: Digest,
    pub(crate) path: Option<PathBuf>,
}

/// What the threads share that send. The last that ends stops the threads that prepare.
#[derive(Clone, Debug)]
pub(crate) struct Uploader<'a> {
    pub(crate) session: &'a Session,
    pub(crate) verifier: Option<Verifier<'a>>,
    pub(crate) journal: Option<&'a Journal>,
    pub(crate) backup: Option<&'a Backup<'a>>,
    pub(crate) bounds: &'a Bounds,
    pub(crate) pass: Pass<'a>,
    pub(crate) on_unknown: OnUnknown,
    pub(crate) interrupt: &'a Interrupt,
    pub(crate) underway: &'a Underway<'a>,
    pub(crate) ready: Arc<Mutex<Receiver<Ready<'a>>>>,
}

/// What became of a picture.
#[derive(Debug)]
struct Sent {
    record: Record,
    /// What the avatar was before it was sent, if that is known.
    before: Option<Avatar>,
}

impl From<Record> for Sent {
    fn from(record: Record) -> Self {
        Self {
            record,
            before: None,
        }
    }
}

/// Nothing more is to be sent: the program was asked to end, a bound is reached, the session has stopped, or the journal
/// cannot be written.
#[derive(Clone, Copy, Debug)]
struct Over;

impl<'a> Uploader<'a> {
    /// What each thread does, until nothing is left or all is over.
    pub(crate) fn run(&self, told: &Sender<Message>) {
        while let Some(ready) = self.take() {
            let (assignment, digest) = (ready.assignment, ready.digest);
            let Ok(sent) = self.send(ready, told) else {
                return;
            };
            let Sent { record, before } = sent;
            let picture = Some((digest, before));
            let message = self
                .pass
                .message(assignment, record, self.on_unknown, picture);
            if told.send(message).is_err() {
                return;
            }
        }
    }

    /// The next picture, if there is one still to be sent.
    fn take(&self) -> Option<Ready<'a>> {
        // Whoever panicked held nothing that could be half done.
        let ready = self.ready.lock().unwrap_or_else(PoisonError::into_inner);
        let ready = ready.recv().ok()?;
        let may_begin = !self.is_over()
            && match self.pass.was_sent(&ready.assignment.target) {
                false => self.bounds.take(),
                // It counted when it was sent first.
                true => !self.bounds.is_over(),
            };
        may_begin.then_some(ready)
    }

    /// Sends a picture and tells what became of it.
    fn send(&self, mut ready: Ready<'a>, told: &Sender<Message>) -> Result<Sent, Over> {
        let Some(chat) = &ready.assignment.target.chat else {
            let set = || self.session.set_profile_picture(ready.jpeg.clone());
            let report = self.underway.sending(ready.assignment, set);
            let proof = match (&report.outcome, self.verifier) {
                (Ok(avatar), Some(verifier)) => {
                    let verify = || verifier.profile(&ready.jpeg, avatar);
                    Some(self.underway.verifying(ready.assignment, verify))
                }
                _ => None,
            };
            return Ok(ready.record(report).with_proof(proof).into());
        };
        let (before, earlier) = match std::mem::replace(&mut ready.step, Step::Send) {
            Step::Settle { before } => match self.settle(chat, &ready, before.as_ref(), told) {
                (Settled::Set, avatar) => {
                    let url = avatar.and_then(|avatar| avatar.url);
                    let proof = self.prove(chat, &ready, before.as_ref());
                    let ending = proven(Ending::Set { url: url.clone() }, proof.as_ref());
                    self.conclude(&ready, ending);
                    return Ok(ready.found_set(url).with_proof(proof).into());
                }
                (Settled::NotSet, _) => (before, Some(Earlier::SentAgain)),
                _ => return Ok(ready.unsettled().into()),
            },
            _ => (None, None),
        };
        let before = match self.keep_avatar(chat, &ready) {
            Ok(present) => before.or(present),
            Err(NotKept::Failed(failure)) => {
                let record = ready.assignment.record(Outcome::Failed(failure));
                return Ok(record.into());
            }
            Err(NotKept::Stopped) => return Err(Over),
        };
        let before = before.or_else(|| self.session.avatar_before(chat));
        let report = self.deliver(chat, &ready, before, told)?;
        let proof = match &report.outcome {
            Ok(_) => self.prove(chat, &ready, report.before.as_ref()),
            Err(_) => None,
        };
        let ending = proven(ending(&report), proof.as_ref());
        self.conclude(&ready, ending);
        let before = report.before.clone();
        let mut record = ready.record(report).with_proof(proof);
        record.earlier = earlier;
        Ok(Sent { record, before })
    }

    /// Keeps the present avatar of a group, if that is wanted, and returns it if it was read.
    fn keep_avatar(&self, chat: &ChatId, ready: &Ready<'_>) -> Result<Option<Avatar>, NotKept> {
        let Some(backup) = self.backup else {
            return Ok(None);
        };
        let past = self
            .journal
            .map(|journal| journal.past().get(&ready.assignment.target));
        let round = match past {
            // Without a journal nothing is resumed.
            None | Some(Some(Past::Set { .. })) => Round::First,
            Some(None | Some(Past::Sent { .. } | Past::Refused { .. })) => Round::Resumed,
        };
        backup.keep(chat, ready.digest, round)
    }

    /// Verifies the avatar of a group whose picture is set, if that is wanted.
    fn prove(
        &self,
        chat: &ChatId,
        ready: &Ready<'a>,
        before: Option<&Avatar>,
    ) -> Option<Result<Verified, Doubt>> {
        let verifier = self.verifier?;
        let verify = || verifier.group(chat, &ready.jpeg, before);
        Some(self.underway.verifying(ready.assignment, verify))
    }

    /// Finds out what became of a picture that an earlier run sent. What `--on-unknown` sends again counts as not set.
    fn settle(
        &self,
        chat: &ChatId,
        ready: &Ready<'_>,
        before: Option<&Avatar>,
        told: &Sender<Message>,
    ) -> (Settled, Option<Avatar>) {
        let settled = match before {
            Some(before) => self.session.settle(chat, before),
            None => (Settled::Unknown, None),
        };
        if settled.0 != Settled::Unknown {
            return settled;
        }
        let again = match self.on_unknown {
            OnUnknown::Retry => true,
            OnUnknown::Fail => false,
            OnUnknown::Ask => {
                let doubt = "an earlier run sent its picture, and whether it was set is unknown";
                ask(told, format!("{}: {doubt}", ready.assignment.target))
            }
        };
        let settled = if again {
            Settled::NotSet
        } else {
            Settled::Unknown
        };
        (settled, None)
    }

    /// Sends a picture in its turn, and again if the user who is asked says so.
    fn deliver(
        &self,
        chat: &ChatId,
        ready: &Ready<'a>,
        mut before: Option<Avatar>,
        told: &Sender<Message>,
    ) -> Result<UploadReport, Over> {
        let mut doubtful = None;
        loop {
            let slot = match (self.slot(), doubtful) {
                (Ok(slot), _) => slot,
                // It was sent once: report what is known of that.
                (Err(Over), Some(report)) => return Ok(report),
                (Err(Over), None) => return Err(Over),
            };
            let report = self.underway.sending(ready.assignment, || {
                if let Some(journal) = self.journal {
                    journal
                        .intend(&ready.assignment.target, ready.digest, before.as_ref())
                        .map_err(|_| Over)?;
                }
                Ok(slot.set_group_picture(chat, ready.jpeg.clone(), before))
            })?;
            crash_points::at("sent");
            match &report.outcome {
                Err(error)
                    if error.kind().is_unknown_outcome()
                        && self.on_unknown == OnUnknown::Ask
                        && ask(told, format!("{}: {error}", ready.assignment.target)) =>
                {
                    before = report.before.clone();
                    doubtful = Some(report);
                }
                _ => return Ok(report),
            }
        }
    }

    fn conclude(&self, ready: &Ready<'_>, ending: Ending) {
        if let Some(journal) = self.journal {
            // If it cannot be written, the record is printed all the same, and the next turn finds that the run is over.
            let _ = journal.conclude(&ready.assignment.target, ready.digest, ending);
        }
    }

    /// Waits for the turn of one picture; a turn that comes too late is not used.
    fn slot(&self) -> Result<Slot, Over> {
        loop {
            let slot = self.session.slot_within(POLL);
            if self.is_over() || self.bounds.is_over() {
                return Err(Over);
            }
            match slot {
                Ok(slot) => return Ok(slot),
                Err(error) if error.kind() == ErrorKind::OutOfTime => {}
                Err(_) => return Err(Over),
            }
        }
    }

    fn is_over(&self) -> bool {
        self.interrupt.is_asked()
            || self.session.stopped().is_some()
            || self.backup.is_some_and(|backup| backup.stopped().is_some())
            || self
                .journal
                .is_some_and(|journal| journal.failed().is_some())
    }
}

impl Ready<'_> {
    fn record(self, report: UploadReport) -> Record {
        let outcome = match report.outcome {
            Ok(avatar) => Outcome::Set {
                picture: self.picture,
                path: self.path,
                url: avatar.url,
            },
            Err(error) => Outcome::Failed(Failure::from(error)),
        };
        let mut record = self.assignment.record(outcome);
        record.delivery = Some(Delivery::ended(report.took, report.attempts));
        record
    }

    fn found_set(self, url: Option<String>) -> Record {
        let outcome = Outcome::Set {
            picture: self.picture,
            path: self.path,
            url,
        };
        let mut record = self.assignment.record(outcome);
        record.earlier = Some(Earlier::FoundSet);
        record
    }

    fn unsettled(self) -> Record {
        let failure = Failure::new(
            Cause::Unsettled,
            "an earlier run sent its picture, and whether it was set is unknown: look at the group, or send it again \
             with --on-unknown retry",
        );
        self.assignment.record(Outcome::Failed(failure))
    }
}

/// How often Ctrl-C is checked for while a picture waits for its turn.
const POLL: Duration = Duration::from_millis(200);
