//! Stops a session when every other group would fare the same.

use std::time::{Duration, Instant};

use crate::{ErrorKind, Rule};

/// Counts the answers that blame the account, and watches for trouble without an end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Breaker {
    stop_after: u32,
    patience: Duration,
    refusals: u32,
    in_flight: u32,
    proven: bool,
    trouble: Option<Trouble>,
    open: Option<ErrorKind>,
}

#[derive(Clone, Copy, Debug)]
struct Trouble {
    since: Instant,
    last: Instant,
    kind: ErrorKind,
}

/// What a request may do that has its turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Admission {
    /// Go.
    Go,
    /// Wait for an answer to another: were they all refused, this one would be too many.
    Wait,
    /// Never.
    Stopped(ErrorKind),
}

impl Breaker {
    /// Opens after so many refusals that concern all, or after so long a time with nothing but
    /// trouble.
    pub(crate) fn new(stop_after: u32, patience: Duration) -> Self {
        Self {
            stop_after: stop_after.max(1),
            patience,
            refusals: 0,
            in_flight: 0,
            proven: false,
            trouble: None,
            open: None,
        }
    }

    pub(crate) fn admit(&mut self, now: Instant) -> Admission {
        if let Some(trouble) = self.trouble
            && trouble.is_recent(now, self.patience)
            && now - trouble.since >= self.patience
        {
            self.open.get_or_insert(trouble.kind);
        }
        if let Some(cause) = self.open {
            return Admission::Stopped(cause);
        }
        // Until the account has proven good, the answers that are still out count as refusals.
        if !self.proven && self.refusals + self.in_flight >= self.stop_after {
            return Admission::Wait;
        }
        self.in_flight += 1;
        Admission::Go
    }

    /// A request is over: it was served (`None`), or it failed.
    pub(crate) fn answered(&mut self, failure: Option<ErrorKind>, now: Instant) {
        self.in_flight = self.in_flight.saturating_sub(1);
        let Some(kind) = failure else {
            self.proven = true;
            self.trouble = None;
            return;
        };
        if kind.concerns_all() {
            self.proven = false;
            self.refusals += 1;
            if self.refusals >= self.stop_after {
                self.open.get_or_insert(kind);
            }
            return;
        }
        match kind.rule() {
            Rule::TooManyRequests | Rule::MessengerLimit | Rule::Unavailable | Rule::NotReady => {
                let earlier = self
                    .trouble
                    .filter(|trouble| trouble.is_recent(now, self.patience));
                let since = earlier.map_or(now, |trouble| trouble.since);
                self.trouble = Some(Trouble {
                    since,
                    last: now,
                    kind,
                });
            }
            // The instance serves, if not this picture.
            Rule::Never | Rule::WrongChat => {
                self.proven = true;
                self.trouble = None;
            }
            Rule::ServerError | Rule::Unknown => {}
        }
    }

    /// A request was given up before its end; what became of it is not known.
    pub(crate) fn abandoned(&mut self) {
        self.in_flight = self.in_flight.saturating_sub(1);
    }

    /// Why it is open.
    pub(crate) fn open(&self) -> Option<ErrorKind> {
        self.open
    }
}

impl Trouble {
    /// Whether it is the same trouble still: a session that rested meanwhile begins anew.
    fn is_recent(&self, now: Instant, patience: Duration) -> bool {
        now - self.last < patience / 2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_secs(240);

    #[test]
    fn no_more_than_three_requests_meet_a_wrong_token() {
        for at_once in [1, 2, 3, 10] {
            let now = Instant::now();
            let mut breaker = Breaker::new(3, PATIENCE);
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
        let mut breaker = Breaker::new(3, PATIENCE);
        assert_eq!(breaker.admit(now), Admission::Go);
        breaker.answered(None, now);

        assert!((0..100).all(|_| breaker.admit(now) == Admission::Go));
    }

    #[test]
    fn a_request_that_was_given_up_does_not_block_the_others() {
        let now = Instant::now();
        let mut breaker = Breaker::new(1, PATIENCE);

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
    fn trouble_without_an_end_ends_the_session() {
        let begin = Instant::now();
        let mut breaker = Breaker::new(3, PATIENCE);

        let stopped = (0..)
            .step_by(10)
            .map(|second| begin + Duration::from_secs(second))
            .find(|now| {
                if breaker.admit(*now) == Admission::Go {
                    breaker.answered(Some(ErrorKind::TooManyRequests), *now);
                }
                breaker.open().is_some()
            });

        assert_eq!(stopped, Some(begin + PATIENCE));
        assert_eq!(breaker.open(), Some(ErrorKind::TooManyRequests));
    }

    #[test]
    fn one_failure_long_ago_is_no_trouble_now() {
        let begin = Instant::now();
        let later = begin + Duration::from_secs(3600);
        let mut breaker = Breaker::new(3, PATIENCE);
        breaker.admit(begin);
        breaker.answered(Some(ErrorKind::Unavailable), begin);

        assert_eq!(breaker.admit(later), Admission::Go);
        breaker.answered(Some(ErrorKind::Unavailable), later);

        assert_eq!(breaker.open(), None);
    }

    #[test]
    fn what_one_group_is_refused_does_not_concern_the_others() {
        let now = Instant::now();
        let mut breaker = Breaker::new(3, PATIENCE);
        for _ in 0..100 {
            assert_eq!(breaker.admit(now), Admission::Go);
            breaker.answered(Some(ErrorKind::Refused), now);
        }

        assert_eq!(breaker.open(), None);
    }
}
