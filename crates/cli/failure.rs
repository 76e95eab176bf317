//! Why one item has no picture.

use std::fmt;

use crate::exit_code::ExitCode;
use crate::panics::Bug;

/// The cause to count by, and a line to read.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) cause: Cause,
    pub(crate) message: String,
}

impl Failure {
    pub(crate) fn new(cause: Cause, message: impl Into<String>) -> Self {
        Self {
            cause,
            message: message.into(),
        }
    }
}

impl From<prep::Error> for Failure {
    fn from(error: prep::Error) -> Self {
        Self::new(Cause::Photo(error.kind()), error.to_string())
    }
}

impl From<Bug> for Failure {
    fn from(Bug(told): Bug) -> Self {
        Self::new(
            Cause::Bug,
            format!("this program failed: {told}; please report it with the photo"),
        )
    }
}

/// What went wrong, in the order of the summary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Cause {
    /// The photo cannot be opened or read.
    NotReadable,
    /// Two photos would have the same picture.
    Collision,
    /// The picture would take the place of a photo.
    OverPhoto,
    /// A file of the picture's name is there already.
    Exists,
    /// The photo itself.
    Photo(prep::ErrorKind),
    /// The picture cannot be written.
    NotWritten,
    /// We are to blame.
    Bug,
}

impl Cause {
    /// What it alone would make of the whole.
    pub(crate) fn exit_code(self) -> ExitCode {
        ExitCode::SomeFailed
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotReadable => f.write_str("not readable"),
            Self::Collision => f.write_str("name collision"),
            Self::OverPhoto => f.write_str("would replace a photo"),
            Self::Exists => f.write_str("picture exists"),
            Self::Photo(kind) => kind.fmt(f),
            Self::NotWritten => f.write_str("not written"),
            Self::Bug => f.write_str("internal error"),
        }
    }
}
