//! The number of an instance.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// An `idInstance`: 1 to 20 digits (10 today), not a secret.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instance(Box<str>);

impl Instance {
    /// Returns the digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Instance {
    type Err = InvalidInstance;

    fn from_str(text: &str) -> Result<Self, InvalidInstance> {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        if digits && (1..=20).contains(&text.len()) {
            Ok(Self(text.into()))
        } else {
            Err(InvalidInstance)
        }
    }
}

impl fmt::Display for Instance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text is not an instance's number. Copy `idInstance` from the instance's page.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error(
    "an instance is 1 to 20 digits, such as 3100000001: copy idInstance from the instance's page"
)]
pub struct InvalidInstance;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instance_is_digits_and_nothing_else() {
        assert_eq!(
            "3100000001".parse::<Instance>().unwrap().to_string(),
            "3100000001"
        );
        for text in [
            "",
            " 3100000001",
            "waInstance3100000001",
            "-1",
            "٣١٠٠",
            "310000000131000000013",
        ] {
            assert_eq!(text.parse::<Instance>(), Err(InvalidInstance), "{text:?}");
        }
    }
}
