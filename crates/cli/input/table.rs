//! CSV as spreadsheets and people of all countries write it.

mod text;

use std::path::Path;

use csv::ReaderBuilder;

/// A list: the names of its columns, and its rows.
#[derive(Debug)]
pub(crate) struct Table {
    names: Vec<String>,
    pub(crate) rows: Vec<Row>,
}

/// A row that is not blank.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Row {
    /// Its line in the file, from 1, as an editor counts it.
    pub(crate) line: u64,
    cells: Vec<String>,
}

impl Table {
    /// Reads the file at `path`, or returns why it cannot be read.
    pub(crate) fn read(path: &Path) -> Result<Self, String> {
        Self::parse(&text::read(path)?)
    }

    fn parse(text: &str) -> Result<Self, String> {
        let (hint, rest) = separator_hint(text);
        let mut reader = ReaderBuilder::new()
            .delimiter(hint.unwrap_or_else(|| delimiter(rest)))
            .flexible(true)
            .has_headers(false)
            .from_reader(rest.as_bytes());
        let mut lines = Lines::of(text, text.len() - rest.len());
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|error| error.to_string())?;
            let start = record.position().map_or(0, csv::Position::byte);
            let line = lines.at(start);
            let cells: Vec<String> = record.iter().map(cell).collect();
            if !cells.iter().all(String::is_empty) {
                rows.push(Row { line, cells });
            }
        }
        let mut rows = rows.into_iter();
        let names = rows.next().map_or_else(Vec::new, |row| row.cells);
        Ok(Self {
            names,
            rows: rows.collect(),
        })
    }

    /// The names of all columns, as they were written.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// Returns which column has this name, however it is spelled: `chatId` is `chat_id`.
    ///
    /// A duplicate column name is an error: it is ambiguous.
    pub(crate) fn column(&self, wanted: &str) -> Result<Option<usize>, String> {
        let wanted = plain(wanted);
        let mut found =
            (0..self.names.len()).filter(|column| plain(&self.names[*column]) == wanted);
        let first = found.next();
        match (first, found.next()) {
            (Some(first), Some(second)) => Err(format!(
                "columns {} and {} are both named {}: remove one",
                first + 1,
                second + 1,
                self.names[first],
            )),
            _ => Ok(first),
        }
    }
}

impl Row {
    /// The cell's text; empty if the row ends before it.
    pub(crate) fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }

    /// The number of its cells, empty ones at its end too.
    pub(crate) fn len(&self) -> usize {
        self.cells.len()
    }

    /// The number of cells up to the last that is not empty.
    pub(crate) fn width(&self) -> usize {
        let last = self.cells.iter().rposition(|cell| !cell.is_empty());
        last.map_or(0, |last| last + 1)
    }
}

/// A column's name without case, and without what separates its words.
fn plain(name: &str) -> String {
    let kept = name
        .chars()
        .filter(|letter| !matches!(letter, '_' | '-' | ' '));
    kept.flat_map(char::to_lowercase).collect()
}

/// What a cell says.
///
/// ```text
/// ␣-100␣    "spaces around"    ->  -100
/// ="-100"   text, for Excel    ->  -100
/// ␣"a b"    a space, a quote   ->  a b
/// ```
fn cell(raw: &str) -> String {
    let text = raw.trim();
    let quoted = match text.strip_prefix('=') {
        Some(formula) => Some(formula),
        None if raw.starts_with(' ') => Some(text),
        None => None,
    };
    let inner = quoted.and_then(|quoted| quoted.strip_prefix('"')?.strip_suffix('"'));
    inner.map_or_else(
        || text.to_owned(),
        |inner| inner.trim().replace("\"\"", "\""),
    )
}

/// Splits off Excel's first line `sep=;`, if there is one.
fn separator_hint(text: &str) -> (Option<u8>, &str) {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let hint = first.trim_end_matches('\r').trim_matches('"');
    match hint.as_bytes() {
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', sign] => (Some(*sign), rest),
        _ => (None, text),
    }
}

/// The sign between columns: what the first line that is not blank has most of. Spreadsheets write `;` where numbers have
/// a decimal comma.
fn delimiter(text: &str) -> u8 {
    let is_blank = |line: &&str| line.trim_matches([' ', '\t', ';', ',']).is_empty();
    let first = text
        .lines()
        .find(|line| !is_blank(line))
        .unwrap_or_default();
    let count = |sign: u8| first.bytes().filter(|byte| *byte == sign).count();
    // Of equals the last is taken, so the comma comes last.
    let signs = *b"\t;,";
    signs
        .into_iter()
        .max_by_key(|sign| count(*sign))
        .unwrap_or(b',')
}

/// Counts lines up to places that come in order.
///
/// `csv` counts them too, but takes the place of a row to be before the end of the line above: one too low for CRLF, and
/// more after blank lines.
struct Lines<'a> {
    text: &'a [u8],
    /// Where the rows begin.
    offset: usize,
    at: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str, offset: usize) -> Self {
        Self {
            text: text.as_bytes(),
            offset,
            at: 0,
            line: 1,
        }
    }

    /// The line of the row that `csv` found to start at this byte of the rows.
    fn at(&mut self, start: u64) -> u64 {
        let start = self.offset + usize::try_from(start).unwrap_or(usize::MAX);
        let blank = self.text.get(start..).unwrap_or_default();
        let blank = blank
            .iter()
            .take_while(|byte| matches!(byte, b'\r' | b'\n'));
        let start = (start + blank.count()).min(self.text.len());
        for at in self.at..start {
            let ends = match self.text[at] {
                b'\n' => true,
                // Alone it ends a line of old Macs.
                b'\r' => self.text.get(at + 1) != Some(&b'\n'),
                _ => false,
            };
            self.line += u64::from(ends);
        }
        self.at = start;
        self.line
    }
}

#[cfg(test)]
mod tests;
