//! Whether to repeat a request, and after which backoff: pure functions of the failures so far.

use std::time::Duration;

/// How a session repeats a request that failed.
///
/// It is exhaustive, so that a `match` covers every class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RetryClass {
    /// Another attempt would fail too.
    Never,
    /// The gateway asks for fewer requests (429).
    TooManyRequests,
    /// The messenger asks for fewer changes (`rate-overlimit`).
    MessengerLimit,
    /// The server is unreachable or unavailable at the moment (502, 503, 504, no connection).
    Unavailable,
    /// The server failed (500).
    ServerError,
    /// The chat was not found; the server sometimes finds it at the second attempt.
    WrongChat,
    /// The instance is starting.
    NotReady,
    /// The picture may have been set.
    Unknown,
}

impl RetryClass {
    const COUNT: usize = Self::Unknown as usize + 1;
}

/// How often a request is repeated, and how far apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    /// How many times a request is repeated while this is the failure; 0 sends it once.
    pub max_retries: u32,
    /// The shortest backoff. It doubles with each failure, plus up to as much again as jitter.
    pub initial_backoff: Duration,
    /// The longest backoff, unless the server asks for a longer one.
    pub max_backoff: Duration,
}

impl Retry {
    const NEVER: Self = Self {
        max_retries: 0,
        initial_backoff: Duration::ZERO,
        max_backoff: Duration::ZERO,
    };

    /// Returns the backoff after the `failures`th failure in a row, from 1; `jitter` is between 0
    /// and 1.
    ///
    /// A `Retry-After` is obeyed, but is never shorter than the initial backoff.
    pub(crate) fn backoff(
        self,
        failures: u32,
        retry_after: Option<Duration>,
        jitter: f64,
    ) -> Duration {
        if let Some(asked) = retry_after {
            return asked.max(self.initial_backoff);
        }
        // Sixteen doublings of a second are most of a day.
        let doublings = failures.saturating_sub(1).min(16);
        let doubled = self.initial_backoff.saturating_mul(1 << doublings);
        let backoff = doubled.min(self.max_backoff);
        let jittered = backoff.as_secs_f64() * (1.0 + jitter.clamp(0.0, 1.0));
        Duration::try_from_secs_f64(jittered)
            .unwrap_or(self.max_backoff)
            .min(self.max_backoff)
            .max(self.initial_backoff)
    }
}

/// The retries of every class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryConfig {
    by_class: [Retry; RetryClass::COUNT],
    max_retry_after: Duration,
}

impl RetryConfig {
    /// Returns the defaults.
    ///
    /// | Class | Retries | Backoff |
    /// |---|---|---|
    /// | [`Never`](RetryClass::Never) | 0 | |
    /// | [`TooManyRequests`](RetryClass::TooManyRequests) | 5 | 1.1 s to 20 s |
    /// | [`MessengerLimit`](RetryClass::MessengerLimit) | 3 | 10 s to 30 s |
    /// | [`Unavailable`](RetryClass::Unavailable) | 3 | 1 s to 10 s |
    /// | [`ServerError`](RetryClass::ServerError) | 1 | 1 s to 10 s |
    /// | [`WrongChat`](RetryClass::WrongChat) | 1 | 1 s to 10 s |
    /// | [`NotReady`](RetryClass::NotReady) | 9 | 2 s to 10 s |
    /// | [`Unknown`](RetryClass::Unknown) | 1 | 1 s to 10 s |
    ///
    /// A `Retry-After` is obeyed up to 30 s.
    pub fn new() -> Self {
        let retry = |max_retries, initial_ms, max_ms| Retry {
            max_retries,
            initial_backoff: Duration::from_millis(initial_ms),
            max_backoff: Duration::from_millis(max_ms),
        };
        Self {
            by_class: [Retry::NEVER; RetryClass::COUNT],
            max_retry_after: Duration::from_secs(30),
        }
        // The gateway counts arrivals, so a bare second would often be too early.
        .with(RetryClass::TooManyRequests, retry(5, 1_100, 20_000))
        .with(RetryClass::MessengerLimit, retry(3, 10_000, 30_000))
        .with(RetryClass::Unavailable, retry(3, 1_000, 10_000))
        .with(RetryClass::ServerError, retry(1, 1_000, 10_000))
        .with(RetryClass::WrongChat, retry(1, 1_000, 10_000))
        // An instance takes up to a minute or so to start.
        .with(RetryClass::NotReady, retry(9, 2_000, 10_000))
        .with(RetryClass::Unknown, retry(1, 1_000, 10_000))
    }

    /// Sets the retries of one class. [`RetryClass::Never`] stays as it is.
    #[must_use]
    pub fn with(mut self, class: RetryClass, retry: Retry) -> Self {
        if class != RetryClass::Never {
            self.by_class[class as usize] = Retry {
                initial_backoff: retry.initial_backoff.min(A_YEAR),
                max_backoff: retry.max_backoff.min(A_YEAR),
                ..retry
            };
        }
        self
    }

    /// Sets the longest `Retry-After` that is obeyed; a longer one is cut to it. 30 s by default.
    #[must_use]
    pub fn max_retry_after(mut self, longest: Duration) -> Self {
        self.max_retry_after = longest.min(A_YEAR);
        self
    }

    /// Multiplies every backoff by `factor`; the numbers of retries stay.
    #[must_use]
    pub fn scale_backoff(mut self, factor: f64) -> Self {
        let scale = |backoff: Duration| {
            let scaled = backoff.as_secs_f64() * factor;
            Duration::try_from_secs_f64(scaled).map_or(A_YEAR, |backoff| backoff.min(A_YEAR))
        };
        for retry in &mut self.by_class {
            retry.initial_backoff = scale(retry.initial_backoff);
            retry.max_backoff = scale(retry.max_backoff);
        }
        self
    }

    /// Returns the retries of a class.
    pub fn of(&self, class: RetryClass) -> Retry {
        self.by_class[class as usize]
    }

    /// Cuts a `Retry-After` to the longest one that is obeyed.
    pub(crate) fn cap(&self, retry_after: Duration) -> Duration {
        retry_after.min(self.max_retry_after)
    }
}

impl Default for RetryConfig {
    fn default() -> Self {
        Self::new()
    }
}

/// The failures of one picture so far, by class.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Failures {
    by_class: [u32; RetryClass::COUNT],
    all: u32,
}

impl Failures {
    /// Counts a failure, and returns the backoff before the next attempt if there is to be one.
    pub(crate) fn backoff_after(
        &mut self,
        config: &RetryConfig,
        class: RetryClass,
        retry_after: Option<Duration>,
        jitter: f64,
    ) -> Option<Duration> {
        let retry = config.of(class);
        let count = &mut self.by_class[class as usize];
        *count += 1;
        self.all += 1;
        let again = *count <= retry.max_retries && self.all <= MAX_RETRIES.max(retry.max_retries);
        again.then(|| retry.backoff(*count, retry_after.map(|asked| config.cap(asked)), jitter))
    }
}

/// Bounds the retries of a picture that fails in a different way each time.
const MAX_RETRIES: u32 = 9;

/// The longest wait. A clock can add it without overflow.
pub(crate) const A_YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    const PROMISED: [(ErrorKind, u32, u64); 14] = [
        // Retries, and the shortest backoff in milliseconds, as the operator was promised.
        (ErrorKind::TooManyRequests, 5, 1_050),
        (ErrorKind::MessengerLimit, 3, 10_000),
        (ErrorKind::Unavailable, 3, 1),
        (ErrorKind::NoConnection, 3, 1),
        (ErrorKind::ServerError, 1, 1),
        (ErrorKind::WrongChat, 1, 1),
        (ErrorKind::Starting, 9, 1),
        (ErrorKind::NotReady, 9, 1),
        (ErrorKind::TimedOut, 1, 1),
        (ErrorKind::Unauthorized, 0, 0),
        (ErrorKind::Refused, 0, 0),
        (ErrorKind::InvalidField, 0, 0),
        (ErrorKind::TooLarge, 0, 0),
        (ErrorKind::QuotaExceeded, 0, 0),
    ];

    #[test]
    fn each_kind_is_repeated_as_often_as_was_promised_and_as_far_apart() {
        let config = RetryConfig::new();
        for (kind, retries, shortest) in PROMISED {
            for jitter in [0.0, 0.5, 1.0] {
                let mut failures = Failures::default();
                let class = kind.policy().retry;

                let mut backoffs = Vec::new();
                while let Some(backoff) = failures.backoff_after(&config, class, None, jitter) {
                    backoffs.push(backoff);
                }

                assert_eq!(backoffs.len(), retries as usize, "{kind}");
                let shortest = Duration::from_millis(shortest);
                assert!(
                    backoffs.iter().all(|backoff| *backoff >= shortest),
                    "{kind}"
                );
                // All of them fit the 120 s of one picture.
                let all: Duration = backoffs.iter().sum();
                assert!(all < Duration::from_secs(115), "{kind} {backoffs:?}");
            }
        }
    }

    #[test]
    fn backoffs_double_up_to_the_longest() {
        let retry = Retry {
            max_retries: 8,
            initial_backoff: Duration::from_secs(1),
            max_backoff: Duration::from_secs(5),
        };
        let backoffs = |jitter| {
            [1, 2, 3, 4, 99].map(|failures| retry.backoff(failures, None, jitter).as_secs_f64())
        };

        assert_eq!(backoffs(0.0), [1.0, 2.0, 4.0, 5.0, 5.0]);
        assert_eq!(backoffs(0.5), [1.5, 3.0, 5.0, 5.0, 5.0]);
    }

    #[test]
    fn retry_after_is_obeyed_within_bounds() {
        for (asked, expected) in [
            (0, 1_100),
            (3, 3_000),
            (30, 30_000),
            (3600, 30_000),
            (u64::MAX, 30_000),
        ] {
            let asked = Some(Duration::from_secs(asked));

            let backoff = Failures::default().backoff_after(
                &RetryConfig::new(),
                RetryClass::TooManyRequests,
                asked,
                0.9,
            );

            assert_eq!(backoff, Some(Duration::from_millis(expected)), "{asked:?}");
        }
    }

    #[test]
    fn backoffs_can_be_scaled_and_never_overflow() {
        let scaled = |factor| {
            let config = RetryConfig::new().scale_backoff(factor);
            config.of(RetryClass::MessengerLimit)
        };

        let (tenth, endless, backwards) = (scaled(0.1), scaled(f64::MAX), scaled(-1.0));

        assert_eq!(
            (tenth.max_retries, tenth.initial_backoff),
            (3, Duration::from_secs(1))
        );
        assert_eq!(tenth.max_backoff, Duration::from_secs(3));
        assert_eq!(
            (endless.initial_backoff, backwards.initial_backoff),
            (A_YEAR, A_YEAR)
        );
    }

    #[test]
    fn a_new_failure_each_time_ends_too() {
        let classes = [
            RetryClass::TooManyRequests,
            RetryClass::Unavailable,
            RetryClass::NotReady,
            RetryClass::MessengerLimit,
        ];
        let (config, mut failures) = (RetryConfig::new(), Failures::default());

        let mut attempts = (1..).zip(classes.into_iter().cycle());
        let last = attempts.find(|(_, class)| {
            let backoff = failures.backoff_after(&config, *class, None, 0.0);
            backoff.is_none()
        });

        assert_eq!(last.map(|(attempt, _)| attempt), Some(10));
    }
}
