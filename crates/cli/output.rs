//! Writes a picture so that its name never shows half of one.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use tempfile::Builder;

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

/// Writes the picture beside its place, then moves it there; makes the folder if there is none.
///
/// Unless `existing` says so nothing is replaced, also not what came there meanwhile: that is an error of the
/// kind [`AlreadyExists`](io::ErrorKind::AlreadyExists).
pub(crate) fn write(picture: &[u8], path: &Path, existing: Existing) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    fs::create_dir_all(folder)?;
    let mut builder = Builder::new();
    builder.prefix(".group-picture-").suffix(".partial");
    // As any program's files: what the user's mask leaves of this.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(picture)?;
    match existing {
        Existing::Replace => file.persist(path)?,
        Existing::Refuse | Existing::Skip => file.persist_noclobber(path)?,
    };
    Ok(())
}
