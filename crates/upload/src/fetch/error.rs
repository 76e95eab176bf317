//! Why a picture was not fetched.

use std::error::Error as StdError;
use std::time::Duration;

use thiserror::Error;

use super::TIMEOUT;
use crate::error::{innermost, shown};
use crate::text::presentable;
use crate::{Error, Token};

/// The picture behind a `urlAvatar` was not fetched; nothing was changed.
///
/// `Display` is one line. No text in it holds the token or the whole address, which may be signed.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum FetchError {
    /// The avatar has no address: the group has none, or the server did not tell.
    #[error("there is no address of the avatar")]
    NoAddress,
    /// The address is not one of the web.
    #[error("the address of the avatar is not one")]
    Malformed,
    /// The address is not `https`, so anybody on the way could change the picture.
    #[error("the address of the avatar is not https and was not asked: {host}")]
    NotEncrypted {
        /// Where it leads.
        host: Box<str>,
    },
    /// The address leads to a host that is not known to have avatars. If it should be, name it in
    /// [`ClientBuilder::avatar_hosts`](crate::ClientBuilder::avatar_hosts).
    #[error("the address of the avatar leads to a host that is not among those of avatars: {host}")]
    NotAllowed {
        /// Where it leads.
        host: Box<str>,
    },
    /// The name leads into a private network, which a server has no business to send anybody to.
    #[error(
        "the address of the avatar leads to this machine or a private network and was not asked: {host}"
    )]
    NotPublic {
        /// Whose name it is.
        host: Box<str>,
    },
    /// One redirect led to the next.
    #[error("the address of the avatar leads from one place to the next without an end")]
    TooManyRedirects,
    /// There was an answer, but no picture: 404 for one that was replaced meanwhile.
    #[error("the address of the avatar was answered with HTTP {status}")]
    Status {
        /// The HTTP status.
        status: u16,
    },
    /// The picture is larger than any avatar.
    #[error("what is at the address of the avatar has more than {limit} bytes")]
    TooLarge {
        /// The most that is read, in bytes.
        limit: usize,
    },
    /// It did not come in time.
    #[error("the avatar did not come within {after:?}")]
    TimedOut {
        /// How long it was waited for.
        after: Duration,
    },
    /// There was no connection, or it broke.
    #[error("the avatar could not be fetched ({cause})")]
    Failed {
        /// What the system said.
        cause: Box<str>,
    },
}

impl FetchError {
    pub(super) fn not_encrypted(host: &str) -> Self {
        Self::NotEncrypted {
            host: presentable(host).into(),
        }
    }

    pub(super) fn not_allowed(host: &str) -> Self {
        Self::NotAllowed {
            host: presentable(host).into(),
        }
    }

    pub(super) fn not_public(host: &str) -> Self {
        Self::NotPublic {
            host: presentable(host).into(),
        }
    }

    /// An error of the HTTP library, or the one of ours that is within it.
    pub(super) fn from_http(error: reqwest::Error, token: &Token) -> Self {
        if let Some(ours) = find_ours(&error) {
            return ours.clone().redacted(token);
        }
        if error.is_timeout() {
            return Self::TimedOut { after: TIMEOUT };
        }
        let error = error.without_url();
        Self::Failed {
            cause: shown(&innermost(&error).to_string(), token),
        }
    }

    /// Without the token, should the server have made a host's name of it.
    pub(super) fn redacted(mut self, token: &Token) -> Self {
        if let Self::NotEncrypted { host } | Self::NotAllowed { host } | Self::NotPublic { host } =
            &mut self
        {
            *host = shown(host, token);
        }
        self
    }
}

impl From<Error> for FetchError {
    /// The client itself failed.
    fn from(error: Error) -> Self {
        Self::Failed {
            cause: error.to_string().into(),
        }
    }
}

fn find_ours<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a FetchError> {
    let mut error = Some(error);
    while let Some(link) = error {
        if let Some(ours) = link.downcast_ref() {
            return Some(ours);
        }
        error = link.source();
    }
    None
}
