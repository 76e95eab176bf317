//! What became of one picture, and how.

use std::time::Duration;

use crate::{Avatar, Error, ErrorKind};

/// What became of one picture, and every time that it was sent.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Report {
    /// Whether it was set. A success may come from reading the avatar back, see
    /// [`Attempt::settled`].
    pub outcome: Result<Avatar, Error>,
    /// Every time that the picture was sent, in order; empty if it never was.
    pub attempts: Vec<Attempt>,
    /// What the avatar was before, if it was read.
    pub before: Option<Avatar>,
    /// From the call to its end, waiting included.
    pub took: Duration,
}

impl Report {
    /// Of a picture that never got as far as being sent.
    pub(crate) fn of_nothing(error: Error) -> Self {
        Self {
            outcome: Err(error),
            attempts: Vec::new(),
            before: None,
            took: Duration::ZERO,
        }
    }
}

/// One time that a picture was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attempt {
    /// From the call to the start of this request.
    pub started: Duration,
    /// From the start of this request to its answer.
    pub took: Duration,
    /// What went wrong, if something did.
    pub failure: Option<ErrorKind>,
    /// What reading the avatar back told, if the outcome was unknown and it was read.
    pub settled: Option<Settled>,
}

/// What reading the avatar back told of a picture that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Settled {
    /// The avatar is another one than before, and stays so, so it was set.
    Set,
    /// The avatar is the one from before, so it was not set.
    NotSet,
    /// The avatar could not be read, or its address changes by itself.
    Unknown,
}

/// What to do when nobody knows whether the picture was set, and reading the avatar back did not
/// tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OnUnknown {
    /// Set it again. The picture is the same; some messengers tell the group of each change.
    #[default]
    Retry,
    /// Report the failure.
    Fail,
}

/// Whether avatars are read to settle unknown outcomes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ReadBack {
    /// Once before each picture, and after those of which nobody knows. One request more a picture.
    #[default]
    Around,
    /// Never, except where the caller tells what the avatar was before.
    Never,
}
