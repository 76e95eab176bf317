//! The hosts from which a picture may be fetched, checked by the address alone.

use std::net::IpAddr;

use reqwest::Url;

use super::FetchError;
use crate::ApiUrl;

/// The hosts of avatars with all that are below them, and the API's own.
pub(crate) struct AvatarHosts {
    hosts: Vec<String>,
    api: Api,
}

/// Where the API itself is.
struct Api {
    host: String,
    port: Option<u16>,
    loopback: bool,
}

impl AvatarHosts {
    pub(crate) fn new(api_url: &ApiUrl, hosts: &[String]) -> Self {
        let url = api_url.join([]);
        Self {
            hosts: hosts.iter().map(|host| plain(host)).collect(),
            api: Api {
                host: host_of(&url),
                port: url.port_or_known_default(),
                loopback: api_url.is_loopback(),
            },
        }
    }

    /// Checks whether the address may be fetched at all. What its name resolves to is checked when
    /// it is connected to.
    pub(crate) fn check(&self, url: &Url) -> Result<(), FetchError> {
        let host = host_of(url);
        let port = url.port_or_known_default();
        if self.api.is(&host) && port == self.api.port {
            return match url.scheme() {
                "https" => Ok(()),
                "http" if self.api.loopback => Ok(()),
                _ => Err(FetchError::not_encrypted(&host)),
            };
        }
        if url.scheme() != "https" {
            return Err(FetchError::not_encrypted(&host));
        }
        let known = self.hosts.iter().any(|known| is_within(&host, known));
        if known && port == Some(443) {
            Ok(())
        } else {
            Err(FetchError::not_allowed(&host))
        }
    }
}

impl Api {
    /// Returns whether the host is the API's. All names of loopback are one host.
    fn is(&self, host: &str) -> bool {
        host == self.host || (self.loopback && is_loopback(host))
    }
}

pub(super) fn is_loopback(host: &str) -> bool {
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    address.map_or(host == "localhost", |address| address.is_loopback())
}

/// Returns whether the host is this one, or below it.
fn is_within(host: &str, known: &str) -> bool {
    host.strip_suffix(known)
        .is_some_and(|below| below.is_empty() || below.ends_with('.'))
}

pub(super) fn host_of(url: &Url) -> String {
    plain(url.host_str().unwrap_or_default())
}

/// Removes case and the dot of the root.
fn plain(host: &str) -> String {
    host.trim_end_matches('.').to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(api_url: &str, url: &str) -> Result<(), FetchError> {
        let hosts = ["oneme.ru".to_owned(), "Pps.WhatsApp.net.".to_owned()];
        AvatarHosts::new(&api_url.parse().unwrap(), &hosts).check(&Url::parse(url).unwrap())
    }

    #[test]
    fn hosts_of_avatars_and_the_apis_own_are_allowed() {
        for (api_url, url) in [
            ("https://a.example", "https://oneme.ru/x"),
            ("https://a.example", "https://i.oneme.ru/i?r=BTE2"),
            ("https://a.example", "https://I.ONEME.RU.:443/i?r=BTE2"),
            ("https://a.example", "https://pps.whatsapp.net/v"),
            ("https://a.example", "https://a.example/avatars/1"),
            ("https://a.example:8443", "https://a.example:8443/avatars/1"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080/i?r=1"),
            ("http://localhost:8080", "http://127.0.0.1:8080/i?r=1"),
            ("http://127.0.0.1:8080", "https://i.oneme.ru/i"),
        ] {
            assert_eq!(check(api_url, url), Ok(()), "{api_url} {url}");
        }
    }

    #[test]
    fn nothing_else_is() {
        for (api_url, url) in [
            ("https://a.example", "https://oneme.ru.evil.example/"),
            ("https://a.example", "https://evil-oneme.ru/"),
            ("https://a.example", "https://oneme.ru@evil.example/"),
            ("https://a.example", "https://whatsapp.net/"),
            ("https://a.example", "https://i.oneme.ru:8443/"),
            ("https://a.example", "https://a.example:8443/"),
            ("https://a.example", "https://below.a.example/"),
            ("https://a.example", "https://169.254.169.254/latest"),
            ("https://a.example", "https://0x7f.1/"),
            ("https://a.example", "https://[::1]/"),
            ("https://a.example", "https://localhost/"),
            ("http://127.0.0.1:8080", "https://127.0.0.1:9090/"),
            ("http://127.0.0.1:8080", "https://10.0.0.1:8080/"),
        ] {
            assert!(
                matches!(check(api_url, url), Err(FetchError::NotAllowed { .. })),
                "{api_url} {url}"
            );
        }
    }

    #[test]
    fn clear_text_is_for_an_api_on_loopback_only() {
        for (api_url, url) in [
            ("https://a.example", "http://i.oneme.ru/"),
            ("https://a.example", "http://a.example/"),
            ("https://a.example:80", "http://a.example/"),
            ("https://a.example", "file:///etc/passwd"),
            ("https://a.example", "data:image/jpeg;base64,AA"),
            ("https://a.example", "ftp://i.oneme.ru/"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:9090/"),
            ("http://127.0.0.1:8080", "ftp://127.0.0.1:8080/"),
            ("http://127.0.0.1:8080", "http://i.oneme.ru/"),
        ] {
            assert!(
                matches!(check(api_url, url), Err(FetchError::NotEncrypted { .. })),
                "{api_url} {url}"
            );
        }
    }
}
