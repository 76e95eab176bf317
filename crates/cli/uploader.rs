//! Sends pictures that are ready, several on their way at once, one turn after the other.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use upload::ErrorKind;
use upload::blocking::{Session, Slot};

use crate::failure::Failure;
use crate::groups::{Assignment, Target};
use crate::interrupt::Interrupt;
use crate::preparer::Picture;
use crate::record::{Delivery, Outcome, Record};

/// A picture on its way.
#[derive(Debug)]
pub(crate) struct Ready<'a> {
    pub(crate) assignment: &'a Assignment,
    pub(crate) picture: Picture,
    pub(crate) jpeg: Bytes,
    pub(crate) path: Option<PathBuf>,
}

/// What threads share that send. The last that ends stops the threads that prepare.
#[derive(Clone, Debug)]
pub(crate) struct Uploader<'a> {
    session: &'a Session,
    interrupt: &'a Interrupt,
    ready: Arc<Mutex<Receiver<Ready<'a>>>>,
    /// Held by the one that waits for its turn, so that no other picture waits when the program is asked to end.
    next: Arc<Mutex<()>>,
}

impl<'a> Uploader<'a> {
    pub(crate) fn new(
        session: &'a Session,
        interrupt: &'a Interrupt,
        ready: Receiver<Ready<'a>>,
    ) -> Self {
        Self {
            session,
            interrupt,
            ready: Arc::new(Mutex::new(ready)),
            next: Arc::default(),
        }
    }

    /// What each thread does. It ends when nothing is left, the program is asked to end, or the session has stopped.
    pub(crate) fn run(&self, records: &Sender<Record>) {
        while let Some(ready) = self.take() {
            let Some(record) = self.send(ready) else {
                return;
            };
            if records.send(record).is_err() {
                return;
            }
        }
    }

    /// Sends a picture and tells what became of it; `None` if it was not to be sent any more.
    fn send(&self, ready: Ready<'_>) -> Option<Record> {
        let report = match &ready.assignment.target {
            Target::Group(chat) => {
                let before = self.session.avatar_before(chat);
                self.slot()?.set_group_picture(chat, ready.jpeg, before)
            }
            Target::Profile => self.session.set_profile_picture(ready.jpeg),
        };
        let outcome = match report.outcome {
            Ok(avatar) => Outcome::Set {
                picture: ready.picture,
                path: ready.path,
                url: avatar.url,
            },
            Err(error) => Outcome::Failed(Failure::from(error)),
        };
        let mut record = Record::of(ready.assignment, outcome);
        record.delivery = Some(Delivery::ended(report.took, report.attempts));
        Some(record)
    }

    /// The next picture, if there is one still to be sent.
    fn take(&self) -> Option<Ready<'a>> {
        let ready = lock(&self.ready).recv().ok()?;
        let is_over = self.interrupt.is_asked() || self.session.stopped().is_some();
        (!is_over).then_some(ready)
    }

    /// Waits for the turn of one picture; there is none once the program is asked to end or the session has stopped.
    fn slot(&self) -> Option<Slot> {
        let _first = lock(&self.next);
        while !self.interrupt.is_asked() {
            match self.session.slot_within(LOOK_UP) {
                Ok(slot) => return Some(slot),
                Err(error) if error.kind() == ErrorKind::OutOfTime => {}
                Err(_) => return None,
            }
        }
        None
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Whoever panicked held nothing that could be half done.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How often Ctrl-C is looked for while a turn is waited for.
const LOOK_UP: Duration = Duration::from_millis(100);
