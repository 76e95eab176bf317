//! What all clones of a session share.

use std::sync::atomic::AtomicU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::winding_down::WindingDown;
use crate::request_queue::RequestQueue;
use crate::retry_budget::RetryBudget;
use crate::{Client, OnUnknown, ReadBack, RetryConfig};

pub(crate) struct Shared {
    pub(super) client: Client,
    pub(super) retries: RetryConfig,
    pub(super) deadline: Duration,
    pub(super) on_unknown: OnUnknown,
    pub(super) read_back: ReadBack,
    pub(super) sets: Arc<RequestQueue>,
    pub(super) profile: Arc<RequestQueue>,
    pub(super) avatars: Arc<RequestQueue>,
    pub(super) groups: Arc<RequestQueue>,
    pub(super) winding_down: WindingDown,
    pub(super) retry_budget: Mutex<RetryBudget>,
    /// How many times in a row the avatar could not be read before a picture was sent.
    pub(super) unread_in_a_row: AtomicU32,
}

impl Shared {
    pub(super) fn retry_budget(&self) -> MutexGuard<'_, RetryBudget> {
        self.retry_budget
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
