//! `--backup`: keeps each group's avatar before it is replaced, because the API cannot restore it.
//!
//! ```text
//! groups.csv.backup/
//!   backup.jsonl    a line for each avatar: which group's, before which picture, in which file
//!   -100.jpg        as it was fetched, byte for byte
//!   -100.2.jpg      another one, which a later picture replaced
//! ```
//!
//! If the list names several accounts, each has such a folder of its name in it.
//!
//! What a run has kept before a picture stays: a resumed run does not fetch it again, when the avatar may be that picture.

mod avatar;

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use upload::blocking::{Client, Session};
use upload::{Avatar, ChatId, ErrorKind, RetryConfig};

pub(crate) use self::avatar::NotKept;
use self::avatar::{AvatarReader, extension};
use crate::crash_points;
use crate::digest::Digest;
use crate::interrupt::Interrupt;
use crate::output::{self, Written};
use crate::report::escape;
use crate::report::failure::{Cause, Failure};
use crate::report::refusal::Refusal;
use crate::send::account::Account;
use crate::send::ledger::Ledger;
use crate::send::options::OnBackupFailure;

/// Where avatars are kept, and what happens if one cannot be.
#[derive(Clone, Debug)]
pub(crate) struct BackupConfig {
    pub(crate) folder: PathBuf,
    pub(crate) on_failure: OnBackupFailure,
    /// The journal of the batch, if there is one.
    pub(crate) journal: Option<PathBuf>,
}

impl BackupConfig {
    /// Returns the same for one account of several, which has a folder of its own.
    pub(crate) fn of(&self, account: &Account) -> Self {
        Self {
            folder: account.folder_in(&self.folder),
            ..self.clone()
        }
    }
}

/// An avatar that was kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Kept {
    pub(crate) at: String,
    pub(crate) chat: String,
    /// The picture that was going to replace it.
    pub(crate) before: Digest,
    /// Its file; nothing if there was no avatar.
    pub(crate) avatar: Option<KeptFile>,
    /// The journal that tells what became of that picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) journal: Option<String>,
}

/// The file of an avatar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeptFile {
    pub(crate) name: String,
    pub(crate) content: Digest,
}

/// The backup of a batch, open.
#[derive(Debug)]
pub(crate) struct Backup<'a> {
    folder: PathBuf,
    on_failure: OnBackupFailure,
    journal: Option<String>,
    reader: AvatarReader<'a>,
    ledger: Ledger,
    kept: Mutex<KeptSoFar>,
}

/// What is kept so far.
#[derive(Debug, Default)]
struct KeptSoFar {
    /// By chat, the oldest first.
    by_chat: HashMap<String, Vec<Kept>>,
    /// The groups whose avatars were read in this run.
    read: HashSet<String>,
}

/// Whether a picture may have been sent before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Round {
    /// It was not since another picture was set: what the avatar is now is to be kept.
    First,
    /// An earlier run has begun with it: the avatar may be the picture itself by now.
    Resumed,
}

impl<'a> Backup<'a> {
    /// Opens the backup, which continues that of an earlier run.
    pub(crate) fn open(
        config: &BackupConfig,
        account: &Account,
        (client, session): (&'a Client, &'a Session),
        (retries, interrupt): (RetryConfig, &'a Interrupt),
    ) -> Result<Self, Refusal> {
        let folder = &config.folder;
        let refuse = |reason: &str| refusal(folder, reason);
        make_folder(folder).map_err(|error| refuse(&error.to_string()))?;
        let ledger = folder.join(LEDGER);
        let (ledger, lines) = Ledger::open(&ledger, KIND, account).map_err(|why| refuse(&why))?;
        Ok(Self {
            folder: folder.clone(),
            on_failure: config.on_failure,
            journal: config.journal.as_deref().and_then(full),
            reader: AvatarReader {
                client,
                session,
                retries,
                interrupt,
                trial: Mutex::default(),
            },
            ledger,
            kept: Mutex::new(KeptSoFar {
                by_chat: by_chat(lines),
                read: HashSet::new(),
            }),
        })
    }

    /// Keeps the avatar of a group before this picture replaces it, and returns what it is, if it was read.
    ///
    /// # Errors
    ///
    /// If it cannot be kept, and so must not be replaced.
    pub(crate) fn keep(
        &self,
        chat: &ChatId,
        picture: Digest,
        round: Round,
    ) -> Result<Option<Avatar>, NotKept> {
        if self.kept().has(&chat.to_string(), picture, round) {
            return Ok(None);
        }
        let kept = self
            .reader
            .read_or_stop(chat)
            .and_then(|(avatar, content)| {
                let kept = self.keep_content(chat, picture, content);
                kept.map_err(NotKept::Failed).map(|()| avatar)
            });
        match (kept, self.on_failure) {
            (Ok(avatar), _) => Ok(Some(avatar)),
            (Err(_), OnBackupFailure::Send) => Ok(None),
            (Err(why), OnBackupFailure::Fail) => Err(why),
        }
    }

    /// Returns why no more avatars are kept, if so: none is to be replaced then.
    pub(crate) fn stopped(&self) -> Option<ErrorKind> {
        match self.on_failure {
            OnBackupFailure::Fail => self.reader.stopped(),
            OnBackupFailure::Send => None,
        }
    }

    /// Writes and records an avatar, or that there is none.
    fn keep_content(
        &self,
        chat: &ChatId,
        picture: Digest,
        content: Option<Bytes>,
    ) -> Result<(), Failure> {
        let avatar = content.map(|content| self.write(chat, &content));
        let avatar = avatar.transpose()?;
        crash_points::at("backup-written");
        self.record(Kept {
            at: humantime::format_rfc3339_millis(SystemTime::now()).to_string(),
            chat: chat.to_string(),
            before: picture,
            avatar,
            journal: self.journal.clone(),
        })?;
        crash_points::at("backup-recorded");
        Ok(())
    }

    /// Records what was kept, unless that is recorded already.
    fn record(&self, kept: Kept) -> Result<(), Failure> {
        let mut so_far = self.kept();
        so_far.read.insert(kept.chat.clone());
        let of_chat = so_far.by_chat.entry(kept.chat.clone()).or_default();
        let last = of_chat.last();
        if last.is_some_and(|last| (last.before, &last.avatar) == (kept.before, &kept.avatar)) {
            return Ok(());
        }
        self.ledger
            .append(&kept)
            .map_err(|error| self.not_written(&error))?;
        of_chat.push(kept);
        Ok(())
    }

    /// Writes an avatar under a name that is free, unless it is there already.
    fn write(&self, chat: &ChatId, content: &[u8]) -> Result<KeptFile, Failure> {
        let digest = Digest::of(content);
        let earlier = self.kept().by_chat.get(&chat.to_string()).and_then(|kept| {
            let files = kept.iter().filter_map(|kept| kept.avatar.as_ref());
            files.clone().find(|file| file.content == digest).cloned()
        });
        if let Some(earlier) = earlier {
            return Ok(earlier);
        }
        let extension = extension(content);
        for number in 1_u32.. {
            let name = match number {
                1 => format!("{chat}.{extension}"),
                _ => format!("{chat}.{number}.{extension}"),
            };
            let path = self.folder.join(&name);
            let written =
                output::write_new(content, &path).map_err(|error| self.not_written(&error))?;
            // One of a run that ended before it was recorded.
            let is_there = || fs::read(&path).is_ok_and(|there| there == content);
            if written == Written::Yes || is_there() {
                let content = digest;
                return Ok(KeptFile { name, content });
            }
        }
        Err(self.not_written(&io::ErrorKind::AlreadyExists.into()))
    }

    fn not_written(&self, error: &io::Error) -> Failure {
        let shown = escape::path(&self.folder);
        let message = format!("not sent, because the backup {shown} cannot be written: {error}");
        Failure::new(Cause::BackupFailed, message)
    }

    fn kept(&self) -> MutexGuard<'_, KeptSoFar> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl KeptSoFar {
    /// Returns whether what was there before this picture is kept.
    fn has(&self, chat: &str, picture: Digest, round: Round) -> bool {
        let is_kept = |kept: &Kept| kept.before == picture;
        self.by_chat
            .get(chat)
            .is_some_and(|kept| kept.iter().any(is_kept))
            && (round == Round::Resumed || self.read.contains(chat))
    }
}

/// Reads what a backup holds, by chat, the oldest first.
pub(crate) fn look(
    folder: &Path,
    account: &Account,
) -> Result<HashMap<String, Vec<Kept>>, Refusal> {
    let lines = Ledger::look(&folder.join(LEDGER), KIND, account);
    lines.map(by_chat).map_err(|why| refusal(folder, &why))
}

/// Returns the folder of the backup beside a journal: `groups.csv.backup` beside `groups.csv.journal`.
pub(crate) fn beside(journal: &Path) -> PathBuf {
    let is_named = journal
        .extension()
        .is_some_and(|extension| extension == "journal");
    match is_named {
        true => journal.with_extension("backup"),
        false => {
            let mut path = journal.as_os_str().to_owned();
            path.push(".backup");
            path.into()
        }
    }
}

/// The path from the root, if it is text.
fn full(path: &Path) -> Option<String> {
    let path = std::path::absolute(path).ok()?;
    path.to_str().map(str::to_owned)
}

fn by_chat(lines: Vec<Kept>) -> HashMap<String, Vec<Kept>> {
    let mut kept: HashMap<String, Vec<Kept>> = HashMap::new();
    for line in lines {
        kept.entry(line.chat.clone()).or_default().push(line);
    }
    kept
}

/// Creates the folder, or checks that it is empty or a backup.
fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    // Pictures of groups are private.
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    output::remove_stale(folder);
    let is_backup = folder.join(LEDGER).symlink_metadata().is_ok();
    if is_backup || folder.read_dir()?.next().is_none() {
        return Ok(());
    }
    Err(io::Error::other(
        "it is neither empty nor an earlier backup",
    ))
}

fn refusal(folder: &Path, reason: &str) -> Refusal {
    let shown = escape::path(folder);
    Refusal::journal(format!("the backup {shown}: {reason}"))
}

/// The file that says what is in the folder.
pub(crate) const LEDGER: &str = "backup.jsonl";
const KIND: &str = "backup";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_backup_is_beside_the_journal() {
        for (journal, expected) in [
            ("groups.csv.journal", "groups.csv.backup"),
            ("in/.group-picture.journal", "in/.group-picture.backup"),
            ("job", "job.backup"),
        ] {
            assert_eq!(beside(Path::new(journal)), Path::new(expected));
        }
    }
}
