//! The bounds of a session, and their defaults.

use std::num::NonZeroU32;
use std::sync::atomic::AtomicU32;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::{Inner, Session};
use crate::lane::Lane;
use crate::retry::A_YEAR;
use crate::{Client, OnUnknown, ReadBack, Retries};

/// Adjusts a [`Session`] before it is built.
#[derive(Clone, Debug)]
pub struct SessionBuilder {
    client: Client,
    retries: Retries,
    interval: Duration,
    read_interval: Duration,
    deadline: Duration,
    patience: Duration,
    stop_after: NonZeroU32,
    on_unknown: OnUnknown,
    read_back: ReadBack,
}

impl SessionBuilder {
    pub(super) fn new(client: Client) -> Self {
        Self {
            client,
            retries: Retries::new(),
            interval: INTERVAL,
            read_interval: READ_INTERVAL,
            deadline: DEADLINE,
            patience: PATIENCE,
            stop_after: STOP_AFTER,
            on_unknown: OnUnknown::default(),
            read_back: ReadBack::default(),
        }
    }

    /// How far apart the starts of two requests are that set a group's picture; 1.02 s by default.
    ///
    /// The server allows one a second and counts arrivals, so a little more than its own interval
    /// is right.
    #[must_use]
    pub fn interval(mut self, interval: Duration) -> Self {
        self.interval = interval.min(A_YEAR);
        self
    }

    /// How far apart the starts of two requests are that read an avatar; 102 ms by default.
    #[must_use]
    pub fn read_interval(mut self, interval: Duration) -> Self {
        self.read_interval = interval.min(A_YEAR);
        self
    }

    /// How long one picture may take from the call to its end, waiting for its turn included; 120 s
    /// by default.
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline.min(A_YEAR);
        self
    }

    /// How long nothing but trouble (429, 502, no connection, not ready) is borne before the
    /// session stops; 240 s by default.
    #[must_use]
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// After how many answers that blame the account (401, 403, 466, suspended …) the session
    /// stops; 3 by default.
    #[must_use]
    pub fn stop_after(mut self, answers: NonZeroU32) -> Self {
        self.stop_after = answers;
        self
    }

    /// How often and how far apart failures are repeated.
    #[must_use]
    pub fn retries(mut self, retries: Retries) -> Self {
        self.retries = retries;
        self
    }

    /// What to do with an outcome that stays unknown; [`OnUnknown::Retry`] by default.
    #[must_use]
    pub fn on_unknown(mut self, on_unknown: OnUnknown) -> Self {
        self.on_unknown = on_unknown;
        self
    }

    /// Whether avatars are read to settle unknown outcomes; [`ReadBack::Around`] by default.
    #[must_use]
    pub fn read_back(mut self, read_back: ReadBack) -> Self {
        self.read_back = read_back;
        self
    }

    /// Makes the session; sends nothing yet.
    pub fn build(self) -> Session {
        let lane = |interval| Arc::new(Lane::new(interval, self.stop_after.get(), self.patience));
        Session(Arc::new(Inner {
            sets: lane(self.interval),
            profile: lane(PROFILE_INTERVAL),
            // Reading alone never stops a session: it may be forbidden where setting is not.
            reads: Arc::new(Lane::unstoppable(self.read_interval)),
            client: self.client,
            retries: self.retries,
            deadline: self.deadline,
            on_unknown: self.on_unknown,
            read_back: self.read_back,
            budget: Mutex::default(),
            blind: AtomicU32::new(0),
        }))
    }
}

const INTERVAL: Duration = Duration::from_millis(1020);
const PROFILE_INTERVAL: Duration = Duration::from_secs(10);
const READ_INTERVAL: Duration = Duration::from_millis(102);
const DEADLINE: Duration = Duration::from_secs(120);
const PATIENCE: Duration = Duration::from_secs(240);
const STOP_AFTER: NonZeroU32 = NonZeroU32::new(3).expect("three is not zero");
