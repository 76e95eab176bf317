//! The history of requests, which tests read.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use serde::{Deserialize, Serialize};

/// One request that came in, and what became of it. It contains no token.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Received {
    /// Its number among all requests, from 1.
    pub number: u64,
    /// The method that was called.
    pub method: Method,
    /// The chat that the body names, if it was read that far; cut after 64 characters.
    pub chat: Option<String>,
    /// How many bytes of the body were read.
    pub bytes: u64,
    /// When its head was read.
    pub arrived: Instant,
    /// The status of the answer; `None` before the answer, and for good if the connection ended
    /// before the whole head was sent.
    pub status: Option<u16>,
    /// Whether it changed a picture, whatever was answered.
    pub changed: bool,
    /// The index, from 0, of the [rule](crate::Rule) that it matched.
    pub rule: Option<usize>,
}

/// The method that a request calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Method {
    /// `setGroupPicture`: sets a group's avatar.
    SetGroupPicture,
    /// `setProfilePicture`: sets the account's own avatar.
    SetProfilePicture,
    /// `getStateInstance`: reads the account's state.
    GetStateInstance,
    /// `getAccountSettings`: reads the account's own id and state (MAX, Telegram).
    GetAccountSettings,
    /// `getWaSettings`: the same on WhatsApp.
    GetWaSettings,
    /// `getGroupData`: reads a group's name, rights and participants.
    GetGroupData,
    /// `getAvatar`: reads where a chat's avatar can be fetched.
    GetAvatar,
    /// `createGroup`: creates a group.
    CreateGroup,
    /// `getSettings`: reads the instance's settings.
    GetSettings,
    /// `getChats`: lists the chats.
    GetChats,
    /// `getContacts`: lists the contacts.
    GetContacts,
    /// The avatar itself, at the `urlAvatar` of an answer.
    UrlAvatar,
    /// Anything else.
    Other,
}

impl Method {
    /// Returns the word in the path.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::SetGroupPicture => "setGroupPicture",
            Self::SetProfilePicture => "setProfilePicture",
            Self::GetStateInstance => "getStateInstance",
            Self::GetAccountSettings => "getAccountSettings",
            Self::GetWaSettings => "getWaSettings",
            Self::GetGroupData => "getGroupData",
            Self::GetAvatar => "getAvatar",
            Self::CreateGroup => "createGroup",
            Self::GetSettings => "getSettings",
            Self::GetChats => "getChats",
            Self::GetContacts => "getContacts",
            Self::UrlAvatar => "urlAvatar",
            Self::Other => "other",
        }
    }
}

/// The last requests, oldest first.
#[derive(Clone, Debug)]
pub(crate) struct History {
    kept: usize,
    seen: Arc<Mutex<Seen>>,
}

#[derive(Debug, Default)]
struct Seen {
    total: u64,
    last: VecDeque<Received>,
    counts: BTreeMap<Method, Counts>,
}

/// How many requests of one method came in, and what became of them, including those that are no
/// longer remembered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub struct Counts {
    /// How many came in.
    pub received: u64,
    /// How many changed a picture, whatever was answered.
    pub changed: u64,
    /// How many were answered, by status.
    pub answered: BTreeMap<u16, u64>,
}

impl History {
    pub(crate) fn new(kept: usize) -> Self {
        Self {
            kept,
            seen: Arc::default(),
        }
    }

    /// Records a request that has arrived. Its entry records the rest.
    pub(crate) fn arrived(&self, method: Method, arrived: Instant) -> Entry {
        let number = self.with(|seen| {
            seen.total += 1;
            seen.counts.entry(method).or_default().received += 1;
            seen.last.push_back(Received {
                number: seen.total,
                method,
                chat: None,
                bytes: 0,
                arrived,
                status: None,
                changed: false,
                rule: None,
            });
            while seen.last.len() > self.kept {
                seen.last.pop_front();
            }
            seen.total
        });
        Entry {
            history: self.clone(),
            number,
            method,
        }
    }

    pub(crate) fn counts(&self) -> BTreeMap<Method, Counts> {
        self.with(|seen| seen.counts.clone())
    }

    /// Forgets all requests. Their numbers are not used again.
    pub(crate) fn forget(&self) {
        self.with(|seen| {
            seen.last.clear();
            seen.counts.clear();
        });
    }

    pub(crate) fn requests(&self) -> Vec<Received> {
        self.with(|seen| seen.last.iter().cloned().collect())
    }

    fn with<T>(&self, act: impl FnOnce(&mut Seen) -> T) -> T {
        // A record is changed in one step, so a panic elsewhere leaves none half written.
        act(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The entry of one request in the history.
#[derive(Debug)]
pub(crate) struct Entry {
    history: History,
    number: u64,
    method: Method,
}

impl Entry {
    pub(crate) fn chat(&self, chat: &str) {
        self.change(|request| request.chat = Some(chat.to_owned()));
    }

    pub(crate) fn bytes(&self, bytes: u64) {
        self.change(|request| request.bytes = bytes);
    }

    pub(crate) fn answered(&self, status: u16) {
        self.change(|request| request.status = Some(status));
        self.count(|counts| *counts.answered.entry(status).or_default() += 1);
    }

    pub(crate) fn rule(&self, index: usize) {
        self.change(|request| request.rule = Some(index));
    }

    pub(crate) fn changed(&self) {
        self.change(|request| request.changed = true);
        self.count(|counts| counts.changed += 1);
    }

    /// Does nothing once the history was forgotten.
    fn count(&self, act: impl FnOnce(&mut Counts)) {
        self.history.with(|seen| {
            if let Some(counts) = seen.counts.get_mut(&self.method) {
                act(counts);
            }
        });
    }

    /// Does nothing once newer requests have displaced this one.
    fn change(&self, act: impl FnOnce(&mut Received)) {
        self.history.with(|seen| {
            let first = seen.total + 1 - seen.last.len() as u64;
            if let Some(index) = self.number.checked_sub(first)
                && let Some(request) = seen.last.get_mut(index as usize)
            {
                act(request);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_requests_are_kept_and_updates_of_older_ones_are_dropped() {
        let history = History::new(2);
        let entries = [(); 3].map(|()| history.arrived(Method::GetChats, Instant::now()));

        for (entry, status) in entries.iter().zip(201..) {
            entry.answered(status);
        }

        let kept: Vec<_> = history
            .requests()
            .iter()
            .map(|request| (request.number, request.status))
            .collect();
        assert_eq!(kept, [(2, Some(202)), (3, Some(203))]);
    }
}
