//! The id of a group chat, checked before anything is sent.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// A group's id: on MAX and Telegram a negative integer such as `-10000000000000`.
///
/// `FromStr` reads that form; [`Messenger::chat_id`](crate::Messenger::chat_id) reads the form of
/// any messenger. The server answers a wrong id only after its own time-out, and with a 200. So
/// mistakes are looked for here, and nothing is corrected silently: what is sent is what was
/// written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChatId(Repr);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Repr {
    Number(i64),
    WhatsApp(Box<str>),
}

/// How a messenger writes the id of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChatIdForm {
    /// A negative integer. The documentation says that ids may grow, so any of 64 bits is read.
    NegativeInteger,
    /// Digits, or digits `-` digits, then `@g.us`.
    WhatsApp,
}

impl ChatIdForm {
    pub(crate) fn read(self, text: &str) -> Result<ChatId, InvalidChatId> {
        if text.is_empty() {
            return Err(InvalidChatId::Empty);
        }
        if text.contains(char::is_whitespace) {
            return Err(InvalidChatId::Space);
        }
        if is_rounded(text) {
            return Err(InvalidChatId::Rounded);
        }
        let repr = match self {
            Self::NegativeInteger => negative_integer(text).map(Repr::Number),
            Self::WhatsApp if is_whatsapp_group(text) => Ok(Repr::WhatsApp(text.into())),
            Self::WhatsApp => Err(InvalidChatId::NotWhatsApp),
        };
        repr.map(ChatId)
    }
}

fn negative_integer(text: &str) -> Result<i64, InvalidChatId> {
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
    if !is_digits(digits) {
        return Err(InvalidChatId::NotANumber);
    }
    if !negative {
        return Err(InvalidChatId::Positive);
    }
    if digits.starts_with('0') {
        return Err(InvalidChatId::LeadingZero);
    }
    text.parse().map_err(|_| InvalidChatId::TooLarge)
}

/// Returns whether it is a number as spreadsheets shorten it: `-1E+13`, `-1,23457E+13`.
fn is_rounded(text: &str) -> bool {
    let number = text.strip_prefix('-').unwrap_or(text);
    let Some((mantissa, exponent)) = number.split_once(['E', 'e']) else {
        return false;
    };
    let (whole, fraction) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, "0"));
    let exponent = exponent.strip_prefix('+').unwrap_or(exponent);
    [whole, fraction, exponent].into_iter().all(is_digits)
}

fn is_whatsapp_group(text: &str) -> bool {
    text.strip_suffix("@g.us")
        .is_some_and(|group| match group.split_once('-') {
            Some((owner, created)) => is_digits(owner) && is_digits(created),
            None => is_digits(group),
        })
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

impl ChatId {
    /// The form in which it was read.
    pub(crate) fn form(&self) -> ChatIdForm {
        match self.0 {
            Repr::Number(_) => ChatIdForm::NegativeInteger,
            Repr::WhatsApp(_) => ChatIdForm::WhatsApp,
        }
    }
}

impl FromStr for ChatId {
    type Err = InvalidChatId;

    fn from_str(text: &str) -> Result<Self, InvalidChatId> {
        ChatIdForm::NegativeInteger.read(text)
    }
}

impl fmt::Display for ChatId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Number(number) => number.fmt(f),
            Repr::WhatsApp(text) => f.pad(text),
        }
    }
}

/// The text is not the id of a group. Take the id from `getChats` or from the group's incoming
/// messages.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidChatId {
    /// The text is empty.
    #[error("the chat id is empty: write the group's id, such as -10000000000000")]
    Empty,
    /// It contains white space.
    #[error("the chat id contains white space: write it without")]
    Space,
    /// It starts with a dash or another look-alike of the minus.
    #[error("the chat id starts with a dash that is not the keyboard's minus: write '-'")]
    Minus,
    /// It is a number above zero, which is a person.
    #[error(
        "the chat id is positive, which is a person: a group's id is negative, such as -10000000000000"
    )]
    Positive,
    /// It is an id of WhatsApp.
    #[error(
        "the chat id contains '@', as on WhatsApp: on this messenger a group's id is a negative number, such as -10000000000000"
    )]
    OtherMessenger,
    /// It is not a group's id on WhatsApp.
    #[error(
        "the chat id is not a group's on WhatsApp: write digits and @g.us, such as 120363043968066561@g.us"
    )]
    NotWhatsApp,
    /// The number starts with a zero.
    #[error("the chat id starts with a zero: write it as the server does, without")]
    LeadingZero,
    /// It is not a number.
    #[error("the chat id is not a number: a group's id is negative, such as -10000000000000")]
    NotANumber,
    /// A spreadsheet has shortened it, and its last digits are lost.
    #[error(
        "the chat id was rounded by a spreadsheet, so its last digits are lost: format the column as text, and enter the id again"
    )]
    Rounded,
    /// It does not fit 64 bits.
    #[error("the chat id is larger than any id: check whether two ids were joined")]
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
            ("-1e5", InvalidChatId::Rounded),
            ("1E+13", InvalidChatId::Rounded),
            ("-1,23457E+13", InvalidChatId::Rounded),
            ("-1.2E13", InvalidChatId::Rounded),
            ("-E+13", InvalidChatId::NotANumber),
            ("-1,E", InvalidChatId::NotANumber),
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
            for chat in [text.parse::<ChatId>(), ChatIdForm::WhatsApp.read(&text)].into_iter().flatten() {
                prop_assert_eq!(chat.to_string(), text.clone());
            }
        }
    }
}
