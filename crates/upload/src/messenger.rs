//! The messengers of the family, and where their methods differ.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::{ChatId, InvalidChatId};

/// Which messenger the instance is for.
///
/// | | Path | Field of the group | A group's id |
/// |---|---|---|---|
/// | [`Max`](Self::Max) | with `/v3` | `chatId` | negative integer |
/// | [`Telegram`](Self::Telegram) | without | `chatId` | negative integer |
/// | [`WhatsApp`](Self::WhatsApp) | without | `groupId` | `…@g.us` |
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Messenger {
    /// MAX, version 3 of the API.
    #[default]
    Max,
    /// Telegram.
    Telegram,
    /// WhatsApp.
    WhatsApp,
}

impl Messenger {
    /// Reads a group's id as this messenger writes it.
    ///
    /// # Errors
    ///
    /// [`InvalidChatId`] with a hint; nothing is repaired silently.
    pub fn chat_id(self, text: &str) -> Result<ChatId, InvalidChatId> {
        match self {
            Self::Max | Self::Telegram => text.parse(),
            Self::WhatsApp => ChatId::whatsapp(text),
        }
    }

    /// Whether the id has this messenger's form.
    pub(crate) fn has_form_of(self, chat: &ChatId) -> bool {
        chat.is_whatsapp() == (self == Self::WhatsApp)
    }

    /// What stands in the path before the instance.
    pub(crate) fn prefix(self) -> Option<&'static str> {
        (self == Self::Max).then_some("v3")
    }

    /// The name of the field that names the group.
    pub(crate) fn group_field(self) -> &'static str {
        match self {
            Self::Max | Self::Telegram => "chatId",
            Self::WhatsApp => "groupId",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Max => "max",
            Self::Telegram => "telegram",
            Self::WhatsApp => "whatsapp",
        }
    }
}

impl fmt::Display for Messenger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Messenger {
    type Err = UnknownMessenger;

    fn from_str(text: &str) -> Result<Self, UnknownMessenger> {
        let all = [Self::Max, Self::Telegram, Self::WhatsApp];
        all.into_iter()
            .find(|messenger| messenger.name() == text)
            .ok_or(UnknownMessenger)
    }
}

/// There is no such messenger.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("the messenger is one of max, telegram and whatsapp")]
pub struct UnknownMessenger;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_are_written() {
        for messenger in [Messenger::Max, Messenger::Telegram, Messenger::WhatsApp] {
            assert_eq!(messenger.to_string().parse(), Ok(messenger));
        }
        assert_eq!("viber".parse::<Messenger>(), Err(UnknownMessenger));
    }

    #[test]
    fn each_messenger_has_its_own_ids() {
        for (messenger, text, is_one) in [
            (Messenger::Max, "-10000000000000", true),
            (Messenger::Telegram, "-1001234567890", true),
            (Messenger::WhatsApp, "120363043968066561@g.us", true),
            (Messenger::WhatsApp, "79876543210-1587570015@g.us", true),
            (Messenger::Max, "120363043968066561@g.us", false),
            (Messenger::WhatsApp, "-10000000000000", false),
            (Messenger::WhatsApp, "79876543210@c.us", false),
            (Messenger::WhatsApp, "7-8-9@g.us", false),
            (Messenger::WhatsApp, "-1@g.us", false),
            (Messenger::WhatsApp, "@g.us", false),
            (Messenger::WhatsApp, "1 @g.us", false),
        ] {
            let chat = messenger.chat_id(text);

            assert_eq!(chat.is_ok(), is_one, "{messenger} {text}");
            if let Ok(chat) = chat {
                assert_eq!(chat.to_string(), text);
                assert!(messenger.has_form_of(&chat));
            }
        }
    }
}
