//! Fetches the picture behind a `urlAvatar`. The address comes from a server and is not trusted.

use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::redirect::{Attempt, Policy};
use reqwest::{Response, StatusCode, Url};
use rustls::ClientConfig;

use crate::{ApiUrl, Avatar, Error, Token, transport};

mod error;
mod hosts;
mod resolver;

pub use error::FetchError;
use hosts::AvatarHosts;
use resolver::Resolver;

/// Fetches pictures from known hosts, and sends no token, Referer or cookie.
pub(crate) struct Fetcher {
    http: reqwest::Client,
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
        let hosts = Arc::new(AvatarHosts::new(api_url, hosts));
        let checked = Arc::clone(&hosts);
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .user_agent(concat!("group-picture/", env!("CARGO_PKG_VERSION")))
            // A proxy would resolve the name itself, and the address would not be checked.
            .no_proxy()
            .dns_resolver(Arc::new(Resolver::new(api_url)))
            .redirect(Policy::custom(move |attempt| {
                match check_hop(&checked, &attempt) {
                    Ok(()) => attempt.follow(),
                    Err(error) => attempt.error(error),
                }
            }))
            .referer(false)
            .retry(reqwest::retry::never())
            .http1_only()
            .pool_max_idle_per_host(1)
            .timeout(TIMEOUT)
            .build()
            .map_err(|error| transport::error(error, &token, TIMEOUT))?;
        Ok(Self { http, hosts, token })
    }

    pub(crate) async fn fetch(&self, avatar: &Avatar) -> Result<Bytes, FetchError> {
        let address = avatar.url.as_deref().ok_or(FetchError::NoAddress)?;
        let url = Url::parse(address).map_err(|_| FetchError::Malformed)?;
        let ours = |error| FetchError::from_http(error, &self.token, TIMEOUT);
        self.hosts
            .check(&url)
            .map_err(|error| error.redacted(&self.token))?;
        let response = self.http.get(url).send().await.map_err(ours)?;
        if response.status() != StatusCode::OK {
            return Err(FetchError::Status {
                status: response.status().as_u16(),
            });
        }
        read(response).await.map_err(|stop| match stop {
            Stop::TooLarge => FetchError::TooLarge { limit: MAX_BYTES },
            Stop::Http(error) => ours(error),
        })
    }
}

/// Checks a redirect as the first address was checked.
fn check_hop(hosts: &AvatarHosts, attempt: &Attempt<'_>) -> Result<(), FetchError> {
    if attempt.previous().len() > MAX_REDIRECTS {
        return Err(FetchError::TooManyRedirects);
    }
    hosts.check(attempt.url())
}

enum Stop {
    TooLarge,
    Http(reqwest::Error),
}

async fn read(mut response: Response) -> Result<Bytes, Stop> {
    if response
        .content_length()
        .is_some_and(|length| length > MAX_BYTES as u64)
    {
        return Err(Stop::TooLarge);
    }
    let mut picture = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(Stop::Http)? {
        if picture.len() + chunk.len() > MAX_BYTES {
            return Err(Stop::TooLarge);
        }
        picture.extend_from_slice(&chunk);
    }
    Ok(picture.freeze())
}

const MAX_REDIRECTS: usize = 3;
const TIMEOUT: Duration = Duration::from_secs(10);

/// Avatars have a few hundred thousand bytes at most.
const MAX_BYTES: usize = 10 << 20;
