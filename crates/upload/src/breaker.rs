//! Stops a session when every other group would fail in the same way.

use std::time::{Duration, Instant};

use crate::{ErrorKind, RetryClass};

/// A circuit breaker: counts failures that every group shares, and measures outages.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Breaker {
    stop_after: u32,
    max_outage: Duration,
    shared_failures: u32,
    in_flight: u32,
    /// The account has served a request since its last shared failure.
    proven: bool,
    outage: Option<Outage>,
    open: Option<ErrorKind>,
}

/// A time with nothing but failures of the service.
#[derive(Clone, Copy, Debug)]
struct Outage {
    since: Instant,
    last: Instant,
    kind: ErrorKind,
}

/// What a request may do whose turn has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Admission {
    /// It may start.
    Go,
    /// It must wait for an answer to another: if they are all refused, this one is too many.
    Wait,
    /// It may never start.
    Stopped(ErrorKind),
}

impl Breaker {
    /// Opens after `stop_after` failures that every group shares, or after an outage of
    /// `max_outage`.
    pub(crate) fn new(stop_after: u32, max_outage: Duration) -> Self {
        Self {
            stop_after: stop_after.max(1),
            max_outage,
            shared_failures: 0,
            in_flight: 0,
            proven: false,
            outage: None,
            open: None,
        }
    }

    pub(crate) fn admit(&mut self, now: Instant) -> Admission {
        if let Some(outage) = self.outage
            && outage.goes_on(now, self.max_outage)
            && now - outage.since >= self.max_outage
        {
            self.open.get_or_insert(outage.kind);
        }
        if let Some(cause) = self.open {
            return Admission::Stopped(cause);
        }
        // Until the account is proven, requests in flight count as failures.
        if !self.proven && self.shared_failures + self.in_flight >= self.stop_after {
            return Admission::Wait;
        }
        self.in_flight += 1;
        Admission::Go
    }

    /// Notes that a request has ended: it was served (`None`), or it failed.
    pub(crate) fn answered(&mut self, failure: Option<ErrorKind>, now: Instant) {
        self.in_flight = self.in_flight.saturating_sub(1);
        let Some(kind) = failure else {
            self.serves();
            return;
        };
        if kind.is_shared() {
            self.proven = false;
            self.shared_failures += 1;
            if self.shared_failures >= self.stop_after {
                self.open.get_or_insert(kind);
            }
            return;
        }
        match kind.policy().retry {
            RetryClass::TooManyRequests
            | RetryClass::MessengerLimit
            | RetryClass::Unavailable
            | RetryClass::NotReady => self.note_outage(kind, now),
            // The account serves, if not this picture.
            RetryClass::Never | RetryClass::WrongChat => self.serves(),
            // These may be one picture's own, and say nothing of the account.
            RetryClass::ServerError | RetryClass::Unknown => {}
        }
    }

    /// Notes that a request was given up before its end; what became of it is not known.
    pub(crate) fn abandoned(&mut self) {
        self.in_flight = self.in_flight.saturating_sub(1);
    }

    /// Returns why it is open, if it is.
    pub(crate) fn open(&self) -> Option<ErrorKind> {
        self.open
    }

    fn serves(&mut self) {
        self.proven = true;
        self.outage = None;
    }

    fn note_outage(&mut self, kind: ErrorKind, now: Instant) {
        let earlier = self
            .outage
            .filter(|outage| outage.goes_on(now, self.max_outage));
        self.outage = Some(Outage {
            since: earlier.map_or(now, |outage| outage.since),
            last: now,
            kind,
        });
    }
}

impl Outage {
    /// Returns whether it still goes on. After a rest of the session, an outage begins anew.
    fn goes_on(&self, now: Instant, max_outage: Duration) -> bool {
        now - self.last < max_outage / 2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAX_OUTAGE: Duration = Duration::from_secs(240);

    #[test]
    fn no_more_than_three_requests_meet_a_wrong_token() {
        for at_once in [1, 2, 3, 10] {
            let now = Instant::now();
            let mut breaker = Breaker::new(3, MAX_OUTAGE);
            let mut sends = 0;

            while breaker.open().is_none() {
                let admitted = (0..at_once)
                    .take_while(|_| breaker.admit(now) == Admission::Go)
                    .count();
                sends += admitted;
                (0..admitted).for_each(|_| breaker.answered(Some(ErrorKind::Unauthorized), now));
            }

            assert_eq!(sends, 3, "{at_once} at once");
            assert_eq!(
                breaker.admit(now),
                Admission::Stopped(ErrorKind::Unauthorized)
            );
        }
    }

    #[test]
    fn a_proven_account_sends_as_many_at_once_as_it_likes() {
        let now = Instant::now();
        let mut breaker = Breaker::new(3, MAX_OUTAGE);
        assert_eq!(breaker.admit(now), Admission::Go);
        breaker.answered(None, now);

        assert!((0..100).all(|_| breaker.admit(now) == Admission::Go));
    }

    #[test]
    fn a_request_that_was_given_up_does_not_block_the_others() {
        let now = Instant::now();
        let mut breaker = Breaker::new(1, MAX_OUTAGE);

        let first = breaker.admit(now);
        let second = breaker.admit(now);
        breaker.abandoned();
        let third = breaker.admit(now);

        assert_eq!(
            [first, second, third],
            [Admission::Go, Admission::Wait, Admission::Go]
        );
    }

    #[test]
    fn an_outage_without_an_end_stops_the_session() {
        let begin = Instant::now();
        let mut breaker = Breaker::new(3, MAX_OUTAGE);

        let stopped = (0..)
            .step_by(10)
            .map(|second| begin + Duration::from_secs(second))
            .find(|now| {
                if breaker.admit(*now) == Admission::Go {
                    breaker.answered(Some(ErrorKind::TooManyRequests), *now);
                }
                breaker.open().is_some()
            });

        assert_eq!(stopped, Some(begin + MAX_OUTAGE));
        assert_eq!(breaker.open(), Some(ErrorKind::TooManyRequests));
    }

    #[test]
    fn one_failure_long_ago_is_no_outage_now() {
        let begin = Instant::now();
        let later = begin + Duration::from_secs(3600);
        let mut breaker = Breaker::new(3, MAX_OUTAGE);
        breaker.admit(begin);
        breaker.answered(Some(ErrorKind::Unavailable), begin);

        assert_eq!(breaker.admit(later), Admission::Go);
        breaker.answered(Some(ErrorKind::Unavailable), later);

        assert_eq!(breaker.open(), None);
    }

    #[test]
    fn a_refusal_of_one_group_does_not_stop_the_others() {
        let now = Instant::now();
        let mut breaker = Breaker::new(3, MAX_OUTAGE);
        for _ in 0..100 {
            assert_eq!(breaker.admit(now), Admission::Go);
            breaker.answered(Some(ErrorKind::Refused), now);
        }

        assert_eq!(breaker.open(), None);
    }
}
