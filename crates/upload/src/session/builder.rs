//! The bounds of a session, and their defaults.

use std::num::NonZeroU32;
use std::sync::atomic::AtomicU32;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::Session;
use super::shared::Shared;
use super::winding_down::WindingDown;
use crate::request_queue::RequestQueue;
use crate::retry::A_YEAR;
use crate::{Client, OnUnknown, ReadBack, RetryConfig};

/// Adjusts a [`Session`] before it is built.
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until it builds"]
pub struct SessionBuilder {
    client: Client,
    retries: RetryConfig,
    interval: Option<Duration>,
    read_interval: Option<Duration>,
    deadline: Duration,
    max_outage: Duration,
    stop_after: NonZeroU32,
    on_unknown: OnUnknown,
    read_back: ReadBack,
}

impl Session {
    /// Starts with the defaults; see [`SessionBuilder`].
    pub fn builder(client: Client) -> SessionBuilder {
        SessionBuilder {
            client,
            retries: RetryConfig::new(),
            interval: None,
            read_interval: None,
            deadline: DEADLINE,
            max_outage: MAX_OUTAGE,
            stop_after: STOP_AFTER,
            on_unknown: OnUnknown::default(),
            read_back: ReadBack::default(),
        }
    }
}

impl SessionBuilder {
    /// Sets how far apart the starts of two requests are that set a group's picture.
    ///
    /// By default it is what the [messenger](crate::Limits) allows, and a little more, because the
    /// server counts arrivals, which can come closer together than they were sent.
    pub fn interval(mut self, interval: Duration) -> Self {
        self.interval = Some(interval.min(A_YEAR));
        self
    }

    /// Sets how far apart the starts of two requests are that read an avatar or a group's data. By
    /// default each method has what the [messenger](crate::Limits) allows.
    pub fn read_interval(mut self, interval: Duration) -> Self {
        self.read_interval = Some(interval.min(A_YEAR));
        self
    }

    /// Sets how long one picture may take from the call to its end, waiting for its turn included;
    /// 120 s by default.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline.min(A_YEAR);
        self
    }

    /// Sets how long an outage (nothing but 429, 502, no connection, not ready) may last before the
    /// session stops; 240 s by default.
    pub fn max_outage(mut self, max_outage: Duration) -> Self {
        self.max_outage = max_outage;
        self
    }

    /// Sets after how many failures that every group shares (401, 403, 466, suspended …) the
    /// session stops; 3 by default.
    pub fn stop_after(mut self, failures: NonZeroU32) -> Self {
        self.stop_after = failures;
        self
    }

    /// Sets how often and how far apart failures are repeated.
    pub fn retries(mut self, retries: RetryConfig) -> Self {
        self.retries = retries;
        self
    }

    /// Sets what to do with an outcome that stays unknown; [`OnUnknown::Retry`] by default.
    pub fn on_unknown(mut self, on_unknown: OnUnknown) -> Self {
        self.on_unknown = on_unknown;
        self
    }

    /// Sets whether avatars are read to settle unknown outcomes; [`ReadBack::Around`] by default.
    pub fn read_back(mut self, read_back: ReadBack) -> Self {
        self.read_back = read_back;
        self
    }

    /// Makes the session; sends nothing yet.
    pub fn build(self) -> Session {
        let limits = self.client.messenger().spec().limits;
        let queue = |interval| {
            let stop_after = self.stop_after.get();
            Arc::new(RequestQueue::new(interval, stop_after, self.max_outage))
        };
        // Reading alone never stops a session: it may be forbidden where setting is not.
        let reads = |interval| {
            let interval = self.read_interval.unwrap_or_else(|| spaced(interval));
            Arc::new(RequestQueue::unstoppable(interval))
        };
        let interval = self
            .interval
            .unwrap_or_else(|| spaced(limits.set_group_picture));
        Session(Arc::new(Shared {
            sets: queue(interval),
            profile: queue(spaced(limits.set_profile_picture)),
            avatars: reads(limits.get_avatar),
            groups: reads(limits.get_group_data),
            client: self.client,
            retries: self.retries,
            deadline: self.deadline,
            on_unknown: self.on_unknown,
            read_back: self.read_back,
            winding_down: WindingDown::new(),
            retry_budget: Mutex::default(),
            unread_in_a_row: AtomicU32::new(0),
        }))
    }
}

/// The interval that keeps a limit of the server: it counts arrivals, and two per cent is more than
/// the usual difference between two of them.
fn spaced(limit: Duration) -> Duration {
    limit + limit / 50
}

const DEADLINE: Duration = Duration::from_secs(120);
const MAX_OUTAGE: Duration = Duration::from_secs(240);
const STOP_AFTER: NonZeroU32 = NonZeroU32::new(3).expect("three is not zero");
