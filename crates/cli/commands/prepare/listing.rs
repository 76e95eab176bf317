//! What is to be prepared, and what is known of the rest before any work.

use std::path::{Path, PathBuf};

use crate::commands::prepare::Prepare;
use crate::input::overrides::Overrides;
use crate::input::source;
use crate::input::walk::{self, Photo};
use crate::prepare::names::{self, Names, Task};
use crate::report::passed::Passed;
use crate::report::record::{Outcome, Record};
use crate::report::refusal::Refusal;

/// What the command line asks for.
pub(super) struct Listing {
    pub(super) overrides: Overrides,
    /// To prepare.
    pub(super) tasks: Vec<Task>,
    /// What failed, exists or is skipped.
    pub(super) known: Vec<Record>,
    pub(super) passed: Passed,
    /// Whether there was any photo, in whatever part of the job.
    pub(super) has_photos: bool,
}

impl Listing {
    /// Finds the photos, and gives each picture its name.
    pub(super) fn of(config: &Prepare) -> Result<Self, Refusal> {
        let overrides = config.overrides.path.as_deref();
        let inputs = config.inputs.iter().map(PathBuf::as_path);
        source::check_stdin(inputs.chain(overrides))?;
        let ours: Vec<&Path> = overrides.into_iter().chain([&*config.out]).collect();
        let found = walk::find(
            &config.inputs,
            config.depth,
            &ours,
            config.folders.non_images,
        );
        let overrides = Overrides::read(overrides, &found.roster())?;
        let has_photos = !found.photos.is_empty();
        let (skipped, wanted): (Vec<Photo>, Vec<Photo>) = found
            .photos
            .into_iter()
            .partition(|photo| overrides.of(&photo.path).skip);
        let left_out = skipped.iter().map(|photo| photo.path.as_path());
        let others: Vec<&Path> = left_out.chain(config.overrides.path.as_deref()).collect();
        let called = Names {
            naming: config.naming,
            suffix: &config.suffix,
        };
        let mut worklist =
            names::worklist(wanted, &others, &config.out, &called, config.existing());
        // Names are given to all, so that every part finds the same collisions.
        let is_ours = |photo: &PathBuf| config.shard.is_none_or(|shard| shard.takes(photo));
        worklist.tasks.retain(|task| is_ours(&task.photo));
        let known = found
            .failures
            .into_iter()
            .chain(worklist.refused)
            .map(|(photo, failure)| Record::of_photo(photo, Outcome::Failed(failure)))
            .chain(worklist.existing.into_iter().map(existed))
            .chain(skipped.into_iter().map(skipped_as_told))
            .filter(|record| is_ours(&record.photo))
            .collect();
        Ok(Self {
            overrides,
            tasks: worklist.tasks,
            known,
            passed: found.passed,
            has_photos,
        })
    }
}

fn skipped_as_told(photo: Photo) -> Record {
    Record::of_photo(photo.path, Outcome::Skipped)
}

fn existed(task: Task) -> Record {
    Record::of_photo(task.photo, Outcome::Existed { path: task.picture })
}
