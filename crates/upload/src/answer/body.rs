//! The forms that a body has, and the server's words in it.

use std::collections::HashSet;
use std::fmt;

use serde_core::Deserializer as _;
use serde_core::de::{Error as _, IgnoredAny, MapAccess, Visitor};
use serde_json::{Map, Value};

/// A body, told apart by what it is, whatever its `Content-Type` says.
pub(super) enum Body<'a> {
    Object(Map<String, Value>),
    /// A JSON string, or plain text.
    Text(String),
    Html(&'a str),
    Empty,
    Null,
    /// Any other JSON: an array, JSON that ends too early, an object that has a name twice.
    Other,
}

impl<'a> Body<'a> {
    pub(super) fn parse(text: &'a str) -> Self {
        let text = text.trim_start_matches('\u{feff}').trim();
        match serde_json::from_str(text) {
            Ok(Value::Object(_)) if has_name_twice(text) => Self::Other,
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

    /// Returns the server's words.
    pub(super) fn said(&self) -> Option<String> {
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

    /// Returns how much of a quota is used. The words beside it contain other people's ids, so they
    /// are left out.
    pub(super) fn usage(&self) -> Option<String> {
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

    /// Returns the status that the body names, where the status line says 200 regardless.
    pub(super) fn embedded_status(&self) -> Option<u16> {
        let Self::Object(fields) = self else {
            return None;
        };
        let code = fields.get("code").or_else(|| fields.get("statusCode"))?;
        code.as_u64()
            .and_then(|code| u16::try_from(code).ok())
            .filter(|code| (400..=599).contains(code))
    }
}

/// Returns whether an object has a name twice. Readers differ in which of the two values they take
/// (RFC 8259, 4), so such an object proves nothing.
fn has_name_twice(object: &str) -> bool {
    let mut reader = serde_json::Deserializer::from_str(object);
    reader.deserialize_map(DistinctNames).is_err()
}

/// Reads an object, and fails at a name that was there before.
struct DistinctNames;

impl<'de> Visitor<'de> for DistinctNames {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with distinct names")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        let mut names = HashSet::new();
        while let Some((name, IgnoredAny)) = fields.next_entry::<String, IgnoredAny>()? {
            if !names.insert(name) {
                return Err(A::Error::custom("a name occurs twice"));
            }
        }
        Ok(())
    }
}

/// Returns the text of a field, or its texts joined.
pub(super) fn words(field: &Value) -> Option<String> {
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

/// Returns the title of an HTML page.
fn title(page: &str) -> Option<&str> {
    let lowercase = page.to_ascii_lowercase();
    let start = lowercase.find("<title>")? + "<title>".len();
    let length = lowercase.get(start..)?.find('<')?;
    page.get(start..start + length)
}

/// The fields that contain a server's words, the most telling first.
const WORDS: [&str; 4] = ["reason", "message", "description", "error"];
