//! Makes the pictures of a batch, ahead of their sending, and finds those that need none.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::mpsc::{Sender, SyncSender};
use std::thread::Scope;

use crate::digest::Digest;
use crate::input::groups::Assignment;
use crate::interrupt::Interrupt;
use crate::output::{self, Existing};
use crate::prepare::memory::Memory;
use crate::prepare::preparer::Preparer;
use crate::prepare::queue::Queue;
use crate::report::escape;
use crate::report::failure::{Cause, Failure};
use crate::report::record::{Outcome, Record};
use crate::report::terminal::Told;
use crate::send::journal::Past;
use crate::send::options::{Mode, Refused};
use crate::send::plan::{self, Step};
use crate::send::sending::Sending;
use crate::send::uploader::Ready;
use crate::target::Target;

/// What the threads share that prepare.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Preparation<'a> {
    pub(crate) config: &'a Sending,
    pub(crate) refused: Refused,
    /// What earlier runs did, by chat.
    pub(crate) past: &'a HashMap<String, Past>,
    pub(crate) interrupt: &'a Interrupt,
}

/// What came of one photo.
enum Prepared<'a> {
    /// Its picture is to be sent.
    Ready(Ready<'a>),
    /// There is nothing more to do.
    Done(Record),
}

impl<'a> Preparation<'a> {
    /// Starts the threads. They end when nothing is left, or nobody takes what they make.
    pub(crate) fn spawn<'scope>(
        self,
        scope: &'scope Scope<'scope, '_>,
        groups: &'a [Assignment],
        ready: &SyncSender<Ready<'a>>,
        told: &Sender<Told>,
    ) where
        'a: 'scope,
    {
        let memory = Arc::new(Memory::of(self.config.work.memory));
        let queue = Arc::new(Queue::new(groups, self.interrupt));
        for _ in 0..self.config.work.threads.min(groups.len()) {
            let (ready, told) = (ready.clone(), told.clone());
            let (queue, memory) = (Arc::clone(&queue), Arc::clone(&memory));
            scope.spawn(move || self.work(&memory, &queue, &ready, &told));
        }
    }

    fn work(
        self,
        memory: &Memory,
        queue: &Queue<'a, Assignment>,
        ready: &SyncSender<Ready<'a>>,
        told: &Sender<Told>,
    ) {
        let mut preparer = Preparer::new(&self.config.work, memory);
        while let Some(assignment) = queue.next() {
            let prepared = self.prepare(&mut preparer, assignment);
            let goes_on = match prepared.unwrap_or_else(|failure| {
                Prepared::Done(assignment.record(Outcome::Failed(failure)))
            }) {
                Prepared::Ready(picture) => {
                    self.warn_of_size(&picture, told);
                    ready.send(picture).is_ok()
                }
                Prepared::Done(record) => told.send(record.into()).is_ok(),
            };
            if !goes_on {
                return;
            }
        }
    }

    /// Warns of a picture that the messenger is likely to refuse for its size.
    fn warn_of_size(self, ready: &Ready<'_>, told: &Sender<Told>) {
        if let Some(oversize) = self.config.account.messenger.oversize(ready.jpeg.len()) {
            let photo = escape::path(&ready.assignment.photo);
            let advice = "make it smaller with --max-bytes or --preset";
            // If nobody listens any more, the run is over.
            let _ = told.send(Told::Warning(format!("{photo}: {oversize}: {advice}")));
        }
    }

    fn prepare(
        self,
        preparer: &mut Preparer<'_>,
        assignment: &'a Assignment,
    ) -> Result<Prepared<'a>, Failure> {
        if assignment.instead.skip {
            let record = assignment.record(Outcome::Skipped);
            return Ok(Prepared::Done(record));
        }
        let mut jpeg = Vec::new();
        let picture = preparer.prepare(&assignment.photo, assignment.instead, &mut jpeg)?;
        let digest = Digest::of(&jpeg);
        let past = match &assignment.target {
            Target::Group(chat) => self.past.get(&chat.to_string()),
            Target::Profile => None,
        };
        let step = plan::step(past, digest, self.refused);
        match step {
            Step::Leave => {
                let outcome = Outcome::SetBefore { picture };
                return Ok(Prepared::Done(assignment.record(outcome)));
            }
            Step::StayRefused { reason } => return Err(refused_before(&reason)),
            Step::Send | Step::Settle { .. } => {}
        }
        let out = self.config.out.as_deref();
        let path = out.map(|out| out.join(assignment.target.file_name()));
        if let (Some(path), Mode::Send) = (&path, self.config.mode) {
            output::write(&jpeg, path, Existing::Replace)
                .map_err(|error| Failure::not_written(path, &error))?;
        }
        Ok(Prepared::Ready(Ready {
            assignment,
            step,
            picture,
            jpeg: jpeg.into(),
            digest,
            path,
        }))
    }
}

fn refused_before(reason: &str) -> Failure {
    Failure::new(
        Cause::RefusedBefore,
        format!("an earlier run was told: {reason}; --retry-failed sends it again"),
    )
}
