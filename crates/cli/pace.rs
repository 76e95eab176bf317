//! Keeps requests apart.

use std::time::{Duration, Instant};

/// Says how long to wait before the next request.
#[derive(Debug)]
pub(crate) struct Pace {
    interval: Duration,
    next: Option<Instant>,
}

impl Pace {
    /// At least `interval` from the start of one request to the start of the next.
    pub(crate) fn new(interval: Duration) -> Self {
        Self {
            interval,
            next: None,
        }
    }

    /// The pause before a request that could start `now`; the request is taken to start when it is over.
    pub(crate) fn pause(&mut self, now: Instant) -> Duration {
        let start = self.next.map_or(now, |next| next.max(now));
        self.next = Some(start + self.interval);
        start - now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_start_at_least_an_interval_apart() {
        let begin = Instant::now();
        let mut pace = Pace::new(Duration::from_millis(1000));

        // Asked at these times; time that was not used is not saved up.
        let pauses = [0, 0, 2500, 6000, 6100].map(|asked| {
            let now = begin + Duration::from_millis(asked);
            pace.pause(now).as_millis()
        });

        assert_eq!(pauses, [0, 1000, 0, 0, 900]);
    }
}
