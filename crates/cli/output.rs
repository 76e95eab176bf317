//! Writes files: complete or not at all, and never over a file that the command reads.

mod draft;
mod inputs;

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use self::draft::beside;
pub(crate) use self::draft::{Destination, Draft, remove_stale};
pub(crate) use self::inputs::{Inputs, Obstacle};
use crate::crash_points;

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
/// Unless `existing` says so nothing is replaced, not even a file that appeared meanwhile.
pub(crate) fn write(picture: &[u8], path: &Path, existing: Existing) -> io::Result<Written> {
    let folder = path.parent().unwrap_or(Path::new(""));
    fs::create_dir_all(folder)?;
    let mut file = beside(path)?;
    file.write_all(picture)?;
    crash_points::at("picture-written");
    if existing == Existing::Replace {
        draft::put(file, path)?;
        crash_points::at("picture-renamed");
        return Ok(Written::Yes);
    }
    match file.persist_noclobber(path) {
        Ok(_) => Ok(Written::Yes),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(Written::Existed),
        Err(error) => Err(error.error),
    }
}

/// Writes a file whose name is free, so that it outlasts a power failure.
pub(crate) fn write_new(bytes: &[u8], path: &Path) -> io::Result<Written> {
    let mut file = beside(path)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(path) {
        Ok(_) => sync_folder_of(path).map(|()| Written::Yes),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(Written::Existed),
        Err(error) => Err(error.error),
    }
}

/// Makes a new file's name last.
#[cfg(unix)]
pub(crate) fn sync_folder_of(path: &Path) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new(""));
    fs::File::open(Path::new(".").join(folder))?.sync_all()
}

#[cfg(not(unix))]
pub(crate) fn sync_folder_of(_path: &Path) -> io::Result<()> {
    Ok(())
}
