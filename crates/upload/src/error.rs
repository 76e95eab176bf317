//! Why a call failed.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::time::{Duration, SystemTime};

use crate::kind::ErrorKind;
use crate::messenger::Messenger;
use crate::rejection::Rejection;

/// The picture was not set, or the outcome is unknown.
///
/// `Display` is one line: what happened, the step that helps, and the details. No text in it,
/// `Debug` included, contains the token; there is no `source` behind it that could.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Error {
    /// The picture is not a JPEG, so nothing was sent. Prepare it first.
    NotJpeg,
    /// The chat id has the form of another messenger, so nothing was sent. Check the id, and which
    /// messenger the instance is for.
    OtherMessenger {
        /// The messenger that the client is for.
        messenger: Messenger,
    },
    /// This machine has no root certificates to verify a server with. Install them.
    NoRootCertificates {
        /// What the system reported.
        cause: Box<str>,
    },
    /// The system refused a thread or an event queue. Free some resources.
    NoResources {
        /// What the system reported.
        cause: Box<str>,
    },
    /// The TLS handshake failed, so nothing was sent. Check apiUrl, the clock, the proxy and the
    /// root certificates.
    Untrusted {
        /// What was wrong.
        cause: Box<str>,
    },
    /// The proxy wants a user name and a password, so nothing was sent. Put them into its address.
    ProxyUnauthorized {
        /// What the HTTP library made of its answer.
        cause: Box<str>,
    },
    /// The proxy refused to connect to the server, so nothing was sent. Ask whoever runs it.
    ProxyRefused {
        /// What the HTTP library made of its answer.
        cause: Box<str>,
    },
    /// There was no connection, so nothing was sent. Check the network and apiUrl, or try again
    /// later.
    NoConnection {
        /// What the system reported.
        cause: Box<str>,
    },
    /// A method that only reads got no readable answer; nothing was changed. Ask again.
    NotRead {
        /// What came instead.
        cause: Box<str>,
    },
    /// The session had stopped, so nothing was sent. Correct what stopped it, and start another
    /// session.
    Stopped {
        /// The failure that stopped it.
        cause: ErrorKind,
    },
    /// The request's turn did not come in time, so nothing was sent. Send fewer at once.
    OutOfTime {
        /// How long it waited.
        after: Duration,
    },
    /// The server answered, and did not set the picture.
    Rejected(Rejection),
    /// No answer came in time; the picture may have been set. Look at the group, or set it again.
    TimedOut {
        /// How long the client waited.
        after: Duration,
    },
    /// The connection broke before the answer was complete; the picture may have been set. Look at
    /// the group, or set it again.
    Interrupted {
        /// What the system reported.
        cause: Box<str>,
    },
}

impl Error {
    /// Returns what went wrong, as a value to count and to decide by.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::NotJpeg => ErrorKind::NotJpeg,
            Self::OtherMessenger { .. } => ErrorKind::OtherMessenger,
            Self::NoRootCertificates { .. } => ErrorKind::NoRootCertificates,
            Self::NoResources { .. } => ErrorKind::NoResources,
            Self::Untrusted { .. } => ErrorKind::Untrusted,
            Self::ProxyUnauthorized { .. } => ErrorKind::ProxyUnauthorized,
            Self::ProxyRefused { .. } => ErrorKind::ProxyRefused,
            Self::NoConnection { .. } => ErrorKind::NoConnection,
            Self::NotRead { .. } => ErrorKind::NotRead,
            Self::Stopped { .. } => ErrorKind::Stopped,
            Self::OutOfTime { .. } => ErrorKind::OutOfTime,
            Self::Rejected(rejection) => rejection.kind(),
            Self::TimedOut { .. } => ErrorKind::TimedOut,
            Self::Interrupted { .. } => ErrorKind::Interrupted,
        }
    }

    /// Returns how long the server asked to wait, from `now` on.
    pub(crate) fn retry_after(&self, now: SystemTime) -> Option<Duration> {
        match self {
            Self::Rejected(rejection) => rejection.retry_after().map(|asked| asked.wait(now)),
            _ => None,
        }
    }

    /// Converts the failure to that of a method that only reads, for which no outcome is unknown.
    pub(crate) fn of_reading(self) -> Self {
        let cause = match self {
            Self::TimedOut { after } => format!("none within {after:?}"),
            Self::Interrupted { cause } => cause.into(),
            Self::Rejected(rejection) if rejection.kind().is_unknown_outcome() => {
                format!("{}, HTTP {}", rejection.kind(), rejection.status())
            }
            other => return other,
        };
        Self::NotRead {
            cause: cause.into(),
        }
    }

    /// What is known beyond the kind.
    fn detail(&self) -> Option<Cow<'_, str>> {
        Some(match self {
            Self::NotJpeg => return None,
            Self::OtherMessenger { messenger } => format!("expected one of {messenger}").into(),
            Self::Stopped { cause } => format!("stopped by: {cause}").into(),
            Self::OutOfTime { after } | Self::TimedOut { after } => {
                format!("waited {after:?}").into()
            }
            Self::Rejected(rejection) => rejection.detail().into(),
            Self::NoRootCertificates { cause }
            | Self::NoResources { cause }
            | Self::Untrusted { cause }
            | Self::ProxyUnauthorized { cause }
            | Self::ProxyRefused { cause }
            | Self::NoConnection { cause }
            | Self::NotRead { cause }
            | Self::Interrupted { cause } => Cow::Borrowed(cause),
        })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind().policy().fmt(f)?;
        match self.detail() {
            Some(detail) => write!(f, " ({detail})"),
            None => Ok(()),
        }
    }
}

impl StdError for Error {}

impl From<Rejection> for Error {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}
