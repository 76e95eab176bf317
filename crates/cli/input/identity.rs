//! Tells whether two paths lead to the same file.

use std::path::Path;

/// What a file is, whatever it is called: its device and inode, or where there is no such thing its full path.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Identity(Key);

#[cfg(unix)]
type Key = (u64, u64);

#[cfg(not(unix))]
type Key = std::path::PathBuf;

impl Identity {
    /// The identity of what the path leads to, through links; `None` if nothing is there.
    #[cfg(unix)]
    pub(crate) fn of(path: &Path) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;

        let metadata = path.metadata().ok()?;
        Some(Self((metadata.dev(), metadata.ino())))
    }

    /// The identity of what the path leads to, through links; `None` if nothing is there.
    #[cfg(not(unix))]
    pub(crate) fn of(path: &Path) -> Option<Self> {
        path.canonicalize().ok().map(Self)
    }
}
