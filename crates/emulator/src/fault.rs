//! What can go wrong with one request: its upload, its action, its answer and the delivery.

use std::collections::BTreeMap;
use std::num::{NonZeroU32, NonZeroUsize};
use std::time::Duration;

use bytes::Bytes;
use serde::Deserialize;

use crate::answer::Documented;
use crate::number::{Base64, Millis, Percent, Status};

/// How a request's body is received.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Upload {
    /// As fast as it comes.
    #[default]
    Whole,
    /// Up to a point, and then the connection ends: at 0 % only the head was read, at 100 % all of
    /// the body, and no answer is sent.
    ///
    /// The share is counted in what the emulator has read of the declared length. A client has
    /// handed more than that to its own system. Without a declared length, every share but 0 is the end.
    Cut(Cut),
    /// No faster than so many bytes a second.
    BytesPerSecond(NonZeroU32),
}

/// A place, and how the connection ends there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cut {
    pub(crate) at: Percent,
    pub(crate) then: End,
}

impl Cut {
    /// Cuts at this many percent, 0 to 100; more is taken as 100.
    pub fn new(percent: u8, then: End) -> Self {
        Self {
            at: Percent::clamped(percent),
            then,
        }
    }
}

/// How a connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum End {
    /// At once, with a TCP reset.
    Reset,
    /// In order, as if all had been said: the client reads an end of file.
    Close,
    /// Not at all: nothing is read or written any more, until the client gives up.
    Silence,
}

/// Whether what a request asks for is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Action {
    /// It is, if the request is a good one and its body was read whole.
    Done,
    /// It is not, even where the answer says so.
    Skipped,
}

/// An answer of one's own making.
///
/// In texts and header values, `{token}`, `{token-encoded}` (each byte as `%XX`), `{path}`,
/// `{instance}`, `{chat}`, `{method}`, `{url}` (of the emulator) and `{timestamp}` are filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Answer {
    pub(crate) like: Option<Documented>,
    pub(crate) status: Option<Status>,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) retry_after: Option<RetryAfter>,
    pub(crate) body: Option<String>,
    pub(crate) body_base64: Option<Base64>,
    pub(crate) filler: u64,
    pub(crate) gzip_bomb: u64,
}

impl Answer {
    /// An answer with this status, 200 to 999 (clamped), and no body.
    pub fn new(status: u16) -> Self {
        Self {
            status: Some(Status::clamped(status)),
            ..Self::default()
        }
    }

    /// A redirect with this status to this place.
    pub fn redirect(status: u16, location: impl Into<String>) -> Self {
        Self::new(status).header("Location", location)
    }

    /// Another status than that of the documented answer.
    pub fn status(mut self, status: u16) -> Self {
        self.status = Some(Status::clamped(status));
        self
    }

    /// Sets a header. One that cannot be sent, for its characters, is left out.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.insert(name.into(), value.into());
        self
    }

    /// Sets `Retry-After`. For a malformed one, set the [header](Self::header).
    pub fn retry_after(mut self, retry_after: RetryAfter) -> Self {
        self.retry_after = Some(retry_after);
        self
    }

    /// Another body. Unless a header says otherwise, its type is that of the documented answer, or
    /// else JSON or plain text, by how it begins.
    pub fn body(mut self, body: impl Into<String>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// Another body, of bytes as they are: another picture than the one that was set, for instance.
    ///
    /// Unless a header says otherwise, its type is JPEG, or else that of any bytes, by how it begins.
    pub fn bytes(mut self, body: impl Into<Bytes>) -> Self {
        self.body_base64 = Some(Base64(body.into()));
        self
    }

    /// A body of JSON whose `reason` is so many bytes long. It is sent without being held in memory.
    pub fn filler(mut self, bytes: u64) -> Self {
        self.filler = bytes;
        self
    }

    /// A body that says it is gzip, and is unpacked to at least so many bytes from 1/159 of them.
    pub fn gzip_bomb(mut self, bytes: u64) -> Self {
        self.gzip_bomb = bytes;
        self
    }
}

impl From<Documented> for Answer {
    fn from(like: Documented) -> Self {
        Self {
            like: Some(like),
            ..Self::default()
        }
    }
}

/// The two forms of `Retry-After` (RFC 9110, 10.2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum RetryAfter {
    /// So many seconds; below zero is not allowed by the standard, and may be sent here.
    Seconds(i64),
    /// The date that is so many seconds after the answer, or before it if negative.
    DateInSeconds(i64),
}

/// How an answer is sent.
///
/// After anything but [`Whole`](Self::Whole), the connection ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Delivery {
    /// As HTTP has it.
    #[default]
    Whole,
    /// Whole, and then the connection is closed though nothing said so: whoever keeps it for the
    /// next request has a stale one.
    ThenClose,
    /// Whole, and once more: who keeps the connection finds an answer before it has asked.
    Twice,
    /// Status line and headers end early.
    CutHead(Cut),
    /// The body ends early: less comes than `Content-Length` says.
    CutBody(Cut),
    /// Status line and headers come in drops.
    SlowHead(Pace),
    /// The body comes in drops.
    SlowBody(Pace),
    /// `Content-Length` is wrong by so much. If it says more than comes, the connection is closed
    /// after the body.
    LengthOff(i64),
    /// No `Content-Length`: the body ends with the connection.
    NoLength,
    /// In chunks, and correctly so.
    Chunked,
    /// In chunks, the second of which has a size that is no number.
    BrokenChunks,
    /// After so many interim answers (102).
    Interim(u32),
    /// With a header of so many bytes.
    BigHead(u32),
}

/// Bytes at a time, and the wait after them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Pace {
    pub(crate) bytes: NonZeroUsize,
    #[serde(rename = "every-ms")]
    pub(crate) every: Millis,
}

impl Pace {
    /// One byte at a time.
    pub fn byte_every(every: Duration) -> Self {
        Self {
            bytes: NonZeroUsize::MIN,
            every: Millis(every),
        }
    }
}
