//! When the next request of one method may start: a GCRA that slows down when the server asks.
//!
//! The crate `governor` has the same algorithm with a quota that is fixed once it is made. Here the
//! interval grows with each 429 and recovers, a `Retry-After` holds up all requests, a late timer
//! must not cost speed at 200 a second, and time comes in as an argument: around `governor` that
//! would be more code than this is.

use std::time::{Duration, Instant};

/// Keeps the starts of requests an interval apart. Time that was not used is not saved up.
///
/// ```text
/// asked     |a|b|c                          |d
/// started   |a      |b      |c              |d
///            <- 1 -> <- 1 ->
/// ```
#[derive(Clone, Copy, Debug)]
pub(crate) struct RateLimit {
    /// As configured.
    base: Duration,
    /// As it is now: `base`, or longer after the server asked to slow down.
    interval: Duration,
    next: Option<Instant>,
    slowed: Option<Instant>,
}

impl RateLimit {
    pub(crate) fn new(interval: Duration) -> Self {
        Self {
            base: interval,
            interval,
            next: None,
            slowed: None,
        }
    }

    /// Returns when to ask again, if the next request may not start yet.
    pub(crate) fn wait(&self, now: Instant) -> Option<Instant> {
        self.next.filter(|next| *next > now)
    }

    /// Starts a request now, after there was nothing to [wait](Self::wait) for.
    pub(crate) fn take(&mut self, now: Instant) {
        // A start that is late only because timers are coarse keeps the schedule; after a longer
        // wait the schedule begins anew.
        let late = self
            .next
            .map_or(Duration::MAX, |next| now.saturating_duration_since(next));
        let start = if late <= self.slack() {
            now - late
        } else {
            now
        };
        self.next = Some(start + self.interval);
    }

    /// Notes that the server asked to slow down in its answer to a request that started at
    /// `started`: all are slower from now on, and none starts before `hold` is over.
    ///
    /// Several answers to requests of the same time count once.
    pub(crate) fn slow_down(&mut self, started: Instant, now: Instant, hold: Duration) {
        if self.slowed.is_none_or(|slowed| started >= slowed) {
            let slower = self.interval.saturating_add(self.interval / 2);
            self.interval = slower.min(self.base.saturating_mul(MAX_SLOWDOWN));
            self.slowed = Some(now);
        }
        let until = now + hold.max(self.interval);
        self.next = Some(self.next.map_or(until, |next| next.max(until)));
    }

    /// Notes that a request was served: a little faster again, up to the configured interval.
    pub(crate) fn speed_up(&mut self) {
        self.interval = self.interval.mul_f64(RECOVERY).max(self.base);
    }

    /// Returns how far a start may be moved back to keep the schedule.
    ///
    /// Timers are late by a millisecond or so each time, which matters only at hundreds a second.
    fn slack(&self) -> Duration {
        if self.interval < COARSE {
            self.interval.min(SLACK)
        } else {
            Duration::ZERO
        }
    }
}

/// The longest interval, as a multiple of the configured one.
const MAX_SLOWDOWN: u32 = 8;

/// What is left of a longer interval after each request that was served.
const RECOVERY: f64 = 0.7;

/// From this interval on, late timers do not matter.
const COARSE: Duration = Duration::from_millis(100);
const SLACK: Duration = Duration::from_millis(5);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The starts of requests that are asked for at these times, one after the other, in
    /// microseconds.
    fn starts(interval_us: u64, gaps_us: &[u64], late_us: &[u64]) -> Vec<u64> {
        let begin = Instant::now();
        let mut limit = RateLimit::new(Duration::from_micros(interval_us));
        let mut late = late_us.iter().cycle();
        let mut now = 0;
        let mut starts = Vec::new();
        for gap in gaps_us {
            now += gap;
            while let Some(next) = limit.wait(begin + Duration::from_micros(now)) {
                let next = next.duration_since(begin).as_micros();
                now = u64::try_from(next).unwrap() + late.next().copied().unwrap_or(0);
            }
            limit.take(begin + Duration::from_micros(now));
            starts.push(now);
        }
        starts
    }

    #[test]
    fn starts_are_an_interval_apart_and_nothing_is_saved_up() {
        let starts = starts(1_000_000, &[0, 0, 0, 4_000_000, 100_000], &[0]);

        assert_eq!(starts, [0, 1_000_000, 2_000_000, 6_000_000, 7_000_000]);
    }

    #[test]
    fn at_two_hundred_a_second_late_timers_cost_nothing() {
        let starts = starts(5_000, &[0; 2001], &[1_100, 300, 1_900]);

        let seconds = *starts.last().unwrap() as f64 / 1e6;
        assert!((10.0..10.01).contains(&seconds), "{seconds}");
    }

    #[test]
    fn many_answers_of_one_moment_slow_down_once() {
        let begin = Instant::now();
        let mut limit = RateLimit::new(Duration::from_secs(1));
        let hold = Duration::from_millis(1100);
        for answered in [200, 210, 220] {
            limit.slow_down(begin, begin + Duration::from_millis(answered), hold);
        }

        let held = limit.wait(begin + Duration::from_secs(1));
        let now = begin + Duration::from_millis(220 + 1_500);
        let free = limit.wait(now);
        limit.take(now);

        assert_eq!(held, Some(now));
        assert_eq!(free, None);
        assert_eq!(limit.wait(now), Some(now + Duration::from_millis(1500)));
    }

    #[test]
    fn the_speed_comes_back_and_slowness_has_an_end() {
        let begin = Instant::now();
        let mut limit = RateLimit::new(Duration::from_secs(1));
        for second in 0..10 {
            let now = begin + Duration::from_secs(second);
            limit.slow_down(now, now, Duration::ZERO);
        }
        assert_eq!(limit.interval, Duration::from_secs(8));

        (0..10).for_each(|_| limit.speed_up());

        assert_eq!(limit.interval, Duration::from_secs(1));
    }

    proptest! {
        #[test]
        fn the_quota_holds_for_any_arrivals(
            interval in prop_oneof![Just(5_000_u64), Just(50_000), Just(1_000_000), 1_u64..3_000_000],
            gaps in prop::collection::vec(prop_oneof![3 => Just(0_u64), 1 => 0_u64..10_000_000], 1..200),
            late in prop::collection::vec(0_u64..20_000, 1..10),
        ) {
            let starts = starts(interval, &gaps, &late);

            // In any window that begins with a start there are no more than its length allows, give
            // or take the slack.
            let slack = if interval < 100_000 { interval.min(5_000) } else { 0 };
            for (first, begin) in starts.iter().enumerate() {
                for (last, end) in starts.iter().enumerate().skip(first) {
                    let allowed = (end - begin + slack) / interval + 1;
                    prop_assert!((last - first + 1) as u64 <= allowed, "{} in {} us", last - first + 1, end - begin);
                }
            }
        }

        #[test]
        fn slowing_down_and_speeding_up_never_exceed_the_quota(
            events in prop::collection::vec((0_u8..4, 0_u64..3_000, 0_u64..5_000), 1..200),
        ) {
            let begin = Instant::now();
            let base = Duration::from_secs(1);
            let mut limit = RateLimit::new(base);
            let mut now = begin;
            let (mut last, mut held): (Option<Instant>, Option<Instant>) = (None, None);

            for (event, gap, hold) in events {
                now += Duration::from_millis(gap);
                match event {
                    0 => {
                        let hold = Duration::from_millis(hold);
                        limit.slow_down(last.unwrap_or(begin), now, hold);
                        held = held.max(Some(now + hold));
                    }
                    1 => limit.speed_up(),
                    _ => {
                        while let Some(next) = limit.wait(now) {
                            now = next;
                        }
                        limit.take(now);
                        prop_assert!(last.is_none_or(|last| now - last >= base));
                        prop_assert!(held.is_none_or(|held| now >= held));
                        // Slowness has an end too.
                        prop_assert!(limit.interval <= base * MAX_SLOWDOWN);
                        last = Some(now);
                    }
                }
            }
        }
    }
}
