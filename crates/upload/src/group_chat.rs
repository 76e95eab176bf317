//! A group in the list of chats.

use serde_json::{Map, Value};

use crate::ChatId;
use crate::account::id;
use crate::messenger::Messenger;
use crate::text::presentable;

/// A group that the account is in, as `getChats` lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct GroupChat {
    /// The group's id.
    pub id: ChatId,
    /// The group's name on one line, at most 300 characters. MAX does not say it here;
    /// [`Client::group_data`](crate::Client::group_data) does.
    pub name: Option<String>,
}

impl GroupChat {
    /// Reads the fields of a chat, if it is a group: neither a person nor a channel.
    pub(crate) fn read(messenger: Messenger, fields: &Map<String, Value>) -> Option<Self> {
        // WhatsApp has `id`, the others `chatId`.
        let id = ["chatId", "id"]
            .iter()
            .find_map(|name| id(fields.get(*name)?))?;
        let kind = fields.get("type").and_then(Value::as_str);
        if matches!(kind, Some("user" | "channel")) {
            return None;
        }
        Some(Self {
            id: messenger.chat_id(&id).ok()?,
            name: fields
                .get("name")
                .and_then(Value::as_str)
                .map(presentable)
                .filter(|name| !name.is_empty()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_told_from_people_and_channels_on_every_messenger() {
        for (messenger, json, expected) in [
            (
                Messenger::Max,
                r#"{"chatId":"-1","phoneNumber":0}"#,
                Some(("-1", None)),
            ),
            (Messenger::Max, r#"{"chatId":-1}"#, Some(("-1", None))),
            (
                Messenger::Max,
                r#"{"chatId":"10000000","phoneNumber":79876543210}"#,
                None,
            ),
            (
                Messenger::Telegram,
                r#"{"chatId":"-2","name":"We\u202e","type":"supergroup"}"#,
                Some(("-2", Some("We\\u{202e}"))),
            ),
            (
                Messenger::Telegram,
                r#"{"chatId":"-3","name":"News","type":"channel"}"#,
                None,
            ),
            (
                Messenger::WhatsApp,
                r#"{"id":"4@g.us","name":"","type":"group"}"#,
                Some(("4@g.us", None)),
            ),
            (
                Messenger::WhatsApp,
                r#"{"id":"79876543210@c.us","name":"He","type":"user"}"#,
                None,
            ),
            (Messenger::Max, r#"{"name":"nothing"}"#, None),
        ] {
            let fields = serde_json::from_str(json).unwrap();

            let chat = GroupChat::read(messenger, &fields);

            let seen = chat.map(|chat| (chat.id.to_string(), chat.name));
            let expected = expected.map(|(id, name)| (id.to_owned(), name.map(str::to_owned)));
            assert_eq!(seen, expected, "{json}");
        }
    }
}
