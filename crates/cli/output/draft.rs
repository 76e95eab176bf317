//! A file that is written beside its place, or for stdout, and is put there when it is complete.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, BufWriter, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::{Builder, NamedTempFile};

use crate::output::inputs::Obstacle;

/// Where an output goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Destination {
    Stdout,
    File(PathBuf),
}

impl From<OsString> for Destination {
    fn from(text: OsString) -> Self {
        if text == "-" {
            Self::Stdout
        } else {
            Self::File(text.into())
        }
    }
}

impl Destination {
    pub(crate) fn path(&self) -> Option<&Path> {
        match self {
            Self::Stdout => None,
            Self::File(path) => Some(path),
        }
    }
}

/// A file that is being written.
#[derive(Debug)]
pub(crate) struct Draft {
    file: BufWriter<NamedTempFile>,
    destination: Destination,
}

impl Draft {
    pub(crate) fn new(destination: &Destination) -> io::Result<Self> {
        let file = match destination {
            Destination::Stdout => NamedTempFile::new()?,
            Destination::File(path) => {
                remove_stale(path.parent().unwrap_or(Path::new("")));
                beside(path)?
            }
        };
        Ok(Self {
            file: BufWriter::new(file),
            destination: destination.clone(),
        })
    }

    /// Syncs the file and puts it in its place.
    pub(crate) fn finish(self) -> io::Result<()> {
        let mut file = self
            .file
            .into_inner()
            .map_err(io::IntoInnerError::into_error)?;
        match &self.destination {
            Destination::File(path) => {
                file.as_file().sync_all()?;
                put(file, path)
            }
            Destination::Stdout => {
                file.rewind()?;
                let mut stdout = io::stdout().lock();
                io::copy(&mut file, &mut stdout)?;
                stdout.flush()
            }
        }
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Creates a file beside `path`, to be put there.
pub(crate) fn beside(path: &Path) -> io::Result<NamedTempFile> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut builder = Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX);
    // Like any program's files: what the user's mask leaves of this.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let file = builder.tempfile_in(Path::new(".").join(folder))?;
    // The lock tells other runs that the file is in use. Where there are no locks, its age does.
    let _ = file.as_file().try_lock();
    Ok(file)
}

/// Removes partial files that runs which were killed left in a folder.
pub(crate) fn remove_stale(folder: &Path) {
    let Ok(entries) = fs::read_dir(Path::new(".").join(folder)) else {
        return;
    };
    for path in entries.flatten().map(|entry| entry.path()) {
        let name = path.file_name().and_then(OsStr::to_str).unwrap_or("");
        if name.starts_with(PREFIX) && name.ends_with(SUFFIX) && is_stale(&path) {
            // What cannot be removed does no harm.
            let _ = fs::remove_file(&path);
        }
    }
}

fn is_stale(path: &Path) -> bool {
    let age = path
        .symlink_metadata()
        .ok()
        .filter(fs::Metadata::is_file)
        .and_then(|metadata| metadata.modified().ok()?.elapsed().ok());
    age.is_some_and(|age| age > MIN_AGE)
        && File::open(path).is_ok_and(|file| file.try_lock().is_ok())
}

/// Puts a complete file in its place; only a regular file is replaced.
pub(super) fn put(file: NamedTempFile, path: &Path) -> io::Result<()> {
    if let Some(obstacle) = Obstacle::at(path) {
        return Err(io::Error::other(obstacle.to_string()));
    }
    file.persist(path)?;
    Ok(())
}

const PREFIX: &str = ".group-picture-";
const SUFFIX: &str = ".partial";

/// A partial file younger than this may be of a run that has not locked it yet.
const MIN_AGE: Duration = Duration::from_secs(60);
