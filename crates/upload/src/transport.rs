//! The one place where an error of the HTTP library becomes one of ours.
//!
//! It is taken apart and dropped here: its own text contains the URL, and with it the token.

use std::error::Error as StdError;
use std::io;
use std::time::Duration;

use crate::error::Error;
use crate::redact::redact;
use crate::text::presentable;
use crate::token::Token;

/// Converts a failed request: before it was sent (DNS, TCP connect, proxy CONNECT, TLS handshake)
/// nothing was set; afterwards (request, response head, body) the outcome is unknown.
pub(crate) fn error(error: reqwest::Error, token: &Token, timeout: Duration) -> Error {
    let error = error.without_url();
    let innermost = innermost(&error);
    let cause = shown(&innermost.to_string(), token);
    if error.is_connect() || error.is_builder() {
        return if is_tls(innermost) {
            Error::Untrusted { cause }
        } else {
            Error::NoConnection { cause }
        };
    }
    if error.is_timeout() {
        Error::TimedOut { after: timeout }
    } else {
        Error::Interrupted { cause }
    }
}

/// Makes a text of the system or the HTTP library fit to be shown.
pub(crate) fn shown(text: &str, token: &Token) -> Box<str> {
    let clean = redact(text.as_bytes(), token);
    presentable(&String::from_utf8_lossy(&clean)).into()
}

pub(crate) fn innermost<'a>(error: &'a (dyn StdError + 'static)) -> &'a (dyn StdError + 'static) {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error
}

/// Returns whether the TLS handshake itself was refused, by either side.
///
/// An I/O error wraps another one without naming it as its source, and may do so twice.
fn is_tls(error: &(dyn StdError + 'static)) -> bool {
    let within = error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref);
    error.is::<rustls::Error>() || within.is_some_and(|error| is_tls(error))
}
