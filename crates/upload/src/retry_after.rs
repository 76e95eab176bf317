//! The `Retry-After` header in its two forms (RFC 9110, 10.2.3).

use std::time::{Duration, SystemTime};

/// When the server wants to be asked again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RetryAfter {
    /// After this many seconds.
    Seconds(u64),
    /// Not before this time.
    Date(SystemTime),
}

impl RetryAfter {
    /// Returns how long that is from `now` on; zero for a date that has passed.
    pub fn wait(self, now: SystemTime) -> Duration {
        match self {
            Self::Seconds(seconds) => Duration::from_secs(seconds),
            Self::Date(date) => date.duration_since(now).unwrap_or_default(),
        }
    }

    /// Reads the header's value. Returns `None` if it is neither a whole number of seconds nor a
    /// date.
    pub(crate) fn parse(value: &str) -> Option<Self> {
        let value = value.trim();
        if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
            // More digits than fit are a wait without end.
            return Some(Self::Seconds(value.parse().unwrap_or(u64::MAX)));
        }
        httpdate::parse_http_date(value).ok().map(Self::Date)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn both_forms_are_read_and_garbage_is_not() {
        let date = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        for (value, expected) in [
            ("0", Some(RetryAfter::Seconds(0))),
            (" 120 ", Some(RetryAfter::Seconds(120))),
            (
                "99999999999999999999999",
                Some(RetryAfter::Seconds(u64::MAX)),
            ),
            (
                "Sun, 06 Nov 1994 08:49:37 GMT",
                Some(RetryAfter::Date(date)),
            ),
            (
                "Sunday, 06-Nov-94 08:49:37 GMT",
                Some(RetryAfter::Date(date)),
            ),
            ("-1", None),
            ("1.5", None),
            ("", None),
            ("soon", None),
            ("Sun, 99 Nov 1994 08:49:37 GMT", None),
        ] {
            assert_eq!(RetryAfter::parse(value), expected, "{value:?}");
        }
    }

    #[test]
    fn a_date_is_a_wait_only_while_it_lies_ahead() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        let ahead = RetryAfter::Date(now + Duration::from_secs(7));
        let passed = RetryAfter::Date(now - Duration::from_secs(7));

        assert_eq!(ahead.wait(now), Duration::from_secs(7));
        assert_eq!(passed.wait(now), Duration::ZERO);
        assert_eq!(RetryAfter::Seconds(3).wait(now), Duration::from_secs(3));
    }

    proptest! {
        #[test]
        fn any_text_is_a_wait_or_none(text in ".*", digits in "[0-9]{1,40}", now in 0_u64..4_000_000_000) {
            let now = SystemTime::UNIX_EPOCH + Duration::from_secs(now);

            let seconds = RetryAfter::parse(&digits);
            let any = RetryAfter::parse(&text).map(|asked| asked.wait(now));

            prop_assert_eq!(seconds, Some(RetryAfter::Seconds(digits.parse().unwrap_or(u64::MAX))));
            if any.is_some() {
                // Nothing but digits or a date, and a date has its zone at the end or none at all.
                prop_assert!(text.trim().starts_with(|first: char| first.is_ascii_alphanumeric()));
            }
        }

        #[test]
        fn any_date_is_read_as_it_is_written(at in 0_u64..250_000_000_000) {
            let date = SystemTime::UNIX_EPOCH + Duration::from_secs(at);

            let read = RetryAfter::parse(&httpdate::fmt_http_date(date));

            prop_assert_eq!(read, Some(RetryAfter::Date(date)));
        }
    }
}
