//! The URL of the API, without anything secret in it.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use reqwest::Url;
use thiserror::Error;

use crate::Instance;

/// The `apiUrl` of an instance, such as `https://3100.api.green-api.com`.
///
/// It may end with `/` or `/v3`, because users paste it in all these forms; both are removed.
/// `http://` is accepted for loopback only (`127.0.0.0/8`, `[::1]`, `localhost`).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ApiUrl {
    base: Url,
    loopback: bool,
}

impl ApiUrl {
    /// Returns the URL that the vendor assigns to an instance: its first four digits name the host.
    ///
    /// An instance with fewer digits has no host of its own and gets the vendor's common one.
    pub fn of(instance: &Instance) -> Self {
        let cluster = instance
            .as_str()
            .get(..4)
            .map(|digits| format!("https://{digits}.{VENDOR}"));
        let address = cluster.unwrap_or_else(|| format!("https://{VENDOR}"));
        address
            .parse()
            .expect("digits and a constant make an address")
    }

    /// Returns whether the host is this machine.
    pub fn is_loopback(&self) -> bool {
        self.loopback
    }

    /// Returns whether the connection is encrypted, as it is everywhere but on loopback.
    pub fn is_encrypted(&self) -> bool {
        self.base.scheme() == "https"
    }

    /// Returns the URL with these segments appended to its path, percent-encoded where needed.
    pub(crate) fn join<'a>(&self, segments: impl IntoIterator<Item = &'a str>) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        url
    }
}

impl FromStr for ApiUrl {
    type Err = InvalidApiUrl;

    fn from_str(text: &str) -> Result<Self, InvalidApiUrl> {
        if text.contains(char::is_whitespace) {
            return Err(InvalidApiUrl::Malformed);
        }
        let mut base = Url::parse(text).map_err(|_| InvalidApiUrl::Malformed)?;
        let loopback = is_loopback(&base);
        match base.scheme() {
            "https" => {}
            "http" if loopback => {}
            "http" => return Err(InvalidApiUrl::NotEncrypted),
            _ => return Err(InvalidApiUrl::Malformed),
        }
        if !base.username().is_empty() || base.password().is_some() {
            return Err(InvalidApiUrl::Credentials);
        }
        if base.query().is_some() || base.fragment().is_some() {
            return Err(InvalidApiUrl::Query);
        }
        if base.path().to_ascii_lowercase().contains("/wainstance") {
            return Err(InvalidApiUrl::Method);
        }
        let path = base.path().trim_end_matches('/');
        let path = path
            .strip_suffix("/v3")
            .unwrap_or(path)
            .trim_end_matches('/')
            .to_owned();
        base.set_path(&path);
        Ok(Self { base, loopback })
    }
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host
        .trim_start_matches('[')
        .trim_end_matches(']')
        .parse::<IpAddr>();
    address.map_or(host == "localhost", |address| address.is_loopback())
}

impl fmt::Display for ApiUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.base.as_str().trim_end_matches('/'))
    }
}

/// The text is not a URL of the API. Copy `apiUrl` from the instance's page.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidApiUrl {
    /// It is not a URL of the web.
    #[error("the apiUrl is not a URL: write it like https://3100.api.green-api.com")]
    Malformed,
    /// The token would cross the network unencrypted.
    #[error(
        "the apiUrl must start with https://: the token must not cross the network unencrypted"
    )]
    NotEncrypted,
    /// It contains a user name or a password.
    #[error("the apiUrl contains a user name or password: write only https:// and the host")]
    Credentials,
    /// It contains a `?` or `#`.
    #[error("the apiUrl contains '?' or '#': write only https:// and the host")]
    Query,
    /// It is the URL of a method, perhaps with a token in it.
    #[error("the apiUrl is the URL of a method: write only the part before /waInstance")]
    Method,
}

const VENDOR: &str = "api.green-api.com";

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn v3_and_slashes_at_the_end_make_no_difference() {
        for text in [
            "https://3100.api.green-api.com",
            "https://3100.api.green-api.com/",
            "https://3100.api.green-api.com/v3",
            "https://3100.api.green-api.com/v3/",
            "HTTPS://3100.API.green-api.com:443//",
        ] {
            let url: ApiUrl = text.parse().unwrap();

            assert_eq!(url.to_string(), "https://3100.api.green-api.com", "{text}");
            assert_eq!(
                url.join(["v3", "waInstance1", "a%b"]).as_str(),
                "https://3100.api.green-api.com/v3/waInstance1/a%25b"
            );
        }
    }

    #[test]
    fn a_path_in_front_is_kept() {
        let url: ApiUrl = "https://proxy.example/green/v3/".parse().unwrap();

        assert_eq!(url.join(["v3"]).as_str(), "https://proxy.example/green/v3");
    }

    #[test]
    fn clear_text_is_for_loopback_only() {
        for text in [
            "http://127.0.0.1:8080",
            "http://127.9.9.9",
            "http://[::1]:8080/v3",
            "http://localhost:1",
        ] {
            assert!(text.parse::<ApiUrl>().unwrap().is_loopback(), "{text}");
        }
        for text in [
            "http://api.green-api.com",
            "http://128.0.0.1",
            "http://localhost.example",
            "http://0.0.0.0",
        ] {
            assert_eq!(
                text.parse::<ApiUrl>(),
                Err(InvalidApiUrl::NotEncrypted),
                "{text}"
            );
        }
    }

    #[test]
    fn what_could_hide_a_secret_is_refused() {
        for (text, expected) in [
            ("", InvalidApiUrl::Malformed),
            ("3100.api.green-api.com", InvalidApiUrl::Malformed),
            ("3100.api.green-api.com:443", InvalidApiUrl::Malformed),
            ("ftp://3100.api.green-api.com", InvalidApiUrl::Malformed),
            ("https://3100.api.green-api.com /", InvalidApiUrl::Malformed),
            ("https://", InvalidApiUrl::Malformed),
            ("https://me@api.green-api.com", InvalidApiUrl::Credentials),
            ("https://:pw@api.green-api.com", InvalidApiUrl::Credentials),
            ("https://api.green-api.com?x", InvalidApiUrl::Query),
            ("https://api.green-api.com/#x", InvalidApiUrl::Query),
            (
                "https://api.green-api.com/v3/waInstance1/setGroupPicture/abc",
                InvalidApiUrl::Method,
            ),
        ] {
            assert_eq!(text.parse::<ApiUrl>(), Err(expected), "{text}");
        }
    }

    #[test]
    fn an_instance_has_an_address_of_its_own() {
        assert_eq!(
            ApiUrl::of(&"3100000001".parse().unwrap()).to_string(),
            "https://3100.api.green-api.com"
        );
        assert_eq!(
            ApiUrl::of(&"1".parse().unwrap()).to_string(),
            "https://api.green-api.com"
        );
    }

    proptest! {
        #[test]
        fn any_text_is_an_address_without_secrets_or_none(
            text in prop_oneof![
                ".*",
                "https?://[a-z0-9.:@\\[\\]%/?#-]{0,40}",
                "https?://(127\\.0\\.0\\.1|localhost|a\\.example)(:[0-9]{1,6})?[/a-z0-9@?#%.-]{0,20}",
            ],
        ) {
            if let Ok(url) = text.parse::<ApiUrl>() {
                let written = url.to_string();

                prop_assert!(url.is_encrypted() || url.is_loopback(), "{}", written);
                let authority = written.split('/').nth(2).unwrap_or_default();
                prop_assert!(!authority.contains('@'), "{}", written);
                prop_assert!(!written.contains(['?', '#']), "{}", written);
                prop_assert!(!written.to_ascii_lowercase().contains("/wainstance"), "{}", written);
                prop_assert_eq!(written.parse::<ApiUrl>(), Ok(url));
            }
        }
    }
}
