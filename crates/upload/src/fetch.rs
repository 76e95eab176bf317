//! Fetches pictures by addresses that are not trusted: the avatar behind a `urlAvatar`.

use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::header::LOCATION;
use reqwest::{Response, StatusCode, Url};
use rustls::ClientConfig;

use crate::{ApiUrl, Avatar, Error, Token};

mod error;
mod hosts;
mod reach;
mod routes;

pub use error::FetchError;
use hosts::AvatarHosts;
use reach::Reach;
use routes::Routes;

/// Fetches pictures from known hosts, and sends no token, Referer or cookie.
pub(crate) struct Fetcher {
    routes: Routes,
    hosts: Arc<AvatarHosts>,
    token: Token,
}

impl Fetcher {
    /// Pictures may be on these hosts, on those below them, and on the API's own.
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
        Ok(Self {
            routes: Routes::new(tls, reach, TIMEOUT, &token)?,
            hosts: Arc::new(AvatarHosts::new(api_url, hosts)),
            token,
        })
    }

    pub(crate) async fn fetch(&self, avatar: &Avatar) -> Result<Bytes, FetchError> {
        let address = avatar.url.as_deref().ok_or(FetchError::NoAddress)?;
        let url = Url::parse(address).map_err(|_| FetchError::Malformed)?;
        let fetched = tokio::time::timeout(TIMEOUT, self.follow(url)).await;
        fetched
            .unwrap_or(Err(FetchError::TimedOut { after: TIMEOUT }))
            .map_err(|error| error.redacted(&self.token))
    }

    /// Follows redirects; each hop is checked like the first.
    async fn follow(&self, mut url: Url) -> Result<Bytes, FetchError> {
        for _ in 0..=MAX_REDIRECTS {
            self.hosts.check(&url)?;
            let http = self.routes.of(&url).await?;
            let sent = http.get(url.clone()).send().await;
            let response = sent.map_err(|error| FetchError::from_http(error, TIMEOUT))?;
            match next_hop(&response, &url)? {
                Some(hop) => url = hop,
                None => return read(response).await,
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

async fn read(mut response: Response) -> Result<Bytes, FetchError> {
    let too_large = FetchError::TooLarge { limit: MAX_BYTES };
    if response
        .content_length()
        .is_some_and(|length| length > MAX_BYTES as u64)
    {
        return Err(too_large);
    }
    let ours = |error| FetchError::from_http(error, TIMEOUT);
    let mut picture = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(ours)? {
        if picture.len() + chunk.len() > MAX_BYTES {
            return Err(too_large);
        }
        picture.extend_from_slice(&chunk);
    }
    Ok(picture.freeze())
}

const MAX_REDIRECTS: usize = 3;
const TIMEOUT: Duration = Duration::from_secs(10);

/// Avatars have a few hundred thousand bytes at most.
const MAX_BYTES: usize = 10 << 20;
