//! Bounds the work that an untrusted file may cause.

use crate::error::Error;
use crate::header::Format;

/// The most work that an untrusted file may cause, such as an SVG's filters.
///
/// Its unit is a nanosecond of a core of about 2020: coarse, but the same for everything that is charged.
pub(crate) struct WorkBudget {
    format: Format,
    left: f64,
}

impl WorkBudget {
    /// Creates a budget of so many nanoseconds.
    pub(crate) fn new(format: Format, nanoseconds: f64) -> Self {
        Self {
            format,
            left: nanoseconds,
        }
    }

    /// Charges the cost of a step.
    ///
    /// # Errors
    ///
    /// [`Error::TooMuchWork`] if less than that is left.
    pub(crate) fn spend(&mut self, nanoseconds: f64) -> Result<(), Error> {
        self.left -= nanoseconds;
        // Written so that NaN is rejected too.
        match self.left >= 0.0 {
            true => Ok(()),
            false => Err(Error::TooMuchWork {
                format: self.format,
            }),
        }
    }
}
