//! The groups that exist on the emulator.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::messenger::{Api, ChatFields};

/// A group that exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    pub(crate) chat: String,
    pub(crate) subject: String,
    pub(crate) role: Role,
    pub(crate) editing: Editing,
    pub(crate) has_invite_link: bool,
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
            has_invite_link: true,
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

    /// Sets whether people may be invited by a link; they may by default. If not, the link is empty
    /// for those who manage the group too.
    pub fn invite_link(mut self, allowed: bool) -> Self {
        self.has_invite_link = allowed;
        self
    }

    /// Returns whether the account may change the picture.
    pub(crate) fn is_editable(&self) -> bool {
        self.role != Role::Participant || self.editing == Editing::Everyone
    }

    /// Returns the invite link as the account sees it: only those who manage the group see it.
    pub(crate) fn invite_link_seen(&self, api: &Api) -> String {
        match self.role != Role::Participant && self.has_invite_link {
            true => format!("{}{}", api.invite_link, self.chat),
            false => String::new(),
        }
    }

    /// Makes the answer of `getGroupData`.
    pub(crate) fn describe(&self, api: &Api) -> Value {
        let is_manager = self.role != Role::Participant;
        let owner = match self.role {
            Role::Owner => api.account,
            Role::Administrator | Role::Participant => api.someone,
        };
        let link = self.invite_link_seen(api);
        let participant = |id: &str, is_manager: bool| json!({ api.participant_field: id, "isAdmin": is_manager, "isSuperAdmin": id == owner });
        let participants = [
            participant(api.account, is_manager),
            participant(api.someone, owner == api.someone),
        ];
        let mut group = json!({
            api.group_field: self.chat,
            "owner": owner,
            "subject": self.subject,
            "creation": 1_700_000_000,
            "size": participants.len(),
            "participants": participants,
            "groupInviteLink": link,
        });
        if api.tells_rights {
            group["description"] = json!("");
            group["allowParticipantsEditGroupSettings"] = json!(self.editing == Editing::Everyone);
            group["allowParticipantsPinMessages"] = json!(false);
            group["allowParticipantsAddMembers"] = json!(true);
        }
        match api.chat_fields {
            ChatFields::Max => {}
            ChatFields::Telegram => {
                group["isSupergroup"] = json!(true);
                group["isChannel"] = json!(false);
            }
            ChatFields::WhatsApp => {
                group["subjectTime"] = json!(1_700_000_000);
                group["subjectOwner"] = json!(owner);
            }
        }
        group
    }
}

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
    /// Every well-formed chat id is one; these, by chat id, were created.
    Any(BTreeMap<String, Group>),
    /// These, by chat id.
    Listed(BTreeMap<String, Group>),
}

impl Groups {
    pub(crate) fn listed(groups: impl Iterator<Item = Group>) -> Self {
        Self::Listed(groups.map(|group| (group.chat.clone(), group)).collect())
    }

    pub(crate) fn find(&self, chat: &str) -> Option<Group> {
        match self {
            Self::Any(created) => {
                let group = created.get(chat).cloned();
                Some(group.unwrap_or_else(|| Group::new(chat)))
            }
            Self::Listed(groups) => groups.get(chat).cloned(),
        }
    }

    /// Returns a group with a chat id that is not taken, as `chat` names the nth.
    pub(crate) fn next(&self, chat: fn(u64) -> String) -> Group {
        let (Self::Any(taken) | Self::Listed(taken)) = self;
        let free = (1..).map(chat).find(|chat| !taken.contains_key(chat));
        Group::new(free.unwrap_or_default())
    }

    pub(crate) fn add(&mut self, group: Group) {
        let (Self::Any(groups) | Self::Listed(groups)) = self;
        groups.insert(group.chat.clone(), group);
    }
}
