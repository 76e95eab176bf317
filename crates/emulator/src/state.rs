//! The account's state, as `getStateInstance` answers it.

use crate::answer::Documented;

/// The state of the account behind the instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum State {
    /// Logged in: requests are served.
    Authorized,
    /// Not logged in.
    NotAuthorized,
    /// Banned by the messenger.
    Blocked,
    /// Starting; a few minutes at most on the real service.
    Starting,
    /// Suspended by GREEN-API.
    Suspended,
}

impl State {
    /// Returns the word that `getStateInstance` answers.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Authorized => "authorized",
            Self::NotAuthorized => "notAuthorized",
            Self::Blocked => "blocked",
            Self::Starting => "starting",
            Self::Suspended => "suspended",
        }
    }

    /// Returns what every method but `getStateInstance` answers in this state, if it refuses.
    ///
    /// The answers are documented; which state gives which is inferred from their words.
    pub(crate) fn refusal(self) -> Option<Documented> {
        match self {
            Self::Authorized => None,
            Self::NotAuthorized | Self::Blocked => Some(Documented::AccountNotAuthorized),
            Self::Starting => Some(Documented::InstanceStarting),
            Self::Suspended => Some(Documented::Suspended),
        }
    }
}
