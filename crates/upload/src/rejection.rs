//! An answer that is not a success.

use std::fmt;

use crate::kind::ErrorKind;
use crate::messenger::Oversize;
use crate::retry_after::RetryAfter;

/// The server answered, and did not set the picture.
///
/// `Display` is one line: what the answer means, the step that helps, and what the server said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    pub(crate) kind: ErrorKind,
    pub(crate) status: u16,
    pub(crate) said: Option<Box<str>>,
    pub(crate) retry_after: Option<RetryAfter>,
    pub(crate) oversize: Option<Oversize>,
}

impl Rejection {
    /// Returns what the answer means.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Returns the HTTP status, 100 to 999.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Returns the server's own words on one line, at most 300 characters, without the token and
    /// control characters.
    pub fn said(&self) -> Option<&str> {
        self.said.as_deref()
    }

    /// Returns when the server wants to be asked again, if it said so.
    pub fn retry_after(&self) -> Option<RetryAfter> {
        self.retry_after
    }

    /// Explains the answer to a picture that may be too large.
    ///
    /// MAX answers one with 500 and an empty body. Sending it again does not help.
    pub(crate) fn of_picture(mut self, oversize: Option<Oversize>) -> Self {
        if self.kind == ErrorKind::ServerError && self.said.is_none() && oversize.is_some() {
            self.kind = ErrorKind::TooLarge;
            self.oversize = oversize;
        }
        self
    }

    /// Status and words, as messages show them.
    pub(crate) fn detail(&self) -> String {
        let status = self.status;
        match (&self.said, &self.oversize) {
            (Some(said), _) => format!("HTTP {status}: \"{said}\""),
            (None, Some(oversize)) => format!("HTTP {status}; {oversize}"),
            (None, None) => format!("HTTP {status}"),
        }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.kind.policy(), self.detail())
    }
}

impl std::error::Error for Rejection {}
