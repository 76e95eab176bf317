//! Writes a file so that its name never shows half of one.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use tempfile::{Builder, NamedTempFile};

use crate::steps;

/// What becomes of a file that has a picture's name already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Existing {
    /// It stays, and the photo counts as failed.
    Refuse,
    /// It stays, and the photo counts as done.
    Skip,
    /// The picture takes its place.
    Replace,
}

/// What became of a picture that was to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    /// It was written.
    Yes,
    /// Another file has the name, and was kept.
    Existed,
}

/// Writes the file beside its place, then renames it; creates the folder if needed.
///
/// Unless `existing` says so nothing is replaced, also not what appeared during the run.
pub(crate) fn write(picture: &[u8], path: &Path, existing: Existing) -> io::Result<Written> {
    let folder = path.parent().unwrap_or(Path::new(""));
    fs::create_dir_all(folder)?;
    let mut file = beside(path)?;
    file.write_all(picture)?;
    steps::at("picture-written");
    if existing == Existing::Replace {
        file.persist(path)?;
        steps::at("picture-renamed");
        return Ok(Written::Yes);
    }
    match file.persist_noclobber(path) {
        Ok(_) => Ok(Written::Yes),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(Written::Existed),
        Err(error) => Err(error.error),
    }
}

/// A file beside the place of another, to be moved there.
pub(crate) fn beside(path: &Path) -> io::Result<NamedTempFile> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut builder = Builder::new();
    builder.prefix(".group-picture-").suffix(".partial");
    // As any program's files: what the user's mask leaves of this.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(Path::new(".").join(folder))
}
