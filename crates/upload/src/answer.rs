//! What an answer means: a pure function of the status, one header and the body.
//!
//! The answers are those of <https://green-api.com/v3/docs/api/groups/SetGroupPicture> and
//! <https://green-api.com/v3/docs/api/common-errors>, and those that other clients have seen.

use serde_json::{Map, Value};

use crate::avatar::Avatar;
use crate::kind::ErrorKind;
use crate::rejection::Rejection;
use crate::retry_after::RetryAfter;
use crate::text::presentable;

mod body;

use body::{Body, words};

/// An answer whose body has been capped and redacted.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) retry_after: Option<String>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// Reads the answer of a method that sets a picture.
    ///
    /// HTTP 200 alone is not a success. Only a success status together with the method's name as a
    /// flag that is `true` is.
    pub(crate) fn set(&self, method: &str) -> Result<Avatar, Rejection> {
        self.read(method, |fields| {
            let set = fields.get(method) == Some(&Value::Bool(true));
            set.then(|| Avatar { url: url(fields) })
        })
    }

    /// Reads where a chat's avatar is. A chat without an avatar has no address.
    pub(crate) fn avatar(&self) -> Result<Avatar, Rejection> {
        self.find(|fields| {
            let reason = fields.get("reason").and_then(words);
            let answered = matches!(
                fields.get("urlAvatar"),
                Some(Value::String(_) | Value::Null)
            );
            (answered && reason.is_none()).then(|| Avatar { url: url(fields) })
        })
    }

    /// Reads the answer of a method that only reads, if the fields contain what is looked for.
    pub(crate) fn find<T>(
        &self,
        find: impl Fn(&Map<String, Value>) -> Option<T>,
    ) -> Result<T, Rejection> {
        self.read("", find)
    }

    /// Reads the answer of a method that lists, and keeps those items in whose fields something is found.
    pub(crate) fn list<T>(
        &self,
        find: impl Fn(&Map<String, Value>) -> Option<T>,
    ) -> Result<Vec<T>, Rejection> {
        let text = String::from_utf8_lossy(&self.body);
        let items = serde_json::from_str::<Vec<Value>>(text.trim_start_matches('\u{feff}'));
        match (self.status, items) {
            (200..=299, Ok(items)) => {
                let items = items.iter().filter_map(Value::as_object);
                Ok(items.filter_map(find).collect())
            }
            _ => self.find(|_| None),
        }
    }

    fn read<T>(
        &self,
        flag: &str,
        find: impl Fn(&Map<String, Value>) -> Option<T>,
    ) -> Result<T, Rejection> {
        let text = String::from_utf8_lossy(&self.body);
        let body = Body::parse(&text);
        if let (200..=299, Body::Object(fields)) = (self.status, &body)
            && let Some(found) = find(fields)
        {
            return Ok(found);
        }
        let kind = kind(self.status, flag, &body);
        let said = match kind {
            ErrorKind::QuotaExceeded => body.usage(),
            _ => body.said(),
        };
        Err(Rejection {
            kind,
            status: self.status,
            said: said
                .map(|said| presentable(&said).into_boxed_str())
                .filter(|said| !said.is_empty()),
            retry_after: self.retry_after.as_deref().and_then(RetryAfter::parse),
            oversize: None,
        })
    }
}

fn kind(status: u16, flag: &str, body: &Body<'_>) -> ErrorKind {
    let said = body.said().unwrap_or_default().to_lowercase();
    match status {
        200..=299 => kind_of_success(flag, body, &said),
        300..=399 => ErrorKind::Redirected,
        401 => ErrorKind::Unauthorized,
        404 | 405 | 410 => ErrorKind::NotFound,
        413 => ErrorKind::TooLarge,
        415 => ErrorKind::UnsupportedMedia,
        429 => ErrorKind::TooManyRequests,
        466 => ErrorKind::QuotaExceeded,
        499 => ErrorKind::ClientClosed,
        403 => match kind_of_phrase(&said) {
            Some(state @ (ErrorKind::Suspended | ErrorKind::Expired | ErrorKind::Deleted)) => state,
            _ => ErrorKind::Forbidden,
        },
        400 => kind_of_phrase(&said).unwrap_or(ErrorKind::BadRequest),
        // 408: the server gave up waiting for the request, and did nothing.
        408 | 502..=504 => ErrorKind::Unavailable,
        500..=599 if said.contains("rate-overlimit") => ErrorKind::MessengerLimit,
        500..=599 => ErrorKind::ServerError,
        _ => kind_of_phrase(&said).unwrap_or(ErrorKind::Unexpected),
    }
}

/// Returns what a status of success means if the flag is not `true`.
fn kind_of_success(flag: &str, body: &Body<'_>, said: &str) -> ErrorKind {
    match body {
        Body::Object(fields) => {
            if let Some(status) = body.embedded_status() {
                return kind(status, flag, body);
            }
            if fields.get(flag) != Some(&Value::Bool(false)) {
                return kind_of_phrase(said).unwrap_or(ErrorKind::Unreadable);
            }
            match said {
                // The server's own time-out, documented for a wrong chat id.
                "timed out" => ErrorKind::WrongChat,
                _ => kind_of_phrase(said).unwrap_or(ErrorKind::Refused),
            }
        }
        Body::Text(_) => kind_of_phrase(said).unwrap_or(ErrorKind::Unreadable),
        Body::Other => ErrorKind::Unreadable,
        Body::Html(_) | Body::Empty | Body::Null => ErrorKind::NotReady,
    }
}

/// Returns the kind of the first phrase that the text contains. The order matters: what follows
/// "validation failed" are the request's own words.
fn kind_of_phrase(said: &str) -> Option<ErrorKind> {
    PHRASES
        .iter()
        .find(|(phrase, _)| said.contains(phrase))
        .map(|&(_, kind)| kind)
}

fn url(fields: &Map<String, Value>) -> Option<String> {
    let url = fields.get("urlAvatar")?.as_str()?;
    let is_url =
        !url.is_empty() && url.len() <= MAX_URL && url.bytes().all(|byte| byte.is_ascii_graphic());
    is_url.then(|| url.to_owned())
}

const PHRASES: [(&str, ErrorKind); 11] = [
    ("validation failed", ErrorKind::InvalidField),
    ("rate-overlimit", ErrorKind::MessengerLimit),
    ("file is empty", ErrorKind::EmptyFile),
    ("unsupported media type", ErrorKind::UnsupportedMedia),
    ("suspended", ErrorKind::Suspended),
    ("expired", ErrorKind::Expired),
    ("is deleted", ErrorKind::Deleted),
    ("in starting process", ErrorKind::Starting),
    ("is starting", ErrorKind::Starting),
    ("not authorized", ErrorKind::AccountNotAuthorized),
    ("bad request data", ErrorKind::BadRequest),
];

/// In bytes. Signed addresses have a few hundred.
const MAX_URL: usize = 4096;

#[cfg(test)]
mod tests;
