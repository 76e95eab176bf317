//! CSV as the spreadsheets of all countries write it.

use std::fs;
use std::path::Path;

use csv::{Reader, ReaderBuilder, StringRecord};

/// Reads the file's text, or returns why it cannot be read.
pub(crate) fn text(path: &Path) -> Result<String, String> {
    let bytes = fs::read(path).map_err(|error| error.to_string())?;
    let text = String::from_utf8(bytes)
        .map_err(|_| "the list is not UTF-8: save it as CSV UTF-8".to_owned())?;
    Ok(match text.strip_prefix('\u{feff}') {
        Some(text) => text.to_owned(),
        None => text,
    })
}

/// The rows of a list; the first is that of its columns' names.
pub(crate) fn rows(text: &str) -> Reader<&[u8]> {
    ReaderBuilder::new()
        .delimiter(delimiter(text))
        .flexible(true)
        .from_reader(text.as_bytes())
}

/// Which column has this name, however it is spelled.
pub(crate) fn column(names: &StringRecord, wanted: &str) -> Option<usize> {
    names
        .iter()
        .position(|name| name.trim().eq_ignore_ascii_case(wanted))
}

/// The sign between columns: what the first line has most of. Spreadsheets write `;` where numbers have a decimal comma.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    let count = |sign: u8| first.bytes().filter(|byte| *byte == sign).count();
    // Of equals the last is taken, so the comma comes last.
    let signs = *b"\t;,";
    signs
        .into_iter()
        .max_by_key(|sign| count(*sign))
        .unwrap_or(b',')
}
