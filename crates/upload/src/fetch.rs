//! Fetches pictures by addresses that are not trusted: an avatar's for a server's word, a photo's for a list's.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::header::LOCATION;
use reqwest::{Response, StatusCode, Url};
use rustls::ClientConfig;

use crate::{ApiUrl, Avatar, Error, Token, transport};

mod error;
mod hosts;
mod photos;
mod reach;
mod routes;

pub use error::FetchError;
use hosts::AvatarHosts;
pub use photos::{PhotoFetcher, PhotoHosts};
use reach::Reach;
use routes::Routes;

/// Fetches pictures, and sends no token, Referer or cookie.
struct Fetcher {
    routes: Routes,
    check: Check,
    timeout: Duration,
}

/// Which addresses may be asked, the first and each redirect.
type Check = Box<dyn Fn(&Url) -> Result<(), FetchError> + Send + Sync>;

impl Fetcher {
    /// Fetches at most `max_bytes`; follows redirects, and checks each hop like the first.
    async fn fetch(&self, address: &str, max_bytes: usize) -> Result<Bytes, FetchError> {
        let url = Url::parse(address).map_err(|_| FetchError::Malformed)?;
        let fetched = tokio::time::timeout(self.timeout, self.follow(url, max_bytes)).await;
        let after = self.timeout;
        fetched.unwrap_or(Err(FetchError::TimedOut { after }))
    }

    async fn follow(&self, mut url: Url, max_bytes: usize) -> Result<Bytes, FetchError> {
        let ours = |error| FetchError::from_http(error, self.timeout);
        for _ in 0..=MAX_REDIRECTS {
            (self.check)(&url)?;
            let http = self.routes.of(&url).await?;
            let response = http.get(url.clone()).send().await.map_err(ours)?;
            match next_hop(&response, &url)? {
                Some(hop) => url = hop,
                None => return read(response, max_bytes, ours).await,
            }
        }
        Err(FetchError::TooManyRedirects)
    }
}

/// Returns where the answer redirects to; an error if it is neither a redirect nor a picture.
fn next_hop(response: &Response, url: &Url) -> Result<Option<Url>, FetchError> {
    let status = response.status();
    if status == StatusCode::OK {
        return Ok(None);
    }
    let refused = FetchError::Status {
        status: status.as_u16(),
    };
    let is_redirect = matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308);
    let location = response.headers().get(LOCATION).filter(|_| is_redirect);
    let location = location.and_then(|location| location.to_str().ok());
    let hop = location.and_then(|location| url.join(location).ok());
    hop.map(Some).ok_or(refused)
}

async fn read(
    mut response: Response,
    max_bytes: usize,
    ours: impl Fn(reqwest::Error) -> FetchError,
) -> Result<Bytes, FetchError> {
    let too_large = FetchError::TooLarge { limit: max_bytes };
    if response
        .content_length()
        .is_some_and(|length| length > max_bytes as u64)
    {
        return Err(too_large);
    }
    let mut picture = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(&ours)? {
        if picture.len() + chunk.len() > max_bytes {
            return Err(too_large);
        }
        picture.extend_from_slice(&chunk);
    }
    Ok(picture.freeze())
}

/// Fetches avatars from known hosts.
pub(crate) struct AvatarFetcher {
    fetcher: Fetcher,
    token: Token,
}

impl AvatarFetcher {
    /// Avatars may be on these hosts, on those below them, and on the API's own.
    pub(crate) fn new(
        tls: ClientConfig,
        api_url: &ApiUrl,
        hosts: &[String],
        token: Token,
    ) -> Result<Self, Error> {
        let reach = match api_url.is_loopback() {
            true => Reach::PublicAndLoopback,
            false => Reach::Public,
        };
        let routes = Routes::new(tls, reach, TIMEOUT);
        let hosts = AvatarHosts::new(api_url, hosts);
        Ok(Self {
            fetcher: Fetcher {
                routes: routes.map_err(|error| transport::error(error, &token, TIMEOUT))?,
                check: Box::new(move |url| hosts.check(url)),
                timeout: TIMEOUT,
            },
            token,
        })
    }

    pub(crate) async fn fetch(&self, avatar: &Avatar) -> Result<Bytes, FetchError> {
        let address = avatar.url.as_deref().ok_or(FetchError::NoAddress)?;
        let fetched = self.fetcher.fetch(address, MAX_BYTES).await;
        fetched.map_err(|error| error.redacted(&self.token))
    }
}

const MAX_REDIRECTS: usize = 3;
const TIMEOUT: Duration = Duration::from_secs(10);

/// Avatars have a few hundred thousand bytes at most.
const MAX_BYTES: usize = 10 << 20;
