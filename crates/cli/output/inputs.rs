//! The files that a command reads, which none of its outputs may replace.

use std::collections::HashSet;
use std::fmt;
use std::path::{Path, PathBuf};

use crate::identity::Identity;

/// The files that a command reads, and the places of its other outputs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Inputs {
    files: HashSet<Identity>,
    outputs: Vec<PathBuf>,
}

/// Why nothing may be written at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Obstacle {
    /// The command reads the file.
    Input,
    /// Another option writes it.
    Output,
    /// A link would be replaced, not the file that it leads to.
    Link,
    /// It is a folder, a pipe, a socket or a device.
    NotRegular,
}

impl Inputs {
    /// Returns the files at `paths`, as far as they exist.
    pub(crate) fn of<'a>(paths: impl IntoIterator<Item = &'a Path>) -> Self {
        let mut inputs = Self::default();
        inputs.add(paths);
        inputs
    }

    pub(crate) fn add<'a>(&mut self, paths: impl IntoIterator<Item = &'a Path>) {
        self.files
            .extend(paths.into_iter().filter_map(Identity::of));
    }

    /// Notes that another option writes the file at `path`, which need not exist yet.
    pub(crate) fn reserve(&mut self, path: &Path) {
        self.add([path]);
        self.outputs.push(place(path));
    }

    /// Returns why a file at `path` must not be replaced, if so.
    pub(crate) fn obstacle(&self, path: &Path) -> Option<Obstacle> {
        // A folder or a device is none of the inputs, whatever its identity.
        if let Some(obstacle) = Obstacle::at(path) {
            return Some(obstacle);
        }
        if self.outputs.contains(&place(path)) {
            return Some(Obstacle::Output);
        }
        let is_input = Identity::of(path).is_some_and(|there| self.files.contains(&there));
        is_input.then_some(Obstacle::Input)
    }
}

impl Obstacle {
    /// Returns why what is at `path` must not be replaced, whatever the command reads.
    pub(crate) fn at(path: &Path) -> Option<Self> {
        let kind = path.symlink_metadata().ok()?.file_type();
        if kind.is_symlink() {
            return Some(Self::Link);
        }
        (!kind.is_file()).then_some(Self::NotRegular)
    }
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Input => "would replace a file that this command reads",
            Self::Output => "would replace a file that another option writes",
            Self::Link => "would replace a symbolic link",
            Self::NotRegular => "would replace something that is not a regular file",
        })
    }
}

/// The path from the root, through the links of its folder.
fn place(path: &Path) -> PathBuf {
    let folder = Path::new(".").join(path.parent().unwrap_or(Path::new("")));
    let folder = folder.canonicalize().unwrap_or(folder);
    folder.join(path.file_name().unwrap_or_default())
}
