//! How fast pictures are sent, how often and how long.

use std::time::Duration;

use upload::{Messenger, RetryConfig, SessionBuilder};

use crate::report::message;
use crate::report::refusal::Refusal;
use crate::send::accounts::Accounts;
use crate::send::options::{OnUnknown, PaceOptions, RetryOptions, Verify};

/// How fast, how often and how long.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    /// The least time from one picture to the next; what the API allows if it is not given.
    interval: Option<Duration>,
    deadline: Duration,
    pub(crate) retry: RetryOptions,
    pub(crate) on_unknown: OnUnknown,
    pub(crate) verify: Verify,
}

impl Pace {
    pub(crate) fn new(
        options: &PaceOptions,
        accounts: &Accounts,
        verify: Verify,
    ) -> Result<Self, Refusal> {
        if options.on_unknown == OnUnknown::Ask && !message::can_ask() {
            return Err(Refusal::usage(
                "--on-unknown ask needs a terminal: use retry or fail",
            ));
        }
        let interval = options.rate.map(|rate| Duration::from_secs_f64(1.0 / rate));
        let default = accounts.are_emulated().then_some(Duration::ZERO);
        Ok(Self {
            interval: interval.or(default),
            deadline: options.deadline,
            retry: options.retry,
            on_unknown: options.on_unknown,
            verify,
        })
    }

    pub(crate) fn apply(&self, session: SessionBuilder) -> SessionBuilder {
        let session = session
            .deadline(self.sending())
            .retries(self.retry.config())
            .on_unknown(match self.on_unknown {
                OnUnknown::Retry => upload::OnUnknown::Retry,
                // Whoever is asked decides after the session did nothing.
                OnUnknown::Fail | OnUnknown::Ask => upload::OnUnknown::Fail,
            });
        match self.interval {
            None => session,
            // Each picture may need its avatar read before and after.
            Some(interval) => session
                .interval(interval)
                .read_interval((interval / 2).min(READ_INTERVAL)),
        }
    }

    /// Returns the least time from one picture to the next.
    pub(crate) fn interval(&self, messenger: Messenger) -> Duration {
        self.interval
            .unwrap_or(messenger.spec().limits.set_group_picture)
    }

    /// The part of the deadline in which a picture is sent. The session takes at most a tenth of it more to read the
    /// avatar first.
    fn sending(&self) -> Duration {
        match self.verify {
            Verify::Off => self.deadline * 10 / 11,
            Verify::Avatar => self.deadline * 10 / 14,
        }
    }

    /// The part of the deadline in which an avatar is verified.
    pub(crate) fn verifying(&self) -> Duration {
        self.deadline * 3 / 14
    }

    /// How many pictures must be in progress at once to keep the pace if each takes seconds.
    pub(crate) fn concurrency(&self) -> usize {
        let interval = self.interval.unwrap_or(INTERVAL);
        let in_time = SLOW.as_secs_f64() / interval.as_secs_f64().max(0.001);
        (in_time as usize).clamp(4, 64)
    }
}

impl RetryOptions {
    /// Returns the session's configuration, scaled.
    pub(crate) fn config(self) -> RetryConfig {
        RetryConfig::new().scale_backoff(self.scale())
    }

    /// Returns how many times as long as by default the waits are.
    pub(crate) fn scale(self) -> f64 {
        self.initial_backoff.as_secs_f64()
    }
}

/// About what a session keeps by default.
const INTERVAL: Duration = Duration::from_secs(1);

/// GREEN-API accepts ten `getAvatar` per second; it counts arrivals, which can come closer together than they were sent.
const READ_INTERVAL: Duration = Duration::from_millis(102);

/// A server that takes this long to answer does not slow down the others.
const SLOW: Duration = Duration::from_secs(10);
