//! What all connections share, and how a request on one of them ends.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use bytes::Bytes;
use http_body_util::Full;
use hyper::Response;

use crate::director::Director;
use crate::instance::Instance;
use crate::received::History;
use crate::wire::Takeover;

/// What all connections share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) url: String,
    pub(crate) instance_id: String,
    pub(crate) token: String,
    pub(crate) body_limit: u64,
    pub(crate) started: Instant,
    pub(crate) history: History,
    pub(crate) instance: Mutex<Instance>,
    pub(crate) director: Mutex<Director>,
}

impl Shared {
    /// Locks the instance for one request.
    ///
    /// A picture may be written to its file meanwhile. That is short, and it keeps the order of the
    /// files and of the answers the same.
    pub(crate) fn instance(&self) -> MutexGuard<'_, Instance> {
        self.instance.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn director(&self) -> MutexGuard<'_, Director> {
        self.director.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How a request ends.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// HTTP sends this answer.
    Respond(Response<Full<Bytes>>),
    /// The connection is taken from HTTP and used otherwise.
    TakeOver(Takeover),
    /// The client has gone; there is nobody to answer.
    Gone,
}
