//! What a batch records, so that the same command continues where a run was interrupted.
//!
//! ```text
//! {"record":"journal","version":1,"salt":"…","account":"…","check":"…"}
//! {"record":"intent","at":"…","chat":"-100","picture":"…","before":"","check":"…"}
//! {"record":"outcome","at":"…","chat":"-100","picture":"…","outcome":"set","url":"…","check":"…"}
//! ```
//!
//! A line is on the disk before what it announces is done. It is a JSON object that ends with a checksum of all before it.
//! There is no token in it, and no instance: only a hash of the account, to tell it from others. If the list names several
//! accounts, each has a line of its own before the first about its groups, and these have its name:
//!
//! ```text
//! {"record":"journal","version":1,"check":"…"}
//! {"record":"account","profile":"sales","salt":"…","account":"…","check":"…"}
//! {"record":"intent","at":"…","profile":"sales","chat":"-100","picture":"…","before":"","check":"…"}
//! ```

use std::collections::{HashMap, HashSet};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use upload::Avatar;

use crate::crash_points;
use crate::digest::Digest;
use crate::output::sync_folder_of;
use crate::profile_name::ProfileName;
use crate::report::escape;
use crate::report::refusal::Refusal;
use crate::send::accounts::Accounts;
use crate::send::checked::{self, Broken};
use crate::target::Target;

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
    /// Opens the journal at `path` for these accounts and reads what happened so far; creates one if there is none.
    pub(crate) fn open(path: &Path, accounts: &Accounts) -> Result<Self, Refusal> {
        let refuse = |reason: String| refusal(path, &reason);
        let file = open(path).map_err(|error| refuse(not_usable(&error)))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(refuse("another run is using this journal".to_owned()));
            }
            Err(TryLockError::Error(error)) => return Err(refuse(not_usable(&error))),
        }
        let history = read(&file, accounts).map_err(&refuse)?;
        let end = history.end;
        let mut journal = Self {
            file,
            history,
            written: Mutex::default(),
            synced: Condvar::new(),
        };
        journal
            .continue_at(path, end, accounts)
            .map_err(|error| refuse(not_usable(&error)))?;
        Ok(journal)
    }

    /// Reads what happened so far and changes nothing; there may be no such file.
    pub(crate) fn look(path: &Path, accounts: &Accounts) -> Result<History, Refusal> {
        let history = match File::open(path) {
            Ok(file) => read(&file, accounts),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(History::default()),
            Err(error) => Err(not_usable(&error)),
        };
        history.map_err(|reason| refusal(path, &reason))
    }

    /// Reads the names of the accounts in the journal at `path`; none if it is of one account.
    pub(crate) fn profiles(path: &Path) -> Result<Vec<ProfileName>, Refusal> {
        let mut profiles = Vec::new();
        let file = File::open(path).map_err(|error| refusal(path, &not_usable(&error)))?;
        let take = |entry, _| {
            if let Entry::Account { profile, .. } = entry {
                profiles.push(profile);
            }
            Ok(())
        };
        read_lines(&file, take).map_err(|reason| refusal(path, &reason))?;
        Ok(profiles)
    }

    /// What earlier runs did.
    pub(crate) fn past(&self) -> &HashMap<Target, Past> {
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
        target: &Target,
        picture: Digest,
        before: Option<&Avatar>,
    ) -> Result<(), Stopped> {
        self.append(&Entry::intent(target, picture, before))
    }

    /// Records what became of a picture.
    pub(crate) fn conclude(
        &self,
        target: &Target,
        picture: Digest,
        ending: Ending,
    ) -> Result<(), Stopped> {
        self.append(&Entry::outcome(target, picture, ending))
    }

    /// Returns why nothing can be written any more, if so.
    pub(crate) fn failed(&self) -> Option<String> {
        self.written().failed.clone()
    }

    /// Cuts off a line that was not written whole, and begins a journal that has none yet.
    fn continue_at(&mut self, path: &Path, end: u64, accounts: &Accounts) -> io::Result<()> {
        if end < self.file.metadata()?.len() {
            self.file.set_len(end)?;
        }
        if end == 0 {
            let header = Entry::header(accounts.unnamed().map(Identity::new));
            crash_points::at("journal-begin");
            self.file.write_all(checked::line(&header).as_bytes())?;
        }
        for account in accounts.iter() {
            if let Some(profile) = &account.profile
                && !self.history.profiles.contains(profile)
            {
                let entry = Entry::account(profile.clone(), Identity::new(account));
                self.file.write_all(checked::line(&entry).as_bytes())?;
            }
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
pub(crate) fn default_path(groups: &Path) -> PathBuf {
    if groups.is_dir() {
        return groups.join(".group-picture.journal");
    }
    let mut path = groups.as_os_str().to_owned();
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
    pub(crate) past: HashMap<Target, Past>,
    /// The groups whose avatars were, or may have been, replaced.
    replaced: HashSet<Target>,
    /// The accounts that it names.
    profiles: HashSet<ProfileName>,
    /// Where the last run kept what it replaced, if it did.
    pub(crate) backup: Option<PathBuf>,
    /// Where the last whole line ends.
    end: u64,
}

/// Reads what a journal tells of the groups of these accounts, or why it cannot be used.
fn read(file: &File, accounts: &Accounts) -> Result<History, String> {
    let mut history = History::default();
    history.end = read_lines(file, |entry, number| history.take(entry, number, accounts))?;
    Ok(history)
}

/// Gives each whole line, with its number, to `take`, and returns where the last one ends.
fn read_lines(
    file: &File,
    mut take: impl FnMut(Entry, u64) -> Result<(), String>,
) -> Result<u64, String> {
    let unreadable = |error: io::Error| not_usable(&error);
    let mut reader = BufReader::new(file);
    reader.seek(SeekFrom::Start(0)).map_err(unreadable)?;
    let mut end = 0;
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
        take(entry, number)?;
        end += length;
        if is_last {
            break;
        }
    }
    Ok(end)
}

impl History {
    /// Returns whether a group's avatar was, or may have been, replaced.
    pub(crate) fn has_replaced(&self, target: &Target) -> bool {
        self.replaced.contains(target) || matches!(self.past.get(target), Some(Past::Sent { .. }))
    }

    fn take(&mut self, entry: Entry, number: u64, accounts: &Accounts) -> Result<(), String> {
        match entry {
            Entry::Journal { version, .. } if version != entry::VERSION => Err(format!(
                "it has version {version}, which this program does not know"
            )),
            Entry::Journal { identity, .. } if number == 1 => check(identity.as_ref(), accounts),
            Entry::Journal { .. } => Err(format!("line {number} begins another journal")),
            Entry::Account { profile, identity } => {
                let account = accounts.find(Some(&profile));
                if account.is_some_and(|account| !identity.is_of(account)) {
                    return Err(format!(
                        "the profile {profile} was another account or messenger: choose another journal with --journal"
                    ));
                }
                self.profiles.insert(profile);
                Ok(())
            }
            Entry::Backup { folder, .. } => {
                self.backup = Some(folder.into());
                Ok(())
            }
            entry => self.take_group(entry, number, accounts),
        }
    }

    /// Takes a line about a group, unless it is one of another account.
    fn take_group(&mut self, entry: Entry, number: u64, accounts: &Accounts) -> Result<(), String> {
        let group = entry.group().cloned();
        let of_account = group.and_then(|group| {
            let account = accounts.find(group.profile.as_ref())?;
            Some((group, account.messenger))
        });
        let Some((group, messenger)) = of_account else {
            return Ok(());
        };
        let target = group.target(messenger).ok_or_else(|| {
            format!(
                "line {number} has a chat id of another messenger than {messenger}: see --messenger"
            )
        })?;
        if entry.may_have_replaced() {
            self.replaced.insert(target.clone());
        }
        entry.change(target, &mut self.past);
        Ok(())
    }
}

/// Checks that a journal that begins so serves these accounts.
fn check(identity: Option<&Identity>, accounts: &Accounts) -> Result<(), String> {
    let reason = match (identity, accounts.unnamed()) {
        (None, None) => return Ok(()),
        (Some(identity), Some(account)) if identity.is_of(account) => return Ok(()),
        (Some(_), Some(_)) => "it belongs to another account or messenger",
        (Some(_), None) => "it belongs to a list without the column profile",
        (None, Some(_)) => "it belongs to a list with the column profile",
    };
    Err(format!("{reason}: choose another with --journal"))
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
