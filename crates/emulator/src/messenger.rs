//! The messengers of the family, and everything in which their APIs differ: one row a messenger.
//!
//! The rows are read from the vendor's pages once more, and not from the client's table, so that a
//! misreading cannot hide in both.

use crate::rate::RateLimit;
use crate::received::Method;

/// The messenger whose API the emulator speaks.
///
/// | | path | field | group id |
/// |---|---|---|---|
/// | MAX | with or without `/v3` | `chatId` | a negative integer |
/// | Telegram | without `/v3` | `chatId` | a negative integer |
/// | WhatsApp | without `/v3` | `groupId` | digits, or digits `-` digits, then `@g.us` |
///
/// It is exhaustive, so that a `match` covers every messenger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Messenger {
    /// MAX, API version 3.
    Max,
    /// Telegram.
    Telegram,
    /// WhatsApp.
    WhatsApp,
}

/// Everything in which one messenger's API differs from the others.
#[derive(Debug)]
pub(crate) struct Api {
    /// Whether the path may begin with `/v3`.
    pub(crate) has_v3: bool,
    /// The field that names the group in `setGroupPicture` and `getGroupData`.
    pub(crate) group_field: &'static str,
    /// Returns whether this is written like a group's id, whether or not there is such a group.
    pub(crate) is_group_id: fn(&str) -> bool,
    /// Returns whether this is written like a person's id.
    pub(crate) is_person_id: fn(&str) -> bool,
    /// What `getSettings` calls it.
    pub(crate) instance_type: &'static str,
    /// How many requests of a method are accepted.
    pub(crate) limit: fn(Method) -> RateLimit,
    /// The method that reads the account's own id.
    pub(crate) account_method: Method,
    /// The account's own id, as groups list it.
    pub(crate) account: &'static str,
    /// Another participant of every group.
    pub(crate) someone: &'static str,
    /// The field that names a participant of a group.
    pub(crate) participant_field: &'static str,
    /// Returns the id of the nth group that is created.
    pub(crate) created_group: fn(u64) -> String,
    /// What a chat has in the lists of chats and contacts.
    pub(crate) chat_fields: ChatFields,
    /// The beginning of an invite link.
    pub(crate) invite_link: &'static str,
    /// Whether `getAvatar` says if the avatar may be seen.
    pub(crate) tells_available: bool,
    /// What stands for the address in an answer of `Timed Out`.
    pub(crate) no_address: &'static str,
    /// Whether `getGroupData` says who may edit the group.
    pub(crate) tells_rights: bool,
    /// Whether an account that is suspended may still change groups.
    pub(crate) suspended_may_edit: bool,
    /// The largest picture that is accepted, in bytes, if there is a limit.
    pub(crate) max_picture: Option<usize>,
    /// How a failed validation names the formats that it would have accepted.
    pub(crate) formats: &'static str,
}

/// What a chat has in `getChats` and `getContacts`: the pages `service/GetChats` and `service/GetContacts` of each messenger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChatFields {
    Max,
    Telegram,
    WhatsApp,
}

impl Messenger {
    pub(crate) fn api(self) -> &'static Api {
        match self {
            Self::Max => &MAX,
            Self::Telegram => &TELEGRAM,
            Self::WhatsApp => &WHATSAPP,
        }
    }
}

/// <https://green-api.com/v3/docs/api/groups/SetGroupPicture>
const MAX: Api = Api {
    has_v3: true,
    group_field: "chatId",
    is_group_id: is_negative_integer,
    is_person_id: is_digits,
    instance_type: "v3",
    // That of getAvatar is cut off in the copy of the page, and inferred from WhatsApp's.
    limit: |method| match method {
        Method::GetGroupData | Method::GetAvatar => RateLimit::TEN_A_SECOND,
        _ => RateLimit::ONE_A_SECOND,
    },
    tells_available: false,
    no_address: "null",
    account_method: Method::GetAccountSettings,
    account: "10000000",
    someone: "10000001",
    // Documented as `id`; live answers have this.
    participant_field: "chatId",
    created_group: |number| format!("-{}", 20_000_000_000_000 + number),
    chat_fields: ChatFields::Max,
    invite_link: "https://max.ru/join/",
    tells_rights: true,
    // Only messages to strangers are refused (GetStateInstance).
    suspended_may_edit: true,
    // About this much: the vendor's forum, 2025-10-24.
    max_picture: Some(850_000),
    formats: "'-10000000000000'",
};

/// <https://green-api.com/telegram/docs/api/groups/SetGroupPicture>
const TELEGRAM: Api = Api {
    has_v3: false,
    group_field: "chatId",
    is_group_id: is_negative_integer,
    is_person_id: is_digits,
    instance_type: "telegram",
    // The rows of groups are cut off in the copy of the page, and inferred from WhatsApp's.
    limit: of_whatsapp,
    tells_available: false,
    no_address: "\"\"",
    account_method: Method::GetAccountSettings,
    account: "10000000",
    someone: "10000001",
    participant_field: "id",
    created_group: |number| format!("-{}", 20_000_000_000_000 + number),
    chat_fields: ChatFields::Telegram,
    invite_link: "https://t.me/+",
    tells_rights: true,
    suspended_may_edit: false,
    max_picture: None,
    formats: "'-10000000000000'",
};

/// <https://green-api.com/en/docs/api/groups/SetGroupPicture>
const WHATSAPP: Api = Api {
    has_v3: false,
    group_field: "groupId",
    is_group_id: is_group_of_whatsapp,
    is_person_id: |id| id.strip_suffix("@c.us").is_some_and(is_digits),
    instance_type: "whatsapp",
    limit: of_whatsapp,
    tells_available: true,
    no_address: "null",
    account_method: Method::GetWaSettings,
    account: "79876543210@c.us",
    someone: "79001234568@c.us",
    participant_field: "id",
    created_group: |number| format!("{}@g.us", 120_363_043_900_000_000 + number),
    chat_fields: ChatFields::WhatsApp,
    invite_link: "https://chat.whatsapp.com/",
    tells_rights: false,
    suspended_may_edit: false,
    max_picture: None,
    formats: "'group_id@g.us'",
};

/// <https://green-api.com/en/docs/api/ratelimiter>
fn of_whatsapp(method: Method) -> RateLimit {
    match method {
        Method::SetProfilePicture => RateLimit::ONE_IN_TEN_SECONDS,
        Method::GetAvatar => RateLimit::TEN_A_SECOND,
        _ => RateLimit::ONE_A_SECOND,
    }
}

/// The documentation says that ids may grow, so any length that fits an i64 is accepted.
fn is_negative_integer(id: &str) -> bool {
    id.strip_prefix('-').is_some_and(|digits| {
        is_digits(digits) && !digits.starts_with('0') && digits.parse::<i64>().is_ok()
    })
}

fn is_group_of_whatsapp(id: &str) -> bool {
    id.strip_suffix("@g.us").is_some_and(|number| {
        let (owner, created) = number.split_once('-').unwrap_or((number, "0"));
        is_digits(owner) && is_digits(created)
    })
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn group_ids_are_told_from_everything_else() {
        let table = [
            (Messenger::Max, "-10000000000000", true),
            (Messenger::Max, "-1", true),
            (Messenger::Max, "-9223372036854775807", true),
            (Messenger::Max, "-9223372036854775808", false),
            (Messenger::Max, "10000000000000", false),
            (Messenger::Max, "--1", false),
            (Messenger::Max, "-0", false),
            (Messenger::Max, "-01", false),
            (Messenger::Max, "-", false),
            (Messenger::Max, "", false),
            (Messenger::Max, " -1", false),
            (Messenger::Max, "-1 ", false),
            (Messenger::Max, "\u{2212}1", false),
            (Messenger::Max, "-1/../../x", false),
            (Messenger::Max, "120363043968066561@g.us", false),
            (Messenger::Telegram, "-1001234567890", true),
            (Messenger::WhatsApp, "120363043968066561@g.us", true),
            (Messenger::WhatsApp, "79876543210-1587570015@g.us", true),
            (Messenger::WhatsApp, "79876543210@c.us", false),
            (Messenger::WhatsApp, "-@g.us", false),
            (Messenger::WhatsApp, "-10000000000000", false),
        ];

        for (messenger, id, expected) in table {
            assert_eq!(
                (messenger.api().is_group_id)(id),
                expected,
                "{messenger:?} {id:?}"
            );
        }
    }
}
