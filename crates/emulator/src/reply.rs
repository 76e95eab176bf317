//! An answer as it is sent.

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{HeaderName, HeaderValue, SERVER};
use hyper::{Response, StatusCode};
use serde_json::Value;

use crate::received::Method;
use crate::reply_body::ReplyBody;

/// Status, headers and body. Whoever sends it says how long the body is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: ReplyBody,
}

pub(crate) const JSON: &str = "application/json; charset=utf-8";
pub(crate) const TEXT: &str = "text/plain; charset=utf-8";
pub(crate) const HTML: &str = "text/html";
pub(crate) const JPEG: &str = "image/jpeg";

impl Reply {
    pub(crate) fn new(status: u16, content_type: &str, body: impl Into<ReplyBody>) -> Self {
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

    /// Makes the answer of a picture that was set, its fields in the documented order.
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

    /// Sets a header in place of one of the same name.
    pub(crate) fn set_header(&mut self, name: &str, value: String) {
        self.headers
            .retain(|(present, _)| !present.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value));
    }

    /// Returns the headers whose characters HTTP allows; a script may have asked for others.
    pub(crate) fn sendable_headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .filter(|(name, value)| {
                HeaderName::try_from(*name).is_ok() && HeaderValue::try_from(*value).is_ok()
            })
    }

    /// Converts it for hyper to send, if it fits into memory.
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
