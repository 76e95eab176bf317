//! Why a picture was not fetched.

use std::error::Error as StdError;
use std::time::Duration;

use thiserror::Error;

use crate::text::presentable;
use crate::transport::{innermost, refusal_of_proxy, shown};
use crate::{Error, Token};

/// A picture was not fetched; nothing was changed.
///
/// `Display` is one line. No text in it contains the token or the whole address, which may be
/// signed.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum FetchError {
    /// The avatar has no address: there is none, or the server did not say where.
    #[error("the avatar has no address")]
    NoAddress,
    /// The address is not a URL.
    #[error("the address is not a URL of the web")]
    Malformed,
    /// The address is not `https`, so the picture could be replaced in transit.
    #[error("the address is not https, so it was not fetched: {host}")]
    NotEncrypted {
        /// The host in the address.
        host: Box<str>,
    },
    /// The host is not known to serve avatars. If it should be, name it in
    /// [`ClientBuilder::avatar_hosts`](crate::ClientBuilder::avatar_hosts).
    #[error("the host is not known to serve avatars, so it was not fetched: {host}")]
    NotAllowed {
        /// The host in the address.
        host: Box<str>,
    },
    /// The name resolves to this machine or a private network. A server must not make a client send
    /// requests there.
    #[error("the host is this machine or in a private network, so it was not fetched: {host}")]
    NotPublic {
        /// The name.
        host: Box<str>,
    },
    /// There were more than three redirects.
    #[error("the address was redirected too many times")]
    TooManyRedirects,
    /// The server answered without a picture: 404 for one that was replaced meanwhile.
    #[error("the address was answered with HTTP {status}")]
    Status {
        /// The HTTP status.
        status: u16,
    },
    /// The picture is larger than the limit.
    #[error("it has more than {limit} bytes")]
    TooLarge {
        /// The most that is read, in bytes.
        limit: usize,
    },
    /// The picture did not come in time.
    #[error("it did not come within {after:?}")]
    TimedOut {
        /// How long the client waited.
        after: Duration,
    },
    /// The proxy refused to connect to the host, or wants a password.
    #[error("the proxy refused to connect to the host ({cause})")]
    ProxyRefused {
        /// What the HTTP library made of its answer.
        cause: Box<str>,
    },
    /// The caller canceled it.
    #[error("it was not fetched, because the program was asked to end")]
    Canceled,
    /// There was no connection, or it broke.
    #[error("it could not be fetched ({cause})")]
    Failed {
        /// What the system reported.
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

    /// Converts an error of the HTTP library, or takes out the one of ours that is within it.
    pub(super) fn from_http(error: reqwest::Error, timeout: Duration) -> Self {
        if let Some(ours) = find_ours(&error) {
            return ours.clone();
        }
        if error.is_timeout() {
            return Self::TimedOut { after: timeout };
        }
        let error = error.without_url();
        let innermost = innermost(&error);
        let cause = innermost.to_string().into();
        match refusal_of_proxy(innermost) {
            Some(_) => Self::ProxyRefused { cause },
            None => Self::Failed { cause },
        }
    }

    /// Removes the token, should the server have made a host name of it, and makes all texts fit to
    /// be shown.
    pub(super) fn redacted(mut self, token: &Token) -> Self {
        if let Some(text) = self.text_mut() {
            *text = shown(text, token);
        }
        self
    }

    /// Makes all texts fit to be shown.
    pub(super) fn presentable(mut self) -> Self {
        if let Some(text) = self.text_mut() {
            *text = presentable(text).into();
        }
        self
    }

    fn text_mut(&mut self) -> Option<&mut Box<str>> {
        match self {
            Self::NotEncrypted { host: text }
            | Self::NotAllowed { host: text }
            | Self::NotPublic { host: text }
            | Self::ProxyRefused { cause: text }
            | Self::Failed { cause: text } => Some(text),
            Self::NoAddress
            | Self::Malformed
            | Self::TooManyRedirects
            | Self::Status { .. }
            | Self::TooLarge { .. }
            | Self::TimedOut { .. }
            | Self::Canceled => None,
        }
    }
}

impl From<Error> for FetchError {
    /// Converts a failure of the client itself.
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
