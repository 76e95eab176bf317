//! One lane of requests to an instance: they go one after the other, each in its turn.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use tokio::sync::Notify;
use tokio::time::sleep;

use crate::breaker::{Admission, Breaker};
use crate::limit::Pace;
use crate::text::millis;
use crate::{Error, ErrorKind, Retries, Rule};

/// Gives out turns in the order in which they were asked for.
pub(crate) struct Lane {
    /// Held by the first in the row while it waits, so that it is the only one that does.
    first: tokio::sync::Mutex<()>,
    state: Mutex<State>,
    answered: Notify,
}

struct State {
    pace: Pace,
    breaker: Breaker,
}

impl Lane {
    pub(crate) fn new(interval: Duration, stop_after: u32, patience: Duration) -> Self {
        Self {
            first: tokio::sync::Mutex::new(()),
            state: Mutex::new(State {
                pace: Pace::new(interval),
                breaker: Breaker::new(stop_after, patience),
            }),
            answered: Notify::new(),
        }
    }

    /// A lane that goes on whatever is answered.
    pub(crate) fn unstoppable(interval: Duration) -> Self {
        Self::new(interval, u32::MAX, Duration::MAX)
    }

    /// Waits for a turn. A caller that stops waiting takes none.
    pub(crate) async fn turn(self: &Arc<Self>) -> Result<Turn, Error> {
        let _first = self.first.lock().await;
        loop {
            let now = Instant::now();
            let next = self.state().next(now);
            match next {
                Next::Go => {
                    return Ok(Turn {
                        lane: Arc::clone(self),
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

    /// Why nothing goes any more.
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
        if let Some(start) = self.pace.wait(now) {
            return Next::At(start);
        }
        match self.breaker.admit(now) {
            Admission::Go => {
                self.pace.take(now);
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

/// The right to one request, until its answer is told or it is dropped.
pub(crate) struct Turn {
    lane: Arc<Lane>,
    started: Instant,
    open: bool,
}

impl Turn {
    pub(crate) fn started(&self) -> Instant {
        self.started
    }

    /// Tells how the request ended: it was served (`None`), or it failed.
    ///
    /// A failure that asks to slow down holds up the whole lane. The messenger's own limit does so
    /// for its shortest pause, the gateway's for as long as it asks, if it does.
    pub(crate) fn answered(mut self, failure: Option<&Error>, retries: &Retries) {
        let now = Instant::now();
        let mut state = self.lane.state();
        let was_open = state.breaker.open().is_some();
        state.breaker.answered(failure.map(Error::kind), now);
        if !was_open && let Some(kind) = state.breaker.open() {
            tracing::warn!(%kind, "stopped");
        }
        self.open = false;
        let Some(error) = failure else {
            state.pace.speed_up();
            return;
        };
        let shortest = match error.kind().rule() {
            Rule::TooManyRequests => Duration::ZERO,
            rule @ Rule::MessengerLimit => retries.of(rule).pause,
            _ => return,
        };
        let asked = error.asked_pause(SystemTime::now()).unwrap_or_default();
        let hold = retries.obeyed(asked).max(shortest);
        state.pace.slow_down(self.started, now, hold);
        if let Some(next) = state.pace.wait(now) {
            tracing::debug!(kind = %error.kind(), wait_ms = millis(next - now), "slowed down");
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if self.open {
            self.lane.state().breaker.abandoned();
        }
        self.lane.answered.notify_one();
    }
}
