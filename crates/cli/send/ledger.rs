//! A file of lines that a later run continues: what `groups` has read, what a batch has backed up.
//!
//! ```text
//! {"ledger":"groups","version":1,"salt":"…","account":"…","check":"…"}
//! {"chat_id":"-100","name":"Family",…,"check":"…"}
//! ```
//!
//! Like a journal it names the account only by a hash, is held by one run at a time, and survives a line that was not
//! written whole.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::output::Obstacle;
use crate::send::account::Account;
use crate::send::checked;
use crate::send::journal::Identity;

/// A ledger, open and locked.
#[derive(Debug)]
pub(crate) struct Ledger {
    file: Mutex<File>,
}

/// The first line.
#[derive(Debug, Serialize, Deserialize)]
struct Header {
    ledger: String,
    version: u32,
    #[serde(flatten)]
    identity: Identity,
}

impl Ledger {
    /// Opens the ledger of this kind and account at `path`, or creates one. Returns its lines so far.
    ///
    /// # Errors
    ///
    /// Why it cannot be used. A file that is no such ledger is not changed.
    pub(crate) fn open<T: DeserializeOwned>(
        path: &Path,
        kind: &str,
        account: &Account,
    ) -> Result<(Self, Vec<T>), String> {
        if Obstacle::at(path) == Some(Obstacle::NotRegular) {
            return Err("it is not a regular file".to_owned());
        }
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true);
        // Chat ids are private.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path).map_err(|error| error.to_string())?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err("another run is using it".to_owned()),
            Err(TryLockError::Error(error)) => return Err(error.to_string()),
        }
        let (lines, end) = read(&mut file, kind, account)?;
        let started = start(&mut file, end, kind, account);
        started.map_err(|error| error.to_string())?;
        let file = Mutex::new(file);
        Ok((Self { file }, lines))
    }

    /// Reads the lines of the ledger at `path`, which is not changed.
    pub(crate) fn look<T: DeserializeOwned>(
        path: &Path,
        kind: &str,
        account: &Account,
    ) -> Result<Vec<T>, String> {
        let mut file = File::open(path).map_err(|error| error.to_string())?;
        let (lines, end) = read(&mut file, kind, account)?;
        match end {
            0 => Err(not_one(kind)),
            _ => Ok(lines),
        }
    }

    /// Appends a line; it is on the disk when this returns.
    pub(crate) fn append(&self, line: &impl Serialize) -> io::Result<()> {
        let line = checked::line(line);
        // A line that a panic cut short is found by its checksum.
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.write_all(line.as_bytes())?;
        file.sync_data()
    }
}

/// Returns the lines, and where the last whole line ends.
fn read<T: DeserializeOwned>(
    file: &mut File,
    kind: &str,
    account: &Account,
) -> Result<(Vec<T>, u64), String> {
    let mut bytes = Vec::new();
    let read = file.take(MAX_BYTES).read_to_end(&mut bytes);
    read.map_err(|error| error.to_string())?;
    let mut lines = bytes.split_inclusive(|byte| *byte == b'\n').peekable();
    let Some(first) = lines.next() else {
        return Ok((Vec::new(), 0));
    };
    let beginning = format!("{{\"ledger\":\"{kind}\",");
    let common = first.len().min(beginning.len());
    if first[..common] != beginning.as_bytes()[..common] {
        return Err(not_one(kind));
    }
    let header: Header = match checked::read(first) {
        Ok(header) => header,
        Err(_) if lines.peek().is_none() && !first.ends_with(b"\n") => return Ok((Vec::new(), 0)),
        Err(_) => return Err("its first line is damaged".to_owned()),
    };
    if header.version != VERSION {
        let version = header.version;
        return Err(format!(
            "it has version {version}, which this program does not know"
        ));
    }
    if !header.identity.is_of(account) {
        return Err("it belongs to another account or messenger".to_owned());
    }
    let mut end = first.len();
    let mut entries = Vec::new();
    while let Some(line) = lines.next() {
        match checked::read(line) {
            Ok(entry) => entries.push(entry),
            Err(_) if lines.peek().is_none() && !line.ends_with(b"\n") => break,
            Err(_) => return Err(format!("line {} is damaged", entries.len() + 2)),
        }
        end += line.len();
    }
    Ok((entries, end as u64))
}

fn not_one(kind: &str) -> String {
    format!("it is no ledger of {kind} by this program")
}

/// Cuts off a line that was not written whole, and begins a ledger that has none yet.
fn start(file: &mut File, end: u64, kind: &str, account: &Account) -> io::Result<()> {
    if end < file.metadata()?.len() {
        file.set_len(end)?;
    }
    if end == 0 {
        let header = Header {
            ledger: kind.to_owned(),
            version: VERSION,
            identity: Identity::new(account),
        };
        file.write_all(checked::line(&header).as_bytes())?;
        file.sync_all()?;
    }
    Ok(())
}

const VERSION: u32 = 1;

/// More than any ledger has; a wrong file must not fill the memory.
const MAX_BYTES: u64 = 256 << 20;

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::send::account::Server;

    fn account() -> Account {
        Account {
            profile: None,
            messenger: upload::Messenger::Max,
            server: Server::Emulator,
            avatar_hosts: Vec::new(),
            files: Vec::new(),
        }
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Number {
        number: u32,
    }

    #[test]
    fn a_ledger_that_is_cut_anywhere_keeps_its_whole_lines_and_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger");
        let (ledger, _) = Ledger::open::<Number>(&path, "test", &account()).unwrap();
        let numbers = [1, 2, 3].map(|number| Number { number });
        numbers
            .iter()
            .for_each(|number| ledger.append(number).unwrap());
        drop(ledger);
        let whole = fs::read(&path).unwrap();

        for length in 0..=whole.len() {
            fs::write(&path, &whole[..length]).unwrap();

            let (ledger, read) = Ledger::open::<Number>(&path, "test", &account()).unwrap();
            ledger.append(&Number { number: 9 }).unwrap();
            drop(ledger);
            let (_, again) = Ledger::open::<Number>(&path, "test", &account()).unwrap();

            let ends = whole[..length]
                .iter()
                .filter(|byte| **byte == b'\n')
                .count();
            assert_eq!(read, numbers[..ends.saturating_sub(1)], "{length}");
            assert_eq!(again.len(), read.len() + 1, "{length}");
        }
    }

    #[test]
    fn what_is_no_such_ledger_is_refused_and_not_changed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger");
        let other = Account {
            messenger: upload::Messenger::Telegram,
            ..account()
        };
        drop(Ledger::open::<Number>(&path, "test", &account()).unwrap());
        let whole = fs::read(&path).unwrap();
        let mut flipped = whole.clone();
        flipped[30] ^= 1;

        for (content, kind, account) in [
            (&b"important"[..], "test", &account()),
            (b"{}", "test", &account()),
            (&whole, "other", &account()),
            (&whole, "test", &other),
            (&flipped, "test", &account()),
        ] {
            fs::write(&path, content).unwrap();

            let opened = Ledger::open::<Number>(&path, kind, account);

            assert!(opened.is_err(), "{kind}");
            assert_eq!(fs::read(&path).unwrap(), content);
        }
    }
}
