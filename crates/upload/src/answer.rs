//! What an answer means: a pure function of the status, one header and the body.

use serde_json::{Map, Value};

use crate::text::presentable;
use crate::{ErrorKind, Messenger, Rejection, RetryAfter};

/// The server set the picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Avatar {
    /// Where the picture can be seen (`urlAvatar`); not every success tells.
    pub url: Option<String>,
}

impl Avatar {
    /// Whether both are the same picture.
    ///
    /// On WhatsApp what stands behind the `?` is a signature that expires, so it is left out. For
    /// the other messengers all of the address counts. This is inferred from addresses that were
    /// seen.
    pub(crate) fn is_same(&self, other: &Self, messenger: Messenger) -> bool {
        let picture = |avatar: &'_ Self| match (messenger, &avatar.url) {
            (Messenger::WhatsApp, Some(url)) => url.split('?').next().map(str::to_owned),
            (_, url) => url.clone(),
        };
        picture(self) == picture(other)
    }
}

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
    /// Only a success status together with the method's name as a flag that is `true` is a success.
    pub(crate) fn set(&self, method: &str) -> Result<Avatar, Rejection> {
        self.read(method, |fields| {
            let set = fields.get(method) == Some(&Value::Bool(true));
            set.then(|| Avatar { url: url(fields) })
        })
    }

    /// Reads where a chat's avatar is; no address is a chat without one.
    pub(crate) fn avatar(&self) -> Result<Avatar, Rejection> {
        self.find(|fields| {
            let reason = fields.get("reason").and_then(words);
            let told = matches!(
                fields.get("urlAvatar"),
                Some(Value::String(_) | Value::Null)
            );
            (told && reason.is_none()).then(|| Avatar { url: url(fields) })
        })
    }

    /// Reads the answer of a method that only looks, if the fields have what is looked for.
    pub(crate) fn find<T>(
        &self,
        find: impl Fn(&Map<String, Value>) -> Option<T>,
    ) -> Result<T, Rejection> {
        self.read("", find)
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
        // 408: the server was tired of waiting for the request, and did nothing.
        408 | 502..=504 => ErrorKind::Unavailable,
        500..=599 if said.contains("rate-overlimit") => ErrorKind::MessengerLimit,
        500..=599 => ErrorKind::ServerError,
        _ => kind_of_phrase(&said).unwrap_or(ErrorKind::Unexpected),
    }
}

/// What a status of success means where the flag is not `true`.
fn kind_of_success(flag: &str, body: &Body<'_>, said: &str) -> ErrorKind {
    match body {
        Body::Object(fields) => {
            if let Some(status) = embedded_status(fields) {
                return kind(status, flag, body);
            }
            if fields.get(flag) != Some(&Value::Bool(false)) {
                return kind_of_phrase(said).unwrap_or(ErrorKind::Unreadable);
            }
            match said {
                "timed out" => ErrorKind::WrongChat,
                _ => kind_of_phrase(said).unwrap_or(ErrorKind::Refused),
            }
        }
        Body::Text(_) => kind_of_phrase(said).unwrap_or(ErrorKind::Unreadable),
        Body::Other => ErrorKind::Unreadable,
        Body::Html(_) | Body::Empty | Body::Null => ErrorKind::NotReady,
    }
}

/// The first phrase that is in the text. The order matters: what follows "validation failed" is the
/// request's own words.
fn kind_of_phrase(said: &str) -> Option<ErrorKind> {
    PHRASES
        .iter()
        .find(|(phrase, _)| said.contains(phrase))
        .map(|&(_, kind)| kind)
}

/// The status that a body tells, where the status line says 200 regardless.
fn embedded_status(fields: &Map<String, Value>) -> Option<u16> {
    let code = fields.get("code").or_else(|| fields.get("statusCode"))?;
    code.as_u64()
        .and_then(|code| u16::try_from(code).ok())
        .filter(|code| (400..=599).contains(code))
}

fn url(fields: &Map<String, Value>) -> Option<String> {
    let url = fields.get("urlAvatar")?.as_str()?;
    let is_url = !url.is_empty()
        && url.len() <= LONGEST_URL
        && url.bytes().all(|byte| byte.is_ascii_graphic());
    is_url.then(|| url.to_owned())
}

/// The forms that a body has, in the order in which they are looked for.
enum Body<'a> {
    Object(Map<String, Value>),
    /// A JSON string, or plain text.
    Text(String),
    Html(&'a str),
    Empty,
    Null,
    /// Any other JSON, and JSON that ends too early.
    Other,
}

impl<'a> Body<'a> {
    fn parse(text: &'a str) -> Self {
        let text = text.trim_start_matches('\u{feff}').trim();
        match serde_json::from_str(text) {
            Ok(Value::Object(fields)) => Self::Object(fields),
            Ok(Value::String(text)) => Self::Text(text),
            Ok(Value::Null) => Self::Null,
            Ok(_) => Self::Other,
            Err(_) if text.is_empty() => Self::Empty,
            Err(_) if text.starts_with('<') => Self::Html(text),
            Err(_) if text.starts_with(['{', '[', '"']) => Self::Other,
            Err(_) => Self::Text(text.to_owned()),
        }
    }

    /// The server's words.
    fn said(&self) -> Option<String> {
        match self {
            Self::Object(fields) => WORDS
                .iter()
                .filter_map(|name| words(fields.get(*name)?))
                .next(),
            Self::Text(text) => Some(text.clone()),
            Self::Html(page) => title(page).map(str::to_owned),
            Self::Empty | Self::Null | Self::Other => None,
        }
    }

    /// How much of a quota is used. The words beside it hold the ids of other people, so they are
    /// left out.
    fn usage(&self) -> Option<String> {
        let Self::Object(fields) = self else {
            return None;
        };
        let status = fields.get("invokeStatus")?;
        let (used, total) = (
            status.get("used")?.as_u64()?,
            status.get("total")?.as_u64()?,
        );
        Some(format!("{used} of {total} used"))
    }
}

fn words(field: &Value) -> Option<String> {
    let text = match field {
        Value::String(text) => text.clone(),
        Value::Array(items) => items
            .iter()
            .filter_map(Value::as_str)
            .collect::<Vec<_>>()
            .join("; "),
        _ => return None,
    };
    (!text.trim().is_empty()).then_some(text)
}

/// The title of an HTML page.
fn title(page: &str) -> Option<&str> {
    let page_lower = page.to_ascii_lowercase();
    let start = page_lower.find("<title>")? + "<title>".len();
    let length = page_lower.get(start..)?.find('<')?;
    page.get(start..start + length)
}

/// The fields that hold a server's words, the most telling first.
const WORDS: [&str; 4] = ["reason", "message", "description", "error"];

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

const LONGEST_URL: usize = 4096;

#[cfg(test)]
mod tests;
