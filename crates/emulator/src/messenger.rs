//! The three APIs of the family, and where their `setGroupPicture` differs.

/// Whose API the emulator speaks.
///
/// | | path | field | group id |
/// |---|---|---|---|
/// | MAX | with or without `/v3` | `chatId` | a negative integer |
/// | Telegram | without `/v3` | `chatId` | a negative integer |
/// | WhatsApp | without `/v3` | `groupId` | digits, or digits `-` digits, then `@g.us` |
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Messenger {
    /// MAX, API version 3.
    Max,
    /// Telegram.
    Telegram,
    /// WhatsApp.
    WhatsApp,
}

impl Messenger {
    /// The name of the field that names the group in `setGroupPicture` and `getGroupData`.
    pub(crate) fn group_field(self) -> &'static str {
        match self {
            Self::Max | Self::Telegram => "chatId",
            Self::WhatsApp => "groupId",
        }
    }

    pub(crate) fn has_v3(self) -> bool {
        self == Self::Max
    }

    /// Whether this is written as a group's id is, whether or not there is such a group.
    pub(crate) fn is_group_id(self, id: &str) -> bool {
        match self {
            Self::Max | Self::Telegram => id.strip_prefix('-').is_some_and(is_positive_integer),
            Self::WhatsApp => id.strip_suffix("@g.us").is_some_and(|number| {
                let (owner, created) = number.split_once('-').unwrap_or((number, "0"));
                is_digits(owner) && is_digits(created)
            }),
        }
    }

    /// How the validation's answer names the formats that it would have taken.
    pub(crate) fn formats(self) -> &'static str {
        match self {
            Self::Max | Self::Telegram => "'-10000000000000'",
            Self::WhatsApp => "'group_id@g.us'",
        }
    }
}

/// The documentation says that ids may grow, so any length that fits an i64 is taken.
fn is_positive_integer(digits: &str) -> bool {
    is_digits(digits) && !digits.starts_with('0') && digits.parse::<i64>().is_ok()
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
            assert_eq!(messenger.is_group_id(id), expected, "{messenger:?} {id:?}");
        }
    }
}
