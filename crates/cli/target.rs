//! Whose avatar is set.

use std::fmt;

use upload::ChatId;

/// Whose avatar is set.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Target {
    /// A group's.
    Group(ChatId),
    /// The account's own.
    Profile,
}

impl Target {
    /// Returns the group's id.
    pub(crate) fn chat_id(&self) -> Option<String> {
        match self {
            Self::Group(chat) => Some(chat.to_string()),
            Self::Profile => None,
        }
    }

    /// Returns the name of the file that holds its picture.
    pub(crate) fn file_name(&self) -> String {
        match self {
            Self::Group(chat) => format!("{chat}.jpg"),
            Self::Profile => "profile.jpg".to_owned(),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Group(chat) => write!(f, "group {chat}"),
            Self::Profile => f.write_str("the account itself"),
        }
    }
}
