//! The photos of a job, by all that they may be called in a list of overrides.

use std::collections::HashMap;
use std::ffi::OsString;
use std::hash::Hash;
use std::path::{Component, Path, PathBuf};

use crate::report::escape;

/// Finds photos by name: first as they are called in the list or below the folder that was given, then by the paths that
/// follow from the command line, then by their full paths, then by the end of a full path, so that what was saved from the
/// preview of a folder is found in a list that names the folder too.
#[derive(Debug, Default)]
pub(crate) struct Roster {
    by_name: Called,
    by_path: Called,
    by_full_path: Called,
    by_file_name: HashMap<OsString, Vec<PathBuf>>,
}

/// The full paths of the photos that have a name.
type Called = HashMap<PathBuf, Vec<PathBuf>>;

/// Of each photo its path and its name.
impl FromIterator<(PathBuf, PathBuf)> for Roster {
    fn from_iter<I: IntoIterator<Item = (PathBuf, PathBuf)>>(photos: I) -> Self {
        let mut roster = Self::default();
        for (path, name) in photos {
            let full = full(&path);
            call(&mut roster.by_name, plain(&name), &full);
            call(&mut roster.by_path, plain(&path), &full);
            call(&mut roster.by_full_path, full.clone(), &full);
            let file_name = full.file_name().unwrap_or_default().to_owned();
            call(&mut roster.by_file_name, file_name, &full);
        }
        roster
    }
}

impl Roster {
    /// The full path of the one photo that is called so.
    pub(crate) fn find(&self, text: &str) -> Result<&Path, String> {
        if text.is_empty() {
            return Err("the photo is missing".to_owned());
        }
        let shown = escape::text(text);
        match &*self.called(Path::new(text)) {
            [] => Err(format!("no photo of this job is named \"{shown}\"")),
            [photo] => Ok(photo),
            photos => {
                let candidates: Vec<String> = photos
                    .iter()
                    .take(MAX_CANDIDATES)
                    .map(|photo| escape::path(photo).to_string())
                    .collect();
                let more = match photos.len() - candidates.len() {
                    0 => String::new(),
                    more => format!(" (and {more} more)"),
                };
                Err(format!(
                    "{} photos are named \"{shown}\": write {}{more}",
                    photos.len(),
                    candidates.join(" or ")
                ))
            }
        }
    }

    /// The first of a photo's names that means it alone; none if it has no name that is text.
    pub(crate) fn name_of<'a>(&self, path: &'a Path, name: &'a Path) -> Option<String> {
        let full = full(path);
        [&plain(name), &plain(path), &full]
            .into_iter()
            .find(|candidate| *self.called(candidate) == [&*full])
            .and_then(|name| name.to_str().map(str::to_owned))
    }

    /// The photos that have this name.
    fn called(&self, name: &Path) -> Vec<&Path> {
        let (plain, full) = (plain(name), full(name));
        let exact = self
            .by_name
            .get(&plain)
            .or_else(|| self.by_path.get(&plain))
            .or_else(|| self.by_full_path.get(&full));
        if let Some(photos) = exact {
            return photos.iter().map(PathBuf::as_path).collect();
        }
        let alike = name
            .file_name()
            .and_then(|last| self.by_file_name.get(last));
        let alike = alike.into_iter().flatten().map(PathBuf::as_path);
        alike.filter(|photo| photo.ends_with(&plain)).collect()
    }
}

/// How many photos are named where a name means several.
const MAX_CANDIDATES: usize = 5;

fn call<N: Eq + Hash>(names: &mut HashMap<N, Vec<PathBuf>>, name: N, full: &Path) {
    let called = names.entry(name).or_default();
    // The same photo may be for two groups.
    if !called.iter().any(|photo| photo == full) {
        called.push(full.to_owned());
    }
}

/// The path from the root, by its text alone: links are not followed.
pub(super) fn full(path: &Path) -> PathBuf {
    plain(&std::path::absolute(path).unwrap_or_else(|_| path.to_owned()))
}

/// The path without `.` and repeated separators.
fn plain(path: &Path) -> PathBuf {
    path.components()
        .filter(|component| *component != Component::CurDir)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roster(photos: &[(&str, &str)]) -> Roster {
        photos
            .iter()
            .map(|(path, name)| (PathBuf::from(path), PathBuf::from(name)))
            .collect()
    }

    #[test]
    fn a_photo_is_found_by_name_then_by_path_then_by_full_path() {
        let roster = roster(&[("a/x.jpg", "x.jpg"), ("a/a/x.jpg", "a/x.jpg")]);
        let full = |path| std::path::absolute(path).unwrap();

        for (text, expected) in [
            ("x.jpg", "a/x.jpg"),
            ("./x.jpg", "a/x.jpg"),
            // The name of one goes before the path of the other.
            ("a/x.jpg", "a/a/x.jpg"),
            ("a/a//x.jpg", "a/a/x.jpg"),
            (full("a/x.jpg").to_str().unwrap(), "a/x.jpg"),
        ] {
            assert_eq!(roster.find(text), Ok(&*full(expected)), "{text}");
        }
        for text in ["", "X.jpg", "a", "../a/x.jpg"] {
            assert!(roster.find(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_photo_is_found_by_the_end_of_its_path_if_it_is_the_only_one() {
        let roster = roster(&[
            ("in/one/x.jpg", "in/one/x.jpg"),
            ("in/two/x.jpg", "in/two/x.jpg"),
            ("in/two/y.jpg", "in/two/y.jpg"),
        ]);

        for (text, expected) in [
            ("y.jpg", "in/two/y.jpg"),
            ("two/x.jpg", "in/two/x.jpg"),
            ("./two//y.jpg", "in/two/y.jpg"),
        ] {
            let found = roster.find(text).unwrap();
            assert!(found.ends_with(expected), "{text}: {found:?}");
        }
        let told = roster.find("x.jpg").unwrap_err();
        assert!(told.starts_with("2 photos are named \"x.jpg\": "), "{told}");
        for candidate in ["in/one/x.jpg", "in/two/x.jpg"] {
            assert!(told.contains(candidate), "{told}");
        }
        // Parts of names are no names.
        for text in ["wo/x.jpg", "jpg", "one/y.jpg", "two"] {
            assert!(roster.find(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_name_of_two_photos_is_refused_and_never_given() {
        let photos = [
            ("one/x.jpg", "x.jpg"),
            ("two/x.jpg", "x.jpg"),
            ("two/one/x.jpg", "one/x.jpg"),
        ];
        let roster = roster(&photos);

        let told = roster.find("x.jpg").unwrap_err();

        assert!(told.starts_with("2 photos are named"), "{told}");
        for (path, name) in photos {
            let given = roster.name_of(Path::new(path), Path::new(name)).unwrap();
            let found = roster.find(&given).unwrap();
            assert!(found.ends_with(path), "{path}: {given}");
        }
    }

    #[test]
    fn one_photo_for_two_groups_is_one_photo() {
        let roster = roster(&[("in/x.jpg", "x.jpg"), ("in/./x.jpg", "x.jpg")]);

        assert!(roster.find("x.jpg").is_ok());
    }
}
