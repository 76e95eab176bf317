//! What a client needs to know, and its defaults.

use std::sync::Arc;
use std::time::Duration;

use super::{Client, Inner};
use crate::fetch::AvatarFetcher;
use crate::messenger::Messenger;
use crate::{ApiUrl, Error, Instance, Token, tls, transport};

/// Adjusts a [`Client`] before it is built.
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until it builds"]
pub struct ClientBuilder {
    instance: Instance,
    token: Token,
    api_url: ApiUrl,
    messenger: Messenger,
    avatar_hosts: Option<Vec<String>>,
    connect_timeout: Duration,
    timeout: Duration,
}

impl Client {
    /// Starts with the defaults: the instance's own URL, 10 s to connect, 90 s for a whole call.
    pub fn builder(instance: Instance, token: Token) -> ClientBuilder {
        let api_url = ApiUrl::of(&instance);
        ClientBuilder {
            instance,
            token,
            api_url,
            messenger: Messenger::default(),
            avatar_hosts: None,
            connect_timeout: CONNECT_TIMEOUT,
            timeout: TIMEOUT,
        }
    }
}

impl ClientBuilder {
    /// Sets the URL of the API; [`ApiUrl::of`] the instance by default.
    pub fn api_url(mut self, api_url: ApiUrl) -> Self {
        self.api_url = api_url;
        self
    }

    /// Sets the messenger that the instance is for; [`Messenger::Max`] by default.
    pub fn messenger(mut self, messenger: Messenger) -> Self {
        self.messenger = messenger;
        self
    }

    /// Sets the only hosts, each with all that are below it, from which
    /// [avatars are fetched](Client::fetch_avatar), beside the API's own.
    ///
    /// By default they are those of the [messenger](crate::MessengerSpec::avatar_hosts).
    pub fn avatar_hosts<I>(mut self, hosts: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        self.avatar_hosts = Some(hosts.into_iter().map(Into::into).collect());
        self
    }

    /// Sets how long DNS, TCP connect and the TLS handshake may take together; 10 s by default.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Sets how long one call may take from its start to the last byte of the answer; 90 s by
    /// default.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Makes the client; connects to nothing yet.
    ///
    /// The system's proxy settings are used, except for loopback: `HTTPS_PROXY` or `ALL_PROXY`,
    /// with `http://`, `socks5://` (this machine resolves names) or `socks5h://` (the proxy does),
    /// and `NO_PROXY`. Through a proxy, `https` is a tunnel.
    ///
    /// # Errors
    ///
    /// [`Error::NoRootCertificates`] for an `https` URL on a machine without any; never for
    /// loopback's `http`.
    pub fn build(self) -> Result<Client, Error> {
        let Self {
            instance,
            token,
            api_url,
            messenger,
            avatar_hosts,
            connect_timeout,
            timeout,
        } = self;
        let tls = tls::config(&api_url)?;
        let avatar_hosts = avatar_hosts.unwrap_or_else(|| {
            let hosts = messenger.spec().avatar_hosts;
            hosts.iter().map(ToString::to_string).collect()
        });
        let fetcher = AvatarFetcher::new(tls.clone(), &api_url, &avatar_hosts, token.clone())?;
        let mut http = reqwest::Client::builder()
            .use_preconfigured_tls(tls)
            .user_agent(concat!("group-picture/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .retry(reqwest::retry::never())
            .http1_only()
            .pool_idle_timeout(IDLE_TIMEOUT)
            .connect_timeout(connect_timeout)
            .timeout(timeout);
        if api_url.is_loopback() {
            http = http.no_proxy();
        }
        let http = http
            .build()
            .map_err(|error| transport::error(error, &token, timeout))?;
        Ok(Client(Arc::new(Inner {
            http,
            fetcher,
            api_url,
            messenger,
            instance,
            token,
            timeout,
        })))
    }
}

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const TIMEOUT: Duration = Duration::from_secs(90);

/// Shorter than servers keep a connection (nginx: 75 s), so that a request is seldom sent on one
/// that is being closed.
const IDLE_TIMEOUT: Duration = Duration::from_secs(15);
