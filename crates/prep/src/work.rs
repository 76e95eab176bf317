//! What an untrusted file may cost.

use crate::error::Error;
use crate::header::Format;

/// The most work that an untrusted file may cause, such as an SVG's filters.
///
/// Its unit is a nanosecond of one core of a machine of 2020 or so: coarse, but the same for all that is charged.
pub(crate) struct WorkBudget {
    format: Format,
    left: f64,
}

impl WorkBudget {
    /// A budget of `fixed` nanoseconds, and so many for each of `pixels`.
    pub(crate) fn new(format: Format, fixed: f64, per_pixel: f64, pixels: f64) -> Self {
        Self {
            format,
            left: fixed + per_pixel * pixels,
        }
    }

    /// Takes off what a step costs.
    ///
    /// # Errors
    ///
    /// [`Error::TooMuchWork`] if less than that is left.
    pub(crate) fn spend(&mut self, nanoseconds: f64) -> Result<(), Error> {
        self.left -= nanoseconds;
        // Written so that it also holds for what is not a number.
        match self.left >= 0.0 {
            true => Ok(()),
            false => Err(Error::TooMuchWork {
                format: self.format,
            }),
        }
    }
}
