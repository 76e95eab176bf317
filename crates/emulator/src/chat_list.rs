//! The lists of chats and of contacts, as each messenger's live answers have them.

use serde_json::{Value, json};

use crate::group::Group;
use crate::messenger::{Api, ChatFields};

/// A chat or a contact.
#[derive(Clone, Debug)]
pub(crate) enum Chat {
    Group(Group),
    /// The other participant of every group.
    Someone,
}

impl Chat {
    /// Returns what `getChats` has of it.
    pub(crate) fn in_chats(&self, api: &Api) -> Value {
        match api.chat_fields {
            // Without names, which users ask for.
            ChatFields::Max => json!({ "chatId": self.id(api), "phoneNumber": self.phone() }),
            ChatFields::Telegram => json!({
                "chatId": self.id(api),
                "name": self.name(),
                "type": match self {
                    Self::Group(_) => "supergroup",
                    Self::Someone => "user",
                },
                "phoneNumber": self.phone(),
                "username": "",
            }),
            ChatFields::WhatsApp => json!({
                "archive": false,
                "id": self.id(api),
                "ephemeralExpiration": 0,
                "ephemeralSettingTimestamp": 0,
                "name": self.name(),
                "type": self.kind(),
            }),
        }
    }

    /// Returns what `getContacts` has of it; only on WhatsApp groups are contacts.
    pub(crate) fn in_contacts(&self, api: &Api) -> Option<Value> {
        let mut contact = json!({
            "name": self.name(),
            "contactName": self.contact_name(),
            "type": self.kind(),
        });
        match (api.chat_fields, self) {
            (ChatFields::WhatsApp, _) => contact["id"] = json!(self.id(api)),
            (_, Self::Group(_)) => return None,
            (_, Self::Someone) => {
                contact["chatId"] = json!(self.id(api));
                contact["phoneNumber"] = json!(self.phone());
            }
        }
        Some(contact)
    }

    pub(crate) fn is_group(&self) -> bool {
        matches!(self, Self::Group(_))
    }

    fn id<'a>(&'a self, api: &'a Api) -> &'a str {
        match self {
            Self::Group(group) => &group.chat,
            Self::Someone => api.someone,
        }
    }

    fn name(&self) -> &str {
        match self {
            Self::Group(group) => &group.subject,
            Self::Someone => "Vasilisa",
        }
    }

    fn contact_name(&self) -> &str {
        match self {
            Self::Group(_) => "",
            Self::Someone => "Vasilisa the Wise",
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Group(_) => "group",
            Self::Someone => "user",
        }
    }

    /// Groups have none.
    fn phone(&self) -> u64 {
        match self {
            Self::Group(_) => 0,
            Self::Someone => 79_001_234_568,
        }
    }
}
