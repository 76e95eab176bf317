//! Which photo is for which group.

mod columns;
mod reading;

use std::collections::HashMap;
use std::fs::File;
use std::path::{Path, PathBuf};

use upload::PhotoHosts;

pub(crate) use self::reading::{Folder, List, Member};
use crate::input::overrides::{Override, Overrides, Roster};
use crate::input::source::Source;
use crate::report::escape;
use crate::report::passed::Passed;
use crate::report::record::{Outcome, Record};
use crate::report::refusal::Refusal;
use crate::target::Target;

/// Whose avatar is set, and the photo for it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Assignment {
    pub(crate) target: Target,
    pub(crate) photo: PathBuf,
    /// The override for this photo.
    pub(crate) instead: Override,
    /// Where the list says so, for messages.
    pub(crate) place: String,
}

impl Assignment {
    /// Returns the record of what became of it.
    pub(crate) fn record(&self, outcome: Outcome) -> Record {
        Record::of(Some(self.target.clone()), self.photo.clone(), outcome)
    }
}

/// The groups of a list, each of them once.
#[derive(Debug, Default)]
pub(crate) struct Groups {
    /// In the order of the list; of a folder, by name.
    pub(crate) list: Vec<Assignment>,
    /// What the groups are called, as far as the list says so.
    pub(crate) names: HashMap<Target, String>,
    /// What was skipped in a folder.
    pub(crate) passed: Passed,
}

impl Groups {
    /// The photos by their names in the list at `path`.
    pub(crate) fn roster(&self, path: &Path) -> Roster {
        let folder = folder_of(path);
        self.list
            .iter()
            .map(|assignment| {
                let photo = &assignment.photo;
                let name = photo.strip_prefix(folder).unwrap_or(photo);
                (photo.clone(), name.to_owned())
            })
            .collect()
    }

    /// Checks that each photo that is not skipped is a regular file that can be read and is not empty, or a URL that may
    /// be asked.
    pub(crate) fn check_photos(&self, hosts: PhotoHosts) -> Result<(), Refusal> {
        let wrong: Vec<String> = self
            .list
            .iter()
            .filter(|assignment| !assignment.instead.skip)
            .filter_map(|assignment| {
                let reason = unusable(&assignment.photo, hosts)?;
                let shown = escape::path(&assignment.photo);
                Some(format!("{}: the photo {shown} {reason}", assignment.place))
            })
            .collect();
        if wrong.is_empty() {
            Ok(())
        } else {
            Err(Refusal::usage_lines(wrong))
        }
    }

    /// Applies the overrides to each photo.
    pub(crate) fn apply(&mut self, overrides: &Overrides) {
        for assignment in &mut self.list {
            assignment.instead = overrides.of(&assignment.photo);
        }
    }
}

/// Returns why what is at `path` cannot be a photo, without reading it.
fn unusable(path: &Path, hosts: PhotoHosts) -> Option<String> {
    match Source::of(path) {
        Source::File(path) => unusable_file(path),
        Source::Url(url) => hosts.check(url).err().map(|error| error.to_string()),
        Source::Stdin => None,
    }
}

fn unusable_file(path: &Path) -> Option<String> {
    match path.metadata() {
        Err(error) => Some(format!("cannot be read: {error}")),
        // Opening a pipe would wait for its writer.
        Ok(metadata) if !metadata.is_file() => Some("is not a regular file".to_owned()),
        Ok(metadata) if metadata.len() == 0 => Some("is empty".to_owned()),
        Ok(_) => match File::open(path) {
            Ok(_) => None,
            Err(error) => Some(format!("cannot be read: {error}")),
        },
    }
}

/// Where the photos of a list are found.
pub(crate) fn folder_of(list: &Path) -> &Path {
    if list.is_dir() {
        return list;
    }
    list.parent().unwrap_or(Path::new(""))
}
