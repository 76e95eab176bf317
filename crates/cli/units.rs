//! Parsers of option values: numbers with units, and flags that choose.

use std::time::Duration;

use clap::builder::{BoolValueParser, TypedValueParser};

/// Parses a flag: `set` if it was given, else `unset`.
pub(crate) fn either<T>(set: T, unset: T) -> impl TypedValueParser<Value = T>
where
    T: Clone + Send + Sync + 'static,
{
    BoolValueParser::new().map(move |is_set| if is_set { set.clone() } else { unset.clone() })
}

/// Reads a number of bytes with an optional unit: `65536`, `64K`, `128M`, `1G`; the units are powers of 1024.
pub(crate) fn size(text: &str) -> Result<u64, &'static str> {
    let number = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let shift = match &text[number.len()..] {
        "" | "B" => 0,
        "K" | "KiB" => 10,
        "M" | "MiB" => 20,
        "G" | "GiB" => 30,
        _ => return Err(SIZE),
    };
    let number: u64 = number.parse().map_err(|_| SIZE)?;
    number.checked_mul(1 << shift).ok_or(SIZE)
}

/// Reads a number of requests a second, from one in a day to a thousand.
pub(crate) fn rate(text: &str) -> Result<f64, &'static str> {
    let rate: f64 = text.parse().map_err(|_| RATE)?;
    let is_sensible = (1.0 / 86_400.0..=1000.0).contains(&rate);
    is_sensible.then_some(rate).ok_or(RATE)
}

/// Reads a time such as `90`, which is seconds, `500ms`, `2m` or `1h 30m`; more than none, and at most a year.
pub(crate) fn duration(text: &str) -> Result<Duration, &'static str> {
    let duration = match text.parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => humantime::parse_duration(text).map_err(|_| DURATION)?,
    };
    let is_sensible = !duration.is_zero() && duration <= A_YEAR;
    is_sensible.then_some(duration).ok_or(DURATION)
}

const A_YEAR: Duration = Duration::from_secs(365 * 86_400);

const DURATION: &str = "expected a time such as 90, 500ms, 2m or '1h 30m', at most a year";

const RATE: &str = "expected a number of requests a second, such as 1 or 0.5, at most 1000";

const SIZE: &str = "expected a number of bytes such as 65536, 64K, 128M or 1G";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_a_number_that_makes_sense() {
        for text in ["1", "0.5", "1000", "2e1"] {
            assert!(rate(text).is_ok(), "{text}");
        }
        for text in ["0", "-1", "1001", "inf", "NaN", "", "1/s"] {
            assert_eq!(rate(text), Err(RATE), "{text}");
        }
    }

    #[test]
    fn a_time_has_a_unit_or_is_seconds() {
        for (text, milliseconds) in [
            ("90", 90_000),
            ("1500ms", 1_500),
            ("2m", 120_000),
            ("1h 30m", 5_400_000),
        ] {
            assert_eq!(duration(text), Ok(Duration::from_millis(milliseconds)));
        }
        for text in [
            "",
            "0",
            "0s",
            "-1",
            "1.5",
            "2 years",
            "99999999999999999999",
            "s",
        ] {
            assert_eq!(duration(text), Err(DURATION), "{text:?}");
        }
    }

    #[test]
    fn a_size_has_a_number_and_perhaps_a_unit() {
        for (text, expected) in [
            ("0", Ok(0)),
            ("65536", Ok(65_536)),
            ("64K", Ok(65_536)),
            ("128MiB", Ok(134_217_728)),
            ("1G", Ok(1_073_741_824)),
            ("", Err(SIZE)),
            ("M", Err(SIZE)),
            ("-1", Err(SIZE)),
            ("1.5G", Err(SIZE)),
            ("1 M", Err(SIZE)),
            ("17179869184G", Err(SIZE)),
        ] {
            assert_eq!(size(text), expected, "{text:?}");
        }
    }
}
