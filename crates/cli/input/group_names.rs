//! `--names`: the groups of an account by their names, as `group-picture groups` listed them.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use upload::{ChatId, Messenger};

use crate::input::quoted::quoted;
use crate::input::table::Table;
use crate::profile_name::ProfileName;
use crate::report::escape;
use crate::report::refusal::Refusal;

/// The option for lists that give groups by name.
#[derive(Debug, clap::Args)]
pub(crate) struct NameOptions {
    /// Find groups that the list gives by name, in its column chat_id or name, in FILE.csv, which `groups` wrote. A name
    /// must match exactly, and one group only
    #[arg(long, value_name = "FILE.csv")]
    pub(crate) names: Option<PathBuf>,
}

/// Groups by their names.
#[derive(Debug, Default)]
pub(crate) struct GroupNames {
    chats: HashMap<String, Vec<ChatId>>,
    names: HashMap<ChatId, String>,
}

impl GroupNames {
    /// Reads the file at `path`, if there is to be one. Rows without a name are ignored, and those for other profiles, if it
    /// has a column `profile`.
    pub(crate) fn read(
        path: Option<&Path>,
        messenger: Messenger,
        profile: Option<&ProfileName>,
    ) -> Result<Option<Self>, Refusal> {
        let Some(path) = path else {
            return Ok(None);
        };
        let shown = escape::path(path);
        let refuse = |reason: String| Refusal::usage(format!("{shown}: {reason}"));
        let table = Table::read(path).map_err(refuse)?;
        let chat = table.column("chat_id").map_err(refuse)?;
        let name = table.column("name").map_err(refuse)?;
        let (Some(chat), Some(name)) = (chat, name) else {
            let reason = "the first line must name the columns chat_id and name";
            return Err(refuse(reason.to_owned()));
        };
        let of_profile = table.column("profile").map_err(refuse)?.zip(profile);
        let mut names = Self::default();
        for row in &table.rows {
            if of_profile.is_some_and(|(column, profile)| row.cell(column) != profile.as_str()) {
                continue;
            }
            let text = |column| {
                let cell = row.cell(column);
                cell.strip_prefix('\'').unwrap_or(cell)
            };
            let id = messenger.chat_id(text(chat)).map_err(|error| {
                let place = format!("{shown}:{}", row.line);
                Refusal::usage(format!("{place}: {}: {error}", quoted(text(chat))))
            })?;
            let name = text(name);
            if !name.is_empty() {
                let chats = names.chats.entry(name.to_owned()).or_default();
                if !chats.contains(&id) {
                    chats.push(id.clone());
                }
                names.names.insert(id, name.to_owned());
            }
        }
        Ok(Some(names))
    }

    /// Returns what this group is called.
    pub(crate) fn name_of(&self, chat: &ChatId) -> Option<&str> {
        self.names.get(chat).map(String::as_str)
    }

    /// Returns the only group of this name, or why there is none, with the groups that may be meant.
    pub(crate) fn find(&self, name: &str) -> Result<ChatId, String> {
        match self.chats.get(name).map(Vec::as_slice) {
            Some([chat]) => Ok(chat.clone()),
            Some(chats) => Err(format!(
                "{}: {} groups have this name: {}; give the chat id",
                quoted(name),
                chats.len(),
                listed(chats.iter().map(ChatId::to_string))
            )),
            None => match self.similar(name) {
                candidates if candidates.is_empty() => {
                    Err(format!("{}: no group has this id or name", quoted(name)))
                }
                candidates => Err(format!(
                    "{}: no group has exactly this name; similar: {}",
                    quoted(name),
                    listed(candidates.into_iter())
                )),
            },
        }
    }

    /// The groups whose names contain this one, or are contained in it, whatever the case; in the order of their names.
    fn similar(&self, name: &str) -> Vec<String> {
        let plain = |name: &str| {
            let kept = name.chars().filter(|letter| letter.is_alphanumeric());
            kept.flat_map(char::to_lowercase).collect::<String>()
        };
        let wanted = plain(name);
        let is_similar = |other: &str| {
            let other = plain(other);
            !wanted.is_empty()
                && !other.is_empty()
                && (other.contains(&wanted) || wanted.contains(&other))
        };
        let mut found: Vec<String> = self
            .chats
            .iter()
            .filter(|(other, _)| is_similar(other))
            .flat_map(|(other, chats)| {
                chats
                    .iter()
                    .map(move |chat| format!("{} ({chat})", quoted(other)))
            })
            .collect();
        found.sort();
        found
    }
}

/// The first few, and how many there are beyond.
fn listed(items: impl ExactSizeIterator<Item = String>) -> String {
    let more = items.len().saturating_sub(MAX_CANDIDATES);
    let mut shown = items.take(MAX_CANDIDATES).collect::<Vec<_>>().join(", ");
    if more > 0 {
        shown.push_str(&format!(" and {more} more"));
    }
    shown
}

/// How many groups a message names.
const MAX_CANDIDATES: usize = 5;
