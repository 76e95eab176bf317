//! What is known of a group before anything is sent.

use serde_json::{Map, Value};

use crate::account::{Account, id};
use crate::text::presentable;

/// What is known of a group (`getGroupData`).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Group {
    /// The group's name on one line, at most 300 characters.
    pub subject: Option<String>,
    /// How many participants it has.
    pub size: Option<u64>,
    /// Its participants, as far as the server lists them.
    pub participants: Vec<Participant>,
    /// Whether every participant may change name, picture and description; `None` if the server
    /// does not say, as on WhatsApp.
    pub is_open: Option<bool>,
    /// The owner's id.
    owner: Option<Box<str>>,
    /// Whether the account sees the invite link.
    has_link: bool,
}

/// A participant of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Participant {
    /// The participant's own chat id.
    pub id: Box<str>,
    /// What the participant may do.
    pub role: Role,
}

/// What a participant may do in a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Role {
    /// Created the group, and manages it.
    Owner,
    /// Manages the group.
    Administrator,
    /// Does not manage the group.
    Participant,
}

/// Whether the account may change a group's name, picture and description.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Editing {
    /// Everyone in the group may.
    Everyone,
    /// The account manages the group.
    Managers,
    /// Only those who manage the group may, and the account is not one of them.
    OthersOnly,
    /// The server did not say.
    Unknown,
}

impl Group {
    /// Reads the fields, if they are those of a group.
    pub(crate) fn read(fields: &Map<String, Value>) -> Option<Self> {
        let text = |name: &str| {
            fields
                .get(name)
                .and_then(Value::as_str)
                .filter(|text| !text.is_empty())
        };
        text("chatId").or_else(|| text("groupId"))?;
        let owner = fields.get("owner").and_then(id);
        let participants: Vec<Participant> = fields
            .get("participants")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(|fields| Participant::read(fields, owner.as_deref()))
            .collect();
        let listed = (!participants.is_empty()).then_some(participants.len() as u64);
        Some(Self {
            subject: text("subject").map(presentable),
            size: fields.get("size").and_then(Value::as_u64).or(listed),
            participants,
            is_open: fields
                .get("allowParticipantsEditGroupSettings")
                .and_then(Value::as_bool),
            owner,
            has_link: text("groupInviteLink").is_some(),
        })
    }

    /// Returns the account's role; `None` if the server does not list the account.
    pub fn role(&self, account: &Account) -> Option<Role> {
        if self.owner.as_deref().is_some_and(|owner| account.is(owner)) {
            return Some(Role::Owner);
        }
        let own = self.participants.iter().find(|one| account.is(&one.id));
        own.map(|one| one.role)
    }

    /// Returns whether the account may change the picture.
    ///
    /// Without an account, only the invite link can tell: those who do not manage the group get
    /// none. An empty one proves nothing, because invite links can be switched off.
    pub fn editing(&self, account: Option<&Account>) -> Editing {
        if self.is_open == Some(true) {
            return Editing::Everyone;
        }
        match account.and_then(|account| self.role(account)) {
            Some(Role::Owner | Role::Administrator) => Editing::Managers,
            Some(Role::Participant) if self.is_open == Some(false) => Editing::OthersOnly,
            None if self.has_link => Editing::Managers,
            Some(Role::Participant) | None => Editing::Unknown,
        }
    }
}

impl Participant {
    fn read(fields: &Value, owner: Option<&str>) -> Option<Self> {
        // MAX documents `id` and answers `chatId`.
        let id = ["chatId", "id"]
            .iter()
            .find_map(|name| id(fields.get(name)?))?;
        let is = |flag: &str| fields.get(flag) == Some(&Value::Bool(true));
        let role = if is("isSuperAdmin") || owner == Some(&id) {
            Role::Owner
        } else if is("isAdmin") {
            Role::Administrator
        } else {
            Role::Participant
        };
        Some(Self { id, role })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Messenger;

    fn group(rest: &str) -> Group {
        let json = format!(r#"{{"chatId":"-1","subject":"Us",{rest}}}"#);
        Group::read(&serde_json::from_str(&json).unwrap()).unwrap()
    }

    fn account(id: &str) -> Account {
        let json = format!(r#"{{"stateInstance":"authorized","chatId":"{id}"}}"#);
        Account::read(Messenger::Max, &serde_json::from_str(&json).unwrap()).unwrap()
    }

    #[test]
    fn who_may_edit_is_decided_by_the_accounts_own_role() {
        let closed = r#""allowParticipantsEditGroupSettings":false"#;
        let listed = r#""owner":"1","participants":[
            {"chatId":"1","isAdmin":true,"isSuperAdmin":true},
            {"chatId":"2","isAdmin":true,"isSuperAdmin":false},
            {"id":3,"isAdmin":false,"isSuperAdmin":false}]"#;
        let linked = r#""groupInviteLink":"https://max.ru/join/x""#;
        let unlinked = r#""groupInviteLink":"""#;
        for (rest, own, expected) in [
            // The owner sees no link where invite links are switched off.
            (
                format!("{closed},{listed},{unlinked}"),
                Some("1"),
                Editing::Managers,
            ),
            (
                format!("{closed},{listed},{unlinked}"),
                Some("2"),
                Editing::Managers,
            ),
            (
                format!("{closed},{listed},{unlinked}"),
                Some("3"),
                Editing::OthersOnly,
            ),
            (
                format!("{closed},{listed},{unlinked}"),
                Some("4"),
                Editing::Unknown,
            ),
            (
                format!("{closed},{listed},{unlinked}"),
                None,
                Editing::Unknown,
            ),
            (format!("{closed},{linked}"), None, Editing::Managers),
            (format!("{closed},{linked}"), Some("4"), Editing::Managers),
            (
                format!("{closed},\"owner\":1"),
                Some("1"),
                Editing::Managers,
            ),
            (
                r#""allowParticipantsEditGroupSettings":true"#.to_owned(),
                None,
                Editing::Everyone,
            ),
            // WhatsApp has no such flag.
            (listed.to_owned(), Some("2"), Editing::Managers),
            (listed.to_owned(), Some("3"), Editing::Unknown),
        ] {
            let account = own.map(account);

            let editing = group(&rest).editing(account.as_ref());

            assert_eq!(editing, expected, "{rest} {own:?}");
        }
    }

    #[test]
    fn size_is_what_the_server_says_or_else_the_length_of_the_list() {
        let participants = r#""participants":[{"chatId":"1"},{"id":"2"},{"name":"?"}]"#;

        assert_eq!(group(r#""size":300"#).size, Some(300));
        assert_eq!(group(participants).size, Some(2));
        assert_eq!(group(r#""owner":"1""#).size, None);
        assert_eq!(group(r#""owner":"1""#).subject.as_deref(), Some("Us"));
    }

    #[test]
    fn an_answer_without_an_id_is_not_a_group() {
        let refused = serde_json::from_str(r#"{"reason":"bad request data"}"#).unwrap();

        assert_eq!(Group::read(&refused), None);
    }
}
