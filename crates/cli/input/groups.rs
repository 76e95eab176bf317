//! Reads which photo is for which group, and rejects the whole list if anything in it is wrong.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt::Display;
use std::fs::File;
use std::path::{Path, PathBuf};

use upload::{ChatId, Messenger};

use crate::input::overrides::{Override, Overrides, Roster};
use crate::input::table;
use crate::input::walk::{self, Depth};
use crate::report::escape;
use crate::report::record::{Outcome, Record};
use crate::report::refusal::Refusal;
use crate::target::Target;

/// Whose avatar is set, and the photo for it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Assignment {
    pub(crate) target: Target,
    pub(crate) photo: PathBuf,
    /// The override for this photo.
    pub(crate) instead: Override,
    /// Where the list says so, for messages.
    pub(crate) place: String,
}

impl Assignment {
    /// Returns the record of what became of it.
    pub(crate) fn record(&self, outcome: Outcome) -> Record {
        Record::of(Some(self.target.clone()), self.photo.clone(), outcome)
    }
}

/// The groups of a list, each of them once.
#[derive(Debug, Default)]
pub(crate) struct Groups {
    /// In the order of the list; of a folder, by name.
    pub(crate) list: Vec<Assignment>,
    /// How many links in a folder were skipped.
    pub(crate) links: u64,
}

impl Groups {
    /// The photos by their names in the list at `path`.
    pub(crate) fn roster(&self, path: &Path) -> Roster {
        let folder = folder_of(path);
        self.list
            .iter()
            .map(|assignment| {
                let photo = &assignment.photo;
                let name = photo.strip_prefix(folder).unwrap_or(photo);
                (photo.clone(), name.to_owned())
            })
            .collect()
    }

    /// Checks that each photo that is not skipped is a regular file that can be read and is not empty.
    pub(crate) fn check_photos(&self) -> Result<(), Refusal> {
        let wrong: Vec<String> = self
            .list
            .iter()
            .filter(|assignment| !assignment.instead.skip)
            .filter_map(|assignment| {
                let reason = unusable(&assignment.photo)?;
                let shown = escape::path(&assignment.photo);
                Some(format!("{}: the photo {shown} {reason}", assignment.place))
            })
            .collect();
        if wrong.is_empty() {
            Ok(())
        } else {
            Err(Refusal::usage_lines(wrong))
        }
    }

    /// Applies the overrides to each photo.
    pub(crate) fn apply(&mut self, overrides: &Overrides) {
        for assignment in &mut self.list {
            assignment.instead = overrides.of(&assignment.photo);
        }
    }
}

/// Returns why the file at `path` cannot be a photo, without reading it.
fn unusable(path: &Path) -> Option<String> {
    match path.metadata() {
        Err(error) => Some(format!("cannot be read: {error}")),
        // Opening a pipe would wait for its writer.
        Ok(metadata) if !metadata.is_file() => Some("is not a regular file".to_owned()),
        Ok(metadata) if metadata.len() == 0 => Some("is empty".to_owned()),
        Ok(_) => match File::open(path) {
            Ok(_) => None,
            Err(error) => Some(format!("cannot be read: {error}")),
        },
    }
}

/// Where the photos of a list are found.
pub(crate) fn folder_of(list: &Path) -> &Path {
    if list.is_dir() {
        return list;
    }
    list.parent().unwrap_or(Path::new(""))
}

/// Reads the list at `path`: a CSV file, or a folder of photos that are named by their groups; what is `ours` in it is skipped.
pub(crate) fn read(path: &Path, messenger: Messenger, ours: &[&Path]) -> Result<Groups, Refusal> {
    let mut draft = Draft {
        messenger,
        ..Draft::default()
    };
    let links = if path.is_dir() {
        draft.read_folder(path, ours)
    } else {
        draft.read_csv(path)?;
        0
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
        links,
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
    /// Tells how many links were skipped.
    fn read_folder(&mut self, folder: &Path, ours: &[&Path]) -> u64 {
        let found = walk::find(&[folder.to_owned()], Depth::One, ours);
        for (path, failure) in found.failures {
            self.reject(escape::path(&path), failure.message);
        }
        for photo in found.photos {
            let place = escape::path(&photo.path).to_string();
            let name = photo.path.file_stem().unwrap_or_default();
            self.add(place, &name.to_string_lossy(), photo.path.clone());
        }
        found.links
    }

    fn read_csv(&mut self, path: &Path) -> Result<(), Refusal> {
        let shown = escape::path(path);
        let refuse = |reason: &dyn Display| Refusal::usage(format!("{shown}: {reason}"));
        let text = table::text(path).map_err(|reason| refuse(&reason))?;

        let mut reader = table::rows(&text);
        let names = reader.headers().map_err(|error| refuse(&error))?;
        let (Some(chat), Some(photo)) = (
            table::column(names, "chat_id"),
            table::column(names, "photo"),
        ) else {
            let reason = "the first line must name the columns chat_id and photo";
            return Err(refuse(&reason));
        };
        let folder = folder_of(path);
        for row in reader.records() {
            let row = row.map_err(|error| refuse(&error))?;
            let line = row.position().map_or(0, csv::Position::line);
            let place = format!("{shown}:{line}");
            match (row.get(chat), row.get(photo)) {
                (Some(_), None | Some("")) => self.reject(place, "the photo is missing"),
                (Some(_), Some(photo)) if photo.contains(['\r', '\n']) => {
                    self.reject(
                        place,
                        "the photo's name contains a line break: close its quote",
                    );
                }
                (Some(chat), Some(photo)) => self.add(place, chat, folder.join(photo)),
                (None, _) => self.reject(place, "the chat id is missing"),
            }
        }
        Ok(())
    }

    fn add(&mut self, place: String, chat: &str, photo: PathBuf) {
        let chat = match self.messenger.chat_id(chat) {
            Ok(chat) => chat,
            Err(error) => return self.reject(place, error),
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

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn read_text(text: &str) -> Result<Vec<(String, PathBuf)>, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("groups.csv");
        fs::write(&path, text).unwrap();

        let groups = read(&path, Messenger::Max, &[]).map_err(|refusal| refusal.to_string())?;

        let within = |photo: PathBuf| photo.strip_prefix(folder.path()).unwrap().to_owned();
        let pair = |assignment: Assignment| {
            let chat = assignment.target.chat_id().unwrap();
            (chat, within(assignment.photo))
        };
        Ok(groups.list.into_iter().map(pair).collect())
    }

    #[test]
    fn spreadsheets_of_all_countries_are_read() {
        for text in [
            "chat_id,photo\n-100,a b.png\n-200,in/c.jpg\n",
            "chat_id;photo\r\n-100;a b.png\r\n-200;in/c.jpg\r\n",
            "chat_id\tphoto\n-100\ta b.png\n-200\tin/c.jpg",
            "\u{feff}Photo,name,Chat_ID\n\"a b.png\",\"Smith, family\",-100\n\nin/c.jpg,,-200\n",
        ] {
            let expected = [
                ("-100".to_owned(), PathBuf::from("a b.png")),
                ("-200".to_owned(), PathBuf::from("in/c.jpg")),
            ];

            assert_eq!(read_text(text).unwrap(), expected, "{text:?}");
        }
    }

    #[test]
    fn everything_wrong_is_told_at_once_with_its_line() {
        let text = "chat_id,photo\n-100,a.png\n100,b.png\n-100,c.png\n-300\n-400,\n";

        let told = read_text(text).unwrap_err();

        let lines: Vec<&str> = told.lines().collect();
        assert_eq!(lines.len(), 4, "{told}");
        for (line, part) in lines.iter().zip([
            "groups.csv:3: the chat id is positive",
            "groups.csv:4: group -100 is listed already: ",
            "groups.csv:5: the photo is missing",
            "groups.csv:6: the photo is missing",
        ]) {
            assert!(line.contains(part), "{line}");
        }
        assert!(lines[1].ends_with("groups.csv:2"), "{told}");
    }

    #[test]
    fn a_list_without_its_first_line_is_refused() {
        for text in ["-100,a.png\n", "", "chat,photo\n-100,a.png\n"] {
            let told = read_text(text).unwrap_err();

            assert!(told.contains("the first line must name"), "{told}");
        }
    }
}
