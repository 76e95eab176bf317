//! The gateway's rate limiter: a sliding window of one second for each method.

use std::collections::{HashMap, VecDeque};
use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use crate::received::Method;

const PERIOD: Duration = Duration::from_secs(1);

/// A sliding window for each method.
#[derive(Debug)]
pub(crate) struct Limiter {
    rate: Option<NonZeroU32>,
    taken: HashMap<Method, VecDeque<Instant>>,
}

impl Limiter {
    pub(crate) fn new(rate: Option<NonZeroU32>) -> Self {
        Self {
            rate,
            taken: HashMap::new(),
        }
    }

    /// Admits a request, unless the second before it is full.
    pub(crate) fn admit(&mut self, method: Method, now: Instant) -> Result<(), Full> {
        let Some(rate) = self.rate else {
            return Ok(());
        };
        let taken = self.taken.entry(method).or_default();
        while taken
            .front()
            .is_some_and(|earliest| now.duration_since(*earliest) >= PERIOD)
        {
            taken.pop_front();
        }
        if taken.len() >= rate.get() as usize {
            return Err(Full);
        }
        taken.push_back(now);
        Ok(())
    }
}

/// As many requests as allowed were admitted in the last second.
#[derive(Debug, PartialEq)]
pub(crate) struct Full;

#[cfg(test)]
mod tests {
    use super::*;

    fn admitted(rate: u32, arrivals_ms: &[u64]) -> Vec<bool> {
        let start = Instant::now();
        let mut limiter = Limiter::new(NonZeroU32::new(rate));
        arrivals_ms
            .iter()
            .map(|&ms| {
                let now = start + Duration::from_millis(ms);
                limiter.admit(Method::SetGroupPicture, now).is_ok()
            })
            .collect()
    }

    #[test]
    fn one_a_second_lets_the_second_wait_out_its_second() {
        assert_eq!(
            admitted(1, &[0, 500, 999, 1000, 1500, 2000]),
            [true, false, false, true, false, true]
        );
    }

    #[test]
    fn the_window_slides_and_does_not_begin_with_the_clock() {
        assert_eq!(
            admitted(2, &[0, 900, 1000, 1100, 1900, 2000]),
            [true, true, true, false, true, true]
        );
    }

    #[test]
    fn methods_do_not_take_each_others_place() {
        let mut limiter = Limiter::new(NonZeroU32::new(1));
        let now = Instant::now();

        let first = limiter.admit(Method::SetGroupPicture, now);
        let other = limiter.admit(Method::GetAvatar, now);
        let second = limiter.admit(Method::SetGroupPicture, now);

        assert_eq!((first, other, second), (Ok(()), Ok(()), Err(Full)));
    }

    #[test]
    fn no_rate_is_no_limit() {
        assert_eq!(admitted(0, &[0, 0, 0]), [true, true, true]);
    }
}
