//! An answer as it goes out.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{HeaderName, HeaderValue, SERVER};
use hyper::{Response, StatusCode};
use serde_json::Value;

use crate::content::Content;
use crate::fault::{Answer, RetryAfter};
use crate::gzip;
use crate::number::Base64;
use crate::received::Method;
use crate::template::{Facts, fill};

/// Status, headers and body; how long the body is, is told by who sends it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Content,
}

pub(crate) const JSON: &str = "application/json; charset=utf-8";
pub(crate) const TEXT: &str = "text/plain; charset=utf-8";
pub(crate) const HTML: &str = "text/html";
const JPEG: &str = "image/jpeg";
const BYTES: &str = "application/octet-stream";

impl Reply {
    pub(crate) fn new(status: u16, content_type: &str, body: impl Into<Content>) -> Self {
        Self {
            status,
            headers: vec![("Content-Type".to_owned(), content_type.to_owned())],
            body: body.into(),
        }
    }

    pub(crate) fn json(value: &Value) -> Self {
        Self::new(200, JSON, value.to_string())
    }

    pub(crate) fn picture(bytes: Bytes) -> Self {
        Self::new(200, JPEG, bytes)
    }

    /// The success of setting a picture, its fields in the documented order.
    pub(crate) fn set(method: Method, url: &str) -> Self {
        // As documented, the reason of a success is empty for groups and null for the profile.
        let reason = match method {
            Method::SetProfilePicture => "null",
            _ => r#""""#,
        };
        let url = Value::from(url);
        let name = method.word();
        let body = format!(r#"{{"reason":{reason},"urlAvatar":{url},"{name}":true}}"#);
        Self::new(200, JSON, body)
    }

    /// What a script wants to be answered.
    pub(crate) fn scripted(answer: &Answer, facts: &Facts<'_>) -> Self {
        let mut reply = match answer.like {
            Some(documented) => documented.reply(facts),
            None => Self::plain(answer),
        };
        if let Some(status) = answer.status {
            reply.status = status.value();
        }
        if let Some(body) = &answer.body {
            reply.body = Content::from(fill(body, facts));
        }
        if let Some(Base64(body)) = &answer.body_base64 {
            reply.body = Content::from(body.clone());
            reply.set_header("Content-Type", type_of(body).to_owned());
        }
        if answer.filler > 0 {
            reply.body = Content::repeating(
                r#"{"reason":""#,
                b"x",
                answer.filler,
                r#"","urlAvatar":null,"setGroupPicture":false}"#,
            );
        }
        if answer.gzip_bomb > 0 {
            reply.body = gzip::bomb(answer.gzip_bomb);
            reply.set_header("Content-Encoding", "gzip".to_owned());
        }
        for (name, value) in &answer.headers {
            reply.set_header(name, fill(value, facts));
        }
        if let Some(retry_after) = answer.retry_after {
            reply.set_header("Retry-After", retry_after_value(retry_after));
        }
        reply
    }

    fn plain(answer: &Answer) -> Self {
        let is_json = answer.filler > 0
            || answer
                .body
                .as_ref()
                .is_some_and(|body| body.starts_with(['{', '[', '"']));
        Self::new(200, if is_json { JSON } else { TEXT }, Bytes::new())
    }

    fn set_header(&mut self, name: &str, value: String) {
        self.headers
            .retain(|(present, _)| !present.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value));
    }

    /// The headers whose characters HTTP allows; a script may have asked for others.
    pub(crate) fn sendable_headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .filter(|(name, value)| {
                HeaderName::try_from(*name).is_ok() && HeaderValue::try_from(*value).is_ok()
            })
    }

    /// The same for hyper to send, if it fits into memory.
    pub(crate) fn response(&self) -> Option<Response<Full<Bytes>>> {
        let mut response = Response::new(Full::new(self.body.held()?.clone()));
        *response.status_mut() = StatusCode::from_u16(self.status).ok()?;
        let headers = response.headers_mut();
        headers.insert(SERVER, HeaderValue::from_static("nginx"));
        for (name, value) in &self.headers {
            let name = HeaderName::try_from(name.as_str());
            let value = HeaderValue::try_from(value.as_str());
            if let (Ok(name), Ok(value)) = (name, value) {
                headers.insert(name, value);
            }
        }
        Some(response)
    }
}

fn type_of(body: &[u8]) -> &'static str {
    if body.starts_with(&[0xff, 0xd8, 0xff]) {
        JPEG
    } else {
        BYTES
    }
}

fn retry_after_value(retry_after: RetryAfter) -> String {
    match retry_after {
        RetryAfter::Seconds(seconds) => seconds.to_string(),
        RetryAfter::DateInSeconds(seconds) => {
            let now = SystemTime::now();
            let distance = Duration::from_secs(seconds.unsigned_abs());
            let date = if seconds < 0 {
                now.checked_sub(distance)
            } else {
                now.checked_add(distance)
            };
            httpdate::fmt_http_date(date.filter(is_http_date).unwrap_or(now))
        }
    }
}

/// Whether HTTP can write it: the year has four digits, and the library begins with 1970.
fn is_http_date(date: &SystemTime) -> bool {
    const YEAR_10000: Duration = Duration::from_secs(253_402_300_800);
    date.duration_since(SystemTime::UNIX_EPOCH)
        .is_ok_and(|since| since < YEAR_10000)
}
