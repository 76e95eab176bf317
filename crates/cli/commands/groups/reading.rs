//! Reads what is to be known of each group, and keeps it for the run after an interruption.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;

use upload::blocking::Session;
use upload::{GroupChat, RetryConfig};

use crate::commands::groups::listing::{Listed, Role};
use crate::interrupt::Interrupt;
use crate::output::{Inputs, Obstacle};
use crate::report::escape;
use crate::report::failure::{Cause, Failure};
use crate::report::refusal::Refusal;
use crate::report::terminal::Terminal;
use crate::send::account::Account;
use crate::send::asking::patiently;
use crate::send::ledger::Ledger;

/// Reads groups.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'a> {
    pub(super) session: &'a Session,
    pub(super) account: Option<&'a upload::Account>,
    pub(super) retries: &'a RetryConfig,
    pub(super) interrupt: &'a Interrupt,
    pub(super) readings: &'a Readings,
}

impl Reader<'_> {
    /// Reads a group, unless an earlier run has.
    pub(super) fn read(self, chat: &GroupChat) -> Result<Listed, Failure> {
        let mut listed = Listed::from(chat);
        if let Some(earlier) = self.readings.earlier.get(&listed.chat_id) {
            return Ok(earlier.clone());
        }
        let (retries, interrupt) = (self.retries, self.interrupt);
        let group = patiently(retries, interrupt, || self.session.group_data(&chat.id))?;
        let avatar = patiently(retries, interrupt, || self.session.avatar(&chat.id))?;
        let role = self.account.and_then(|account| group.role(account));
        listed.role = role.and_then(|role| match role {
            upload::Role::Owner => Some(Role::Owner),
            upload::Role::Administrator => Some(Role::Admin),
            upload::Role::Participant => Some(Role::Member),
            _ => None,
        });
        listed.name = group.subject.or(listed.name);
        listed.participants = group.size;
        listed.avatar = avatar.url;
        self.readings.keep(&listed)?;
        Ok(listed)
    }
}

/// What was read, in a file if there is to be one.
#[derive(Debug)]
pub(super) struct Readings {
    file: Option<(PathBuf, Ledger)>,
    /// What earlier runs have read, by chat.
    earlier: HashMap<String, Listed>,
}

impl Readings {
    /// Opens the file at `path`, if there is to be one.
    pub(super) fn open(
        path: Option<PathBuf>,
        inputs: &Inputs,
        account: &Account,
    ) -> Result<Self, Refusal> {
        let Some(path) = path else {
            return Ok(Self {
                file: None,
                earlier: HashMap::new(),
            });
        };
        let refuse = |reason: &str| {
            let shown = escape::path(&path);
            Refusal::journal(format!(
                "the journal {shown}: {reason}; choose another --journal"
            ))
        };
        match inputs.obstacle(&path) {
            None | Some(Obstacle::Link) => {}
            Some(obstacle) => return Err(refuse(&format!("it {obstacle}"))),
        }
        let (ledger, lines) =
            Ledger::open::<Listed>(&path, "groups", account).map_err(|why| refuse(&why))?;
        Ok(Self {
            file: Some((path, ledger)),
            earlier: lines
                .into_iter()
                .map(|line| (line.chat_id.clone(), line))
                .collect(),
        })
    }

    fn keep(&self, listed: &Listed) -> Result<(), Failure> {
        let Some((path, ledger)) = &self.file else {
            return Ok(());
        };
        ledger.append(listed).map_err(|error| {
            let shown = escape::path(path);
            let message = format!("the journal {shown} cannot be written: {error}");
            Failure::new(Cause::NotWritten, message)
        })
    }

    /// Says how many groups an earlier run has read.
    pub(super) fn note_resumed(&self, chats: &[GroupChat], terminal: &Terminal) {
        let is_read = |chat: &&GroupChat| self.earlier.contains_key(&chat.id.to_string());
        let count = chats.iter().filter(is_read).count();
        if count > 0 {
            terminal.note(format_args!("groups that an earlier run has read: {count}"));
        }
    }

    /// Says what to do for the rest.
    pub(super) fn note_unfinished(&self, terminal: &Terminal) {
        terminal.note(match self.file {
            Some(_) => "run the same command again for the rest",
            None => "use --journal FILE to keep what was read, and go on from there",
        });
    }

    /// Removes the file: its groups have been listed.
    pub(super) fn remove(self) {
        if let Some((path, ledger)) = self.file {
            drop(ledger);
            // If it cannot be removed, the next run lists what it holds.
            let _ = fs::remove_file(path);
        }
    }
}
