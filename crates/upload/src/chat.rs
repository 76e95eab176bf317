//! The id of a group chat, checked before anything is sent.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// A group's id: on MAX and Telegram a negative integer such as `-10000000000000`.
///
/// Reading one from text takes that form; [`Messenger::chat_id`](crate::Messenger::chat_id) takes
/// the form of any messenger. The server answers a wrong id only after its own time-out, and with a
/// 200. So mistakes are looked for here, and nothing is repaired silently: what is sent is what was
/// written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChatId(Form);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Form {
    Number(i64),
    WhatsApp(Box<str>),
}

impl ChatId {
    /// A group on WhatsApp: digits, or digits `-` digits, then `@g.us`.
    pub(crate) fn whatsapp(text: &str) -> Result<Self, InvalidChatId> {
        if text.is_empty() {
            return Err(InvalidChatId::Empty);
        }
        if text.contains(char::is_whitespace) {
            return Err(InvalidChatId::Space);
        }
        let digits =
            |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let group = text
            .strip_suffix("@g.us")
            .is_some_and(|group| match group.split_once('-') {
                Some((owner, created)) => digits(owner) && digits(created),
                None => digits(group),
            });
        if group {
            Ok(Self(Form::WhatsApp(text.into())))
        } else {
            Err(InvalidChatId::NotWhatsApp)
        }
    }

    pub(crate) fn is_whatsapp(&self) -> bool {
        matches!(self.0, Form::WhatsApp(_))
    }
}

impl FromStr for ChatId {
    type Err = InvalidChatId;

    fn from_str(text: &str) -> Result<Self, InvalidChatId> {
        if text.is_empty() {
            return Err(InvalidChatId::Empty);
        }
        if text.contains(char::is_whitespace) {
            return Err(InvalidChatId::Space);
        }
        if text.contains('@') {
            return Err(InvalidChatId::OtherMessenger);
        }
        if text.starts_with(OTHER_MINUSES) {
            return Err(InvalidChatId::Minus);
        }
        let (negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text),
        };
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(InvalidChatId::NotANumber);
        }
        if !negative {
            return Err(InvalidChatId::Positive);
        }
        if digits.starts_with('0') {
            return Err(InvalidChatId::LeadingZero);
        }
        text.parse()
            .map(|number| Self(Form::Number(number)))
            .map_err(|_| InvalidChatId::TooLarge)
    }
}

impl fmt::Display for ChatId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Form::Number(number) => number.fmt(f),
            Form::WhatsApp(text) => f.pad(text),
        }
    }
}

/// The text is not the id of a group. Take the id from `getChats` or from the group's incoming
/// messages.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidChatId {
    /// There is no text at all.
    #[error("the chat id is empty: write the group's id, such as -10000000000000")]
    Empty,
    /// There is white space in it.
    #[error("the chat id has white space in it: write it without")]
    Space,
    /// The minus is a dash or another look-alike.
    #[error("the chat id starts with a dash that is not the minus of the keyboard: write '-'")]
    Minus,
    /// It is a number above zero, which is a person.
    #[error(
        "the chat id is positive, which is a person: a group's id is negative, such as -10000000000000"
    )]
    Positive,
    /// It is an id of WhatsApp.
    #[error(
        "the chat id has an '@' as on WhatsApp: a group on MAX has a negative number, such as -10000000000000"
    )]
    OtherMessenger,
    /// It is not a group's id on WhatsApp.
    #[error(
        "the chat id is not a group's on WhatsApp: it is digits and @g.us, such as 120363043968066561@g.us"
    )]
    NotWhatsApp,
    /// The number starts with a zero.
    #[error("the chat id starts with a zero: write it as the server does, without")]
    LeadingZero,
    /// It is not a number.
    #[error("the chat id is not a number: a group's id is negative, such as -10000000000000")]
    NotANumber,
    /// It does not fit 64 bits.
    #[error("the chat id is larger than any id: perhaps two were joined")]
    TooLarge,
}

/// Hyphens, dashes and minuses that look like `-`.
const OTHER_MINUSES: [char; 9] = [
    '\u{2010}', '\u{2011}', '\u{2012}', '\u{2013}', '\u{2014}', '\u{2212}', '\u{fe58}', '\u{fe63}',
    '\u{ff0d}',
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_group_is_a_negative_integer() {
        for text in ["-1", "-10000000000000", "-9223372036854775808"] {
            assert_eq!(text.parse::<ChatId>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn everything_else_is_refused_with_a_hint() {
        for (text, expected) in [
            ("", InvalidChatId::Empty),
            (" -100", InvalidChatId::Space),
            ("-100\n", InvalidChatId::Space),
            ("-1\u{a0}000", InvalidChatId::Space),
            ("\u{2212}100", InvalidChatId::Minus),
            ("–100", InvalidChatId::Minus),
            ("100", InvalidChatId::Positive),
            ("120363043968066561@g.us", InvalidChatId::OtherMessenger),
            ("-0", InvalidChatId::LeadingZero),
            ("-0100", InvalidChatId::LeadingZero),
            ("-", InvalidChatId::NotANumber),
            ("+100", InvalidChatId::NotANumber),
            ("-1e5", InvalidChatId::NotANumber),
            ("--100", InvalidChatId::NotANumber),
            ("-٣", InvalidChatId::NotANumber),
            ("-9223372036854775809", InvalidChatId::TooLarge),
        ] {
            assert_eq!(text.parse::<ChatId>(), Err(expected), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_accepted_is_sent_as_it_was_written(
            text in prop_oneof![".*", "-?[0-9]{0,21}", "[0-9]{0,19}(-[0-9]{1,10})?(@g\\.us)?"],
        ) {
            for chat in [text.parse::<ChatId>(), ChatId::whatsapp(&text)].into_iter().flatten() {
                prop_assert_eq!(chat.to_string(), text.clone());
            }
        }
    }
}
