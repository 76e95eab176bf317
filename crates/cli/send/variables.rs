//! The variables that hold credentials: those of the environment, and with `--env-file` those of a file before them.

use std::collections::HashMap;
use std::env;
use std::ffi::OsString;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::report::escape;
use crate::report::refusal::Refusal;
use crate::send::secret_file::warn_if_public;

/// The variables of a file; what it does not set, the environment may. Without `Debug`, because it may hold the token.
#[derive(Default)]
pub(crate) struct Variables(HashMap<String, String>);

impl Variables {
    /// Reads a file of lines `NAME=value`, if there is one. No message repeats a line: it may hold the token.
    pub(crate) fn read(path: Option<&Path>) -> Result<Self, Refusal> {
        let Some(path) = path else {
            return Ok(Self::default());
        };
        let shown = escape::path(path);
        let mut text = String::new();
        File::open(path)
            .and_then(|file| {
                warn_if_public(&file);
                file.take(MAX_BYTES).read_to_string(&mut text)
            })
            .map_err(|error| Refusal::usage(format!("{shown}: {error}")))?;
        parse(&text)
            .map(Self)
            .map_err(|line| Refusal::usage(format!("{shown}:{line}: expected NAME=value")))
    }

    pub(crate) fn get(&self, name: &str) -> Option<OsString> {
        let of_file = self.0.get(name).map(OsString::from);
        of_file.or_else(|| env::var_os(name))
    }
}

/// Returns the variables, or the first line that sets none.
fn parse(text: &str) -> Result<HashMap<String, String>, usize> {
    let mut variables = HashMap::new();
    for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let line = line.strip_prefix("export ").unwrap_or(line);
        let (name, value) = line.split_once('=').ok_or(index + 1)?;
        let value = value_of(value.trim()).ok_or(index + 1)?;
        variables.insert(name.trim().to_owned(), value.to_owned());
    }
    Ok(variables)
}

/// What is between quotes, or up to a comment; none if a quote is not closed.
fn value_of(text: &str) -> Option<&str> {
    for quote in ['"', '\''] {
        if let Some(quoted) = text.strip_prefix(quote) {
            return quoted.split_once(quote).map(|(value, _)| value);
        }
    }
    let value = text.split(" #").next().unwrap_or_default();
    Some(value.trim_end())
}

/// A file of variables is a page of text.
const MAX_BYTES: u64 = 1 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_as_shells_and_their_libraries_do() {
        let text = "\u{feff}# comment\r\n\nA=1\r\nexport B = two words # comment\nC='a # b'\nD=\"x=y\" # z\nE=\nA=2\n";

        let variables = parse(text).unwrap();

        for (name, value) in [
            ("A", "2"),
            ("B", "two words"),
            ("C", "a # b"),
            ("D", "x=y"),
            ("E", ""),
        ] {
            assert_eq!(
                variables.get(name).map(String::as_str),
                Some(value),
                "{name}"
            );
        }
        assert_eq!(parse("A=1\nnonsense\n"), Err(2));
        assert_eq!(parse("A='1\n"), Err(1));
    }
}
