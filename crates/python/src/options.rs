//! Options as keywords: every value is read here, so that a wrong one is told when the pipeline is made.

use std::str::FromStr;

use prep::{Enlarge, Limits, Options};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::error::option_error;

/// Reads keywords over the defaults of [`Options`]; `None` is the default too.
pub(crate) fn options(keywords: Option<&Bound<'_, PyDict>>) -> PyResult<Options> {
    let mut options = Options::new();
    let mut limits = Limits::default();
    let Some(keywords) = keywords else {
        return Ok(options);
    };
    for (name, value) in keywords {
        if value.is_none() {
            continue;
        }
        let keyword = Keyword {
            name: name.extract()?,
            value,
        };
        match keyword.name.as_str() {
            "max_input_bytes" => limits.bytes = keyword.number()?,
            "max_pixels" => limits.pixels = keyword.number()?,
            "max_side" => limits.side = keyword.number()?,
            "max_memory" => limits.memory = keyword.number()?,
            _ => options = keyword.apply(options)?,
        }
    }
    Ok(options.limits(limits))
}

struct Keyword<'py> {
    name: String,
    value: Bound<'py, PyAny>,
}

impl<'py> Keyword<'py> {
    fn apply(&self, options: Options) -> PyResult<Options> {
        Ok(match self.name.as_str() {
            "side" => options.side(self.number()?),
            "minimum_side" => options.minimum_side(self.number()?),
            "enlarge" => options.enlarge(match self.truth()? {
                true => Enlarge::WhenSmaller,
                false => Enlarge::Never,
            }),
            "quality" => options.quality(self.number()?),
            "subsampling" => options.subsampling(self.word()?),
            "background" => options.background(self.word()?),
            "on_damage" => options.on_damage(self.word()?),
            name => {
                return Err(option_error(
                    self.value.py(),
                    &format!("there is no option {name}"),
                ));
            }
        })
    }

    fn number<T: for<'a> FromPyObject<'a, 'py>>(&self) -> PyResult<T> {
        self.value
            .extract()
            .map_err(|_| self.wrong("a whole number within its range"))
    }

    fn truth(&self) -> PyResult<bool> {
        self.value
            .extract()
            .map_err(|_| self.wrong("True or False"))
    }

    fn word<T: FromStr<Err: ToString>>(&self) -> PyResult<T> {
        let text: String = self.value.extract().map_err(|_| self.wrong("a text"))?;
        text.parse().map_err(|error: T::Err| {
            option_error(
                self.value.py(),
                &format!("{}: {}", self.name, error.to_string()),
            )
        })
    }

    fn wrong(&self, expected: &str) -> PyErr {
        option_error(
            self.value.py(),
            &format!("{} must be {expected}", self.name),
        )
    }
}
