//! Reads a list of groups, and rejects the whole list if anything in it is wrong.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt::Display;
use std::path::{Path, PathBuf};

use upload::{ChatId, Messenger};

use crate::input::groups::{Assignment, Groups, folder_of};
use crate::input::overrides::Override;
use crate::input::table::{Row, Table};
use crate::input::walk::{self, Depth, NonImages};
use crate::report::escape;
use crate::report::passed::Passed;
use crate::report::refusal::Refusal;
use crate::target::Target;

/// What is in the folder of a list that is not one of its photos.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Folder<'a> {
    /// Files that the command reads or writes.
    pub(crate) ours: &'a [&'a Path],
    pub(crate) non_images: NonImages,
}

/// Reads the list at `path`: a CSV file, or a folder of photos that are named by their groups.
pub(crate) fn read(
    path: &Path,
    messenger: Messenger,
    folder: Folder<'_>,
) -> Result<Groups, Refusal> {
    let mut draft = Draft {
        messenger,
        ..Draft::default()
    };
    let passed = if path.is_dir() {
        draft.read_folder(path, folder)
    } else {
        draft.read_csv(path)?;
        Passed::default()
    };
    if !draft.wrong.is_empty() {
        return Err(Refusal::usage_lines(draft.wrong));
    }
    if draft.list.is_empty() {
        let shown = escape::path(path);
        return Err(Refusal::nothing_found(format!("{shown}: no groups found")));
    }
    Ok(Groups {
        list: draft.list,
        passed,
    })
}

/// A list while it is read, with what is wrong in it.
#[derive(Debug, Default)]
struct Draft {
    messenger: Messenger,
    list: Vec<Assignment>,
    seen: HashMap<ChatId, String>,
    wrong: Vec<String>,
}

impl Draft {
    /// Returns what was skipped.
    fn read_folder(&mut self, path: &Path, folder: Folder<'_>) -> Passed {
        let Folder { ours, non_images } = folder;
        let found = walk::find(&[path.to_owned()], Depth::One, ours, non_images);
        for (path, failure) in found.failures {
            self.reject(escape::path(&path), failure.message);
        }
        for photo in found.photos {
            let place = escape::path(&photo.path).to_string();
            let name = photo.path.file_stem().unwrap_or_default();
            self.add(place, &name.to_string_lossy(), photo.path.clone());
        }
        found.passed
    }

    fn read_csv(&mut self, path: &Path) -> Result<(), Refusal> {
        let shown = escape::path(path);
        let refuse = |reason: String| Refusal::usage(format!("{shown}: {reason}"));
        let table = Table::read(path).map_err(refuse)?;
        let columns = Columns::of(&table).map_err(refuse)?;
        let folder = folder_of(path);
        for row in &table.rows {
            let place = format!("{shown}:{}", row.line);
            match columns.read(row) {
                Ok((chat, photo)) => self.add(place, chat, folder.join(photo)),
                Err(reason) => self.reject(place, reason),
            }
        }
        Ok(())
    }

    fn add(&mut self, place: String, chat: &str, photo: PathBuf) {
        let chat = match self.messenger.chat_id(chat) {
            Ok(chat) => chat,
            Err(error) => return self.reject(place, format_args!("{}: {error}", quoted(chat))),
        };
        match self.seen.entry(chat.clone()) {
            Entry::Occupied(first) => {
                let first = first.get().clone();
                self.reject(
                    place,
                    format_args!("group {chat} is listed already: {first}"),
                );
            }
            Entry::Vacant(entry) => {
                entry.insert(place.clone());
                self.list.push(Assignment {
                    target: Target::Group(chat),
                    photo,
                    instead: Override::default(),
                    place,
                });
            }
        }
    }

    fn reject(&mut self, place: impl Display, reason: impl Display) {
        self.wrong.push(format!("{place}: {reason}"));
    }
}

/// Where each column is.
#[derive(Clone, Copy, Debug)]
struct Columns {
    count: usize,
    chat: usize,
    photo: usize,
}

impl Columns {
    fn of(table: &Table) -> Result<Self, String> {
        match (table.column("chat_id")?, table.column("photo")?) {
            (Some(chat), Some(photo)) => Ok(Self {
                count: table.names().len(),
                chat,
                photo,
            }),
            _ => Err("the first line must name the columns chat_id and photo".to_owned()),
        }
    }

    /// Returns the chat id and the photo of a row.
    fn read(self, row: &Row) -> Result<(&str, &str), String> {
        let (chat, photo) = (row.cell(self.chat), row.cell(self.photo));
        // Spreadsheets keep an id as text by an apostrophe.
        let chat = chat.strip_prefix('\'').unwrap_or(chat);
        if chat.is_empty() {
            return Err(format!("{}: the chat id is missing", quoted(photo)));
        }
        if photo.is_empty() {
            return Err(format!("{}: the photo is missing", quoted(chat)));
        }
        if photo.contains(['\r', '\n']) {
            let reason = "the photo's name contains a line break: close its quote";
            return Err(format!("{}: {reason}", quoted(photo)));
        }
        if row.width() > self.count {
            return Err(format!(
                "{}: it has {} columns and the first line {}; quote a name that contains the separator",
                quoted(chat),
                row.width(),
                self.count
            ));
        }
        Ok((chat, photo))
    }
}

/// A value for a message: on one line, and shortened. Of what may be a token in the wrong place only the length is shown.
fn quoted(value: &str) -> String {
    let letters = value.chars().count();
    if letters >= SECRET && value.chars().all(char::is_alphanumeric) {
        return format!("({letters} letters and digits)");
    }
    let dots = if letters > SHOWN { "…" } else { "" };
    let shown: String = value.chars().take(SHOWN).collect();
    format!("\"{}{dots}\"", escape::text(&shown))
}

/// How much of a value is shown.
const SHOWN: usize = 40;

/// Tokens have 50 letters and digits; no chat id has half as many.
const SECRET: usize = 32;

#[cfg(test)]
mod tests;
