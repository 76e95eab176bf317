//! Reads the picture behind a `urlAvatar`. The address is a server's word, so it is not trusted.

use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::redirect::{Attempt, Policy};
use reqwest::{Response, StatusCode, Url};
use rustls::ClientConfig;

use crate::{ApiUrl, Avatar, Error, Token};

mod address;
mod error;
mod places;

use address::Resolver;
pub use error::FetchError;
use places::Places;

/// Fetches pictures, from where they may be, and tells nobody who asks: no token, Referer or cookie
/// is sent.
pub(crate) struct Fetcher {
    http: reqwest::Client,
    places: Arc<Places>,
    token: Token,
}

impl Fetcher {
    /// Pictures may be on these hosts and those below them, and where the API itself is.
    pub(crate) fn new(
        tls: ClientConfig,
        api_url: &ApiUrl,
        hosts: &[String],
        token: Token,
    ) -> Result<Self, Error> {
        let places = Arc::new(Places::new(api_url, hosts));
        let checked = Arc::clone(&places);
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .user_agent(concat!("group-picture/", env!("CARGO_PKG_VERSION")))
            // A proxy would resolve the name itself, and then nobody has checked the address.
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
            .map_err(|error| Error::from_http(error, &token, TIMEOUT))?;
        Ok(Self {
            http,
            places,
            token,
        })
    }

    pub(crate) async fn fetch(&self, avatar: &Avatar) -> Result<Bytes, FetchError> {
        let address = avatar.url.as_deref().ok_or(FetchError::NoAddress)?;
        let url = Url::parse(address).map_err(|_| FetchError::Malformed)?;
        let ours = |error| FetchError::from_http(error, &self.token);
        self.places
            .check(&url)
            .map_err(|error| error.redacted(&self.token))?;
        let response = self.http.get(url).send().await.map_err(ours)?;
        if response.status() != StatusCode::OK {
            return Err(FetchError::Status {
                status: response.status().as_u16(),
            });
        }
        read(response).await.map_err(|stop| match stop {
            Stop::TooLarge => FetchError::TooLarge { limit: LARGEST },
            Stop::Http(error) => ours(error),
        })
    }
}

/// Every hop is checked as the first address was.
fn check_hop(places: &Places, attempt: &Attempt<'_>) -> Result<(), FetchError> {
    if attempt.previous().len() > MOST_HOPS {
        return Err(FetchError::TooManyRedirects);
    }
    places.check(attempt.url())
}

enum Stop {
    TooLarge,
    Http(reqwest::Error),
}

async fn read(mut response: Response) -> Result<Bytes, Stop> {
    if response
        .content_length()
        .is_some_and(|length| length > LARGEST as u64)
    {
        return Err(Stop::TooLarge);
    }
    let mut picture = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(Stop::Http)? {
        if picture.len() + chunk.len() > LARGEST {
            return Err(Stop::TooLarge);
        }
        picture.extend_from_slice(&chunk);
    }
    Ok(picture.freeze())
}

/// Where the messengers keep avatars: MAX and WhatsApp as the documentation's examples have it,
/// Telegram as its own pages do.
pub(crate) const HOSTS: [&str; 5] = [
    "oneme.ru",
    "whatsapp.net",
    "telegram.org",
    "cdn-telegram.org",
    "telesco.pe",
];

const MOST_HOPS: usize = 3;
const TIMEOUT: Duration = Duration::from_secs(10);

/// In bytes. Avatars have a few hundred thousand at most.
const LARGEST: usize = 10 << 20;
