//! The account's state, as `getStateInstance` answers it.

use crate::answer::Documented;
use crate::messenger::Api;

/// The state of the account behind the instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum State {
    /// Logged in: requests are served.
    Authorized,
    /// Not logged in.
    NotAuthorized,
    /// Waiting for the password of two-factor authentication (Telegram).
    PendingPassword,
    /// Banned by the messenger.
    Blocked,
    /// Starting; a few minutes at most on the real service.
    Starting,
    /// The account's phone is switched off (WhatsApp).
    SleepMode,
    /// Restricted by the messenger. On MAX only messages to strangers are refused.
    Suspended,
    /// Sending messages is restricted because of spam (WhatsApp).
    YellowCard,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 8] = [
        Self::Authorized,
        Self::NotAuthorized,
        Self::PendingPassword,
        Self::Blocked,
        Self::Starting,
        Self::SleepMode,
        Self::Suspended,
        Self::YellowCard,
    ];

    /// Returns the word that `getStateInstance` answers.
    pub fn word(self) -> &'static str {
        match self {
            Self::Authorized => "authorized",
            Self::NotAuthorized => "notAuthorized",
            Self::PendingPassword => "pendingPassword",
            Self::Blocked => "blocked",
            Self::Starting => "starting",
            Self::SleepMode => "sleepMode",
            Self::Suspended => "suspended",
            Self::YellowCard => "yellowCard",
        }
    }

    /// Returns the answer of every method that needs the account to be logged in, if this state
    /// refuses it.
    ///
    /// The answers are documented; which state gives which is inferred from their words.
    pub(crate) fn refusal(self, api: &Api) -> Option<Documented> {
        match self {
            Self::Authorized | Self::YellowCard => None,
            Self::NotAuthorized | Self::PendingPassword | Self::Blocked => {
                Some(Documented::AccountNotAuthorized)
            }
            Self::Starting => Some(Documented::InstanceStarting),
            Self::SleepMode => Some(Documented::NotReady),
            Self::Suspended if api.suspended_may_edit => None,
            Self::Suspended => Some(Documented::Suspended),
        }
    }

    /// Returns whether the account's own id and phone number are known in this state.
    pub(crate) fn knows_account(self) -> bool {
        !matches!(
            self,
            Self::NotAuthorized | Self::PendingPassword | Self::Blocked | Self::Starting
        )
    }
}
