//! What becomes of a picture that was made, or need not be made: written, kept, or reported in a dry run.

use std::fs;

use prep::Options;
use prep::batch::Worker;

use crate::input::overrides::Overrides;
use crate::output::{self, Existing, Written};
use crate::prepare::file::Photos;
use crate::prepare::manifest::Manifest;
use crate::prepare::names::Task;
use crate::report::escape;
use crate::report::failure::{Cause, Failure};
use crate::report::picture::Picture;
use crate::report::record::Outcome;

/// Whether pictures are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Write,
    DryRun,
}

/// What the threads share that prepare.
#[derive(Clone, Copy)]
pub(super) struct Writer<'a> {
    pub(super) photos: Photos<'a>,
    pub(super) overrides: &'a Overrides,
    pub(super) existing: Existing,
    pub(super) mode: Mode,
    /// What the pictures that exist were made of, with --update.
    pub(super) manifest: Option<&'a Manifest>,
}

impl Writer<'_> {
    /// Makes the task's picture, unless it is there and current, and puts it in its place.
    pub(super) fn run(self, worker: &mut Worker<'_>, task: &Task) -> Result<Outcome, Failure> {
        let instead = self.overrides.of(&task.photo);
        let options = instead.apply(worker.options());
        let path = task.picture.clone();
        let is_current = |manifest: &Manifest| manifest.is_current(task, &options);
        if self.manifest.is_some_and(is_current) {
            return Ok(Outcome::Existed { path });
        }
        let mut jpeg = Vec::new();
        let picture = self
            .photos
            .prepare(worker, &task.photo, instead, &mut jpeg)?;
        let is_same = self.manifest.is_some() && is_there(task, &jpeg);
        match self.mode {
            Mode::DryRun if is_same => Ok(Outcome::Existed { path }),
            Mode::DryRun => Ok(Outcome::ToPrepare { picture, path }),
            Mode::Write => {
                let outcome = if is_same {
                    Outcome::Existed { path }
                } else {
                    write(task, picture, &jpeg, self.existing)?
                };
                self.note(task, &options, &jpeg);
                Ok(outcome)
            }
        }
    }

    fn note(self, task: &Task, options: &Options, jpeg: &[u8]) {
        if let Some(manifest) = self.manifest {
            manifest.note(task, options, jpeg);
        }
    }
}

/// Returns whether the picture in the task's place has these bytes.
fn is_there(task: &Task, jpeg: &[u8]) -> bool {
    let is_as_long = |metadata: fs::Metadata| metadata.len() == jpeg.len() as u64;
    task.picture.metadata().is_ok_and(is_as_long)
        && fs::read(&task.picture).is_ok_and(|bytes| bytes == jpeg)
}

fn write(
    task: &Task,
    picture: Picture,
    jpeg: &[u8],
    existing: Existing,
) -> Result<Outcome, Failure> {
    let path = task.picture.clone();
    match (output::write(jpeg, &path, existing), existing) {
        (Ok(Written::Yes), _) => Ok(Outcome::Prepared { picture, path }),
        (Ok(Written::Existed), Existing::Skip) => Ok(Outcome::Existed { path }),
        (Ok(Written::Existed), _) => Err(Failure::new(
            Cause::Exists,
            format!(
                "its picture {} appeared during the run",
                escape::path(&path)
            ),
        )),
        (Err(error), _) => Err(Failure::not_written(&path, &error)),
    }
}
