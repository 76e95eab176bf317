//! The photos of a job, by all that they may be called in a list of overrides.

use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};

use crate::report::escape;

/// Finds photos by name: first as they are called in the list or below the folder that was given, then by the paths that
/// follow from the command line, then by their full paths.
#[derive(Debug, Default)]
pub(crate) struct Roster {
    by_name: HashMap<PathBuf, Called>,
    by_path: HashMap<PathBuf, Called>,
    by_full_path: HashMap<PathBuf, Called>,
}

/// Who has a name.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Called {
    /// The photo with this full path.
    One(PathBuf),
    /// Two photos with these, or more.
    Several(PathBuf, PathBuf),
}

/// Of each photo its path and its name.
impl FromIterator<(PathBuf, PathBuf)> for Roster {
    fn from_iter<I: IntoIterator<Item = (PathBuf, PathBuf)>>(photos: I) -> Self {
        let mut roster = Self::default();
        for (path, name) in photos {
            let full = full(&path);
            call(&mut roster.by_name, plain(&name), &full);
            call(&mut roster.by_path, plain(&path), &full);
            call(&mut roster.by_full_path, full.clone(), &full);
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
        let shown = || escape::text(text).to_string();
        match self.called(Path::new(text)) {
            Some(Called::One(photo)) => Ok(photo),
            Some(Called::Several(one, other)) => Err(format!(
                "two photos are named \"{}\": write {} or {}",
                shown(),
                escape::path(one),
                escape::path(other)
            )),
            None => Err(format!("no photo of this job is named \"{}\"", shown())),
        }
    }

    /// The first of a photo's names that means it alone; none if it has no name that is text.
    pub(crate) fn name_of<'a>(&self, path: &'a Path, name: &'a Path) -> Option<String> {
        let full = full(path);
        [&plain(name), &plain(path), &full]
            .into_iter()
            .find(|candidate| self.called(candidate) == Some(&Called::One(full.clone())))
            .and_then(|name| name.to_str().map(str::to_owned))
    }

    fn called(&self, name: &Path) -> Option<&Called> {
        self.by_name
            .get(&plain(name))
            .or_else(|| self.by_path.get(&plain(name)))
            .or_else(|| self.by_full_path.get(&full(name)))
    }
}

fn call(names: &mut HashMap<PathBuf, Called>, name: PathBuf, full: &Path) {
    let called = names
        .entry(name)
        .or_insert_with(|| Called::One(full.to_owned()));
    // The same photo may be for two groups.
    if let Called::One(first) = called
        && first != full
    {
        *called = Called::Several(first.clone(), full.to_owned());
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
    fn a_name_of_two_photos_is_refused_and_never_given() {
        let photos = [
            ("one/x.jpg", "x.jpg"),
            ("two/x.jpg", "x.jpg"),
            ("two/one/x.jpg", "one/x.jpg"),
        ];
        let roster = roster(&photos);

        let told = roster.find("x.jpg").unwrap_err();

        assert!(told.starts_with("two photos are named"), "{told}");
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
