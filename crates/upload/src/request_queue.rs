//! The queue of requests of one method to one instance: each starts in its turn.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use tokio::sync::Notify;
use tokio::time::sleep;

use crate::breaker::{Admission, Breaker};
use crate::rate_limit::RateLimit;
use crate::text::millis;
use crate::{Error, ErrorKind, RetryClass, RetryConfig};

/// Gives out permits in the order in which they were asked for.
pub(crate) struct RequestQueue {
    /// Held by the first in the queue while it waits, so that it is the only one that does.
    first: tokio::sync::Mutex<()>,
    state: Mutex<State>,
    answered: Notify,
}

struct State {
    rate: RateLimit,
    breaker: Breaker,
}

impl RequestQueue {
    pub(crate) fn new(interval: Duration, stop_after: u32, max_outage: Duration) -> Self {
        Self {
            first: tokio::sync::Mutex::new(()),
            state: Mutex::new(State {
                rate: RateLimit::new(interval),
                breaker: Breaker::new(stop_after, max_outage),
            }),
            answered: Notify::new(),
        }
    }

    /// Makes a queue that goes on whatever is answered.
    pub(crate) fn unstoppable(interval: Duration) -> Self {
        Self::new(interval, u32::MAX, Duration::MAX)
    }

    /// Waits for a permit. A caller that stops waiting takes none.
    pub(crate) async fn permit(self: &Arc<Self>) -> Result<Permit, Error> {
        let _first = self.first.lock().await;
        loop {
            let now = Instant::now();
            let next = self.state().next(now);
            match next {
                Next::Go => {
                    return Ok(Permit {
                        queue: Arc::clone(self),
                        started: now,
                        open: true,
                    });
                }
                Next::At(start) => sleep(start - now).await,
                Next::AfterAnAnswer => self.answered.notified().await,
                Next::Never(cause) => return Err(Error::Stopped { cause }),
            }
        }
    }

    /// Returns why nothing starts any more, if that is so.
    pub(crate) fn stopped(&self) -> Option<ErrorKind> {
        self.state().breaker.open()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

enum Next {
    Go,
    At(Instant),
    AfterAnAnswer,
    Never(ErrorKind),
}

impl State {
    fn next(&mut self, now: Instant) -> Next {
        if let Some(cause) = self.breaker.open() {
            return Next::Never(cause);
        }
        if let Some(start) = self.rate.wait(now) {
            return Next::At(start);
        }
        match self.breaker.admit(now) {
            Admission::Go => {
                self.rate.take(now);
                Next::Go
            }
            Admission::Wait => Next::AfterAnAnswer,
            Admission::Stopped(kind) => {
                tracing::warn!(%kind, "stopped");
                Next::Never(kind)
            }
        }
    }
}

/// The right to one request, until its answer is reported or it is dropped.
pub(crate) struct Permit {
    queue: Arc<RequestQueue>,
    started: Instant,
    open: bool,
}

impl Permit {
    pub(crate) fn started(&self) -> Instant {
        self.started
    }

    /// Reports how the request ended: it was served (`None`), or it failed.
    ///
    /// A failure that asks to slow down holds up the whole queue. The messenger's own limit does so
    /// for its initial backoff, the gateway's for as long as it asks, if it does.
    pub(crate) fn answered(mut self, failure: Option<&Error>, retries: &RetryConfig) {
        let now = Instant::now();
        let mut state = self.queue.state();
        let was_open = state.breaker.open().is_some();
        state.breaker.answered(failure.map(Error::kind), now);
        if !was_open && let Some(kind) = state.breaker.open() {
            tracing::warn!(%kind, "stopped");
        }
        self.open = false;
        let Some(error) = failure else {
            state.rate.speed_up();
            return;
        };
        let shortest = match error.kind().policy().retry {
            RetryClass::TooManyRequests => Duration::ZERO,
            class @ RetryClass::MessengerLimit => retries.of(class).initial_backoff,
            RetryClass::Never
            | RetryClass::Unavailable
            | RetryClass::ServerError
            | RetryClass::WrongChat
            | RetryClass::NotReady
            | RetryClass::Unknown => return,
        };
        let asked = error.retry_after(SystemTime::now()).unwrap_or_default();
        let hold = retries.cap(asked).max(shortest);
        state.rate.slow_down(self.started, now, hold);
        if let Some(next) = state.rate.wait(now) {
            tracing::debug!(kind = %error.kind(), wait_ms = millis(next - now), "slowed down");
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if self.open {
            self.queue.state().breaker.abandoned();
        }
        self.queue.answered.notify_one();
    }
}
