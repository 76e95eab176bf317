//! Tells whether two paths lead to the same file.

use std::path::Path;

/// What a file is, whatever its name: its device and inode, or its full path on systems without them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Identity(Key);

#[cfg(unix)]
type Key = (u64, u64);

#[cfg(not(unix))]
type Key = std::path::PathBuf;

impl Identity {
    /// Returns the identity of the file at `path`, through links; `None` if there is none.
    #[cfg(unix)]
    pub(crate) fn of(path: &Path) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;

        let metadata = path.metadata().ok()?;
        Some(Self((metadata.dev(), metadata.ino())))
    }

    /// Returns the identity of the file that stdout goes to.
    #[cfg(unix)]
    pub(crate) fn of_stdout() -> Option<Self> {
        use std::os::fd::AsFd;
        use std::os::unix::fs::MetadataExt;

        let stdout = std::io::stdout().as_fd().try_clone_to_owned().ok()?;
        let metadata = std::fs::File::from(stdout).metadata().ok()?;
        metadata
            .is_file()
            .then(|| Self((metadata.dev(), metadata.ino())))
    }

    /// Returns the identity of the file that stdout goes to, which only Unix tells.
    #[cfg(not(unix))]
    pub(crate) fn of_stdout() -> Option<Self> {
        None
    }

    /// Returns the identity of the file at `path`, through links; `None` if there is none.
    #[cfg(not(unix))]
    pub(crate) fn of(path: &Path) -> Option<Self> {
        path.canonicalize().ok().map(Self)
    }
}
