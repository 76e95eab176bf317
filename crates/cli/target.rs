//! Whose avatar is set, and through which account.

use std::fmt;

use upload::ChatId;

use crate::profile_name::ProfileName;

/// Whose avatar is set, and through which account.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Target {
    /// The account, if the list is for several. One group may be in it once for each.
    pub(crate) profile: Option<ProfileName>,
    /// The group; `None` stands for the account's own avatar.
    pub(crate) chat: Option<ChatId>,
}

impl Target {
    /// A group of the only account.
    pub(crate) fn group(chat: ChatId) -> Self {
        Self {
            profile: None,
            chat: Some(chat),
        }
    }

    /// The only account itself.
    pub(crate) const OWN: Self = Self {
        profile: None,
        chat: None,
    };

    /// Returns the group's id.
    pub(crate) fn chat_id(&self) -> Option<String> {
        self.chat.as_ref().map(ChatId::to_string)
    }

    /// Returns the name of the file that holds its picture.
    pub(crate) fn file_name(&self) -> String {
        let name = self.chat_id().unwrap_or_else(|| "profile".to_owned());
        match &self.profile {
            Some(profile) => format!("{name}.{profile}.jpg"),
            None => format!("{name}.jpg"),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.chat {
            Some(chat) => write!(f, "group {chat}")?,
            None => f.write_str("the account itself")?,
        }
        match &self.profile {
            Some(profile) => write!(f, " ({profile})"),
            None => Ok(()),
        }
    }
}
