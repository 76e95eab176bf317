//! What can go wrong with one request: its upload, its action, its answer and the delivery of it.

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
    /// Up to a point, where the connection ends: at 0 % only the head has been read, at 100 % all of
    /// the body, and no answer is sent.
    ///
    /// The share is that of the declared length which the emulator has read; the client has handed
    /// more than that to its own system. Without a declared length, every share but 0 is the end.
    Cut(Truncation),
    /// No faster than this many bytes a second.
    BytesPerSecond(NonZeroU32),
}

/// Where a request or an answer ends too early, and how the connection ends there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Truncation {
    pub(crate) at: Percent,
    pub(crate) then: End,
}

impl Truncation {
    /// Cuts at this many per cent, 0 to 100; more counts as 100.
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
    /// In order, as if everything had been sent: the client reads an end of file.
    Close,
    /// Not at all: nothing more is read or written until the client gives up.
    Silence,
}

/// Whether what a request asks for is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Action {
    /// It is, if the request is valid and its body was read to its end.
    Done,
    /// It is not, even if the answer says so.
    Skipped,
}

/// An answer that the script makes.
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
    /// Makes an answer with this status, 200 to 999 (clamped), and no body.
    pub fn new(status: u16) -> Self {
        Self {
            status: Some(Status::clamped(status)),
            ..Self::default()
        }
    }

    /// Makes a redirect with this status and location.
    pub fn redirect(status: u16, location: impl Into<String>) -> Self {
        Self::new(status).header("Location", location)
    }

    /// Sets another status than that of the documented answer.
    pub fn status(mut self, status: u16) -> Self {
        self.status = Some(Status::clamped(status));
        self
    }

    /// Sets a header. One whose characters cannot be sent is left out.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.insert(name.into(), value.into());
        self
    }

    /// Sets `Retry-After`. For a malformed one, set the [header](Self::header).
    pub fn retry_after(mut self, retry_after: RetryAfter) -> Self {
        self.retry_after = Some(retry_after);
        self
    }

    /// Sets another body. Unless a header says otherwise, its type is that of the documented answer, or
    /// else JSON or plain text, by how it begins.
    pub fn body(mut self, body: impl Into<String>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// Sets another body, of bytes: another picture than the one that was set, for instance.
    ///
    /// Unless a header says otherwise, its type is JPEG or `application/octet-stream`, by how it
    /// begins.
    pub fn bytes(mut self, body: impl Into<Bytes>) -> Self {
        self.body_base64 = Some(Base64(body.into()));
        self
    }

    /// Sets a body of JSON whose `reason` is this many bytes long. It is not held in memory.
    pub fn filler(mut self, bytes: u64) -> Self {
        self.filler = bytes;
        self
    }

    /// Sets a body with `Content-Encoding: gzip` that unpacks to at least this many bytes, from 1/159 of
    /// them.
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
    /// This many seconds. The standard does not allow less than zero; it may be sent here.
    Seconds(i64),
    /// The date this many seconds after the answer, or before it if negative.
    DateInSeconds(i64),
}

/// How an answer is sent.
///
/// After anything but [`Whole`](Self::Whole), the connection ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Delivery {
    /// As HTTP requires.
    #[default]
    Whole,
    /// Whole, and then the connection is closed without `Connection: close`: a client that keeps it
    /// for the next request has a stale one.
    ThenClose,
    /// Twice: a client that keeps the connection finds an answer before it has sent a request.
    Twice,
    /// Status line and headers end early.
    CutHead(Truncation),
    /// The body ends early: less comes than `Content-Length` says.
    CutBody(Truncation),
    /// Status line and headers come slowly.
    SlowHead(Trickle),
    /// The body comes slowly.
    SlowBody(Trickle),
    /// `Content-Length` is wrong by this much. If it is too large, the connection is closed after the
    /// body.
    LengthOff(i64),
    /// No `Content-Length`: the body ends with the connection.
    NoLength,
    /// In chunks, correctly.
    Chunked,
    /// In chunks, the second of which has a size that is not a number.
    BrokenChunks,
    /// After this many interim answers (102).
    Interim(u32),
    /// With a header of this many bytes.
    BigHead(u32),
}

/// How slowly bytes come: this many, and then a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Trickle {
    pub(crate) bytes: NonZeroUsize,
    #[serde(rename = "every-ms")]
    pub(crate) every: Millis,
}

impl Trickle {
    /// Sends one byte at a time.
    pub fn byte_every(every: Duration) -> Self {
        Self {
            bytes: NonZeroUsize::MIN,
            every: Millis(every),
        }
    }
}
