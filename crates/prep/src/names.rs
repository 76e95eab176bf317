//! The names of an option's values, each written once: for options, reports and messages.

use std::fmt;

/// The text is not the name of a value; the message lists those that are.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}")]
pub struct ParseError {
    expected: String,
}

impl ParseError {
    /// The error of a text that is not in the form that `expected` describes.
    pub(crate) fn new(expected: impl Into<String>) -> Self {
        Self {
            expected: expected.into(),
        }
    }
}

/// Finds the value of this name among `all`; `forms` describes what else is parsed.
pub(crate) fn parse<T: Copy + fmt::Display>(
    text: &str,
    all: &[T],
    forms: &[&str],
) -> Result<T, ParseError> {
    let names: Vec<String> = all.iter().map(T::to_string).collect();
    match names.iter().position(|name| name == text) {
        Some(index) => Ok(all[index]),
        None => {
            let forms = forms.iter().map(|form| (*form).to_owned());
            Err(ParseError::new(alternatives(
                names.into_iter().chain(forms),
            )))
        }
    }
}

/// Lists words as a sentence does: `a, b or c`.
fn alternatives(words: impl Iterator<Item = String>) -> String {
    let words: Vec<String> = words.collect();
    match &words[..] {
        [first @ .., last] if !first.is_empty() => format!("{} or {last}", first.join(", ")),
        _ => words.concat(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::fmt::{Debug, Display};
    use std::str::FromStr;

    use super::*;
    use crate::gravity::{FocalPoint, Gravity};
    use crate::options::{Backdrop, Coding, Enlarge, Fit, Frame, OnDamage, Reencode};
    use crate::preset::Preset;

    fn check<T>(all: &[T], variants: usize)
    where
        T: Copy + Debug + Display + FromStr<Err = ParseError> + PartialEq,
    {
        let names: HashSet<String> = all.iter().map(T::to_string).collect();
        assert_eq!(names.len(), variants, "{names:?}");
        for value in all {
            assert_eq!(value.to_string().parse(), Ok(*value));
        }
        let Err(error) = "no such name".parse::<T>() else {
            panic!("{all:?}");
        };
        for name in names {
            assert!(error.to_string().contains(&name), "{error}: {name}");
        }
    }

    #[test]
    fn every_value_parses_from_its_name() {
        check(&Fit::ALL, 4);
        check(&Backdrop::ALL, 2);
        check(&Enlarge::ALL, 2);
        check(&OnDamage::ALL, 4);
        check(&Reencode::ALL, 2);
        check(&Coding::ALL, 2);
        check(&Gravity::ALL, 12);
        check(&Preset::ALL, 3);
    }

    #[test]
    fn values_that_hold_numbers_parse_from_what_they_print() {
        let point = Gravity::FocalPoint(FocalPoint::new(0.25, 1.0).unwrap());

        assert_eq!(point.to_string().parse(), Ok(point));
        for frame in [
            Frame::First,
            Frame::Best,
            Frame::Number(7.try_into().unwrap()),
        ] {
            assert_eq!(frame.to_string().parse(), Ok(frame));
        }
    }

    #[test]
    fn an_error_lists_the_names() {
        let error = "middle".parse::<OnDamage>().unwrap_err();

        assert_eq!(
            error.to_string(),
            "expected refuse, accept-small, accept or repair"
        );
        assert_eq!(alternatives(["a".to_owned()].into_iter()), "a");
    }
}
