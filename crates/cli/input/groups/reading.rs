//! Reads a list of groups, and rejects the whole list if anything in it is wrong.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};
use std::fmt::Display;
use std::path::{Path, PathBuf};

use upload::{ChatId, Messenger};

use crate::input::group_names::GroupNames;
use crate::input::groups::{Assignment, Groups, folder_of};
use crate::input::overrides::Override;
use crate::input::quoted::quoted;
use crate::input::source::{self, Source};
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
    names: Option<&GroupNames>,
    rows: Rows<'_>,
    folder: Folder<'_>,
) -> Result<Groups, Refusal> {
    let mut draft = Draft {
        messenger,
        names,
        ..Draft::default()
    };
    let passed = if path.is_dir() && Source::of(path) != Source::Stdin {
        draft.read_folder(path, folder)
    } else {
        draft.read_csv(path, rows)?
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
        names: draft.called,
        passed,
        for_profiles: draft.for_profiles,
    })
}

/// A list while it is read, with what is wrong in it.
#[derive(Debug, Default)]
struct Draft<'a> {
    messenger: Messenger,
    names: Option<&'a GroupNames>,
    list: Vec<Assignment>,
    called: HashMap<Target, String>,
    seen: HashMap<ChatId, String>,
    wrong: Vec<String>,
    for_profiles: bool,
}

impl Draft<'_> {
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
            let name = name.to_string_lossy();
            self.add(place, Wanted::Chat(&name), "", photo.path.clone());
        }
        found.passed
    }

    /// Returns what was skipped.
    fn read_csv(&mut self, path: &Path, rows: Rows<'_>) -> Result<Passed, Refusal> {
        let shown = escape::path(path);
        let refuse = |reason: String| Refusal::usage(format!("{shown}: {reason}"));
        let table = Table::read(path).map_err(refuse)?;
        let columns = Columns::of(&table).map_err(refuse)?;
        let folder = folder_of(path);
        columns.check_profiles(&table, rows).map_err(refuse)?;
        self.for_profiles = columns.profile.is_some();
        let mut passed = Passed::default();
        for row in &table.rows {
            if !columns.is_wanted(row, rows) {
                passed.other_profiles += 1;
                continue;
            }
            let place = format!("{shown}:{}", row.line);
            match columns.read(row) {
                Ok((wanted, photo)) => {
                    let photo = source::within(folder, photo);
                    self.add(place, wanted, columns.name(row), photo);
                }
                Err(reason) => self.reject(place, reason),
            }
        }
        Ok(passed)
    }

    fn add(&mut self, place: String, wanted: Wanted<'_>, name: &str, photo: PathBuf) {
        let chat = match self.find(wanted) {
            Ok(chat) => chat,
            Err(reason) => return self.reject(place, reason),
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
                let known = self.names.and_then(|names| names.name_of(&chat));
                let name = Some(name).filter(|name| !name.is_empty()).or(known);
                let target = Target::Group(chat);
                if let Some(name) = name {
                    self.called.insert(target.clone(), name.to_owned());
                }
                self.list.push(Assignment {
                    target,
                    photo,
                    instead: Override::default(),
                    place,
                });
            }
        }
    }

    /// Returns the group that is wanted.
    fn find(&self, wanted: Wanted<'_>) -> Result<ChatId, String> {
        match (wanted, self.names) {
            (Wanted::Chat(text), names) => match (self.messenger.chat_id(text), names) {
                (Ok(chat), _) => Ok(chat),
                (Err(_), Some(names)) => names.find(text),
                (Err(error), None) => Err(format!("{}: {error}", quoted(text))),
            },
            (Wanted::Name(name), Some(names)) => names.find(name),
            (Wanted::Name(name), None) => Err(format!(
                "{}: groups are found by name only with --names, the list that `group-picture groups` wrote",
                quoted(name)
            )),
        }
    }

    fn reject(&mut self, place: impl Display, reason: impl Display) {
        self.wrong.push(format!("{place}: {reason}"));
    }
}

/// How a list says which group it means.
#[derive(Clone, Copy, Debug)]
enum Wanted<'a> {
    /// By its chat id, or in the place of one by its name.
    Chat(&'a str),
    /// By its name.
    Name(&'a str),
}

/// Which rows of a list with a column `profile` are read.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Rows<'a> {
    All,
    /// Those of the profile that is used; if none is, the list must name none.
    Of(Option<&'a str>),
}

/// Where each column is.
#[derive(Clone, Copy, Debug)]
struct Columns {
    count: usize,
    chat: Option<usize>,
    name: Option<usize>,
    photo: usize,
    profile: Option<usize>,
}

impl Columns {
    fn of(table: &Table) -> Result<Self, String> {
        let (chat, name) = (table.column("chat_id")?, table.column("name")?);
        match table.column("photo")? {
            Some(photo) if chat.or(name).is_some() => Ok(Self {
                count: table.names().len(),
                chat,
                name,
                photo,
                profile: table.column("profile")?,
            }),
            _ => Err("the first line must name the columns chat_id (or name) and photo".to_owned()),
        }
    }

    /// Refuses a list for several accounts if it is not said which is meant: every group must get its picture by the right one.
    fn check_profiles(self, table: &Table, rows: Rows<'_>) -> Result<(), String> {
        let named: BTreeSet<&str> = table.rows.iter().map(|row| self.profile(row)).collect();
        let named: Vec<&str> = named.into_iter().filter(|name| !name.is_empty()).collect();
        match rows {
            Rows::Of(None) if !named.is_empty() => Err(format!(
                "the list is for the profiles {}: run the same command once with each, by --profile",
                named
                    .iter()
                    .map(|name| quoted(name))
                    .collect::<Vec<_>>()
                    .join(", ")
            )),
            _ => Ok(()),
        }
    }

    /// Returns whether the row is for the profile in use. One that names none is read, and rejected, by each.
    fn is_wanted(self, row: &Row, rows: Rows<'_>) -> bool {
        match (rows, self.profile(row)) {
            (Rows::All | Rows::Of(None), _) | (_, "") => true,
            (Rows::Of(Some(wanted)), name) => name == wanted,
        }
    }

    fn profile(self, row: &Row) -> &str {
        self.profile.map_or("", |column| row.cell(column))
    }

    fn name(self, row: &Row) -> &str {
        text(row, self.name)
    }

    /// Returns the group and the photo of a row.
    fn read(self, row: &Row) -> Result<(Wanted<'_>, &str), String> {
        let photo = row.cell(self.photo);
        let (wanted, chat) = match (text(row, self.chat), self.name(row)) {
            ("", "") => return Err(format!("{}: the chat id is missing", quoted(photo))),
            ("", name) => (Wanted::Name(name), name),
            (chat, _) => (Wanted::Chat(chat), chat),
        };
        if photo.is_empty() {
            return Err(format!("{}: the photo is missing", quoted(chat)));
        }
        if photo == "-" {
            let reason = "a photo of a list cannot come from stdin (-)";
            return Err(format!("{}: {reason}", quoted(chat)));
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
        Ok((wanted, photo))
    }
}

/// The text of a cell, which spreadsheets keep as text by an apostrophe.
fn text(row: &Row, column: Option<usize>) -> &str {
    let cell = column.map_or("", |column| row.cell(column));
    cell.strip_prefix('\'').unwrap_or(cell)
}

#[cfg(test)]
mod tests;
