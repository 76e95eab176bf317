//! The gateway's rate limiter: a sliding window for each method.

use std::collections::{HashMap, VecDeque};
use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use crate::messenger::Api;
use crate::received::Method;

const SECOND: Duration = Duration::from_secs(1);

/// How many requests of a method are admitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rates {
    /// Any number.
    Unlimited,
    /// So many a second of each method.
    Each(NonZeroU32),
    /// As the messenger's page on rate limits says.
    Documented,
}

/// So many requests in any period of this length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RateLimit {
    pub(crate) requests: usize,
    pub(crate) period: Duration,
}

impl RateLimit {
    pub(crate) const ONE_A_SECOND: Self = Self {
        requests: 1,
        period: SECOND,
    };

    pub(crate) const TEN_A_SECOND: Self = Self {
        requests: 10,
        period: SECOND,
    };

    /// Documented as 0.1 a second.
    pub(crate) const ONE_IN_TEN_SECONDS: Self = Self {
        requests: 1,
        period: Duration::from_secs(10),
    };
}

impl Rates {
    fn of(self, method: Method, api: &Api) -> Option<RateLimit> {
        match (self, method) {
            (Self::Unlimited, _) | (_, Method::UrlAvatar | Method::Other) => None,
            (Self::Each(requests), _) => Some(RateLimit {
                requests: requests.get() as usize,
                period: SECOND,
            }),
            (Self::Documented, method) => Some((api.limit)(method)),
        }
    }
}

/// A sliding window for each method.
#[derive(Debug)]
pub(crate) struct Limiter {
    rates: Rates,
    api: &'static Api,
    taken: HashMap<Method, VecDeque<Instant>>,
}

impl Limiter {
    pub(crate) fn new(rates: Rates, api: &'static Api) -> Self {
        Self {
            rates,
            api,
            taken: HashMap::new(),
        }
    }

    /// Admits a request, unless the period before it is full.
    pub(crate) fn admit(&mut self, method: Method, now: Instant) -> Result<(), Full> {
        let Some(limit) = self.rates.of(method, self.api) else {
            return Ok(());
        };
        let taken = self.taken.entry(method).or_default();
        while taken
            .front()
            .is_some_and(|earliest| now.duration_since(*earliest) >= limit.period)
        {
            taken.pop_front();
        }
        if taken.len() >= limit.requests {
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
    use crate::messenger::Messenger;

    fn admitted(rate: u32, arrivals_ms: &[u64]) -> Vec<bool> {
        let start = Instant::now();
        let rates = NonZeroU32::new(rate).map_or(Rates::Unlimited, Rates::Each);
        let mut limiter = Limiter::new(rates, Messenger::Max.api());
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
        let rates = Rates::Each(NonZeroU32::MIN);
        let mut limiter = Limiter::new(rates, Messenger::Max.api());
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

    #[test]
    fn each_method_has_its_documented_limit() {
        let start = Instant::now();
        // How many of 40 requests, one every 50 ms, are admitted.
        let admitted = |messenger: Messenger, method| {
            let mut limiter = Limiter::new(Rates::Documented, messenger.api());
            let moments = (0..40).map(|index| start + Duration::from_millis(50) * index);
            moments
                .filter(|now| limiter.admit(method, *now).is_ok())
                .count()
        };
        let (max, whatsapp) = (Messenger::Max, Messenger::WhatsApp);

        for (messenger, method, expected) in [
            (max, Method::SetGroupPicture, 2),
            (max, Method::GetGroupData, 20),
            (max, Method::GetAvatar, 20),
            (max, Method::SetProfilePicture, 2),
            (max, Method::GetSettings, 2),
            (whatsapp, Method::GetGroupData, 2),
            (whatsapp, Method::GetAvatar, 20),
            (whatsapp, Method::SetProfilePicture, 1),
            (Messenger::Telegram, Method::SetProfilePicture, 1),
            (max, Method::UrlAvatar, 40),
        ] {
            assert_eq!(
                admitted(messenger, method),
                expected,
                "{messenger:?} {method:?}"
            );
        }
    }
}
