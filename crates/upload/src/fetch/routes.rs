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
    ) -> Result<Self, reqwest::Error> {
        let direct = plain(tls.clone(), timeout).no_proxy();
        Ok(Self {
            direct: direct.dns_resolver(Arc::new(Resolver(reach))).build()?,
            proxied: plain(tls, timeout).build()?,
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
        .use_preconfigured_tls(tls)
        .user_agent(concat!("group-picture/", env!("CARGO_PKG_VERSION")))
        .redirect(Policy::none())
        .referer(false)
        .retry(reqwest::retry::never())
        .http1_only()
        .pool_max_idle_per_host(1)
        .timeout(timeout)
}
