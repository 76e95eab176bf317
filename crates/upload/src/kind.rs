//! The kinds of failure. What each means and what to do about it: [`ErrorKind::policy`].

use std::fmt;

use crate::policy::{Outcome, Scope};

/// Says what went wrong, as a value to count and to decide by.
///
/// `Display` is a short noun phrase for summaries and reports, and is stable. The order is that of
/// a summary: this picture, this group, the account, the set-up, the service, and last the failures
/// with an unknown outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The picture is not a JPEG. Prepare it first.
    NotJpeg,
    /// The server received an empty file.
    EmptyFile,
    /// The server does not accept this file format.
    UnsupportedMedia,
    /// The picture is too large for the server. Make it smaller.
    TooLarge,
    /// The chat id has the form of another messenger.
    OtherMessenger,
    /// There is no such chat, or it is not a group (200 with "Timed Out").
    WrongChat,
    /// The messenger refused: the account may not edit the group, or the picture is not accepted.
    Refused,
    /// A field did not pass the server's validation.
    InvalidField,
    /// The server did not understand the request.
    BadRequest,
    /// The token is not the instance's (401).
    Unauthorized,
    /// The server does not know the instance (403).
    Forbidden,
    /// The account is suspended.
    Suspended,
    /// No account is logged in.
    AccountNotAuthorized,
    /// The instance has expired.
    Expired,
    /// The instance was deleted.
    Deleted,
    /// The plan's quota is used up (466).
    QuotaExceeded,
    /// The server has no such method at this address (404).
    NotFound,
    /// The server redirected the request (3xx); redirects are not followed.
    Redirected,
    /// The TLS handshake failed, perhaps because of a certificate that is not trusted.
    Untrusted,
    /// This machine has no root certificates.
    NoRootCertificates,
    /// The proxy wants a user name and a password, or does not accept those it was given (407).
    ProxyUnauthorized,
    /// The system refused a thread or an event queue.
    NoResources,
    /// The answer is not one that the method is known to give.
    Unexpected,
    /// The instance is starting.
    Starting,
    /// Something else answered in place of the instance: an empty body, `null` or an HTML page.
    NotReady,
    /// The instance received too many requests (429).
    TooManyRequests,
    /// The messenger itself limits how often pictures are changed (`rate-overlimit`).
    MessengerLimit,
    /// The server failed (500).
    ServerError,
    /// The server is unavailable at the moment (502, 503, 504).
    Unavailable,
    /// The proxy refused to connect to the server.
    ProxyRefused,
    /// There was no connection to the server.
    NoConnection,
    /// A method that only reads got no readable answer.
    NotRead,
    /// The request's turn did not come in time.
    OutOfTime,
    /// The session had stopped before.
    Stopped,
    /// The server thinks that the client closed the connection (499).
    ClientClosed,
    /// No answer came in time.
    TimedOut,
    /// The connection broke before the answer was complete.
    Interrupted,
    /// The answer is not readable.
    Unreadable,
}

impl ErrorKind {
    /// Every kind, in the order of summaries.
    pub const ALL: [Self; 38] = [
        Self::NotJpeg,
        Self::EmptyFile,
        Self::UnsupportedMedia,
        Self::TooLarge,
        Self::OtherMessenger,
        Self::WrongChat,
        Self::Refused,
        Self::InvalidField,
        Self::BadRequest,
        Self::Unauthorized,
        Self::Forbidden,
        Self::Suspended,
        Self::AccountNotAuthorized,
        Self::Expired,
        Self::Deleted,
        Self::QuotaExceeded,
        Self::NotFound,
        Self::Redirected,
        Self::Untrusted,
        Self::NoRootCertificates,
        Self::ProxyUnauthorized,
        Self::NoResources,
        Self::Unexpected,
        Self::Starting,
        Self::NotReady,
        Self::TooManyRequests,
        Self::MessengerLimit,
        Self::ServerError,
        Self::Unavailable,
        Self::ProxyRefused,
        Self::NoConnection,
        Self::NotRead,
        Self::OutOfTime,
        Self::Stopped,
        Self::ClientClosed,
        Self::TimedOut,
        Self::Interrupted,
        Self::Unreadable,
    ];

    /// Returns whether the picture may have been set all the same.
    ///
    /// Reading the avatar back shows it. Setting the same picture again does no harm, except for the
    /// message that some messengers post in the group at each change.
    pub const fn is_unknown_outcome(self) -> bool {
        matches!(self.policy().outcome, Outcome::Unknown)
    }

    /// Returns whether every other group would fail in the same way until it is corrected.
    pub const fn is_shared(self) -> bool {
        matches!(self.policy().scope, Scope::Account | Scope::Setup)
    }
}

// The last variant is in the list, so none before it is missing: the test compares their places.
const _: () = assert!(ErrorKind::ALL.len() == ErrorKind::Unreadable as usize + 1);

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.policy().name)
    }
}
