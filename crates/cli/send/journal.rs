//! What a batch records, so that the same command continues where a run was interrupted.
//!
//! ```text
//! {"record":"journal","version":1,"salt":"…","account":"…","check":"…"}
//! {"record":"intent","at":"…","chat":"-100","picture":"…","before":"","check":"…"}
//! {"record":"outcome","at":"…","chat":"-100","picture":"…","outcome":"set","url":"…","check":"…"}
//! ```
//!
//! A line is on the disk before what it announces is done. It is a JSON object that ends with a checksum of all before it.
//! There is no token in it, and no instance: only a hash of the account, to tell it from others.

use std::collections::{HashMap, HashSet};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use upload::{Avatar, ChatId};

use crate::crash_points;
use crate::digest::Digest;
use crate::output::sync_folder_of;
use crate::report::escape;
use crate::report::refusal::Refusal;
use crate::send::account::Account;
use crate::send::checked::{self, Broken};

mod entry;
mod identity;

use entry::Entry;
pub(crate) use entry::{Ending, Past};
pub(crate) use identity::Identity;

/// The journal of one batch, open and locked.
#[derive(Debug)]
pub(crate) struct Journal {
    file: File,
    history: History,
    written: Mutex<Written>,
    synced: Condvar,
}

/// How far the lines of this run have come.
#[derive(Debug, Default)]
struct Written {
    lines: u64,
    on_disk: u64,
    is_syncing: bool,
    failed: Option<String>,
}

impl Journal {
    /// Opens the journal at `path` for this account and reads what happened so far; creates one if there is none.
    pub(crate) fn open(path: &Path, account: &Account) -> Result<Self, Refusal> {
        let refuse = |reason: String| refusal(path, &reason);
        let file = open(path).map_err(|error| refuse(not_usable(&error)))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(refuse("another run is using this journal".to_owned()));
            }
            Err(TryLockError::Error(error)) => return Err(refuse(not_usable(&error))),
        }
        let history = read(&file, account).map_err(&refuse)?;
        let end = history.end;
        let mut journal = Self {
            file,
            history,
            written: Mutex::default(),
            synced: Condvar::new(),
        };
        journal
            .continue_at(path, end, account)
            .map_err(|error| refuse(not_usable(&error)))?;
        Ok(journal)
    }

    /// Reads what happened so far and changes nothing; there may be no such file.
    pub(crate) fn look(path: &Path, account: &Account) -> Result<History, Refusal> {
        let history = match File::open(path) {
            Ok(file) => read(&file, account),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(History::default()),
            Err(error) => Err(not_usable(&error)),
        };
        history.map_err(|reason| refusal(path, &reason))
    }

    /// What earlier runs did, by chat.
    pub(crate) fn past(&self) -> &HashMap<String, Past> {
        &self.history.past
    }

    /// Records where backups are from now on, unless it says so already.
    pub(crate) fn note_backup(&self, folder: &Path) -> Result<(), Stopped> {
        if self.history.backup.as_deref() == Some(folder) {
            return Ok(());
        }
        self.append(&Entry::backup(folder))
    }

    /// Records that a picture is going to be sent. It may be sent when this returns.
    pub(crate) fn intend(
        &self,
        chat: &ChatId,
        picture: Digest,
        before: Option<&Avatar>,
    ) -> Result<(), Stopped> {
        self.append(&Entry::intent(chat, picture, before))
    }

    /// Records what became of a picture.
    pub(crate) fn conclude(
        &self,
        chat: &ChatId,
        picture: Digest,
        ending: Ending,
    ) -> Result<(), Stopped> {
        self.append(&Entry::outcome(chat, picture, ending))
    }

    /// Returns why nothing can be written any more, if so.
    pub(crate) fn failed(&self) -> Option<String> {
        self.written().failed.clone()
    }

    /// Cuts off a line that was not written whole, and begins a journal that has none yet.
    fn continue_at(&mut self, path: &Path, end: u64, account: &Account) -> io::Result<()> {
        if end < self.file.metadata()?.len() {
            self.file.set_len(end)?;
        }
        if end == 0 {
            let header = checked::line(&Entry::header(Identity::new(account)));
            crash_points::at("journal-begin");
            self.file.write_all(header.as_bytes())?;
        }
        self.file.sync_all()?;
        sync_folder_of(path)
    }

    /// Appends a line and waits until it is on the disk. Lines that come together are synced together.
    fn append(&self, entry: &Entry) -> Result<(), Stopped> {
        let line = checked::line(entry);
        let mut written = self.written();
        if written.failed.is_some() {
            return Err(Stopped);
        }
        if crash_points::is_due("journal-torn") {
            let _ = (&self.file).write_all(&line.as_bytes()[..line.len() / 2]);
            crash_points::end();
        }
        if let Err(error) = (&self.file).write_all(line.as_bytes()) {
            // Part of the line may be there: another behind it would be taken for damage.
            return Err(self.fail(written, &error));
        }
        crash_points::at("journal-written");
        written.lines += 1;
        let mine = written.lines;
        while written.on_disk < mine {
            if written.failed.is_some() {
                return Err(Stopped);
            }
            if written.is_syncing {
                written = self
                    .synced
                    .wait(written)
                    .unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            written.is_syncing = true;
            let lines = written.lines;
            drop(written);
            let synced = self.file.sync_data();
            written = self.written();
            written.is_syncing = false;
            if let Err(error) = synced {
                return Err(self.fail(written, &error));
            }
            written.on_disk = lines;
            self.synced.notify_all();
        }
        drop(written);
        crash_points::at("journal-synced");
        Ok(())
    }

    fn fail(&self, mut written: MutexGuard<'_, Written>, error: &io::Error) -> Stopped {
        written.failed = Some(error.to_string());
        self.synced.notify_all();
        Stopped
    }

    fn written(&self) -> MutexGuard<'_, Written> {
        // Each change is one step, so a panic elsewhere leaves nothing half done.
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The journal cannot be written any more; see [`Journal::failed`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stopped;

/// Returns the path of the journal of a list or a folder, unless --journal gives another.
pub(crate) fn default_path(groups: &Path, profile: Option<&str>) -> PathBuf {
    if groups.is_dir() {
        return groups.join(".group-picture.journal");
    }
    let mut path = groups.as_os_str().to_owned();
    if let Some(profile) = profile {
        path.push(".");
        path.push(profile);
    }
    path.push(".journal");
    path.into()
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    // Chat ids are private.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// What a journal tells.
#[derive(Debug, Default)]
pub(crate) struct History {
    /// By chat.
    pub(crate) past: HashMap<String, Past>,
    /// The groups whose avatars were, or may have been, replaced.
    replaced: HashSet<String>,
    /// Where the last run kept what it replaced, if it did.
    pub(crate) backup: Option<PathBuf>,
    /// Where the last whole line ends.
    end: u64,
}

/// Reads a journal up to its last whole line, or tells why it cannot be used.
fn read(file: &File, account: &Account) -> Result<History, String> {
    let unreadable = |error: io::Error| not_usable(&error);
    let mut reader = BufReader::new(file);
    reader.seek(SeekFrom::Start(0)).map_err(unreadable)?;
    let mut history = History::default();
    let mut line = Vec::new();
    for number in 1_u64.. {
        line.clear();
        let length = reader
            .by_ref()
            .take(MAX_LINE)
            .read_until(b'\n', &mut line)
            .map_err(unreadable)? as u64;
        let is_last = reader.fill_buf().map_err(unreadable)?.is_empty();
        if number == 1 && !entry::may_be_header(&line) {
            return Err("it is not a journal of this program, and was not changed".to_owned());
        }
        let entry = match checked::read(&line) {
            Ok(entry) => entry,
            // A line that was not finished; one that was is the disk's fault, or somebody's.
            Err(Broken) if is_last && !line.ends_with(b"\n") => break,
            Err(Broken) => {
                return Err(format!(
                    "line {number} is damaged: remove it and all lines after it to continue; what they recorded is lost"
                ));
            }
        };
        history.take(entry, number, account)?;
        history.end += length;
        if is_last {
            break;
        }
    }
    Ok(history)
}

impl History {
    /// Returns whether a group's avatar was, or may have been, replaced.
    pub(crate) fn has_replaced(&self, chat: &str) -> bool {
        self.replaced.contains(chat) || matches!(self.past.get(chat), Some(Past::Sent { .. }))
    }

    fn take(&mut self, entry: Entry, number: u64, account: &Account) -> Result<(), String> {
        match entry {
            Entry::Journal { version, .. } if version != entry::VERSION => Err(format!(
                "it has version {version}, which this program does not know"
            )),
            Entry::Journal { identity, .. } if number == 1 => {
                if identity.is_of(account) {
                    Ok(())
                } else {
                    Err(
                        "it belongs to another account or messenger: choose another with --journal"
                            .to_owned(),
                    )
                }
            }
            Entry::Journal { .. } => Err(format!("line {number} begins another journal")),
            Entry::Backup { folder, .. } => {
                self.backup = Some(folder.into());
                Ok(())
            }
            entry => {
                self.replaced
                    .extend(entry.may_have_replaced().map(str::to_owned));
                entry.change(&mut self.past);
                Ok(())
            }
        }
    }
}

fn refusal(path: &Path, reason: &str) -> Refusal {
    let shown = escape::path(path);
    Refusal::journal(format!("the journal {shown}: {reason}"))
}

fn not_usable(error: &io::Error) -> String {
    format!("{error}; choose another path with --journal, or use --no-journal")
}

/// More than any line has, in bytes.
const MAX_LINE: u64 = 64 * 1024;

#[cfg(test)]
mod tests;
