//! The messengers of the family, and everything in which their methods differ: one row a messenger.
//!
//! No other code in this crate or in the program matches on the messenger; it reads the row. A
//! messenger without a row does not compile.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use thiserror::Error;

use crate::chat::{ChatId, ChatIdForm, InvalidChatId};

/// Which messenger the instance is for.
///
/// It is exhaustive, so that a `match` covers every messenger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Messenger {
    /// MAX, version 3 of the API.
    #[default]
    Max,
    /// Telegram.
    Telegram,
    /// WhatsApp.
    WhatsApp,
}

/// Everything in which one messenger differs from the others; see [`Messenger::spec`].
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct MessengerSpec {
    /// The name, as programs write it.
    pub name: &'static str,
    /// The first segment of the path, before the instance.
    pub path_prefix: Option<&'static str>,
    /// The field that names the group in `setGroupPicture` and `getGroupData`.
    pub group_field: &'static str,
    /// How a group's id is written.
    pub chat_id: ChatIdForm,
    /// How far apart requests must be.
    pub limits: Limits,
    /// The hosts that serve avatars, each with its subdomains.
    pub avatar_hosts: &'static [&'static str],
    /// Which part of an avatar's address changes when the picture changes.
    pub avatar_identity: AvatarIdentity,
    /// What follows the phone number in a person's id, where ids are phone numbers.
    pub person_suffix: Option<&'static str>,
    /// The method that reads the account's own id.
    pub account_method: &'static str,
    /// Whether an account that is [`State::Suspended`](crate::State::Suspended) may still change
    /// groups.
    pub suspended_may_edit: bool,
    /// What is known of the pictures that it accepts.
    pub pictures: PictureLimits,
}

/// The least time from one request of a method to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// `setGroupPicture`.
    pub set_group_picture: Duration,
    /// `setProfilePicture`.
    pub set_profile_picture: Duration,
    /// `getAvatar`.
    pub get_avatar: Duration,
    /// `getGroupData`.
    pub get_group_data: Duration,
}

/// Which part of an avatar's address changes when the picture changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AvatarIdentity {
    /// All of it.
    Address,
    /// The part before the `?`; the query is a signature that expires.
    Path,
}

/// What is known of the pictures that a messenger accepts. GREEN-API publishes no limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PictureLimits {
    /// The least side in pixels, if one is known.
    pub min_side: Option<u32>,
    /// The greatest side in pixels, if one is known.
    pub max_side: Option<u32>,
    /// The size in bytes up to which pictures are known to be accepted, if larger ones are known to
    /// be refused.
    pub max_bytes: Option<u64>,
}

impl Messenger {
    /// Every messenger.
    pub const ALL: [Self; 3] = [Self::Max, Self::Telegram, Self::WhatsApp];

    /// Returns everything in which this messenger differs from the others.
    pub const fn spec(self) -> &'static MessengerSpec {
        match self {
            Self::Max => &MAX,
            Self::Telegram => &TELEGRAM,
            Self::WhatsApp => &WHATSAPP,
        }
    }

    /// Reads a group's id as this messenger writes it.
    ///
    /// # Errors
    ///
    /// [`InvalidChatId`] with a hint; nothing is corrected silently.
    pub fn chat_id(self, text: &str) -> Result<ChatId, InvalidChatId> {
        self.spec().chat_id.read(text)
    }

    /// Returns a warning for a picture of this many bytes, if it is likely to be refused for its
    /// size; see [`PictureLimits::max_bytes`].
    pub fn oversize(self, bytes: usize) -> Option<Oversize> {
        let (bytes, limit) = (bytes as u64, self.spec().pictures.max_bytes?);
        (bytes > limit).then_some(Oversize {
            messenger: self,
            bytes,
            limit,
        })
    }
}

/// A picture is larger than those that a messenger is known to accept.
///
/// It is a warning: the limit was reported by users, not published.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("the picture has {bytes} bytes; {messenger} is known to refuse more than about {limit}")]
#[non_exhaustive]
pub struct Oversize {
    /// The messenger that refuses it.
    pub messenger: Messenger,
    /// The picture's size in bytes.
    pub bytes: u64,
    /// The largest size that is known to be accepted.
    pub limit: u64,
}

// The last variant is in the list, so none before it is missing: the test compares their places.
const _: () = assert!(Messenger::ALL.len() == Messenger::WhatsApp as usize + 1);

/// <https://green-api.com/v3/docs/api/groups/SetGroupPicture>; the pace is that of the pages on
/// rate limits.
const MAX: MessengerSpec = MessengerSpec {
    name: "max",
    // Documented as optional since 3.2, and kept for compatibility.
    path_prefix: Some("v3"),
    // It was `groupId` before 3.2.20; the vendor's Python SDK still sends that.
    group_field: "chatId",
    chat_id: ChatIdForm::NegativeInteger,
    limits: Limits {
        set_group_picture: SECOND,
        set_profile_picture: TEN_SECONDS,
        get_avatar: TENTH,
        get_group_data: TENTH,
    },
    person_suffix: None,
    account_method: "getAccountSettings",
    // Only messages to strangers are refused (GetStateInstance).
    suspended_may_edit: true,
    avatar_hosts: &["oneme.ru"],
    avatar_identity: AvatarIdentity::Address,
    pictures: PictureLimits {
        min_side: None,
        max_side: None,
        // Above about this much MAX answers 500 with an empty body (vendor's forum, 2025-10-24).
        max_bytes: Some(850_000),
    },
};

/// <https://green-api.com/telegram/docs/api/groups/SetGroupPicture>; its limits are not published,
/// so each method has the strictest of its siblings.
const TELEGRAM: MessengerSpec = MessengerSpec {
    name: "telegram",
    path_prefix: None,
    group_field: "chatId",
    chat_id: ChatIdForm::NegativeInteger,
    limits: Limits {
        set_group_picture: SECOND,
        set_profile_picture: TEN_SECONDS,
        get_avatar: TENTH,
        get_group_data: SECOND,
    },
    person_suffix: None,
    account_method: "getAccountSettings",
    suspended_may_edit: false,
    // The documentation shows avatars on the API's own hosts, Telegram's pages on the others.
    avatar_hosts: &[
        "api.green-api.com",
        "telegram.org",
        "cdn-telegram.org",
        "telesco.pe",
    ],
    avatar_identity: AvatarIdentity::Address,
    pictures: PictureLimits {
        min_side: Some(160),
        max_side: None,
        max_bytes: None,
    },
};

/// <https://green-api.com/en/docs/api/groups/SetGroupPicture>; the pace is that of the page on rate
/// limits.
const WHATSAPP: MessengerSpec = MessengerSpec {
    name: "whatsapp",
    path_prefix: None,
    group_field: "groupId",
    chat_id: ChatIdForm::WhatsApp,
    limits: Limits {
        set_group_picture: SECOND,
        set_profile_picture: TEN_SECONDS,
        get_avatar: TENTH,
        get_group_data: SECOND,
    },
    person_suffix: Some("@c.us"),
    account_method: "getWaSettings",
    suspended_may_edit: false,
    avatar_hosts: &["whatsapp.net"],
    // Inferred from addresses that were seen.
    avatar_identity: AvatarIdentity::Path,
    pictures: PictureLimits {
        min_side: Some(192),
        // Reported by users.
        max_side: Some(720),
        max_bytes: None,
    },
};

const TENTH: Duration = Duration::from_millis(100);
const SECOND: Duration = Duration::from_secs(1);

/// The vendor advises to change a profile picture at most once in this time; WhatsApp enforces it.
const TEN_SECONDS: Duration = Duration::from_secs(10);

impl fmt::Display for Messenger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.spec().name)
    }
}

impl FromStr for Messenger {
    type Err = UnknownMessenger;

    fn from_str(text: &str) -> Result<Self, UnknownMessenger> {
        Self::ALL
            .into_iter()
            .find(|messenger| messenger.spec().name == text)
            .ok_or(UnknownMessenger)
    }
}

/// There is no such messenger.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub struct UnknownMessenger;

impl fmt::Display for UnknownMessenger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [others @ .., last] = Messenger::ALL.map(|messenger| messenger.spec().name);
        write!(f, "the messenger must be {} or {last}", others.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Name, path, field, an id of a group, and `getGroupData` in milliseconds, written by hand.
    ///
    /// Without a `_` arm: a new messenger makes this test fail to compile until its row is written
    /// here too.
    #[rustfmt::skip]
    fn expected(messenger: Messenger) -> (&'static str, Option<&'static str>, &'static str, &'static str, u64) {
        match messenger {
            Messenger::Max      => ("max",      Some("v3"), "chatId",  "-10000000000000",         100),
            Messenger::Telegram => ("telegram", None,       "chatId",  "-1001234567890",         1000),
            Messenger::WhatsApp => ("whatsapp", None,       "groupId", "120363043968066561@g.us", 1000),
        }
    }

    #[test]
    fn each_messenger_has_the_row_of_its_documentation() {
        for (place, messenger) in Messenger::ALL.into_iter().enumerate() {
            let spec = messenger.spec();
            let (name, prefix, field, id, pace) = expected(messenger);

            assert_eq!(messenger as usize, place);
            assert_eq!(
                (spec.name, spec.path_prefix, spec.group_field),
                (name, prefix, field)
            );
            assert_eq!(messenger.chat_id(id).unwrap().to_string(), id);
            assert_eq!(spec.limits.get_group_data, Duration::from_millis(pace));
            assert_eq!(spec.limits.set_group_picture, Duration::from_secs(1));
            assert!(!spec.avatar_hosts.is_empty());
        }
    }

    #[test]
    fn names_are_read_as_they_are_written() {
        for messenger in Messenger::ALL {
            assert_eq!(messenger.to_string().parse(), Ok(messenger));
        }
        assert_eq!("viber".parse::<Messenger>(), Err(UnknownMessenger));
        assert_eq!(
            UnknownMessenger.to_string(),
            "the messenger must be max, telegram or whatsapp"
        );
    }

    #[test]
    fn only_max_is_known_to_refuse_a_picture_for_its_size() {
        let refused = Messenger::Max.oversize(900_000).unwrap();

        assert_eq!(
            refused.to_string(),
            "the picture has 900000 bytes; max is known to refuse more than about 850000"
        );
        assert_eq!(Messenger::Max.oversize(850_000), None);
        assert_eq!(Messenger::Telegram.oversize(9_000_000), None);
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
                assert_eq!(chat.form(), messenger.spec().chat_id);
            }
        }
    }
}
