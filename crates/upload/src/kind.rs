//! The kinds of failure, in the order of who can act.

use std::fmt;

/// What went wrong, as a word to count by.
///
/// `Display` is a short noun phrase for summaries. The order is: this picture, this group, the
/// account and its set-up, time, and last the failures after which nobody knows whether the picture
/// was set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The picture is no JPEG; nothing was sent. Prepare it first.
    NotJpeg,
    /// The server received an empty file.
    EmptyFile,
    /// The server does not take this file format.
    UnsupportedMedia,
    /// The picture is too large for the server. Make it smaller.
    TooLarge,
    /// There is no such chat, or it is no group (200 with "Timed Out").
    WrongChat,
    /// The messenger refused: the account may not edit the group, or dislikes the picture.
    Refused,
    /// A field did not pass the server's validation.
    InvalidField,
    /// The server could not understand the request.
    BadRequest,
    /// The token is not the instance's (401).
    Unauthorized,
    /// The instance is not known here (403).
    Forbidden,
    /// The account is suspended.
    Suspended,
    /// The instance has no account logged in.
    AccountNotAuthorized,
    /// The instance is not paid for any more.
    Expired,
    /// The instance was deleted.
    Deleted,
    /// The plan's quota is used up (466).
    QuotaExceeded,
    /// There is no such method at this address (404).
    NotFound,
    /// The address leads elsewhere (3xx); it was not followed.
    Redirected,
    /// TLS failed, perhaps for a certificate that is not trusted; nothing was sent.
    Untrusted,
    /// This machine cannot run the client; nothing was sent.
    Setup,
    /// An answer outside everything that is known of the method.
    Unexpected,
    /// The instance is starting.
    Starting,
    /// Something answered, but not the instance: an empty body, `null` or an HTML page.
    NotReady,
    /// Too many requests for the instance (429).
    TooManyRequests,
    /// Too many changes for the messenger itself (`rate-overlimit`).
    MessengerLimit,
    /// The server failed (500).
    ServerError,
    /// The server is not there for the moment (502, 503, 504).
    Unavailable,
    /// No connection to the server; nothing was sent.
    NoConnection,
    /// A method that only reads got no readable answer.
    NotRead,
    /// The request's turn did not come in time; nothing was sent.
    OutOfTime,
    /// The session had stopped before; nothing was sent.
    Stopped,
    /// The server thinks that the client hung up (499). The picture may have been set.
    ClientClosed,
    /// No answer in time. The picture may have been set.
    TimedOut,
    /// The connection broke before the answer was whole. The picture may have been set.
    Interrupted,
    /// The answer cannot be read. The picture may have been set.
    Unreadable,
}

impl ErrorKind {
    /// Whether the picture may have been set all the same.
    ///
    /// Reading the avatar back tells. Setting the same picture again does no harm but for the
    /// message that some messengers put into the group at each change.
    pub const fn is_unknown_outcome(self) -> bool {
        matches!(
            self,
            Self::ClientClosed | Self::TimedOut | Self::Interrupted | Self::Unreadable
        )
    }

    const fn name(self) -> &'static str {
        match self {
            Self::NotJpeg => "not a JPEG",
            Self::EmptyFile => "empty file",
            Self::UnsupportedMedia => "file format not supported",
            Self::TooLarge => "picture too large",
            Self::WrongChat => "wrong chat id",
            Self::Refused => "refused by the messenger",
            Self::InvalidField => "field not valid",
            Self::BadRequest => "bad request",
            Self::Unauthorized => "token not accepted",
            Self::Forbidden => "instance not accepted",
            Self::Suspended => "account suspended",
            Self::AccountNotAuthorized => "account not logged in",
            Self::Expired => "instance expired",
            Self::Deleted => "instance deleted",
            Self::QuotaExceeded => "quota used up",
            Self::NotFound => "method not found",
            Self::Redirected => "redirected",
            Self::Untrusted => "no trusted connection",
            Self::Setup => "client not usable",
            Self::Unexpected => "unexpected answer",
            Self::Starting => "instance starting",
            Self::NotReady => "instance not ready",
            Self::TooManyRequests => "too many requests",
            Self::MessengerLimit => "messenger's own limit",
            Self::ServerError => "server error",
            Self::Unavailable => "server unavailable",
            Self::NoConnection => "no connection",
            Self::NotRead => "no readable answer",
            Self::OutOfTime => "no turn in time",
            Self::Stopped => "not sent after a stop",
            Self::ClientClosed => "request abandoned",
            Self::TimedOut => "no answer in time",
            Self::Interrupted => "connection broken",
            Self::Unreadable => "answer not readable",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
