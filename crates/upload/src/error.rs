//! Everything that can go wrong with one call.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::time::{Duration, SystemTime};

use crate::redact::redact;
use crate::text::presentable;
use crate::{ErrorKind, Messenger, Rejection, Token};

/// The picture was not set, or nobody knows.
///
/// `Display` is one line: what happened and what to do. No text in it, `Debug` included, holds the
/// token; there is no `source` behind it that could.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Error {
    /// The picture is no JPEG, so nothing was sent. Prepare it first.
    NotJpeg,
    /// The chat id is another messenger's, so nothing was sent. Check the id, and which messenger
    /// the instance is for.
    OtherMessenger {
        /// The messenger that the client is for.
        messenger: Messenger,
    },
    /// This machine has no root certificates, so no server can be trusted. Install them.
    NoRootCertificates {
        /// What the system said.
        cause: Box<str>,
    },
    /// The machine did not give what the client needs: a thread or its event queue. Free some
    /// resources.
    Machine {
        /// What the system said.
        cause: Box<str>,
    },
    /// TLS failed, perhaps for a certificate that is not trusted, so nothing was sent. Check
    /// apiUrl, the clock, the proxy and the root certificates.
    Untrusted {
        /// What was wrong with it.
        cause: Box<str>,
    },
    /// There was no connection, so nothing was sent. Check the network and apiUrl, or try again.
    NoConnection {
        /// What the system said.
        cause: Box<str>,
    },
    /// A method that only reads got no readable answer; nothing was changed. Ask again.
    NotRead {
        /// What came instead.
        cause: Box<str>,
    },
    /// The session had stopped, so nothing was sent. See the answers before, put the cause right,
    /// and start another session.
    Stopped {
        /// What the answers before had in common.
        cause: ErrorKind,
    },
    /// The request's turn did not come in time, so nothing was sent. Set fewer at once.
    OutOfTime {
        /// How long it waited.
        after: Duration,
    },
    /// The server answered, and the answer was not "set".
    Rejected(Rejection),
    /// There was no answer in time; the picture may have been set. Look at the group, or set it
    /// again.
    TimedOut {
        /// How long the client waited.
        after: Duration,
    },
    /// The connection broke before the answer was whole; the picture may have been set. Look at the
    /// group, or set it again.
    Interrupted {
        /// What the system said.
        cause: Box<str>,
    },
}

impl Error {
    /// What went wrong, as a word to count by.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::NotJpeg => ErrorKind::NotJpeg,
            Self::NoRootCertificates { .. } | Self::Machine { .. } => ErrorKind::Setup,
            Self::Untrusted { .. } => ErrorKind::Untrusted,
            Self::NoConnection { .. } => ErrorKind::NoConnection,
            Self::OtherMessenger { .. } => ErrorKind::WrongChat,
            Self::NotRead { .. } => ErrorKind::NotRead,
            Self::Stopped { .. } => ErrorKind::Stopped,
            Self::OutOfTime { .. } => ErrorKind::OutOfTime,
            Self::Rejected(rejection) => rejection.kind(),
            Self::TimedOut { .. } => ErrorKind::TimedOut,
            Self::Interrupted { .. } => ErrorKind::Interrupted,
        }
    }

    /// The pause that the server asked for, from `now` on.
    pub(crate) fn asked_pause(&self, now: SystemTime) -> Option<Duration> {
        match self {
            Self::Rejected(rejection) => rejection.retry_after().map(|asked| asked.pause(now)),
            _ => None,
        }
    }

    /// The same failure for a method that only reads: there, no outcome is unknown.
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

    /// The one place where an error of the HTTP library becomes ours.
    ///
    /// It is taken apart and dropped here: its own text holds the URL, and with it the token.
    pub(crate) fn from_http(error: reqwest::Error, token: &Token, timeout: Duration) -> Self {
        let error = error.without_url();
        let innermost = innermost(&error);
        let cause = shown(&innermost.to_string(), token);
        if error.is_connect() || error.is_builder() {
            return if is_tls(innermost) {
                Self::Untrusted { cause }
            } else {
                Self::NoConnection { cause }
            };
        }
        if error.is_timeout() {
            Self::TimedOut { after: timeout }
        } else {
            Self::Interrupted { cause }
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotJpeg => {
                f.write_str("the picture is not a JPEG, so nothing was sent: prepare it first")
            }
            Self::NoRootCertificates { cause } => write!(
                f,
                "this machine has no root certificates to trust a server by: install them (ca-certificates) or set SSL_CERT_FILE ({cause})"
            ),
            Self::Machine { cause } => write!(
                f,
                "the machine did not let the client start: free some resources ({cause})"
            ),
            Self::Untrusted { cause } => write!(
                f,
                "no trusted connection to the server, nothing was sent: check apiUrl, the clock, the proxy and the root certificates ({cause})"
            ),
            Self::NoConnection { cause } => {
                write!(
                    f,
                    "no connection to the server, nothing was sent: check the network and apiUrl ({cause})"
                )
            }
            Self::OtherMessenger { messenger } => {
                write!(
                    f,
                    "the chat id is not one of {messenger}, so nothing was sent: check the id and the messenger"
                )
            }
            Self::NotRead { cause } => write!(
                f,
                "no readable answer, nothing was changed: ask again ({cause})"
            ),
            Self::Stopped { cause } => {
                write!(
                    f,
                    "not sent, because the answers before were: {cause}; put that right and start again"
                )
            }
            Self::OutOfTime { after } => {
                write!(
                    f,
                    "its turn did not come within {after:?}, so nothing was sent: set fewer at once"
                )
            }
            Self::Rejected(rejection) => rejection.fmt(f),
            Self::TimedOut { after } => {
                write!(
                    f,
                    "no answer within {after:?}; the picture may have been set: look at the group or set it again"
                )
            }
            Self::Interrupted { cause } => write!(
                f,
                "the connection broke before the answer; the picture may have been set: look at the group or set it again ({cause})"
            ),
        }
    }
}

impl StdError for Error {}

impl From<Rejection> for Error {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

/// A text of the system or the library as it may be shown.
pub(crate) fn shown(text: &str, token: &Token) -> Box<str> {
    let clean = redact(text.as_bytes(), token);
    presentable(&String::from_utf8_lossy(&clean)).into()
}

pub(crate) fn innermost<'a>(error: &'a (dyn StdError + 'static)) -> &'a (dyn StdError + 'static) {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error
}

/// Whether TLS itself was refused, by either side.
///
/// An error of I/O wraps another without naming it as its source, and may do so twice.
fn is_tls(error: &(dyn StdError + 'static)) -> bool {
    let within = error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref);
    error.is::<rustls::Error>() || within.is_some_and(|error| is_tls(error))
}
