//! What became of one picture, attempt by attempt.

use std::time::Duration;

use crate::{Avatar, Error, ErrorKind};

/// What became of one picture, and every attempt to send it.
#[derive(Clone, Debug)]
#[must_use = "whether the picture was set is in the report"]
#[non_exhaustive]
pub struct UploadReport {
    /// Whether it was set. A success may come from reading the avatar back; see
    /// [`Attempt::settled`].
    pub outcome: Result<Avatar, Error>,
    /// Every attempt to send the picture, in order; empty if it was never sent.
    pub attempts: Vec<Attempt>,
    /// What the avatar was before, if it was read.
    pub before: Option<Avatar>,
    /// The time from the call to its end, waiting included.
    pub took: Duration,
}

impl UploadReport {
    /// Makes the report of a picture that was not sent.
    pub(crate) fn of_nothing(error: Error) -> Self {
        Self {
            outcome: Err(error),
            attempts: Vec::new(),
            before: None,
            took: Duration::ZERO,
        }
    }
}

/// One attempt to send a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attempt {
    /// The time from the call to the start of this request.
    pub started: Duration,
    /// The time from the start of this request to its answer.
    pub took: Duration,
    /// What went wrong, if something did.
    pub failure: Option<ErrorKind>,
    /// What reading the avatar back showed, if the outcome was unknown.
    pub settled: Option<Settled>,
}

/// What reading the avatar back showed about a picture that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Settled {
    /// The avatar differs from the one before, and stays: the picture was set.
    Set,
    /// The avatar is the one from before: the picture was not set.
    NotSet,
    /// The avatar could not be read, or its address changes by itself.
    Unknown,
}

/// What to do with an outcome that stays unknown after the avatar was read back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OnUnknown {
    /// Set the picture again. It stays the same; some messengers post a message at each change.
    #[default]
    Retry,
    /// Report the failure.
    Fail,
}

/// Whether avatars are read to settle unknown outcomes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ReadBack {
    /// Once before each picture, and after those with an unknown outcome. This is one more request
    /// a picture.
    #[default]
    Around,
    /// Never, except where the caller says what the avatar was before.
    Never,
}
