//! Options as keywords: every value is read here, so that a wrong one is told when the pipeline is made.

use std::str::FromStr;

use prep::{Coding, Enlarge, Fit, FocalPoint, Frame, Gravity, Limits, Options, Preset, Reencode};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::error::option_error;

/// Reads keywords over the defaults of [`Options`]; `None` is the default too.
pub(crate) fn options(keywords: Option<&Bound<'_, PyDict>>) -> PyResult<Options> {
    let mut options = Options::new();
    let mut limits = Limits::default();
    let mut is_circle_safe = false;
    let Some(keywords) = keywords else {
        return Ok(options);
    };
    if let Some(preset) = keywords
        .get_item("preset")?
        .filter(|value| !value.is_none())
    {
        let keyword = Keyword {
            name: "preset".to_owned(),
            value: preset,
        };
        options = keyword.word::<Preset>()?.options();
    }
    let is_given = |name| {
        Ok::<_, PyErr>(
            keywords
                .get_item(name)?
                .is_some_and(|value| !value.is_none()),
        )
    };
    if is_given("gravity")? && is_given("focal")? {
        let message = "gravity and focal both say where the square lies: give one";
        return Err(option_error(keywords.py(), message));
    }
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
            // Over any fit, wherever it stands among the keywords.
            "preset" => {}
            "circle_safe" => is_circle_safe = keyword.truth()?,
            "max_memory" => limits.memory = keyword.number()?,
            _ => options = keyword.apply(options)?,
        }
    }
    if is_circle_safe {
        options = options.fit(Fit::CircleSafe);
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
            "fit" => options.fit(self.word()?),
            "backdrop" => options.backdrop(self.word()?),
            "trim" => options.trim(self.number()?),
            "gravity" => options.gravity(self.word()?),
            "focal" => options.gravity(Gravity::FocalPoint(self.focal()?)),
            "quality" => options.quality(self.number()?),
            "progressive" => options.coding(match self.truth()? {
                true => Coding::Progressive,
                false => Coding::Baseline,
            }),
            "max_bytes" => options.max_bytes(self.number()?),
            "subsampling" => options.subsampling(self.word()?),
            "background" => options.background(self.word()?),
            "frame" => options.frame(self.frame()?),
            "on_damage" => options.on_damage(self.word()?),
            "reencode" => options.reencode(match self.truth()? {
                true => Reencode::Always,
                false => Reencode::WhenNeeded,
            }),
            name => {
                return Err(option_error(
                    self.value.py(),
                    &format!("there is no option {name}"),
                ));
            }
        })
    }

    fn focal(&self) -> PyResult<FocalPoint> {
        let (x, y): (f64, f64) = self
            .value
            .extract()
            .map_err(|_| self.wrong("expected two numbers, each from 0 to 1"))?;
        self.read(&format!("{x},{y}"))
    }

    fn frame(&self) -> PyResult<Frame> {
        match self.value.extract::<u32>() {
            Ok(number) => self.read(&number.to_string()),
            Err(_) => self.word(),
        }
    }

    fn number<T: for<'a> FromPyObject<'a, 'py>>(&self) -> PyResult<T> {
        self.value
            .extract()
            .map_err(|_| self.wrong("expected a whole number within its range"))
    }

    fn truth(&self) -> PyResult<bool> {
        self.value
            .extract()
            .map_err(|_| self.wrong("expected True or False"))
    }

    fn word<T: FromStr<Err: ToString>>(&self) -> PyResult<T> {
        let text: String = self
            .value
            .extract()
            .map_err(|_| self.wrong("expected a text"))?;
        self.read(&text)
    }

    fn read<T: FromStr<Err: ToString>>(&self, text: &str) -> PyResult<T> {
        text.parse()
            .map_err(|error: T::Err| self.wrong(&error.to_string()))
    }

    fn wrong(&self, expected: &str) -> PyErr {
        option_error(self.value.py(), &format!("{}: {expected}", self.name))
    }
}
