//! What is known of the account and its groups before anything is sent.

use serde_json::{Map, Value};

use crate::text::presentable;

/// The state of an instance (`getStateInstance`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum State {
    /// The account is logged in; methods work.
    Authorized,
    /// No account is logged in. Log in on the instance's page.
    NotAuthorized,
    /// The messenger has banned the account.
    Blocked,
    /// The instance is starting, which takes a few minutes at most.
    Starting,
    /// The account is suspended.
    Suspended,
    /// A state that this crate does not know.
    Other,
}

impl State {
    pub(crate) fn read(fields: &Map<String, Value>) -> Option<Self> {
        Some(match fields.get("stateInstance")?.as_str()? {
            "authorized" => Self::Authorized,
            "notAuthorized" => Self::NotAuthorized,
            "blocked" => Self::Blocked,
            "starting" => Self::Starting,
            "suspended" => Self::Suspended,
            _ => Self::Other,
        })
    }
}

/// What is known of a group (`getGroupData`).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Group {
    /// The group's name on one line, at most 300 characters.
    pub subject: Option<String>,
    /// Whether the account may change the picture.
    pub editing: Editing,
}

/// Whether the account may change a group's name, picture and description.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Editing {
    /// Everyone in the group may.
    Everyone,
    /// Only those who manage the group may, and the account sees the link of invitation as they do.
    ///
    /// That this tells who manages the group is inferred, not documented.
    Managers,
    /// Only those who manage the group may, and the account is probably not one of them.
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
        let editing = match fields.get("allowParticipantsEditGroupSettings") {
            Some(Value::Bool(true)) => Editing::Everyone,
            Some(Value::Bool(false)) if text("groupInviteLink").is_some() => Editing::Managers,
            Some(Value::Bool(false)) => Editing::OthersOnly,
            _ => Editing::Unknown,
        };
        Some(Self {
            subject: text("subject").map(presentable),
            editing,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(json: &str) -> Option<Group> {
        Group::read(&serde_json::from_str(json).unwrap())
    }

    #[test]
    fn who_may_edit_is_told_as_far_as_it_is_known() {
        for (rest, expected) in [
            (
                r#""allowParticipantsEditGroupSettings":true"#,
                Editing::Everyone,
            ),
            (
                r#""allowParticipantsEditGroupSettings":false,"groupInviteLink":"https://max.ru/join/x""#,
                Editing::Managers,
            ),
            (
                r#""allowParticipantsEditGroupSettings":false,"groupInviteLink":"""#,
                Editing::OthersOnly,
            ),
            (r#""owner":"1""#, Editing::Unknown),
        ] {
            let group = group(&format!(r#"{{"chatId":"-1","subject":"Us",{rest}}}"#)).unwrap();

            assert_eq!(group.editing, expected, "{rest}");
            assert_eq!(group.subject.as_deref(), Some("Us"));
        }
        assert_eq!(group(r#"{"reason":"bad request data"}"#), None);
    }

    #[test]
    fn every_documented_state_is_known() {
        for (word, expected) in [
            ("authorized", State::Authorized),
            ("notAuthorized", State::NotAuthorized),
            ("blocked", State::Blocked),
            ("starting", State::Starting),
            ("suspended", State::Suspended),
            ("sleepMode", State::Other),
        ] {
            let fields = serde_json::from_str(&format!(r#"{{"stateInstance":"{word}"}}"#)).unwrap();

            assert_eq!(State::read(&fields), Some(expected));
        }
    }
}
