//! How many pictures one run may send, and how long it may begin to.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Counts what is begun, and says when it is enough.
#[derive(Debug)]
pub(crate) struct Bounds {
    left: Option<AtomicU64>,
    until: Option<Instant>,
    reached: OnceLock<Bound>,
}

/// Which bound was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bound {
    Count,
    Time,
}

impl Bounds {
    /// At most so many pictures, and none after so long a time from now.
    pub(crate) fn new(limit: Option<u64>, time: Option<Duration>) -> Self {
        Self {
            left: limit.map(AtomicU64::new),
            until: time.and_then(|time| Instant::now().checked_add(time)),
            reached: OnceLock::new(),
        }
    }

    /// Whether one more may be begun; it counts as begun then.
    pub(crate) fn take(&self) -> bool {
        if self.is_over() {
            return false;
        }
        let Some(left) = &self.left else {
            return true;
        };
        let taken = left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
            left.checked_sub(1)
        });
        if taken.is_err() {
            self.reached.get_or_init(|| Bound::Count);
        }
        taken.is_ok()
    }

    /// Whether the time is over.
    pub(crate) fn is_over(&self) -> bool {
        let is_over = self.until.is_some_and(|until| Instant::now() >= until);
        if is_over {
            self.reached.get_or_init(|| Bound::Time);
        }
        is_over
    }

    /// The bound that kept something from being begun.
    pub(crate) fn reached(&self) -> Option<Bound> {
        self.reached.get().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_is_reached_when_it_keeps_something_back() {
        let counted = Bounds::new(Some(2), None);
        let timed = Bounds::new(None, Some(Duration::ZERO));
        let free = Bounds::new(None, Some(Duration::MAX));

        let taken = [counted.take(), counted.take()];
        let before = counted.reached();

        assert_eq!((taken, before), ([true, true], None));
        assert!(!counted.take() && !timed.take() && free.take());
        assert_eq!(counted.reached(), Some(Bound::Count));
        assert_eq!(timed.reached(), Some(Bound::Time));
        assert_eq!(free.reached(), None);
    }
}
