//! What a request line asks for.

use crate::received::Method;

/// What a request asks for, by its verb, path and query alone.
#[derive(Debug, PartialEq)]
pub(crate) enum Route {
    /// A method of the API.
    Call(Call),
    /// The content of a `urlAvatar`, by the word after `r=`.
    UrlAvatar(String),
    /// Nothing that exists.
    Nowhere,
}

/// A method of the API, and who calls it.
#[derive(Debug, PartialEq)]
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) instance: String,
    pub(crate) token: String,
    pub(crate) prefix: Prefix,
    /// The query after the path, without its question mark.
    pub(crate) query: String,
}

/// Whether the path began with `/v3`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Prefix {
    V3,
    None,
}

const METHODS: [(&str, Method); 11] = [
    ("POST", Method::SetGroupPicture),
    ("POST", Method::SetProfilePicture),
    ("GET", Method::GetStateInstance),
    ("GET", Method::GetAccountSettings),
    ("GET", Method::GetWaSettings),
    ("POST", Method::GetGroupData),
    ("POST", Method::GetAvatar),
    ("POST", Method::CreateGroup),
    ("GET", Method::GetSettings),
    ("GET", Method::GetChats),
    ("GET", Method::GetContacts),
];

impl Route {
    pub(crate) fn find(verb: &str, path: &str, query: &str) -> Self {
        if verb == "GET" && path == "/i" {
            return query
                .strip_prefix("r=")
                .map_or(Self::Nowhere, |word| Self::UrlAvatar(word.to_owned()));
        }
        call(verb, path, query).map_or(Self::Nowhere, Self::Call)
    }

    pub(crate) fn method(&self) -> Method {
        match self {
            Self::Call(call) => call.method,
            Self::UrlAvatar(_) => Method::UrlAvatar,
            Self::Nowhere => Method::Other,
        }
    }
}

/// Reads `/v3/waInstance{id}/{method}/{token}`, nothing more and nothing less, but for the slashes that an apiUrl with a slash at
/// its end and some clients add: nginx takes several for one.
fn call(verb: &str, path: &str, query: &str) -> Option<Call> {
    if !path.starts_with('/') {
        return None;
    }
    let segments: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let (prefix, segments) = match &*segments {
        ["v3", rest @ ..] => (Prefix::V3, rest),
        all => (Prefix::None, all),
    };
    let [instance, word, token] = segments else {
        return None;
    };
    let instance = instance.strip_prefix("waInstance")?;
    if instance.is_empty() {
        return None;
    }
    let (_, method) = METHODS
        .into_iter()
        .find(|(needed, method)| *needed == verb && method.word() == *word)?;
    Some(Call {
        method,
        instance: percent_decoded(instance),
        token: percent_decoded(token),
        prefix,
        query: query.to_owned(),
    })
}

/// Decodes `%XX`. What is not well encoded stays as it is: it will not be the token.
fn percent_decoded(text: &str) -> String {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let byte = match tail {
            [high, low, ..] if *first == b'%' => hex(*high).zip(hex(*low)),
            _ => None,
        };
        if let Some((high, low)) = byte {
            decoded.push(high << 4 | low);
            rest = &tail[2..];
        } else {
            decoded.push(*first);
            rest = tail;
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|value| value as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_recognized_with_and_without_v3() {
        for (path, prefix) in [
            ("/v3/waInstance31/setGroupPicture/ab", Prefix::V3),
            ("/waInstance31/setGroupPicture/%61b", Prefix::None),
            ("//waInstance31/setGroupPicture/ab", Prefix::None),
            ("/v3/waInstance31/setGroupPicture/ab/", Prefix::V3),
            ("/v3//waInstance31/setGroupPicture/ab", Prefix::V3),
        ] {
            let expected = Call {
                method: Method::SetGroupPicture,
                instance: "31".to_owned(),
                token: "ab".to_owned(),
                prefix,
                query: String::new(),
            };
            assert_eq!(Route::find("POST", path, ""), Route::Call(expected));
        }
    }

    #[test]
    fn anything_else_leads_nowhere() {
        for (verb, path) in [
            ("GET", "/"),
            ("POST", ""),
            ("POST", "*"),
            ("POST", "/v3"),
            ("POST", "/v3/v3/waInstance31/setGroupPicture/ab"),
            ("POST", "/v3/waInstance31/setGroupPicture/ab/cd"),
            ("POST", "v3/waInstance31/setGroupPicture/ab"),
            ("POST", "/v3/waInstance31/setGroupPicture/"),
            ("POST", "/v3/waInstance31/setGroupPicture"),
            ("POST", "/v3/waInstance/setGroupPicture/ab"),
            ("POST", "/v3/instance31/setGroupPicture/ab"),
            ("POST", "/v3/waInstance31/setgrouppicture/ab"),
            ("POST", "/v3/waInstance31/urlAvatar/ab"),
            ("GET", "/v3/waInstance31/setGroupPicture/ab"),
            ("POST", "/v3/waInstance31/getStateInstance/ab"),
            ("POST", "/i"),
            ("GET", "/i"),
        ] {
            assert_eq!(Route::find(verb, path, ""), Route::Nowhere, "{verb} {path}");
        }
    }

    #[test]
    fn bad_percent_signs_are_left_alone() {
        for (text, expected) in [
            ("%", "%"),
            ("%4", "%4"),
            ("%zz%41", "%zzA"),
            ("%ff", "\u{fffd}"),
        ] {
            assert_eq!(percent_decoded(text), expected);
        }
    }
}
