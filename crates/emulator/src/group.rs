//! The groups that exist on the emulator.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// A group that exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    pub(crate) chat: String,
    pub(crate) subject: String,
    pub(crate) role: Role,
    pub(crate) editing: Editing,
}

impl Group {
    /// Makes a group with this chat id, owned by the account.
    pub fn new(chat: impl Into<String>) -> Self {
        let chat = chat.into();
        Self {
            subject: format!("Group {chat}"),
            chat,
            role: Role::Owner,
            editing: Editing::Administrators,
        }
    }

    /// Sets the group's name; `Group <chat id>` by default.
    pub fn subject(mut self, subject: impl Into<String>) -> Self {
        self.subject = subject.into();
        self
    }

    /// Sets the account's role in the group; [`Role::Owner`] by default.
    pub fn role(mut self, role: Role) -> Self {
        self.role = role;
        self
    }

    /// Sets who may change name, picture and description; [`Editing::Administrators`] by default.
    pub fn editing(mut self, editing: Editing) -> Self {
        self.editing = editing;
        self
    }

    /// Returns whether the account may change the picture.
    pub(crate) fn is_editable(&self) -> bool {
        self.role != Role::Participant || self.editing == Editing::Everyone
    }

    /// Makes the answer of `getGroupData`, with the group's id in this field.
    pub(crate) fn describe(&self, id_field: &str, account: &str) -> Value {
        let is_manager = self.role != Role::Participant;
        let owner = match self.role {
            Role::Owner => account,
            Role::Administrator | Role::Participant => SOMEONE,
        };
        let link = if is_manager {
            format!("https://max.ru/join/{}", self.chat)
        } else {
            // Only those who manage a group see its link.
            String::new()
        };
        let participant = |id: &str, is_manager: bool| json!({ "id": id, "isAdmin": is_manager, "isSuperAdmin": id == owner });
        json!({
            id_field: self.chat,
            "owner": owner,
            "subject": self.subject,
            "description": "",
            "creation": 1_700_000_000,
            "groupInviteLink": link,
            "allowParticipantsEditGroupSettings": self.editing == Editing::Everyone,
            "allowParticipantsAddMembers": true,
            "participants": [
                participant(account, is_manager),
                participant(SOMEONE, owner == SOMEONE),
            ],
        })
    }
}

/// The other participant of every group.
const SOMEONE: &str = "10000001";

impl From<&str> for Group {
    fn from(chat: &str) -> Self {
        Self::new(chat)
    }
}

impl From<String> for Group {
    fn from(chat: String) -> Self {
        Self::new(chat)
    }
}

/// The account's role in a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Role {
    /// It created the group.
    Owner,
    /// It may manage the group.
    Administrator,
    /// It is an ordinary participant.
    Participant,
}

/// Who may change a group's name, picture and description: the documented
/// `allowParticipantsEditGroupSettings`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Editing {
    /// Its owner and administrators.
    Administrators,
    /// All of its participants.
    Everyone,
}

/// Which groups there are.
#[derive(Clone, Debug)]
pub(crate) enum Groups {
    /// Every well-formed chat id is one.
    Any,
    /// These, by chat id.
    Listed(BTreeMap<String, Group>),
}

impl Groups {
    pub(crate) fn listed(groups: impl Iterator<Item = Group>) -> Self {
        Self::Listed(groups.map(|group| (group.chat.clone(), group)).collect())
    }

    pub(crate) fn find(&self, chat: &str) -> Option<Group> {
        match self {
            Self::Any => Some(Group::new(chat)),
            Self::Listed(groups) => groups.get(chat).cloned(),
        }
    }
}
