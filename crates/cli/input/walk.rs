//! From the paths that were given to the photos they mean.

use std::ffi::OsStr;
use std::fs::{File, FileType};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use prep::{Error, Limits};
use walkdir::{DirEntry, WalkDir};

use crate::identity::Identity;
use crate::input::natural;
use crate::input::overrides::Roster;
use crate::input::source::Source;
use crate::report::failure::{Cause, Failure};
use crate::report::passed::Passed;
use crate::units::either;

/// How far below a given folder photos are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Depth {
    /// In the folder itself.
    One,
    /// In all its subfolders too.
    All,
}

/// What becomes of files in folders that are not images, such as `Thumbs.db`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NonImages {
    /// They are counted and skipped.
    Skip,
    /// They are tried like photos, and fail.
    Try,
}

/// The option for folders.
#[derive(Clone, Copy, Debug, clap::Args)]
#[command(next_help_heading = "Input")]
pub(crate) struct FolderOptions {
    /// Fail for files in a folder that are not images, such as Thumbs.db, instead of skipping and counting them
    #[arg(long = "strict", action = clap::ArgAction::SetTrue, value_parser = either(NonImages::Try, NonImages::Skip))]
    pub(crate) non_images: NonImages,
}

/// A file that is to be tried, and where its picture belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Photo {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// The subfolder below the output folder that its picture goes to; empty for none.
    pub(crate) subfolder: PathBuf,
}

/// What the given paths mean.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// In the order given, and by name within a folder, as people count.
    pub(crate) photos: Vec<Photo>,
    /// What could not be read, and why.
    pub(crate) failures: Vec<(PathBuf, Failure)>,
    pub(crate) passed: Passed,
}

/// Finds the photos that `inputs` mean.
///
/// A file is taken whatever it is, and so are URLs and stdin. Of a folder, all regular files are taken that are not hidden, and that are images by
/// their name or their first bytes; its links are counted and not followed, so the walk stays in the folder and ends. What
/// is `ours` is skipped where it lies in a folder: that of the pictures, and files that are no photos.
pub(crate) fn find(
    inputs: &[PathBuf],
    depth: Depth,
    ours: &[&Path],
    non_images: NonImages,
) -> Found {
    let ours: Vec<Ours<'_>> = ours.iter().filter_map(|path| Ours::at(path)).collect();
    let mut found = Found::default();
    for input in inputs {
        if Source::of(input).file().is_none() {
            found.photos.push(Photo {
                path: input.clone(),
                subfolder: PathBuf::new(),
            });
            continue;
        }
        match input.metadata() {
            Ok(metadata) if metadata.is_dir() => {
                let first = found.photos.len();
                found.look_into(input, depth, &ours);
                if non_images == NonImages::Skip {
                    found.pass_non_images(first);
                }
            }
            Ok(_) => found.photos.push(Photo {
                path: input.clone(),
                subfolder: PathBuf::new(),
            }),
            Err(error) => found.fail(input, &error),
        }
    }
    found
}

impl Photo {
    /// What it is called below the folder that was given.
    pub(crate) fn name(&self) -> PathBuf {
        self.subfolder.join(Source::of(&self.path).file_name())
    }
}

impl Found {
    /// The photos by their names.
    pub(crate) fn roster(&self) -> Roster {
        let photos = self.photos.iter();
        photos
            .map(|photo| (photo.path.clone(), photo.name()))
            .collect()
    }

    fn look_into(&mut self, folder: &Path, depth: Depth, ours: &[Ours<'_>]) {
        let walk = WalkDir::new(folder)
            .max_depth(match depth {
                Depth::One => 1,
                Depth::All => usize::MAX,
            })
            .sort_by(|one, other| natural::compare(one.file_name(), other.file_name()))
            .into_iter()
            .filter_entry(|entry| entry.depth() == 0 || !is_passed_by(entry, ours));
        for entry in walk {
            match entry {
                Ok(entry) => self.take(folder, entry),
                Err(error) => {
                    let path = error.path().unwrap_or(folder).to_owned();
                    let message = match error.io_error() {
                        Some(error) => error.to_string(),
                        None => error.to_string(),
                    };
                    self.failures
                        .push((path, Failure::new(Cause::NotReadable, message)));
                }
            }
        }
    }

    fn take(&mut self, folder: &Path, entry: DirEntry) {
        let kind: FileType = entry.file_type();
        if kind.is_symlink() && entry.depth() > 0 {
            self.passed.links += 1;
        } else if kind.is_file() {
            let path = entry.into_path();
            let subfolder = path
                .strip_prefix(folder)
                .ok()
                .and_then(Path::parent)
                .map(Path::to_owned)
                .unwrap_or_default();
            self.photos.push(Photo { path, subfolder });
        }
    }

    /// Leaves out what is not an image of the photos from `first` on.
    fn pass_non_images(&mut self, first: usize) {
        let mut index = 0;
        let before = self.photos.len();
        self.photos.retain(|photo| {
            index += 1;
            index <= first || may_be_image(&photo.path)
        });
        self.passed.non_images += (before - self.photos.len()) as u64;
    }

    fn fail(&mut self, path: &Path, error: &io::Error) {
        let failure = Failure::new(Cause::NotReadable, error.to_string());
        self.failures.push((path.to_owned(), failure));
    }
}

/// Something in a folder that is not one of its photos.
#[derive(Debug)]
struct Ours<'a> {
    path: &'a Path,
    identity: Identity,
}

impl<'a> Ours<'a> {
    /// Returns what is at this path, if there is anything.
    fn at(path: &'a Path) -> Option<Self> {
        let identity = Identity::of(path)?;
        Some(Self { path, identity })
    }

    fn is(&self, entry: &DirEntry) -> bool {
        // A folder may be named in many ways, such as `.`; of files only those of the same name are compared.
        let may_be = entry.file_type().is_dir() || self.path.file_name() == Some(entry.file_name());
        may_be && Identity::of(entry.path()).as_ref() == Some(&self.identity)
    }
}

fn is_passed_by(entry: &DirEntry, ours: &[Ours<'_>]) -> bool {
    let is_hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
    is_hidden || ours.iter().any(|ours| ours.is(entry))
}

/// Returns whether the file is an image by its name or its first bytes. What cannot be read may be one.
fn may_be_image(path: &Path) -> bool {
    let extension = path.extension().and_then(OsStr::to_str);
    let extension = extension.unwrap_or_default().to_ascii_lowercase();
    // A photo that lost its first bytes is damaged, not skipped.
    if prep::formats().any(|format| format.extensions().contains(&&*extension)) {
        return true;
    }
    let mut head = Vec::new();
    let read = File::open(path).and_then(|file| file.take(HEAD).read_to_end(&mut head));
    let is_other = || {
        let header = prep::read_header(&head, &Limits::default());
        matches!(header, Err(Error::NotAnImage | Error::Empty))
    };
    read.is_err() || !is_other()
}

/// Enough to recognize every format.
const HEAD: u64 = 4096;
