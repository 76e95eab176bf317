//! The asynchronous client: it joins what to send with what the answer means, and waits in between.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use reqwest::Response;
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};

use crate::answer::Answer;
use crate::fetch::{self, Fetcher};
use crate::redact::redact;
use crate::request::Call;
use crate::text::millis;
use crate::{
    ApiUrl, Avatar, ChatId, Error, FetchError, Group, Instance, Messenger, State, Token, tls,
};

/// Sets the pictures of groups for one instance; needs a Tokio runtime.
///
/// Clones are cheap and share their connections. One call is one request; a
/// [`Session`](crate::Session) paces and repeats them.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    http: reqwest::Client,
    fetcher: Fetcher,
    api_url: ApiUrl,
    messenger: Messenger,
    instance: Instance,
    token: Token,
    timeout: Duration,
}

impl Client {
    /// Starts with the defaults: the instance's own address, 10 s to connect, 90 s for the whole.
    pub fn builder(instance: Instance, token: Token) -> ClientBuilder {
        let api_url = ApiUrl::of(&instance);
        ClientBuilder {
            instance,
            token,
            api_url,
            messenger: Messenger::Max,
            avatar_hosts: fetch::HOSTS.map(str::to_owned).into(),
            connect_timeout: CONNECT_TIMEOUT,
            timeout: TIMEOUT,
        }
    }

    /// Sets the picture of a group by one request.
    ///
    /// The picture is a JPEG, best square, 640 × 640 pixels and below 300 kB. The server publishes
    /// no limits.
    ///
    /// # Errors
    ///
    /// [`Error::Rejected`] when the server said anything but "set"; [`Error::NotJpeg`],
    /// [`Error::OtherMessenger`], [`Error::NoConnection`] and [`Error::Untrusted`] when nothing was
    /// sent; [`Error::TimedOut`] and [`Error::Interrupted`] when nobody knows, see
    /// [`ErrorKind::is_unknown_outcome`](crate::ErrorKind::is_unknown_outcome).
    ///
    /// # Panics
    ///
    /// Outside a Tokio runtime that has its timer and its I/O enabled. So do all methods here.
    pub async fn set_group_picture(
        &self,
        chat: &ChatId,
        picture: impl Into<Bytes>,
    ) -> Result<Avatar, Error> {
        let call = Call::set_group_picture(self.messenger(), chat, &picture.into())?;
        self.set(&call, self.0.timeout).await
    }

    /// Sets the account's own picture by one request (`setProfilePicture`).
    ///
    /// The messengers want no more than one change in 10 s.
    ///
    /// # Errors
    ///
    /// As [`set_group_picture`](Self::set_group_picture).
    pub async fn set_profile_picture(&self, picture: impl Into<Bytes>) -> Result<Avatar, Error> {
        let call = Call::set_profile_picture(&picture.into())?;
        self.set(&call, self.0.timeout).await
    }

    /// Asks whether the instance is ready (`getStateInstance`, once a second at most).
    ///
    /// # Errors
    ///
    /// [`Error::Rejected`], [`Error::NoConnection`], [`Error::Untrusted`], and [`Error::NotRead`]
    /// for a lost answer.
    pub async fn state_instance(&self) -> Result<State, Error> {
        let answer = self.send(&Call::state(), self.0.timeout).await;
        answer
            .and_then(|answer| Ok(answer.find(State::read)?))
            .map_err(Error::of_reading)
    }

    /// Asks what a group is called and who may edit it (`getGroupData`, 10 times a second at most).
    ///
    /// # Errors
    ///
    /// As [`state_instance`](Self::state_instance), and [`Error::OtherMessenger`].
    pub async fn group_data(&self, chat: &ChatId) -> Result<Group, Error> {
        let call = Call::group_data(self.messenger(), chat)?;
        let answer = self.send(&call, self.0.timeout).await;
        answer
            .and_then(|answer| Ok(answer.find(Group::read)?))
            .map_err(Error::of_reading)
    }

    /// Asks where the avatar of a group can be seen (`getAvatar`); a group without one has no
    /// `url`.
    ///
    /// # Errors
    ///
    /// As [`group_data`](Self::group_data).
    pub async fn avatar(&self, chat: &ChatId) -> Result<Avatar, Error> {
        self.avatar_within(chat, self.0.timeout).await
    }

    /// Fetches the picture behind an avatar's address, at most 10 MiB within 10 s.
    ///
    /// The address is a server's word, so it is asked only over `https`, on the
    /// [hosts of avatars](ClientBuilder::avatar_hosts) or where the API itself is, and only where the
    /// name leads to the public internet; redirects too, three at most. Only where the API is on
    /// loopback, its own place there may be asked, also over `http`. The token is not sent, and the
    /// system's proxy is not used: it would look the name up itself.
    ///
    /// # Errors
    ///
    /// [`FetchError`]; what comes is not looked at, and may be no picture.
    pub async fn fetch_avatar(&self, avatar: &Avatar) -> Result<Bytes, FetchError> {
        let begin = Instant::now();
        let fetched = self.0.fetcher.fetch(avatar).await;
        tracing::debug!(
            instance = %self.0.instance,
            bytes = fetched.as_ref().ok().map(Bytes::len),
            error = fetched.as_ref().err().map(tracing::field::display),
            took_ms = millis(begin.elapsed()),
            "avatar fetched"
        );
        fetched
    }

    /// The instance that the requests are made for.
    pub fn instance(&self) -> &Instance {
        &self.0.instance
    }

    /// The messenger that the instance is for.
    pub fn messenger(&self) -> Messenger {
        self.0.messenger
    }

    pub(crate) async fn avatar_within(
        &self,
        chat: &ChatId,
        limit: Duration,
    ) -> Result<Avatar, Error> {
        let call = Call::avatar(self.messenger(), chat)?;
        let answer = self.send(&call, limit).await;
        answer
            .and_then(|answer| Ok(answer.avatar()?))
            .map_err(Error::of_reading)
    }

    /// Makes a call that sets a picture, within `limit` or the client's own time limit, whichever
    /// is shorter.
    pub(crate) async fn set(&self, call: &Call, limit: Duration) -> Result<Avatar, Error> {
        let answer = self.send(call, limit).await?;
        Ok(answer.set(call.name)?)
    }

    async fn send(&self, call: &Call, limit: Duration) -> Result<Answer, Error> {
        let begin = Instant::now();
        let answer = self.send_untold(call, limit).await;
        tracing::debug!(
            instance = %self.0.instance,
            method = call.name,
            status = answer.as_ref().ok().map(|answer| answer.status),
            error = answer.as_ref().err().map(|error| tracing::field::display(error.kind())),
            took_ms = millis(begin.elapsed()),
            "request"
        );
        answer
    }

    async fn send_untold(&self, call: &Call, limit: Duration) -> Result<Answer, Error> {
        let Inner {
            http,
            api_url,
            messenger,
            instance,
            token,
            timeout,
            fetcher: _,
        } = &*self.0;
        let limit = limit.min(*timeout);
        let url = call.url(api_url, *messenger, instance, token);
        let mut request = http.request(call.method(), url).timeout(limit);
        if let Some(content) = &call.content {
            request = request
                .header(CONTENT_TYPE, &content.content_type)
                .body(content.body.clone());
        }
        let ours = |error| Error::from_http(error, token, limit);
        let mut response = request.send().await.map_err(ours)?;

        let status = response.status();
        let retry_after = response.headers().get(RETRY_AFTER);
        let retry_after = retry_after
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned);
        let mut body = Vec::new();
        if let Err(error) = read_capped(&mut response, &mut body).await {
            // A failure is one by its status, however its body ends. A success is one by its body
            // alone.
            if status.is_success() {
                return Err(ours(error));
            }
        }
        Ok(Answer {
            status: status.as_u16(),
            retry_after,
            body: redact(&body, token),
        })
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner {
            api_url, instance, ..
        } = &*self.0;
        f.debug_struct("Client")
            .field("api_url", &format_args!("{api_url}"))
            .field("instance", instance)
            .finish_non_exhaustive()
    }
}

async fn read_capped(response: &mut Response, body: &mut Vec<u8>) -> Result<(), reqwest::Error> {
    while body.len() < LONGEST_BODY {
        let Some(chunk) = response.chunk().await? else {
            break;
        };
        let room = LONGEST_BODY - body.len();
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
    }
    Ok(())
}

/// Adjusts a [`Client`] before it is built.
#[derive(Clone, Debug)]
pub struct ClientBuilder {
    instance: Instance,
    token: Token,
    api_url: ApiUrl,
    messenger: Messenger,
    avatar_hosts: Vec<String>,
    connect_timeout: Duration,
    timeout: Duration,
}

impl ClientBuilder {
    /// The address of the API; [`ApiUrl::of`] the instance by default.
    #[must_use]
    pub fn api_url(mut self, api_url: ApiUrl) -> Self {
        self.api_url = api_url;
        self
    }

    /// The messenger that the instance is for; [`Messenger::Max`] by default.
    #[must_use]
    pub fn messenger(mut self, messenger: Messenger) -> Self {
        self.messenger = messenger;
        self
    }

    /// The only hosts, each with all that are below it, from which
    /// [avatars are fetched](Client::fetch_avatar), beside the API's own.
    ///
    /// By default those of the messengers: `oneme.ru`, `whatsapp.net`, `telegram.org`,
    /// `cdn-telegram.org` and `telesco.pe`.
    #[must_use]
    pub fn avatar_hosts<I>(mut self, hosts: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        self.avatar_hosts = hosts.into_iter().map(Into::into).collect();
        self
    }

    /// How long finding the server, connecting and the TLS handshake may take together; 10 s by
    /// default.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long one call may take from the start to the last byte of the answer; 90 s by default.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Makes the client; connects to nothing yet.
    ///
    /// The system's proxy settings are honoured, except for loopback. Through a proxy, `https` is a
    /// tunnel.
    ///
    /// # Errors
    ///
    /// [`Error::NoRootCertificates`] for an `https` address on a machine without any; never for
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
        let fetcher = Fetcher::new(tls.clone(), &api_url, &avatar_hosts, token.clone())?;
        let mut http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
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
            .map_err(|error| Error::from_http(error, &token, timeout))?;
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

/// Shorter than servers keep a connection (nginx: 75 s), so a request seldom meets one that is
/// being closed.
const IDLE_TIMEOUT: Duration = Duration::from_secs(15);

/// What is read of an answer, in bytes. The longest known one has a few hundred.
const LONGEST_BODY: usize = 64 * 1024;
