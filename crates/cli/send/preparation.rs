//! Makes the pictures of a batch, ahead of their sending, and finds those that need none.

use std::collections::HashMap;
use std::io;
use std::ops::ControlFlow;

use prep::batch::{Batch, Event, Order, Worker};

use crate::digest::Digest;
use crate::input::groups::Assignment;
use crate::interrupt::Interrupt;
use crate::output::{self, Existing};
use crate::report::escape;
use crate::report::failure::{Cause, Failure};
use crate::report::message::Message;
use crate::report::record::{Outcome, Record};
use crate::send::journal::Past;
use crate::send::options::{Mode, Refused};
use crate::send::outlets::Outlets;
use crate::send::passes::Pass;
use crate::send::sending::Sending;
use crate::send::shared::{Made, Shared};
use crate::send::step::{self, Step};
use crate::send::uploader::Ready;
use crate::target::Target;

/// What the threads share that prepare.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Preparation<'a> {
    pub(crate) config: &'a Sending,
    pub(crate) refused: Refused,
    /// What earlier runs did.
    pub(crate) past: &'a HashMap<Target, Past>,
    pub(crate) shared: &'a Shared<'a>,
    pub(crate) interrupt: &'a Interrupt,
    /// How many such preparations there are at once.
    pub(crate) batches: usize,
}

/// What came of one photo.
pub(crate) enum Prepared<'a> {
    /// Its picture is to be sent.
    Ready(Ready<'a>),
    /// There is nothing more to do.
    Done(Record),
}

impl<'a> Preparation<'a> {
    /// Prepares all of `groups`, and gives what is ready to the uploaders, the rest to the terminal.
    ///
    /// Returns when all groups are prepared, or the uploaders or the terminal have stopped receiving.
    ///
    /// # Errors
    ///
    /// If no threads can be started.
    pub(crate) fn run(
        self,
        groups: &'a [Assignment],
        pass: Pass<'_>,
        outlets: &Outlets<'a>,
    ) -> io::Result<()> {
        self.batch().order(Order::Completion).run(
            groups,
            |worker, assignment| {
                let prepared = self.prepare(worker, assignment)?;
                let Some((ready, told)) = outlets.open() else {
                    worker.stop();
                    return Ok(());
                };
                // Here and not where results are taken: a full channel must not keep failures from being told.
                let is_taken = match prepared {
                    Prepared::Ready(picture) => {
                        if let Some(warning) = self.size_warning(&picture) {
                            // A closed channel means that the run is over.
                            let _ = told.send(Message::Warning(warning));
                        }
                        ready.send(picture).is_ok()
                    }
                    Prepared::Done(record) => told.send(record.into()).is_ok(),
                };
                if !is_taken {
                    worker.stop();
                }
                Ok(())
            },
            |event| {
                let (index, failure) = match event {
                    Event::Finished {
                        index,
                        result: Err(failure),
                    } => (index, failure),
                    Event::Overdue { index, error } => {
                        let failure = error.into();
                        self.shared.give_up(&groups[index].photo, &failure);
                        (index, failure)
                    }
                    Event::Stalled => {
                        outlets.stall();
                        return ControlFlow::Continue(());
                    }
                    Event::Finished { .. } | Event::Tick => return ControlFlow::Continue(()),
                };
                let record = groups[index].record(Outcome::Failed(failure));
                let on_unknown = self.config.pace.on_unknown;
                let message = pass.message(&groups[index], record, on_unknown, None);
                match outlets.open() {
                    Some((_, told)) if told.send(message).is_ok() => ControlFlow::Continue(()),
                    _ => ControlFlow::Break(()),
                }
            },
        )
    }

    /// The warning that the messenger is likely to refuse a picture for its size, if it is.
    pub(crate) fn size_warning(self, ready: &Ready<'_>) -> Option<String> {
        let account = self
            .config
            .accounts
            .find(ready.assignment.target.profile.as_ref())?;
        let oversize = account.messenger.oversize(ready.jpeg.len())?;
        let photo = escape::path(&ready.assignment.photo);
        let advice = "make it smaller with --max-bytes or --preset";
        Some(format!("{photo}: {oversize}: {advice}"))
    }

    /// The batch that prepares the photos.
    pub(crate) fn batch(self) -> Batch {
        self.config.work.batch_of(self.batches, self.interrupt)
    }

    /// Prepares the photo of one group, unless it is to be skipped, and decides what to do with its picture.
    pub(crate) fn prepare(
        self,
        worker: &mut Worker<'_>,
        assignment: &'a Assignment,
    ) -> Result<Prepared<'a>, Failure> {
        if assignment.instead.skip {
            let record = assignment.record(Outcome::Skipped);
            return Ok(Prepared::Done(record));
        }
        let made = self
            .shared
            .get_or_make(&assignment.photo, || self.make(worker, assignment))?;
        let Made {
            picture,
            jpeg,
            digest,
        } = made;
        let past = self.past.get(&assignment.target);
        let step = step::step(past, digest, self.refused);
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
            jpeg,
            digest,
            path,
        }))
    }
}

impl Preparation<'_> {
    fn make(self, worker: &mut Worker<'_>, assignment: &Assignment) -> Result<Made, Failure> {
        let Assignment { photo, instead, .. } = assignment;
        let photos = self.config.work.photos(self.interrupt);
        let mut jpeg = Vec::new();
        let picture = photos.prepare(worker, photo, *instead, &mut jpeg)?;
        Ok(Made {
            picture,
            digest: Digest::of(&jpeg),
            jpeg: jpeg.into(),
        })
    }
}

fn refused_before(reason: &str) -> Failure {
    Failure::new(
        Cause::RefusedBefore,
        format!("refused in an earlier run: {reason}; use --retry-failed to send it again"),
    )
}
