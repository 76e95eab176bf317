//! Whether to try again, and after which pause: a pure function of what went wrong.

use std::time::Duration;

use crate::ErrorKind;

/// What a failure asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Rule {
    /// Another try would fail too.
    Never,
    /// The gateway wants fewer requests (429).
    TooManyRequests,
    /// The messenger wants fewer changes (`rate-overlimit`).
    MessengerLimit,
    /// Nobody is there for the moment (502, 503, 504, no connection).
    Unavailable,
    /// The server failed (500).
    ServerError,
    /// The chat was not found; once in a while the server finds it at the second try.
    WrongChat,
    /// The instance is coming up.
    NotReady,
    /// Nobody knows whether the picture was set.
    Unknown,
}

impl ErrorKind {
    /// What a failure of this kind asks for.
    pub const fn rule(self) -> Rule {
        match self {
            Self::TooManyRequests => Rule::TooManyRequests,
            Self::MessengerLimit => Rule::MessengerLimit,
            Self::Unavailable | Self::NoConnection => Rule::Unavailable,
            Self::ServerError => Rule::ServerError,
            Self::WrongChat => Rule::WrongChat,
            Self::Starting | Self::NotReady => Rule::NotReady,
            Self::ClientClosed | Self::TimedOut | Self::Interrupted | Self::Unreadable => {
                Rule::Unknown
            }
            _ => Rule::Never,
        }
    }

    /// Whether the account or the set-up is to blame, so that every other group would fare the
    /// same.
    pub const fn concerns_all(self) -> bool {
        matches!(
            self,
            Self::Unauthorized
                | Self::Forbidden
                | Self::Suspended
                | Self::AccountNotAuthorized
                | Self::Expired
                | Self::Deleted
                | Self::QuotaExceeded
                | Self::NotFound
                | Self::Redirected
                | Self::Untrusted
                | Self::Setup
        )
    }
}

/// How often, and how far apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    /// How many times in all a picture is sent while this is the answer; at least once.
    pub sends: u32,
    /// The shortest pause before the next time. It doubles from time to time, with up to as much
    /// again by chance.
    pub pause: Duration,
    /// The longest pause, unless the server asks for a longer one.
    pub longest: Duration,
}

impl Retry {
    /// The pause after the `failures`th failure in a row, from 1; `chance` is between 0 and 1.
    ///
    /// What the server asked for is obeyed, but never below the shortest pause.
    pub(crate) fn pause(self, failures: u32, asked: Option<Duration>, chance: f64) -> Duration {
        if let Some(asked) = asked {
            return asked.max(self.pause);
        }
        let doublings = failures.saturating_sub(1).min(16);
        let backoff = self.pause.saturating_mul(1 << doublings).min(self.longest);
        let jittered = backoff.as_secs_f64() * (1.0 + chance.clamp(0.0, 1.0));
        Duration::try_from_secs_f64(jittered)
            .unwrap_or(self.longest)
            .min(self.longest)
            .max(self.pause)
    }
}

/// The table of all rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retries {
    table: [Retry; 8],
    longest_asked: Duration,
}

impl Retries {
    /// The defaults.
    ///
    /// | Rule | Sends | Pause |
    /// |---|---|---|
    /// | [`Never`](Rule::Never) | 1 | |
    /// | [`TooManyRequests`](Rule::TooManyRequests) | 6 | 1.1 s to 20 s |
    /// | [`MessengerLimit`](Rule::MessengerLimit) | 4 | 10 s to 30 s |
    /// | [`Unavailable`](Rule::Unavailable) | 4 | 1 s to 10 s |
    /// | [`ServerError`](Rule::ServerError) | 2 | 1 s to 10 s |
    /// | [`WrongChat`](Rule::WrongChat) | 2 | 1 s to 10 s |
    /// | [`NotReady`](Rule::NotReady) | 10 | 2 s to 10 s |
    /// | [`Unknown`](Rule::Unknown) | 2 | 1 s to 10 s |
    ///
    /// A `Retry-After` is obeyed up to 30 s.
    pub fn new() -> Self {
        let once = Retry {
            sends: 1,
            pause: Duration::ZERO,
            longest: Duration::ZERO,
        };
        let retry = |sends, pause_ms, longest_ms| Retry {
            sends,
            pause: Duration::from_millis(pause_ms),
            longest: Duration::from_millis(longest_ms),
        };
        Self {
            table: [once; 8],
            longest_asked: Duration::from_secs(30),
        }
        .with(Rule::TooManyRequests, retry(6, 1_100, 20_000))
        .with(Rule::MessengerLimit, retry(4, 10_000, 30_000))
        .with(Rule::Unavailable, retry(4, 1_000, 10_000))
        .with(Rule::ServerError, retry(2, 1_000, 10_000))
        .with(Rule::WrongChat, retry(2, 1_000, 10_000))
        .with(Rule::NotReady, retry(10, 2_000, 10_000))
        .with(Rule::Unknown, retry(2, 1_000, 10_000))
    }

    /// Changes one rule. [`Rule::Never`] stays as it is.
    #[must_use]
    pub fn with(mut self, rule: Rule, retry: Retry) -> Self {
        if rule != Rule::Never {
            self.table[rule as usize] = Retry {
                pause: retry.pause.min(A_YEAR),
                longest: retry.longest.min(A_YEAR),
                ..retry
            };
        }
        self
    }

    /// The longest pause that a server may ask for; what is longer is cut to it. 30 s by default.
    #[must_use]
    pub fn longest_asked(mut self, longest: Duration) -> Self {
        self.longest_asked = longest.min(A_YEAR);
        self
    }

    /// Makes all pauses this many times as long; the numbers of sends stay.
    #[must_use]
    pub fn scaled(mut self, factor: f64) -> Self {
        let scale = |pause: Duration| {
            let scaled = pause.as_secs_f64() * factor;
            Duration::try_from_secs_f64(scaled).map_or(A_YEAR, |pause| pause.min(A_YEAR))
        };
        for retry in &mut self.table {
            retry.pause = scale(retry.pause);
            retry.longest = scale(retry.longest);
        }
        self
    }

    /// The numbers of a rule.
    pub fn of(&self, rule: Rule) -> Retry {
        self.table[rule as usize]
    }

    /// What the server asked for, cut to what is obeyed.
    pub(crate) fn obeyed(&self, asked: Duration) -> Duration {
        asked.min(self.longest_asked)
    }
}

impl Default for Retries {
    fn default() -> Self {
        Self::new()
    }
}

/// The failures of one picture so far, by rule.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Failures {
    by_rule: [u32; 8],
    all: u32,
}

impl Failures {
    /// Counts a failure, and tells the pause before the next try if there is to be one.
    pub(crate) fn after(
        &mut self,
        retries: &Retries,
        rule: Rule,
        asked: Option<Duration>,
        chance: f64,
    ) -> Option<Duration> {
        let retry = retries.of(rule);
        let count = &mut self.by_rule[rule as usize];
        *count += 1;
        self.all += 1;
        let again = *count < retry.sends && self.all < MOST_SENDS.max(retry.sends);
        again.then(|| retry.pause(*count, asked.map(|asked| retries.obeyed(asked)), chance))
    }
}

/// A picture that meets a different failure each time is not sent for ever.
const MOST_SENDS: u32 = 10;

/// Far enough for any wait, and near enough for any clock.
pub(crate) const A_YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [(ErrorKind, u32, u64); 14] = [
        // Sends in all, and the shortest pause in milliseconds, as the operator was promised.
        (ErrorKind::TooManyRequests, 6, 1_050),
        (ErrorKind::MessengerLimit, 4, 10_000),
        (ErrorKind::Unavailable, 4, 1),
        (ErrorKind::NoConnection, 4, 1),
        (ErrorKind::ServerError, 2, 1),
        (ErrorKind::WrongChat, 2, 1),
        (ErrorKind::Starting, 10, 1),
        (ErrorKind::NotReady, 10, 1),
        (ErrorKind::TimedOut, 2, 1),
        (ErrorKind::Unauthorized, 1, 0),
        (ErrorKind::Refused, 1, 0),
        (ErrorKind::InvalidField, 1, 0),
        (ErrorKind::TooLarge, 1, 0),
        (ErrorKind::QuotaExceeded, 1, 0),
    ];

    #[test]
    fn each_kind_is_sent_as_often_as_was_promised_and_as_far_apart() {
        let retries = Retries::new();
        for (kind, sends, shortest) in ALL {
            for chance in [0.0, 0.5, 1.0] {
                let mut failures = Failures::default();

                let mut pauses = Vec::new();
                while let Some(pause) = failures.after(&retries, kind.rule(), None, chance) {
                    pauses.push(pause);
                }

                assert_eq!(pauses.len() + 1, sends as usize, "{kind}");
                assert!(
                    pauses
                        .iter()
                        .all(|pause| *pause >= Duration::from_millis(shortest)),
                    "{kind}"
                );
                // All of them fit the 120 s of one set.
                assert!(
                    pauses.iter().sum::<Duration>() < Duration::from_secs(115),
                    "{kind} {pauses:?}"
                );
            }
        }
    }

    #[test]
    fn pauses_double_up_to_the_longest() {
        let retry = Retry {
            sends: 9,
            pause: Duration::from_secs(1),
            longest: Duration::from_secs(5),
        };

        let without =
            [1, 2, 3, 4, 99].map(|failures| retry.pause(failures, None, 0.0).as_secs_f64());
        let with = [1, 2, 3, 4, 99].map(|failures| retry.pause(failures, None, 0.5).as_secs_f64());

        assert_eq!(without, [1.0, 2.0, 4.0, 5.0, 5.0]);
        assert_eq!(with, [1.5, 3.0, 5.0, 5.0, 5.0]);
    }

    #[test]
    fn the_server_is_obeyed_within_bounds() {
        for (asked, expected) in [
            (0, 1_100),
            (3, 3_000),
            (30, 30_000),
            (3600, 30_000),
            (u64::MAX, 30_000),
        ] {
            let asked = Some(Duration::from_secs(asked));

            let pause =
                Failures::default().after(&Retries::new(), Rule::TooManyRequests, asked, 0.9);

            assert_eq!(pause, Some(Duration::from_millis(expected)), "{asked:?}");
        }
    }

    #[test]
    fn pauses_can_be_scaled_and_never_overflow() {
        let rule = Rule::MessengerLimit;

        let tenth = Retries::new().scaled(0.1).of(rule);
        let endless = Retries::new().scaled(f64::MAX).of(rule);
        let backwards = Retries::new().scaled(-1.0).of(rule);

        assert_eq!((tenth.sends, tenth.pause), (4, Duration::from_secs(1)));
        assert_eq!(tenth.longest, Duration::from_secs(3));
        assert_eq!((endless.pause, backwards.pause), (A_YEAR, A_YEAR));
    }

    #[test]
    fn a_new_failure_each_time_ends_too() {
        let rules = [
            Rule::TooManyRequests,
            Rule::Unavailable,
            Rule::NotReady,
            Rule::MessengerLimit,
        ];
        let mut failures = Failures::default();

        let sends = (1..).zip(rules.into_iter().cycle());
        let last = sends
            .into_iter()
            .find(|(_, rule)| failures.after(&Retries::new(), *rule, None, 0.0).is_none());

        assert_eq!(last.map(|(send, _)| send), Some(10));
    }
}
