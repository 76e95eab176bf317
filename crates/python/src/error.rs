//! Errors as exceptions, sorted as `prep` and `upload` sort them; the classes are in `group_picture/_errors.py`.

use std::fmt::Display;
use std::time::SystemTime;

use prep::ErrorKind;
use prep::batch::Panic;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use upload::{Outcome, Recovery, Scope};

/// Why there is no picture, on its way to Python.
#[derive(Debug)]
pub(crate) struct Failure {
    class: &'static str,
    pub(crate) kind: String,
    pub(crate) message: String,
}

impl From<prep::Error> for Failure {
    fn from(error: prep::Error) -> Self {
        let kind = error.kind();
        Self {
            class: class_of(kind),
            kind: kind.to_string(),
            message: error.to_string(),
        }
    }
}

impl From<Panic> for Failure {
    fn from(panic: Panic) -> Self {
        prep::Error::from(panic).into()
    }
}

impl Failure {
    pub(crate) fn into_exception(self, py: Python<'_>) -> PyErr {
        exception(py, self.class, (self.message, self.kind))
    }
}

fn class_of(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::NotAnImage => "NotAnImageError",
        ErrorKind::Unsupported => "UnsupportedError",
        ErrorKind::Damaged => "DamagedError",
        ErrorKind::Decoder => "DecoderError",
        ErrorKind::TooLarge => "TooLargeError",
        ErrorKind::TooSmall => "TooSmallError",
        ErrorKind::OverBudget => "OverBudgetError",
        ErrorKind::Option => "OptionError",
        ErrorKind::Canceled => "CanceledError",
        _ => "PhotoError",
    }
}

/// An option that is unknown or outside its range.
pub(crate) fn option_error(py: Python<'_>, message: &str) -> PyErr {
    exception(py, "OptionError", (message, ErrorKind::Option.to_string()))
}

/// Credentials, an address or a chat id of a wrong form; nothing was sent.
pub(crate) fn invalid_value(py: Python<'_>, error: &dyn Display) -> PyErr {
    exception(py, "InvalidValueError", (error.to_string(),))
}

/// What became of a request that did not end well.
pub(crate) fn upload_error(py: Python<'_>, error: &upload::Error) -> PyErr {
    let kind = error.kind();
    let rejection = match error {
        upload::Error::Rejected(rejection) => Some(rejection),
        _ => None,
    };
    let retry_after = rejection
        .and_then(upload::Rejection::retry_after)
        .map(|asked| asked.wait(SystemTime::now()).as_secs_f64());
    let arguments = (
        error.to_string(),
        kind.to_string(),
        kind.is_unknown_outcome(),
        rejection.map(upload::Rejection::status),
        retry_after,
        rule(kind.policy()),
    );
    exception(py, "UploadError", arguments)
}

/// Scope, outcome, recovery and advice, as `group_picture.Rule` has them.
fn rule(policy: upload::Policy) -> (&'static str, &'static str, &'static str, &'static str) {
    let scope = match policy.scope {
        Scope::Picture => "picture",
        Scope::Group => "group",
        Scope::Account => "account",
        Scope::Setup => "setup",
        Scope::Service => "service",
    };
    let outcome = match policy.outcome {
        Outcome::NotSent => "not sent",
        Outcome::Refused => "refused",
        Outcome::Unknown => "unknown",
    };
    let recovery = match policy.recovery {
        Recovery::Later => "later",
        Recovery::Change => "change",
    };
    (scope, outcome, recovery, policy.advice)
}

/// Why the picture behind an address cannot be had; nothing was changed.
pub(crate) fn fetch_error(py: Python<'_>, error: &upload::FetchError) -> PyErr {
    exception(py, "FetchError", (error.to_string(),))
}

fn exception<'py>(
    py: Python<'py>,
    class: &str,
    arguments: impl pyo3::call::PyCallArgs<'py>,
) -> PyErr {
    py.import("group_picture._errors")
        .and_then(|errors| errors.getattr(class)?.call1(arguments))
        .map_or_else(
            |error| PyRuntimeError::new_err(error.to_string()),
            PyErr::from_value,
        )
}
