//! The lines of a journal, and what they mean together.

use std::collections::HashMap;
use std::path::Path;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use upload::{Avatar, Messenger};

use super::identity::Identity;
use crate::digest::Digest;
use crate::profile_name::ProfileName;
use crate::target::Target;

/// One line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "record", rename_all = "lowercase")]
pub(super) enum Entry {
    /// The first.
    Journal {
        version: u32,
        /// The account; `None` if the list names several.
        #[serde(flatten)]
        identity: Option<Identity>,
    },
    /// A list names this account so; it comes before the first line about it.
    Account {
        profile: ProfileName,
        #[serde(flatten)]
        identity: Identity,
    },
    /// Avatars are kept in this folder from now on, before they are replaced.
    Backup { at: String, folder: String },
    /// A picture is going to be sent.
    Intent {
        at: String,
        #[serde(flatten)]
        group: Group,
        picture: Digest,
        /// The avatar's address before, empty if there was none; left out if it is not known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<String>,
    },
    /// What became of it.
    Outcome {
        at: String,
        #[serde(flatten)]
        group: Group,
        picture: Digest,
        #[serde(flatten)]
        ending: Ending,
    },
}

/// A group, and the account that its picture is sent through if the list names several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Group {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) profile: Option<ProfileName>,
    chat: String,
}

impl Group {
    fn of(target: &Target) -> Self {
        Self {
            profile: target.profile.clone(),
            chat: target.chat_id().unwrap_or_default(),
        }
    }

    /// Returns it as a target, if it is a group of this messenger.
    pub(super) fn target(self, messenger: Messenger) -> Option<Target> {
        Some(Target {
            profile: self.profile,
            chat: Some(messenger.chat_id(&self.chat).ok()?),
        })
    }
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
    pub(super) fn header(identity: Option<Identity>) -> Self {
        Self::Journal {
            version: VERSION,
            identity,
        }
    }

    pub(super) fn account(profile: ProfileName, identity: Identity) -> Self {
        Self::Account { profile, identity }
    }

    pub(super) fn backup(folder: &Path) -> Self {
        Self::Backup {
            at: now(),
            folder: folder.to_string_lossy().into_owned(),
        }
    }

    pub(super) fn intent(target: &Target, picture: Digest, before: Option<&Avatar>) -> Self {
        Self::Intent {
            at: now(),
            group: Group::of(target),
            picture,
            before: before.map(|avatar| avatar.url.clone().unwrap_or_default()),
        }
    }

    pub(super) fn outcome(target: &Target, picture: Digest, ending: Ending) -> Self {
        Self::Outcome {
            at: now(),
            group: Group::of(target),
            picture,
            ending,
        }
    }

    /// Returns the group that the line is about, if it is about one.
    pub(super) fn group(&self) -> Option<&Group> {
        match self {
            Self::Journal { .. } | Self::Account { .. } | Self::Backup { .. } => None,
            Self::Intent { group, .. } | Self::Outcome { group, .. } => Some(group),
        }
    }

    /// Returns whether this line says that the group's avatar is, or may be, another now.
    pub(super) fn may_have_replaced(&self) -> bool {
        let ending = match self {
            Self::Outcome { ending, .. } => ending,
            _ => return false,
        };
        matches!(ending, Ending::Set { .. } | Ending::Unknown { .. })
    }

    /// Changes what is known of `target`, which this line is about.
    pub(super) fn change(self, target: Target, past: &mut HashMap<Target, Past>) {
        match self {
            Self::Journal { .. } | Self::Account { .. } | Self::Backup { .. } => {}
            Self::Intent {
                picture, before, ..
            } => {
                let before = before.map(|url| Avatar {
                    url: Some(url).filter(|url| !url.is_empty()),
                });
                past.insert(target, Past::Sent { picture, before });
            }
            Self::Outcome {
                picture, ending, ..
            } => match ending {
                Ending::Set { .. } => {
                    past.insert(target, Past::Set { picture });
                }
                Ending::Refused { reason } => {
                    past.insert(target, Past::Refused { picture, reason });
                }
                Ending::NotSet { .. } => {
                    past.remove(&target);
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
