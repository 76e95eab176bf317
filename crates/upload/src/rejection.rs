//! A refusal with a name.

use std::fmt;

use crate::{ErrorKind, RetryAfter};

/// The server answered, and the answer was not "set".
///
/// `Display` is one line: what it means, what to do, and what the server said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    pub(crate) kind: ErrorKind,
    pub(crate) status: u16,
    pub(crate) said: Option<Box<str>>,
    pub(crate) retry_after: Option<RetryAfter>,
}

impl Rejection {
    /// What the answer means.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The HTTP status, 100 to 999.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The server's own words on one line, at most 300 characters, without the token and control
    /// characters.
    pub fn said(&self) -> Option<&str> {
        self.said.as_deref()
    }

    /// When the server wants to be asked again, if it told.
    pub fn retry_after(&self) -> Option<RetryAfter> {
        self.retry_after
    }

    /// What it means and what to do.
    fn advice(&self) -> &'static str {
        match self.kind {
            ErrorKind::WrongChat => {
                "the chat was not found: check the chat id, and that the account is in the group"
            }
            ErrorKind::Refused if self.said.is_some() => {
                "the messenger refused the picture: see its reason"
            }
            ErrorKind::Refused => {
                "the messenger refused without a reason: check that the account may edit the group, then the picture"
            }
            ErrorKind::InvalidField => "a field is not valid: check the chat id",
            ErrorKind::BadRequest => {
                "the server did not understand the request: check apiUrl and the chat id"
            }
            ErrorKind::EmptyFile => "the server received an empty file: check the picture",
            ErrorKind::UnsupportedMedia => "the server does not take this file format: send a JPEG",
            ErrorKind::TooLarge => "the picture is too large for the server: make it smaller",
            ErrorKind::Unauthorized => "the token is not the instance's: check apiTokenInstance",
            ErrorKind::Forbidden => "the instance is not known here: check idInstance and apiUrl",
            ErrorKind::Suspended => {
                "the account is suspended: look at the instance's page, and send nothing until then"
            }
            ErrorKind::AccountNotAuthorized => {
                "the instance has no account logged in: log in on the instance's page"
            }
            ErrorKind::Expired => "the instance has expired: renew it on its page",
            ErrorKind::Deleted => "the instance was deleted: use another one",
            ErrorKind::QuotaExceeded => {
                "the plan's quota is used up: wait for the next period or change the plan"
            }
            ErrorKind::NotFound => "there is no such method at this address: check apiUrl",
            ErrorKind::Redirected => {
                "the address leads elsewhere and was not followed: check apiUrl"
            }
            ErrorKind::Starting => "the instance is starting: try again in a minute",
            ErrorKind::NotReady => {
                "something answered in place of the instance: try again in a minute, or check apiUrl"
            }
            ErrorKind::TooManyRequests => "too many requests for the instance: send more slowly",
            ErrorKind::MessengerLimit => {
                "too many changes for the messenger: wait, then send more slowly"
            }
            ErrorKind::ServerError => "the server failed: try again once",
            ErrorKind::Unavailable => "the server is not there for the moment: try again later",
            ErrorKind::ClientClosed => {
                "the server lost the request on the way; the picture may have been set: look at the group"
            }
            ErrorKind::Unreadable => {
                "the answer cannot be read; the picture may have been set: look at the group"
            }
            _ => "the answer is not one that the method gives: check apiUrl",
        }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (HTTP {}", self.advice(), self.status)?;
        match &self.said {
            Some(said) => write!(f, ": \"{said}\")"),
            None => f.write_str(")"),
        }
    }
}

impl std::error::Error for Rejection {}
