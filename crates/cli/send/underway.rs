//! The pictures that are on their way, for the record if the run must end before they arrive.

use std::sync::{Mutex, MutexGuard, PoisonError};

use upload::{Error, ErrorKind};

use crate::input::groups::Assignment;
use crate::interrupt::Interrupt;
use crate::report::failure::{Cause, Failure};
use crate::report::proof::Doubt;
use crate::report::record::{Outcome, Record};

/// The pictures on their way.
#[derive(Debug)]
pub(crate) struct Underway<'a> {
    interrupt: &'a Interrupt,
    pictures: Mutex<Vec<(Assignment, Doing)>>,
}

/// What is done with a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Doing {
    /// It is sent; its outcome is unknown.
    Sending,
    /// It is set, as the server says, and the avatar is looked at.
    Verifying,
}

impl<'a> Underway<'a> {
    pub(crate) fn new(interrupt: &'a Interrupt) -> Self {
        Self {
            interrupt,
            pictures: Mutex::default(),
        }
    }

    /// Sends a picture. A program that is asked to end waits for that.
    pub(crate) fn sending<T>(&self, assignment: &Assignment, send: impl FnOnce() -> T) -> T {
        let _waits = self.interrupt.sending();
        self.doing(Doing::Sending, assignment, send)
    }

    /// Verifies a picture. A program that is asked to end does not wait for that.
    pub(crate) fn verifying<T>(&self, assignment: &Assignment, verify: impl FnOnce() -> T) -> T {
        self.doing(Doing::Verifying, assignment, verify)
    }

    /// The records of the pictures whose end is not waited for.
    pub(crate) fn records(&self) -> Vec<Record> {
        let records = self.pictures();
        let records = records
            .iter()
            .map(|(assignment, doing)| assignment.record(Outcome::Failed(doing.failure())));
        records.collect()
    }

    fn doing<T>(&self, doing: Doing, assignment: &Assignment, work: impl FnOnce() -> T) -> T {
        self.pictures().push((assignment.clone(), doing));
        let result = work();
        self.pictures()
            .retain(|(other, _)| other.target != assignment.target);
        result
    }

    fn pictures(&self) -> MutexGuard<'_, Vec<(Assignment, Doing)>> {
        // Each change is one step, so a panic elsewhere leaves nothing half done.
        self.pictures.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Doing {
    fn failure(self) -> Failure {
        match self {
            Self::Sending => Failure::new(
                Cause::Upload(ErrorKind::Interrupted),
                Error::Interrupted {
                    cause: INTERRUPTED.into(),
                }
                .to_string(),
            ),
            Self::Verifying => Doubt::NotRead(INTERRUPTED.into()).into(),
        }
    }
}

const INTERRUPTED: &str = "the run was interrupted, and did not wait any longer";
