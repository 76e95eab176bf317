//! What a backup holds for each group, and what of it is to be put back.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use upload::{ChatId, Messenger};

use crate::digest::Digest;
use crate::input::groups::Assignment;
use crate::input::overrides::Override;
use crate::report::escape;
use crate::report::failure::{Cause, Failure};
use crate::report::record::{Outcome, Record};
use crate::report::refusal::Refusal;
use crate::send::account::Account;
use crate::send::backup::{self, Kept, KeptFile};
use crate::send::journal::{History, Journal};
use crate::target::Target;

/// Which of the avatars that a group had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pick {
    /// The one before its last picture.
    Latest,
    /// The one before its first picture.
    Oldest,
}

/// A backup and the journal of its batch.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) folder: PathBuf,
    pub(super) journal: PathBuf,
    /// By chat, the oldest first.
    kept: BTreeMap<String, Vec<Kept>>,
    /// What the batch's journal tells, if there is one.
    history: Option<History>,
}

/// What is to be done.
#[derive(Debug, Default)]
pub(super) struct Selection {
    pub(super) list: Vec<Assignment>,
    /// What is known before anything is sent.
    pub(super) known: Vec<Record>,
}

impl Source {
    /// Finds the backup and the journal by either of them.
    pub(super) fn find(path: &Path, account: &Account) -> Result<Self, Refusal> {
        if path.is_dir() {
            return Self::of_folder(path, account);
        }
        let shown = escape::path(path);
        if !path.is_file() {
            return Err(Refusal::usage(format!(
                "{shown} is neither a backup's folder nor a journal"
            )));
        }
        let history = Journal::look(path, account)?;
        let noted = history.backup.clone().filter(|folder| folder.is_dir());
        let folder = noted.unwrap_or_else(|| backup::beside(path));
        if !folder.is_dir() {
            let folder = escape::path(&folder);
            return Err(Refusal::usage(format!(
                "the backup of {shown} is not found: there is no {folder}"
            )));
        }
        Ok(Self {
            kept: backup::look(&folder, account)?.into_iter().collect(),
            folder,
            journal: path.to_owned(),
            history: Some(history),
        })
    }

    fn of_folder(folder: &Path, account: &Account) -> Result<Self, Refusal> {
        let kept: BTreeMap<_, _> = backup::look(folder, account)?.into_iter().collect();
        let noted = kept.values().flatten().max_by_key(|kept| &kept.at);
        let noted = noted
            .and_then(|kept| kept.journal.as_ref())
            .map(PathBuf::from);
        let is_named = folder
            .extension()
            .is_some_and(|extension| extension == "backup");
        let beside = is_named.then(|| folder.with_extension("journal"));
        let journal = noted
            .into_iter()
            .chain(beside)
            .find(|journal| journal.is_file());
        let history = match &journal {
            Some(journal) => Some(Journal::look(journal, account)?),
            None => None,
        };
        Ok(Self {
            folder: folder.to_owned(),
            journal: journal.unwrap_or_else(|| folder.join(JOURNAL)),
            kept,
            history,
        })
    }

    /// Selects the avatars of the groups that are wanted, or of all whose avatars were replaced.
    pub(super) fn select(
        &self,
        only: &[String],
        pick: Pick,
        messenger: Messenger,
    ) -> Result<Selection, Refusal> {
        let missing = only.iter().filter(|chat| !self.kept.contains_key(*chat));
        let missing: Vec<String> = missing
            .map(|chat| {
                format!(
                    "group {} is not in the backup {}",
                    escape::text(chat),
                    escape::path(&self.folder)
                )
            })
            .collect();
        if !missing.is_empty() {
            return Err(Refusal::usage_lines(missing));
        }
        let only: HashSet<&str> = only.iter().map(String::as_str).collect();
        let mut selection = Selection::default();
        for (chat, kept) in &self.kept {
            let is_replaced = self
                .history
                .as_ref()
                .is_none_or(|history| history.has_replaced(chat));
            let is_wanted = only.is_empty() || only.contains(&**chat);
            let kept = match pick {
                Pick::Latest => kept.last(),
                Pick::Oldest => kept.first(),
            };
            if let (true, true, Some(kept)) = (is_replaced, is_wanted, kept) {
                let chat = messenger.chat_id(chat);
                let chat = chat.map_err(|error| Refusal::usage(format!("the backup: {error}")))?;
                self.take(chat, kept, &mut selection);
            }
        }
        if selection.list.is_empty() && selection.known.is_empty() {
            return Err(Refusal::nothing_found(
                "no avatar was replaced: there is nothing to put back",
            ));
        }
        Ok(selection)
    }

    fn take(&self, chat: ChatId, kept: &Kept, selection: &mut Selection) {
        let target = Target::Group(chat);
        let photo = match &kept.avatar {
            None => Err(Failure::new(
                Cause::NothingBefore,
                "it had no avatar before, and the API cannot remove one: it keeps the one it has",
            )),
            Some(file) => self.whole(file),
        };
        match photo {
            Ok(photo) => selection.list.push(Assignment {
                target,
                photo,
                instead: Override::default(),
                place: escape::path(&self.folder).to_string(),
            }),
            Err(failure) => {
                let file = kept
                    .avatar
                    .as_ref()
                    .map_or(PathBuf::new(), |file| self.folder.join(&file.name));
                selection
                    .known
                    .push(Record::of(Some(target), file, Outcome::Failed(failure)));
            }
        }
    }

    /// Returns the path of a file that is as it was kept.
    fn whole(&self, file: &KeptFile) -> Result<PathBuf, Failure> {
        let not_readable = |why: String| Failure::new(Cause::NotReadable, why);
        // A name is all that is kept; what else is in its place was not written by this program.
        if Path::new(&file.name).file_name() != Some(file.name.as_ref()) {
            return Err(not_readable(
                "the backup names no file of its own".to_owned(),
            ));
        }
        let path = self.folder.join(&file.name);
        let content = fs::read(&path).map_err(|error| not_readable(error.to_string()))?;
        match Digest::of(&content) == file.content {
            true => Ok(path),
            false => Err(not_readable("the file is not as it was kept".to_owned())),
        }
    }
}

/// The journal of a restore, if the batch had none.
pub(super) const JOURNAL: &str = "restore.journal";
