//! Reads a list of groups, and rejects the whole list if anything in it is wrong.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt::Display;
use std::path::{Path, PathBuf};

use upload::{ChatId, Messenger};

use super::columns::{Columns, Wanted};
use crate::input::group_names::GroupNames;
use crate::input::groups::{Assignment, Groups, folder_of};
use crate::input::overrides::Override;
use crate::input::quoted::quoted;
use crate::input::source::{self, Source};
use crate::input::table::Table;
use crate::input::walk::{self, Depth, NonImages};
use crate::profile_name::ProfileName;
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

/// An account, as far as a list of its groups needs to know it.
#[derive(Debug)]
pub(crate) struct Member {
    /// The name by which the list calls it, if it names its accounts.
    pub(crate) profile: Option<ProfileName>,
    pub(crate) messenger: Messenger,
    pub(crate) names: Option<GroupNames>,
}

impl Member {
    /// Returns the members for these accounts, with the groups' names from the file at `names`, if there is to be one.
    pub(crate) fn all<'a>(
        accounts: impl IntoIterator<Item = (Option<&'a ProfileName>, Messenger)>,
        names: Option<&Path>,
    ) -> Result<Vec<Self>, Refusal> {
        let member = |(profile, messenger): (Option<&ProfileName>, Messenger)| {
            Ok(Self {
                profile: profile.cloned(),
                messenger,
                names: GroupNames::read(names, messenger, profile)?,
            })
        };
        accounts.into_iter().map(member).collect()
    }
}

/// A list that was opened: a CSV file, or a folder of photos that are named by their groups.
#[derive(Debug)]
pub(crate) struct List<'a> {
    path: &'a Path,
    /// `None` stands for a folder.
    table: Option<(Table, Columns)>,
}

impl<'a> List<'a> {
    /// Opens the list at `path`.
    pub(crate) fn open(path: &'a Path) -> Result<Self, Refusal> {
        let refuse = |reason: String| Refusal::usage(format!("{}: {reason}", escape::path(path)));
        if path.is_dir() && Source::of(path) != Source::Stdin {
            return Ok(Self { path, table: None });
        }
        let table = Table::read(path).map_err(refuse)?;
        let columns = Columns::of(&table).map_err(refuse)?;
        Ok(Self {
            path,
            table: Some((table, columns)),
        })
    }

    /// Returns the profiles of the accounts that it is for, in the order of their first rows: none if it names none, and
    /// no other than `only`, if that is given.
    pub(crate) fn profiles(&self, only: Option<&str>) -> Result<Vec<ProfileName>, Refusal> {
        let mut profiles = Vec::new();
        let Some((table, columns)) = &self.table else {
            return Ok(profiles);
        };
        let named: Vec<_> = table.rows.iter().map(|row| columns.profile(row)).collect();
        if named.iter().all(|name| name.is_empty()) {
            return Ok(profiles);
        }
        if let Some(only) = only {
            let name = only.parse().map_err(Refusal::of)?;
            return Ok(vec![name]);
        }
        let mut wrong = Vec::new();
        for (row, name) in table.rows.iter().zip(named) {
            match name.parse() {
                Ok(name) if profiles.contains(&name) => {}
                Ok(name) => profiles.push(name),
                // Rejected with all else that is wrong, if there is a profile that can read the list.
                Err(_) if name.is_empty() => {}
                Err(error) => wrong.push(format!(
                    "{}:{}: {}: {error}",
                    escape::path(self.path),
                    row.line,
                    quoted(name)
                )),
            }
        }
        match &*wrong {
            [] => Ok(profiles),
            _ => Err(Refusal::usage_lines(wrong)),
        }
    }

    /// Reads the groups of these accounts.
    pub(crate) fn read(&self, members: &[Member], folder: Folder<'_>) -> Result<Groups, Refusal> {
        let mut draft = Draft::default();
        let passed = match (&self.table, members) {
            (Some((table, columns)), _) => draft.read_table(self.path, (table, columns), members),
            (None, [member, ..]) => draft.read_folder(self.path, member, folder),
            (None, []) => Passed::default(),
        };
        if !draft.wrong.is_empty() {
            return Err(Refusal::usage_lines(draft.wrong));
        }
        if draft.list.is_empty() {
            let shown = escape::path(self.path);
            return Err(Refusal::nothing_found(format!("{shown}: no groups found")));
        }
        Ok(Groups {
            list: draft.list,
            names: draft.names,
            passed,
        })
    }
}

/// A list while it is read, with what is wrong in it.
#[derive(Debug, Default)]
struct Draft {
    list: Vec<Assignment>,
    names: HashMap<Target, String>,
    seen: HashMap<Target, String>,
    wrong: Vec<String>,
}

impl Draft {
    /// Returns what was skipped.
    fn read_folder(&mut self, path: &Path, member: &Member, folder: Folder<'_>) -> Passed {
        let Folder { ours, non_images } = folder;
        let found = walk::find(&[path.to_owned()], Depth::One, ours, non_images);
        for (path, failure) in found.failures {
            self.reject(escape::path(&path), failure.message);
        }
        for photo in found.photos {
            let place = escape::path(&photo.path).to_string();
            let name = photo.path.file_stem().unwrap_or_default();
            let name = name.to_string_lossy();
            self.add(place, member, (Wanted::Chat(&name), ""), photo.path.clone());
        }
        found.passed
    }

    /// Returns what was skipped.
    fn read_table(
        &mut self,
        path: &Path,
        (table, columns): (&Table, &Columns),
        members: &[Member],
    ) -> Passed {
        let shown = escape::path(path);
        let folder = folder_of(path);
        let names_accounts = members.iter().any(|member| member.profile.is_some());
        let mut passed = Passed::default();
        for row in &table.rows {
            let place = format!("{shown}:{}", row.line);
            let profile = match names_accounts {
                true => Some(columns.profile(row)),
                false => None,
            };
            let is_of =
                |member: &&Member| member.profile.as_ref().map(ProfileName::as_str) == profile;
            let Some(member) = members.iter().find(is_of) else {
                match profile {
                    Some("") => self.reject(place, "the profile is missing, which other rows have"),
                    _ => passed.other_profiles += 1,
                }
                continue;
            };
            match columns.read(row) {
                Ok((wanted, photo)) => {
                    let photo = source::within(folder, photo);
                    self.add(place, member, (wanted, columns.name(row)), photo);
                }
                Err(reason) => self.reject(place, reason),
            }
        }
        passed
    }

    fn add(
        &mut self,
        place: String,
        member: &Member,
        (wanted, name): (Wanted<'_>, &str),
        photo: PathBuf,
    ) {
        let chat = match find(member, wanted) {
            Ok(chat) => chat,
            Err(reason) => return self.reject(place, reason),
        };
        let known = (member.names.as_ref()).and_then(|names| names.name_of(&chat));
        let name = Some(name).filter(|name| !name.is_empty()).or(known);
        let target = Target {
            profile: member.profile.clone(),
            chat: Some(chat),
        };
        match self.seen.entry(target.clone()) {
            Entry::Occupied(first) => {
                let first = first.get().clone();
                self.reject(place, format_args!("{target} is listed already: {first}"));
            }
            Entry::Vacant(entry) => {
                entry.insert(place.clone());
                if let Some(name) = name {
                    self.names.insert(target.clone(), name.to_owned());
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

    fn reject(&mut self, place: impl Display, reason: impl Display) {
        self.wrong.push(format!("{place}: {reason}"));
    }
}

/// Returns the group of an account that is wanted.
fn find(member: &Member, wanted: Wanted<'_>) -> Result<ChatId, String> {
    match (wanted, &member.names) {
        (Wanted::Chat(text), names) => match (member.messenger.chat_id(text), names) {
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

#[cfg(test)]
mod tests;
