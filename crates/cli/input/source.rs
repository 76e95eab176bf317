//! Where a photo's bytes are: its path may be a URL, or `-` for stdin.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use crate::report::refusal::Refusal;

/// Where the bytes of a photo are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source<'a> {
    File(&'a Path),
    Url(&'a str),
    Stdin,
}

impl<'a> Source<'a> {
    /// Reads what was given as a photo. A file named `-` is given as `./-`.
    pub(crate) fn of(path: &'a Path) -> Self {
        match path.to_str() {
            Some("-") => Self::Stdin,
            Some(text) if is_url(text) => Self::Url(text),
            _ => Self::File(path),
        }
    }

    /// Returns the file, if it is one.
    pub(crate) fn file(self) -> Option<&'a Path> {
        match self {
            Self::File(path) => Some(path),
            Self::Url(_) | Self::Stdin => None,
        }
    }

    /// Returns the name after which its picture is called: of a URL the last part of its path.
    pub(crate) fn file_name(self) -> OsString {
        match self {
            Self::File(path) => path.file_name().unwrap_or_default().to_owned(),
            Self::Url(url) => url_name(url).into(),
            Self::Stdin => OsString::from("stdin"),
        }
    }
}

/// Returns the path of a photo that a list in `folder` names.
pub(crate) fn within(folder: &Path, photo: &str) -> PathBuf {
    if is_url(photo) {
        photo.into()
    } else {
        folder.join(photo)
    }
}

/// Refuses to read two inputs from stdin.
pub(crate) fn check_stdin<'a>(inputs: impl IntoIterator<Item = &'a Path>) -> Result<(), Refusal> {
    let stdin = inputs.into_iter().filter(|path| *path == OsStr::new("-"));
    if stdin.count() > 1 {
        return Err(Refusal::usage("only one input can be read from stdin (-)"));
    }
    Ok(())
}

fn is_url(text: &str) -> bool {
    let starts_with = |scheme: &str| {
        let beginning = text.get(..scheme.len());
        beginning.is_some_and(|beginning| beginning.eq_ignore_ascii_case(scheme))
    };
    starts_with("http://") || starts_with("https://")
}

/// The last part of a URL's path that is a name, else its host.
fn url_name(url: &str) -> &str {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let mut parts = path.split(['/', '\\', ':']);
    let name = parts.rfind(|part| !matches!(*part, "" | "." | ".."));
    name.unwrap_or("photo")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_and_stdin_are_told_from_files() {
        let url = "HTTPS://example.com/a.jpg";
        for (text, expected) in [
            (url, Source::Url(url)),
            ("http://h/", Source::Url("http://h/")),
            ("-", Source::Stdin),
            ("./-", Source::File(Path::new("./-"))),
            ("httpd/a.jpg", Source::File(Path::new("httpd/a.jpg"))),
            ("ftp://h/a.jpg", Source::File(Path::new("ftp://h/a.jpg"))),
        ] {
            assert_eq!(Source::of(Path::new(text)), expected, "{text}");
        }
    }

    #[test]
    fn a_picture_is_called_after_the_last_part_of_a_url_and_never_leaves_its_folder() {
        for (url, expected) in [
            ("https://h/in/a.jpg?size=1#x", "a.jpg"),
            ("https://h/a%2Fb.png", "a%2Fb.png"),
            ("https://h/in/..", "in"),
            ("https://h/in/..\\..\\x.png", "x.png"),
            ("https://h:8080/", "8080"),
            ("https://h", "h"),
        ] {
            assert_eq!(Source::of(Path::new(url)).file_name(), expected, "{url}");
        }
    }
}
