//! What a backup holds for each group, and what of it is to be put back.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use upload::Messenger;

use crate::digest::Digest;
use crate::input::groups::Assignment;
use crate::input::overrides::Override;
use crate::profile_name::ProfileName;
use crate::report::escape;
use crate::report::failure::{Cause, Failure};
use crate::report::record::{Outcome, Record};
use crate::report::refusal::Refusal;
use crate::send::accounts::Accounts;
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

/// A backup's folder or a batch's journal, as it was given.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found<'a> {
    path: &'a Path,
    is_folder: bool,
}

/// A backup and the journal of its batch.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) folder: PathBuf,
    pub(super) journal: PathBuf,
    parts: Vec<Part>,
    /// What the batch's journal tells, if there is one.
    history: Option<History>,
}

/// What is kept of the groups of one account.
#[derive(Debug)]
struct Part {
    profile: Option<ProfileName>,
    folder: PathBuf,
    /// By chat, the oldest first.
    kept: BTreeMap<String, Vec<Kept>>,
}

/// What is to be done.
#[derive(Debug, Default)]
pub(super) struct Selection {
    pub(super) list: Vec<Assignment>,
    /// What is known before anything is sent.
    pub(super) known: Vec<Record>,
}

impl<'a> Found<'a> {
    pub(super) fn at(path: &'a Path) -> Result<Self, Refusal> {
        let is_folder = path.is_dir();
        if !is_folder && !path.is_file() {
            let shown = escape::path(path);
            return Err(Refusal::usage(format!(
                "{shown} is neither a backup's folder nor a journal"
            )));
        }
        Ok(Self { path, is_folder })
    }

    /// Returns the profiles of the accounts that it is of: none if the list named none, and no other than `only`, if that
    /// is given.
    pub(super) fn profiles(self, only: Option<&str>) -> Result<Vec<ProfileName>, Refusal> {
        let all = match self.is_folder {
            true => profiles_in(self.path),
            false => Journal::profiles(self.path)?,
        };
        let Some(only) = only.filter(|_| !all.is_empty()) else {
            return Ok(all);
        };
        let found = all.into_iter().find(|name| name.as_str() == only);
        found.map(|name| vec![name]).ok_or_else(|| {
            let shown = escape::path(self.path);
            Refusal::usage(format!(
                "{shown} has nothing of the profile {}",
                escape::text(only)
            ))
        })
    }
}

/// Returns the names of the folders in a backup that are those of accounts.
fn profiles_in(folder: &Path) -> Vec<ProfileName> {
    let entries = folder.read_dir().into_iter().flatten().flatten();
    let named = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let is_backup = |name: &ProfileName| folder.join(name).join(backup::LEDGER).is_file();
    let mut profiles: Vec<_> = named.filter(is_backup).collect();
    profiles.sort();
    profiles
}

impl Source {
    /// Reads the backup and the journal, by either of them.
    pub(super) fn open(found: Found<'_>, accounts: &Accounts) -> Result<Self, Refusal> {
        match found.is_folder {
            true => Self::of_folder(found.path, accounts),
            false => Self::of_journal(found.path, accounts),
        }
    }

    fn of_journal(path: &Path, accounts: &Accounts) -> Result<Self, Refusal> {
        let history = Journal::look(path, accounts)?;
        let noted = history.backup.clone().filter(|folder| folder.is_dir());
        let folder = noted.unwrap_or_else(|| backup::beside(path));
        if !folder.is_dir() {
            let (shown, folder) = (escape::path(path), escape::path(&folder));
            return Err(Refusal::usage(format!(
                "the backup of {shown} is not found: there is no {folder}"
            )));
        }
        Ok(Self {
            parts: Part::all(&folder, accounts)?,
            folder,
            journal: path.to_owned(),
            history: Some(history),
        })
    }

    fn of_folder(folder: &Path, accounts: &Accounts) -> Result<Self, Refusal> {
        let parts = Part::all(folder, accounts)?;
        let kept = parts.iter().flat_map(|part| part.kept.values().flatten());
        let noted = kept.max_by_key(|kept| &kept.at);
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
            Some(journal) => Some(Journal::look(journal, accounts)?),
            None => None,
        };
        Ok(Self {
            folder: folder.to_owned(),
            journal: journal.unwrap_or_else(|| folder.join(JOURNAL)),
            parts,
            history,
        })
    }

    /// Returns the files that say what is kept.
    pub(super) fn ledgers(&self) -> impl Iterator<Item = PathBuf> {
        self.parts
            .iter()
            .map(|part| part.folder.join(backup::LEDGER))
    }

    /// Selects the avatars of the groups that are wanted, or of all whose avatars were replaced.
    pub(super) fn select(
        &self,
        only: &[String],
        pick: Pick,
        accounts: &Accounts,
    ) -> Result<Selection, Refusal> {
        let is_kept = |chat: &&String| self.parts.iter().any(|part| part.kept.contains_key(*chat));
        let missing = only.iter().filter(|chat| !is_kept(chat));
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
        for part in &self.parts {
            let account = accounts.find(part.profile.as_ref());
            let messenger = account.map(|account| account.messenger).unwrap_or_default();
            for (chat, kept) in &part.kept {
                let target = part.target(chat, messenger)?;
                let is_replaced = self
                    .history
                    .as_ref()
                    .is_none_or(|history| history.has_replaced(&target));
                let is_wanted = only.is_empty() || only.contains(&**chat);
                let kept = match pick {
                    Pick::Latest => kept.last(),
                    Pick::Oldest => kept.first(),
                };
                if let (true, true, Some(kept)) = (is_replaced, is_wanted, kept) {
                    part.take(target, kept, &mut selection);
                }
            }
        }
        if selection.list.is_empty() && selection.known.is_empty() {
            return Err(Refusal::nothing_found(
                "no avatar was replaced: there is nothing to put back",
            ));
        }
        Ok(selection)
    }
}

impl Part {
    /// Reads what a backup keeps for each of these accounts. One whose avatars were not replaced has no folder.
    fn all(folder: &Path, accounts: &Accounts) -> Result<Vec<Self>, Refusal> {
        let mut parts = Vec::new();
        for account in accounts.iter() {
            let folder = account.folder_in(folder);
            if account.profile.is_some() && !folder.join(backup::LEDGER).is_file() {
                continue;
            }
            parts.push(Self {
                profile: account.profile.clone(),
                kept: backup::look(&folder, account)?.into_iter().collect(),
                folder,
            });
        }
        Ok(parts)
    }

    fn target(&self, chat: &str, messenger: Messenger) -> Result<Target, Refusal> {
        let chat = messenger.chat_id(chat);
        let chat = chat.map_err(|error| Refusal::usage(format!("the backup: {error}")))?;
        Ok(Target {
            profile: self.profile.clone(),
            chat: Some(chat),
        })
    }

    fn take(&self, target: Target, kept: &Kept, selection: &mut Selection) {
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
