//! Decides where each picture goes, and finds conflicts, before any work.

use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use unicode_normalization::UnicodeNormalization;

use crate::identity::Identity;
use crate::input::source::Source;
use crate::input::walk::Photo;
use crate::output::{self, Existing, Obstacle};
use crate::report::escape;
use crate::report::failure::{Cause, Failure};
use crate::report::refusal::Refusal;

/// A photo to prepare, and the file that its picture becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Task {
    pub(crate) photo: PathBuf,
    pub(crate) picture: PathBuf,
}

/// How a picture is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Naming {
    /// The picture of `PHOTO.png` is `PHOTO.jpg`.
    Stem,
    /// The picture of `PHOTO.png` is `PHOTO.png.jpg`.
    Full,
}

/// How pictures are called.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Names<'a> {
    pub(crate) naming: Naming,
    /// What is put before the extension.
    pub(crate) suffix: &'a str,
}

/// What is to be done with each photo.
#[derive(Debug, Default)]
pub(crate) struct Worklist {
    /// To prepare.
    pub(crate) tasks: Vec<Task>,
    /// Whose pictures are there already and stay.
    pub(crate) existing: Vec<Task>,
    /// That cannot be prepared, and why.
    pub(crate) refused: Vec<(PathBuf, Failure)>,
}

/// Gives each photo its picture in `out`.
///
/// Refused are photos whose pictures' names are equal, be it only on a disk that takes upper and lower case, or
/// the ways to write an accent, for the same; pictures that would take the place of a photo; and those that are there
/// already, if `existing` says so. No picture takes the place of one of the `others` either.
pub(crate) fn worklist(
    photos: Vec<Photo>,
    others: &[&Path],
    out: &Path,
    names: &Names<'_>,
    existing: Existing,
) -> Worklist {
    let tasks: Vec<Task> = photos
        .into_iter()
        .map(|photo| Task {
            picture: out
                .join(&photo.subfolder)
                .join(names.picture_of(Path::new(&Source::of(&photo.path).file_name()))),
            photo: photo.path,
        })
        .collect();
    let taken = photos_at_places_of_pictures(&tasks, others.iter().copied());

    let mut worklist = Worklist::default();
    let groups = group_by_name(tasks);
    for group in groups {
        match <[Task; 1]>::try_from(without_repetitions(group)) {
            Ok([task]) => worklist.place(task, &taken, existing),
            Err(colliding) => worklist.refuse_all(colliding),
        }
    }
    worklist
}

impl Worklist {
    fn place(&mut self, task: Task, taken: &HashSet<Identity>, existing: Existing) {
        let shown = escape::path(&task.picture);
        if is_taken(&task.picture, taken) {
            let message =
                format!("its picture {shown} would replace a photo; choose another --out");
            self.refuse(task.photo, Cause::OverPhoto, message);
        } else if task.picture.symlink_metadata().is_err() {
            self.tasks.push(task);
        } else if existing == Existing::Replace {
            match Obstacle::at(&task.picture) {
                None => self.tasks.push(task),
                Some(obstacle) => {
                    let message = format!("its picture {shown} {obstacle}; choose another --out");
                    self.refuse(task.photo, Cause::NotWritten, message);
                }
            }
        } else if existing == Existing::Skip {
            self.existing.push(task);
        } else {
            let message = format!(
                "its picture {shown} exists already; use --overwrite, --skip-existing or --update"
            );
            self.refuse(task.photo, Cause::Exists, message);
        }
    }

    /// Each line names another photo of the group, so that none has to be looked for.
    fn refuse_all(&mut self, colliding: Vec<Task>) {
        let others = colliding.iter().cycle().skip(1);
        for (task, other) in colliding.iter().zip(others) {
            let way_out = if task.photo.file_name() == other.photo.file_name() {
                "prepare them into two folders"
            } else {
                "rename one, or use --full-names"
            };
            let message = format!(
                "its picture {} would have the same name as that of {}; {way_out}",
                escape::path(&task.picture),
                escape::path(&other.photo),
            );
            self.refuse(task.photo.clone(), Cause::Collision, message);
        }
    }

    fn refuse(&mut self, photo: PathBuf, cause: Cause, message: String) {
        self.refused.push((photo, Failure::new(cause, message)));
    }
}

impl Names<'_> {
    fn picture_of(&self, photo: &Path) -> OsString {
        let name = match self.naming {
            Naming::Stem => photo.file_stem(),
            Naming::Full => photo.file_name(),
        };
        let mut name = name.unwrap_or_default().to_owned();
        name.push(self.suffix);
        name.push(".jpg");
        name
    }
}

/// Creates the folder for pictures, so that a wrong one is reported before any work.
pub(crate) fn make_folder(folder: &Path) -> Result<(), Refusal> {
    fs::create_dir_all(folder).map_err(|error| {
        let shown = escape::path(folder);
        Refusal::usage(format!("the folder {shown} cannot be created: {error}"))
    })?;
    output::remove_stale(folder);
    Ok(())
}

fn is_taken(picture: &Path, taken: &HashSet<Identity>) -> bool {
    !taken.is_empty() && Identity::of(picture).is_some_and(|there| taken.contains(&there))
}

/// The photos, these among them, that are found at some picture's place.
fn photos_at_places_of_pictures<'a>(
    tasks: &'a [Task],
    others: impl Iterator<Item = &'a Path>,
) -> HashSet<Identity> {
    // Usually no picture exists yet, and no photo has to be compared.
    if !tasks.iter().any(|task| task.picture.exists()) {
        return HashSet::new();
    }
    tasks
        .iter()
        .map(|task| task.photo.as_path())
        .chain(others)
        .filter_map(Identity::of)
        .collect()
}

/// Puts together what would have the same name, in the order of the first of each.
fn group_by_name(tasks: Vec<Task>) -> Vec<Vec<Task>> {
    let mut places = HashMap::new();
    let mut groups: Vec<Vec<Task>> = Vec::new();
    for task in tasks {
        let place = *places
            .entry(Name::of(&task.picture))
            .or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.push(task),
            None => groups.push(vec![task]),
        }
    }
    groups
}

/// Leaves out photos that were given twice.
fn without_repetitions(group: Vec<Task>) -> Vec<Task> {
    if group.len() == 1 {
        return group;
    }
    let mut seen = HashSet::new();
    group
        .into_iter()
        .filter(|task| Identity::of(&task.photo).is_none_or(|identity| seen.insert(identity)))
        .collect()
}

/// A name as the least particular file system compares it.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Name {
    Text(String),
    Bytes(OsString),
}

impl Name {
    fn of(path: &Path) -> Self {
        match path.to_str() {
            Some(text) => Self::Text(text.nfc().map(fold).nfc().collect()),
            None => Self::Bytes(path.as_os_str().to_owned()),
        }
    }
}

/// One letter for both cases; letters whose other case is several letters stay as they are, as file systems have it.
fn fold(letter: char) -> char {
    let upper = single(letter.to_uppercase()).unwrap_or(letter);
    single(upper.to_lowercase()).unwrap_or(upper)
}

fn single(mut letters: impl Iterator<Item = char>) -> Option<char> {
    let first = letters.next()?;
    letters.next().is_none().then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_some_disk_takes_for_the_same_are_the_same() {
        for (one, other) in [
            ("a.jpg", "a.jpg"),
            ("Photo.jpg", "pHOTO.jpg"),
            ("ФОТО.jpg", "фото.jpg"),
            ("caf\u{e9}.jpg", "cafe\u{301}.jpg"),
            ("CAF\u{c9}.jpg", "cafe\u{301}.jpg"),
            ("σας.jpg", "ΣΑΣ.jpg"),
        ] {
            assert_eq!(
                Name::of(Path::new(one)),
                Name::of(Path::new(other)),
                "{one}"
            );
        }
    }

    #[test]
    fn names_that_every_disk_keeps_apart_are_different() {
        for (one, other) in [
            ("a.jpg", "b.jpg"),
            ("a/b.jpg", "b.jpg"),
            ("e.jpg", "\u{e9}.jpg"),
            ("Stra\u{df}e.jpg", "Strasse.jpg"),
        ] {
            assert_ne!(
                Name::of(Path::new(one)),
                Name::of(Path::new(other)),
                "{one}"
            );
        }
    }

    #[test]
    fn only_the_last_extension_gives_way() {
        for (photo, by_stem, in_full) in [
            ("in/photo.png", "photo.jpg", "photo.png.jpg"),
            ("photo", "photo.jpg", "photo.jpg"),
            ("a.2024.jpeg", "a.2024.jpg", "a.2024.jpeg.jpg"),
            (".hidden", ".hidden.jpg", ".hidden.jpg"),
        ] {
            let named = |naming| Names { naming, suffix: "" }.picture_of(Path::new(photo));
            assert_eq!(named(Naming::Stem), by_stem);
            assert_eq!(named(Naming::Full), in_full);
        }
    }
}
