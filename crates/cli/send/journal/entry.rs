//! The lines of a journal, and what they mean together.

use std::collections::HashMap;
use std::path::Path;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use upload::{Avatar, ChatId};

use super::identity::Identity;
use crate::digest::Digest;

/// One line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "record", rename_all = "lowercase")]
pub(super) enum Entry {
    /// The first.
    Journal {
        version: u32,
        #[serde(flatten)]
        identity: Identity,
    },
    /// Avatars are kept in this folder from now on, before they are replaced.
    Backup { at: String, folder: String },
    /// A picture is going to be sent.
    Intent {
        at: String,
        chat: String,
        picture: Digest,
        /// The avatar's address before, empty if there was none; left out if it is not known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<String>,
    },
    /// What became of it.
    Outcome {
        at: String,
        chat: String,
        picture: Digest,
        #[serde(flatten)]
        ending: Ending,
    },
}

/// What became of a picture that was going to be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub(crate) enum Ending {
    /// It is the avatar.
    Set {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        url: Option<String>,
    },
    /// It was refused, and would be again.
    Refused { reason: String },
    /// It was not set, for a transient reason.
    NotSet { reason: String },
    /// The outcome is unknown.
    Unknown { reason: String },
}

/// What the lines so far tell of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Past {
    /// This picture is its avatar.
    Set { picture: Digest },
    /// This picture was refused.
    Refused { picture: Digest, reason: String },
    /// This picture was sent, and the outcome is unknown.
    Sent {
        picture: Digest,
        /// What the avatar was before, if it is known.
        before: Option<Avatar>,
    },
}

pub(super) const VERSION: u32 = 1;

impl Entry {
    pub(super) fn header(identity: Identity) -> Self {
        Self::Journal {
            version: VERSION,
            identity,
        }
    }

    pub(super) fn backup(folder: &Path) -> Self {
        Self::Backup {
            at: now(),
            folder: folder.to_string_lossy().into_owned(),
        }
    }

    pub(super) fn intent(chat: &ChatId, picture: Digest, before: Option<&Avatar>) -> Self {
        Self::Intent {
            at: now(),
            chat: chat.to_string(),
            picture,
            before: before.map(|avatar| avatar.url.clone().unwrap_or_default()),
        }
    }

    pub(super) fn outcome(chat: &ChatId, picture: Digest, ending: Ending) -> Self {
        Self::Outcome {
            at: now(),
            chat: chat.to_string(),
            picture,
            ending,
        }
    }

    /// Returns the group whose avatar this line says is, or may be, another now.
    pub(super) fn may_have_replaced(&self) -> Option<&str> {
        match self {
            Self::Outcome {
                chat,
                ending: Ending::Set { .. } | Ending::Unknown { .. },
                ..
            } => Some(chat),
            _ => None,
        }
    }

    /// Changes what is known of the groups by what this line tells.
    pub(super) fn change(self, past: &mut HashMap<String, Past>) {
        match self {
            Self::Journal { .. } | Self::Backup { .. } => {}
            Self::Intent {
                chat,
                picture,
                before,
                ..
            } => {
                let before = before.map(|url| Avatar {
                    url: Some(url).filter(|url| !url.is_empty()),
                });
                past.insert(chat, Past::Sent { picture, before });
            }
            Self::Outcome {
                chat,
                picture,
                ending,
                ..
            } => match ending {
                Ending::Set { .. } => {
                    past.insert(chat, Past::Set { picture });
                }
                Ending::Refused { reason } => {
                    past.insert(chat, Past::Refused { picture, reason });
                }
                Ending::NotSet { .. } => {
                    past.remove(&chat);
                }
                // The intent before it stands.
                Ending::Unknown { .. } => {}
            },
        }
    }
}

/// Whether a file that begins so is a journal, or one whose very first line was not finished.
pub(super) fn may_be_header(line: &[u8]) -> bool {
    let common = line.len().min(HEADER.len());
    line[..common] == HEADER[..common]
}

fn now() -> String {
    humantime::format_rfc3339_millis(SystemTime::now()).to_string()
}

/// How every journal begins.
const HEADER: &[u8] = br#"{"record":"journal","version":"#;
