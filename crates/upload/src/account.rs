//! The account behind an instance: its state, and its own ids.

use std::fmt;
use std::time::{Duration, SystemTime};

use serde_json::{Map, Value};

use crate::kind::ErrorKind;
use crate::messenger::Messenger;

/// The state of an instance (`getStateInstance`).
///
/// `Display` is the word that the server answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum State {
    /// The account is logged in; methods work.
    Authorized,
    /// No account is logged in.
    NotAuthorized,
    /// Logging in waits for the password of two-factor authentication (Telegram).
    PendingPassword,
    /// The messenger has banned the account.
    Blocked,
    /// The instance is starting, which takes a few minutes at most.
    Starting,
    /// The account's phone is switched off (WhatsApp).
    SleepMode,
    /// The account is restricted. On MAX it may not write to strangers, and all else works.
    Suspended,
    /// Sending messages is restricted because of spam (WhatsApp).
    YellowCard,
    /// A state that this crate does not know.
    Other,
}

impl State {
    pub(crate) fn read(fields: &Map<String, Value>) -> Option<Self> {
        let word = fields.get("stateInstance")?.as_str()?;
        let known = Self::WORDS.iter().find(|(_, known)| *known == word);
        Some(known.map_or(Self::Other, |(state, _)| *state))
    }

    /// Returns the kind of failure that setting a picture ends with in this state; `None` if
    /// pictures can be set.
    pub fn failure(self, messenger: Messenger) -> Option<ErrorKind> {
        match self {
            Self::Authorized | Self::YellowCard => None,
            Self::NotAuthorized | Self::PendingPassword => Some(ErrorKind::AccountNotAuthorized),
            Self::Blocked => Some(ErrorKind::Suspended),
            Self::Suspended if messenger.spec().suspended_may_edit => None,
            Self::Suspended => Some(ErrorKind::Suspended),
            Self::Starting => Some(ErrorKind::Starting),
            Self::SleepMode | Self::Other => Some(ErrorKind::NotReady),
        }
    }

    /// Returns what the state means and the step that helps, on one line; `None` if all is well.
    pub fn advice(self) -> Option<&'static str> {
        match self {
            Self::Authorized => None,
            Self::NotAuthorized => Some("no account is logged in: log in on the instance's page"),
            Self::PendingPassword => Some(
                "logging in waits for the two-factor password: enter it on the instance's page",
            ),
            Self::Blocked => Some("the messenger has banned the account: log in with another one"),
            Self::Starting => Some("the instance is starting: try again in a few minutes"),
            Self::SleepMode => Some(
                "the account's phone is switched off: switch it on, and try again in five minutes",
            ),
            Self::Suspended => Some(
                "the account is restricted, and may not write to strangers: send nothing unusual until the restriction ends",
            ),
            Self::YellowCard => Some(
                "sending messages is restricted because of spam: pause all messages, then reboot the instance",
            ),
            Self::Other => Some("the state is not a known one: see the instance's page"),
        }
    }

    /// The words of <https://green-api.com/v3/docs/api/account/GetStateInstance> and of the same
    /// pages of the other messengers.
    const WORDS: [(Self, &str); 8] = [
        (Self::Authorized, "authorized"),
        (Self::NotAuthorized, "notAuthorized"),
        (Self::PendingPassword, "pendingPassword"),
        (Self::Blocked, "blocked"),
        (Self::Starting, "starting"),
        (Self::SleepMode, "sleepMode"),
        (Self::Suspended, "suspended"),
        (Self::YellowCard, "yellowCard"),
    ];
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = Self::WORDS.iter().find(|(state, _)| state == self);
        f.pad(known.map_or("unknown", |(_, word)| word))
    }
}

/// The account behind an instance (`getAccountSettings`, on WhatsApp `getWaSettings`).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Account {
    /// Its state.
    pub state: State,
    /// When its restriction ends, if it is [`State::Suspended`] and the server says so.
    pub suspended_until: Option<SystemTime>,
    /// The ids by which groups may list it.
    ids: Vec<Box<str>>,
}

impl Account {
    /// Reads the fields, if they are those of an account.
    pub(crate) fn read(messenger: Messenger, fields: &Map<String, Value>) -> Option<Self> {
        let state = State::read(fields)?;
        let chat = fields.get("chatId").and_then(id);
        // Where people are known by their numbers, groups list them by number too.
        let number = messenger.spec().person_suffix.and_then(|suffix| {
            let phone = fields.get("phone").and_then(id)?;
            Some(format!("{phone}{suffix}").into_boxed_str())
        });
        Some(Self {
            state,
            suspended_until: fields
                .get("suspendedUntil")
                .and_then(Value::as_u64)
                .filter(|seconds| *seconds > 0)
                .and_then(|seconds| {
                    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
                }),
            ids: chat.into_iter().chain(number).collect(),
        })
    }

    /// Returns whether this is one of the account's ids.
    pub fn is(&self, id: &str) -> bool {
        self.ids.iter().any(|own| **own == *id)
    }
}

/// Reads an id, which some answers have as a number.
pub(crate) fn id(value: &Value) -> Option<Box<str>> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.as_str().into()),
        Value::Number(number) => Some(number.to_string().into()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_documented_state_is_known_and_has_its_advice() {
        use ErrorKind::{AccountNotAuthorized, NotReady, Starting, Suspended};
        for (word, state, on_max, on_telegram) in [
            ("authorized", State::Authorized, None, None),
            (
                "notAuthorized",
                State::NotAuthorized,
                Some(AccountNotAuthorized),
                Some(AccountNotAuthorized),
            ),
            (
                "pendingPassword",
                State::PendingPassword,
                Some(AccountNotAuthorized),
                Some(AccountNotAuthorized),
            ),
            ("blocked", State::Blocked, Some(Suspended), Some(Suspended)),
            ("starting", State::Starting, Some(Starting), Some(Starting)),
            (
                "sleepMode",
                State::SleepMode,
                Some(NotReady),
                Some(NotReady),
            ),
            ("suspended", State::Suspended, None, Some(Suspended)),
            ("yellowCard", State::YellowCard, None, None),
            ("unknown", State::Other, Some(NotReady), Some(NotReady)),
        ] {
            let fields = serde_json::from_str(&format!(r#"{{"stateInstance":"{word}"}}"#)).unwrap();

            assert_eq!(State::read(&fields), Some(state));
            assert_eq!(state.to_string(), word);
            assert_eq!(state.failure(Messenger::Max), on_max, "{word}");
            assert_eq!(state.failure(Messenger::Telegram), on_telegram, "{word}");
            assert_eq!(state.advice().is_none(), state == State::Authorized);
        }
    }

    #[test]
    fn an_account_is_known_by_its_chat_and_on_whatsapp_by_its_number() {
        let read = |messenger, json| {
            Account::read(messenger, &serde_json::from_str(json).unwrap()).unwrap()
        };

        let max = read(
            Messenger::Max,
            r#"{"stateInstance":"suspended","chatId":"10000000","phone":"79876543210","suspendedUntil":1700000000}"#,
        );
        let whatsapp = read(
            Messenger::WhatsApp,
            r#"{"stateInstance":"authorized","chatId":"1234@lid","phone":79876543210}"#,
        );
        let none = read(
            Messenger::Max,
            r#"{"stateInstance":"blocked","chatId":"","phone":""}"#,
        );

        assert!(max.is("10000000") && !max.is("79876543210") && !max.is("79876543210@c.us"));
        assert_eq!(
            max.suspended_until,
            Some(SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000))
        );
        assert!(whatsapp.is("1234@lid") && whatsapp.is("79876543210@c.us"));
        assert!(!none.is(""));
    }
}
