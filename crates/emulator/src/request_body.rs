//! A request's body, read piece by piece within a limit and a time-out.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};

use crate::number::Percent;
use crate::received::Entry;

/// How long a client may send nothing in the middle of a body.
const MAX_SILENCE: Duration = Duration::from_secs(60);

/// A body that is being read. Its entry in the history records how far it came.
#[derive(Debug)]
pub(crate) struct RequestBody<'a> {
    body: Incoming,
    /// The `Content-Length`, if there is one.
    declared: Option<u64>,
    limit: u64,
    read: u64,
    kept: BytesMut,
    entry: &'a Entry,
}

/// The result of one step of reading.
#[derive(Debug, PartialEq)]
pub(crate) enum Step {
    /// This many bytes.
    Read(usize),
    /// The end of the body.
    End,
}

/// The client has gone or is silent.
#[derive(Debug, PartialEq)]
pub(crate) struct Broken;

/// The body is longer than the limit.
#[derive(Debug, PartialEq)]
pub(crate) struct TooLarge;

impl<'a> RequestBody<'a> {
    pub(crate) fn new(body: Incoming, limit: u64, entry: &'a Entry) -> Self {
        Self {
            declared: body.size_hint().exact(),
            body,
            limit,
            read: 0,
            kept: BytesMut::new(),
            entry,
        }
    }

    /// Reads what comes next. Beyond the limit it still reads, and keeps nothing: an answer before the
    /// end of the body would reach a client that is still sending, and be lost.
    pub(crate) async fn step(&mut self) -> Result<Step, Broken> {
        let frame = tokio::time::timeout(MAX_SILENCE, self.body.frame())
            .await
            .map_err(|_| Broken)?;
        let Some(frame) = frame else {
            return Ok(Step::End);
        };
        // Trailers are ignored.
        let data = frame.map_err(|_| Broken)?.into_data().unwrap_or_default();
        self.read += data.len() as u64;
        self.entry.bytes(self.read);
        if self.read <= self.limit {
            self.kept.extend_from_slice(&data);
        } else {
            self.kept = BytesMut::new();
        }
        Ok(Step::Read(data.len()))
    }

    /// Returns whether this share of the declared length was read.
    pub(crate) fn has_reached(&self, share: Percent) -> bool {
        match self.declared {
            Some(declared) => self.read >= share.of(declared),
            None => share == Percent::NONE,
        }
    }

    /// Returns a copy of what was read so far, as long as it is little.
    pub(crate) fn beginning(&self) -> Option<Bytes> {
        const MAX_COPY: usize = 64 << 10;
        (self.kept.len() <= MAX_COPY).then(|| Bytes::copy_from_slice(&self.kept))
    }

    /// Returns what was read.
    pub(crate) fn finish(self) -> Result<Bytes, TooLarge> {
        if self.read > self.limit {
            return Err(TooLarge);
        }
        Ok(self.kept.freeze())
    }
}
