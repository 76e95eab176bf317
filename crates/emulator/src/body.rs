//! A request's body, read piece by piece with a limit and a time-out.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};

use crate::number::Percent;
use crate::received::Entry;

/// How long a client may send nothing in the middle of a body.
const PATIENCE: Duration = Duration::from_secs(60);

/// A body that is being read. Its record is told how far it came.
#[derive(Debug)]
pub(crate) struct Intake<'a> {
    body: Incoming,
    /// The `Content-Length`, if there is one.
    declared: Option<u64>,
    limit: u64,
    read: u64,
    kept: BytesMut,
    entry: &'a Entry,
}

/// What one step of reading brought.
#[derive(Debug, PartialEq)]
pub(crate) enum Step {
    /// So many bytes.
    Read(usize),
    /// There are no more.
    End,
}

/// The client has gone or fell silent.
#[derive(Debug, PartialEq)]
pub(crate) struct Broken;

/// The body is longer than the limit.
#[derive(Debug, PartialEq)]
pub(crate) struct TooLarge;

impl<'a> Intake<'a> {
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

    /// Reads what comes next. Over the limit it still reads, and keeps nothing: who answers earlier
    /// cuts the client off in the middle of its sending, and the answer is lost.
    pub(crate) async fn step(&mut self) -> Result<Step, Broken> {
        let frame = tokio::time::timeout(PATIENCE, self.body.frame())
            .await
            .map_err(|_| Broken)?;
        let Some(frame) = frame else {
            return Ok(Step::End);
        };
        // Trailers say nothing here.
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

    /// Whether this share was read, and the rest, if any, was not asked for.
    pub(crate) fn has_reached(&self, share: Percent) -> bool {
        match self.declared {
            Some(declared) => self.read >= share.of(declared),
            None => share == Percent::NONE,
        }
    }

    /// A copy of what was read so far, as long as it is little.
    pub(crate) fn beginning(&self) -> Option<Bytes> {
        const LITTLE: usize = 64 << 10;
        (self.kept.len() <= LITTLE).then(|| Bytes::copy_from_slice(&self.kept))
    }

    /// What was read.
    pub(crate) fn finish(self) -> Result<Bytes, TooLarge> {
        if self.read > self.limit {
            return Err(TooLarge);
        }
        Ok(self.kept.freeze())
    }
}
