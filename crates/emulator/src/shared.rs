//! What all connections share, and how a request on one of them ends.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use bytes::Bytes;
use http_body_util::Full;
use hyper::Response;

use crate::instance::Instance;
use crate::received::History;
use crate::script_state::ScriptState;
use crate::wire::Takeover;

/// What all connections share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) url: String,
    pub(crate) instance_id: String,
    pub(crate) token: String,
    /// What stands for the address of an avatar that there is not, as JSON.
    pub(crate) no_address: &'static str,
    pub(crate) body_limit: u64,
    pub(crate) started: Instant,
    pub(crate) history: History,
    pub(crate) instance: Mutex<Instance>,
    pub(crate) script: Mutex<ScriptState>,
}

impl Shared {
    /// Locks the instance for one request.
    ///
    /// A picture may be written to its file meanwhile. That is short, and it keeps the order of the
    /// files and of the answers the same.
    pub(crate) fn instance(&self) -> MutexGuard<'_, Instance> {
        self.instance.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn script(&self) -> MutexGuard<'_, ScriptState> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How a request ends.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// HTTP sends this answer.
    Respond(Response<Full<Bytes>>),
    /// The connection is taken from HTTP and used otherwise.
    TakeOver(Takeover),
    /// The client has closed the connection; nothing is sent.
    Gone,
}
