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
        return match refusal_of_proxy(innermost) {
            _ if is_tls(innermost) => Error::Untrusted { cause },
            Some(Refusal::Unauthorized) => Error::ProxyUnauthorized { cause },
            Some(Refusal::Refused) => Error::ProxyRefused { cause },
            None => Error::NoConnection { cause },
        };
    }
    if error.is_timeout() {
        Error::TimedOut { after: timeout }
    } else {
        Error::Interrupted { cause }
    }
}

/// A proxy's own answer, which is not the server's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It wants a user name and a password.
    Unauthorized,
    /// It does not connect to the server.
    Refused,
}

/// Returns what a proxy answered, if it is the proxy that refused a connection.
///
/// The HTTP library's types for this are private and their texts all that is left of the answer.
/// The tests against proxies notice when they change.
pub(crate) fn refusal_of_proxy(innermost: &(dyn StdError + 'static)) -> Option<Refusal> {
    match &*innermost.to_string() {
        "tunnel error: proxy authorization required"
        | "SOCKS error: credentials not accepted"
        | "SOCKS error: server does not support user/pass authentication"
        | "SOCKS error: server implements authentication incorrectly" => {
            Some(Refusal::Unauthorized)
        }
        "tunnel error: unsuccessful"
        | "SOCKS error: connection not allowed"
        | "SOCKS error: general server failure"
        | "SOCKS error: command not supported"
        | "SOCKS error: address type not supported" => Some(Refusal::Refused),
        _ => None,
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
