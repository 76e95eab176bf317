//! The way to an address: straight there, or through the system's proxy.

use std::sync::Arc;
use std::time::Duration;

use http::Uri;
use hyper_util::client::proxy::matcher::Matcher;
use reqwest::redirect::Policy;
use reqwest::{ClientBuilder, Url};
use rustls::ClientConfig;

use super::reach::{Reach, Resolver};
use super::{FetchError, hosts};
use crate::{Error, Token, transport};

/// A client for each way, neither of which follows redirects.
pub(super) struct Routes {
    /// Connects to addresses within reach only.
    direct: reqwest::Client,
    /// Leaves the name to the proxy. Its own resolver is for the proxy's name, which may be anywhere.
    proxied: reqwest::Client,
    proxies: Matcher,
    reach: Reach,
}

impl Routes {
    pub(super) fn new(
        tls: ClientConfig,
        reach: Reach,
        timeout: Duration,
        token: &Token,
    ) -> Result<Self, Error> {
        let build = |builder: ClientBuilder| {
            let built = builder.build();
            built.map_err(|error| transport::error(error, token, timeout))
        };
        let resolver = Arc::new(Resolver(reach));
        Ok(Self {
            direct: build(
                plain(tls.clone(), timeout)
                    .no_proxy()
                    .dns_resolver(resolver),
            )?,
            proxied: build(plain(tls, timeout))?,
            proxies: Matcher::from_system(),
            reach,
        })
    }

    /// Returns the client for a request to this address.
    pub(super) async fn of(&self, url: &Url) -> Result<&reqwest::Client, FetchError> {
        let host = hosts::host_of(url);
        let uri: Uri = url.as_str().parse().map_err(|_| FetchError::Malformed)?;
        // No proxy has a way to this machine's own loopback.
        if hosts::is_loopback(&host) || self.proxies.intercept(&uri).is_none() {
            return Ok(&self.direct);
        }
        self.reach.check_name(&host).await?;
        Ok(&self.proxied)
    }
}

fn plain(tls: ClientConfig, timeout: Duration) -> ClientBuilder {
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .user_agent(concat!("group-picture/", env!("CARGO_PKG_VERSION")))
        .redirect(Policy::none())
        .referer(false)
        .retry(reqwest::retry::never())
        .http1_only()
        .pool_max_idle_per_host(1)
        .timeout(timeout)
}
