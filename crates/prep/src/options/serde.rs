//! Options as `serde` reads and writes them: a choice by its name, and the default for what is left out.

use std::fmt::Display;
use std::str::FromStr;

use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, Serializer};

use super::{Backdrop, Coding, Color, Enlarge, Fit, Frame, OnDamage, Reencode};
use crate::gravity::Gravity;
use crate::preset::Preset;

macro_rules! by_name {
    ($($choice:ty),+) => {$(
        impl Serialize for $choice {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $choice {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                parse(&String::deserialize(deserializer)?)
            }
        }
    )+};
}

by_name!(
    Backdrop, Coding, Color, Enlarge, Fit, Frame, Gravity, OnDamage, Preset, Reencode
);

fn parse<T: FromStr<Err: Display>, E: Error>(text: &str) -> Result<T, E> {
    text.parse().map_err(E::custom)
}

/// For the one choice that another crate owns.
pub(super) mod subsampling {
    use super::{Deserialize, Deserializer, Serializer, parse};
    use crate::options::Subsampling;

    pub(in crate::options) fn serialize<S: Serializer>(
        subsampling: &Option<Subsampling>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match subsampling {
            Some(subsampling) => serializer.collect_str(subsampling),
            None => serializer.serialize_none(),
        }
    }

    pub(in crate::options) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Subsampling>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        text.map(|text| parse(&text)).transpose()
    }
}

#[cfg(test)]
mod tests {
    use crate::{Error, Fit, Gravity, Limits, Options, Pipeline, Subsampling};

    #[test]
    fn options_come_back_as_they_were_written() {
        let options = Options::new()
            .side(400)
            .trim(7)
            .fit(Fit::Contain)
            .gravity("0.25,0.5".parse().unwrap())
            .subsampling(Subsampling::S444)
            .background("#1a2b3c".parse().unwrap())
            .limits(Limits {
                side: 5000,
                ..Limits::default()
            });

        for options in [options, Options::new()] {
            let text = serde_json::to_string(&options).unwrap();
            assert_eq!(
                serde_json::from_str::<Options>(&text).unwrap(),
                options,
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_left_out_has_its_default() {
        let text =
            r#"{"side": 400, "gravity": "face", "subsampling": "4:4:4", "limits": {"side": 5000}}"#;

        let options: Options = serde_json::from_str(text).unwrap();

        let limits = Limits {
            side: 5000,
            ..Limits::default()
        };
        let expected = Options::new().side(400).gravity(Gravity::Face);
        let expected = expected.subsampling(Subsampling::S444).limits(limits);
        assert_eq!(options, expected);
    }

    #[test]
    fn a_wrong_name_or_value_is_an_error() {
        for text in [
            r#"{"sides": 400}"#,
            r#"{"gravity": "middle"}"#,
            r#"{"subsampling": "4:1:1"}"#,
        ] {
            assert!(serde_json::from_str::<Options>(text).is_err(), "{text}");
        }
        let read: Options = serde_json::from_str(r#"{"side": 9000}"#).unwrap();

        assert!(matches!(
            Pipeline::new(read),
            Err(Error::Option { option: "side", .. })
        ));
    }
}
