//! Photos by URL: from any host of the public internet.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use reqwest::Url;

use super::reach::Reach;
use super::routes::Routes;
use super::{FetchError, Fetcher};
use crate::{Error, tls};

/// Fetches photos by URL, as a list of a user may name them; needs a Tokio runtime.
///
/// `http` and `https` are asked, without any credentials, and up to three redirects are followed.
/// Addresses of this machine and of private networks are refused unless [`PhotoHosts::Any`] is
/// given, also behind a name or a redirect. The system's proxy is used.
pub struct PhotoFetcher(Fetcher);

impl fmt::Debug for PhotoFetcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PhotoFetcher").finish_non_exhaustive()
    }
}

/// Where photos may be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PhotoHosts {
    /// On the public internet.
    #[default]
    Public,
    /// Anywhere, on this machine and in private networks too.
    Any,
}

impl PhotoHosts {
    /// Checks whether a URL may be fetched, as far as its text tells.
    ///
    /// # Errors
    ///
    /// [`FetchError::Malformed`] and [`FetchError::NotPublic`].
    pub fn check(self, url: &str) -> Result<(), FetchError> {
        let url = Url::parse(url).map_err(|_| FetchError::Malformed)?;
        check(&url, self.reach()).map_err(FetchError::presentable)
    }

    fn reach(self) -> Reach {
        match self {
            Self::Public => Reach::Public,
            Self::Any => Reach::Anywhere,
        }
    }
}

impl PhotoFetcher {
    /// Makes a fetcher; connects to nothing yet.
    ///
    /// # Errors
    ///
    /// [`Error::NoRootCertificates`] on a machine without any, and [`Error::NoResources`].
    pub fn new(hosts: PhotoHosts) -> Result<Self, Error> {
        let reach = hosts.reach();
        let routes = Routes::new(tls::trusting_the_system()?, reach, TIMEOUT);
        Ok(Self(Fetcher {
            routes: routes.map_err(|error| Error::NoResources {
                cause: error.without_url().to_string().into(),
            })?,
            check: Box::new(move |url| check(url, reach)),
            timeout: TIMEOUT,
        }))
    }

    /// Fetches a photo of at most `max_bytes`, within 60 s.
    ///
    /// # Errors
    ///
    /// Returns [`FetchError`] if the bytes cannot be had. They are not examined, and may not be a
    /// photo.
    pub async fn fetch(&self, url: &str, max_bytes: usize) -> Result<Bytes, FetchError> {
        let fetched = self.0.fetch(url, max_bytes).await;
        fetched.map_err(FetchError::presentable)
    }
}

/// A name is checked when it is connected to; an address that needs no name is checked here.
fn check(url: &Url, reach: Reach) -> Result<(), FetchError> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(FetchError::Malformed);
    }
    let host = super::hosts::host_of(url);
    match host.trim_matches(['[', ']']).parse() {
        Ok(address) if !reach.allows(address) => Err(FetchError::not_public(&host)),
        _ => Ok(()),
    }
}

/// A photo of 50 megapixels comes over a slow line.
const TIMEOUT: Duration = Duration::from_secs(60);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_web_is_asked_and_no_private_address() {
        for (url, expected) in [
            ("https://example.com/a.jpg", true),
            ("http://example.com:8080/a.jpg", true),
            ("https://8.8.8.8/a.jpg", true),
            ("ftp://example.com/a.jpg", false),
            ("file:///etc/passwd", false),
            ("https://127.0.0.1/", false),
            ("http://0x7f.1/", false),
            ("http://2130706433/", false),
            ("http://[::1]/", false),
            ("http://[::ffff:10.0.0.1]/", false),
            ("http://169.254.169.254/latest", false),
        ] {
            let checked = check(&Url::parse(url).unwrap(), Reach::Public);

            assert_eq!(checked.is_ok(), expected, "{url}");
        }
        let private = Url::parse("http://10.0.0.1/a.jpg").unwrap();
        assert_eq!(check(&private, Reach::Anywhere), Ok(()));
    }
}
