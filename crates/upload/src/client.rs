//! The asynchronous client: sends a `request`, and reads the `answer`.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use reqwest::Response;
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};

use crate::answer::Answer;
use crate::body::{Begun, WatchedBody};
use crate::fetch::AvatarFetcher;
use crate::redact::redact;
use crate::request::{Call, MAX_ANSWER};
use crate::text::millis;
use crate::{
    Account, ApiUrl, Avatar, ChatId, Error, FetchError, Group, GroupChat, Instance, Messenger,
    State, Token, transport,
};

mod builder;

pub use builder::ClientBuilder;

/// Sets the pictures of groups for one instance; needs a Tokio runtime.
///
/// Clones are cheap and share their connections. One call is one request; a
/// [`Session`](crate::Session) paces and repeats requests.
///
/// # Dropped futures
///
/// A future that is dropped before it ends, by a timeout of the caller's for instance, closes its
/// connection and sends nothing more. If it was setting a picture, the outcome is unknown: the server
/// may have had the whole request. Prefer [`ClientBuilder::timeout`], which ends a call in time and
/// says in its [`Error`] what is known.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    http: reqwest::Client,
    fetcher: AvatarFetcher,
    api_url: ApiUrl,
    messenger: Messenger,
    instance: Instance,
    token: Token,
    timeout: Duration,
}

impl Client {
    /// Sets the picture of a group by one request.
    ///
    /// The picture must be a JPEG, and is best square, 640 × 640 pixels and below 300 kB. The
    /// server publishes no limits; [`PictureLimits`](crate::PictureLimits) has what is known.
    ///
    /// # Errors
    ///
    /// Returns an error if the picture was not set, or if the outcome is unknown;
    /// [`ErrorKind::policy`](crate::ErrorKind::policy) says which.
    ///
    /// # Panics
    ///
    /// Panics outside a Tokio runtime that has its timer and its I/O enabled, as all methods here
    /// do.
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
    /// The vendor advises not to change it more than once in 10 s.
    ///
    /// # Errors
    ///
    /// Like [`set_group_picture`](Self::set_group_picture).
    pub async fn set_profile_picture(&self, picture: impl Into<Bytes>) -> Result<Avatar, Error> {
        let call = Call::set_profile_picture(&picture.into())?;
        self.set(&call, self.0.timeout).await
    }

    /// Reads the state of the instance (`getStateInstance`, at most one request a second).
    ///
    /// # Errors
    ///
    /// Returns an error if the answer cannot be had or read; [`Error::NotRead`] stands for a lost
    /// answer, because no outcome of reading is unknown.
    pub async fn state_instance(&self) -> Result<State, Error> {
        let answer = self.send(&Call::state(), self.0.timeout).await;
        answer
            .and_then(|answer| Ok(answer.find(State::read)?))
            .map_err(Error::of_reading)
    }

    /// Reads the account's own ids, by which a [group](Self::group_data) tells what it may do
    /// (`getAccountSettings`, on WhatsApp `getWaSettings`; at most one request a second).
    ///
    /// # Errors
    ///
    /// Like [`state_instance`](Self::state_instance).
    pub async fn account(&self) -> Result<Account, Error> {
        let messenger = self.messenger();
        let answer = self.send(&Call::account(messenger), self.0.timeout).await;
        answer
            .and_then(|answer| Ok(answer.find(|fields| Account::read(messenger, fields))?))
            .map_err(Error::of_reading)
    }

    /// Lists the groups that the account is in (`getChats`, at most one request a second).
    ///
    /// # Errors
    ///
    /// Like [`state_instance`](Self::state_instance).
    pub async fn groups(&self) -> Result<Vec<GroupChat>, Error> {
        let messenger = self.messenger();
        let answer = self.send(&Call::chats(), self.0.timeout).await;
        answer
            .and_then(|answer| Ok(answer.list(|fields| GroupChat::read(messenger, fields))?))
            .map_err(Error::of_reading)
    }

    /// Reads a group's name, participants and rights (`getGroupData`).
    ///
    /// # Errors
    ///
    /// Like [`state_instance`](Self::state_instance), and [`Error::OtherMessenger`].
    pub async fn group_data(&self, chat: &ChatId) -> Result<Group, Error> {
        let call = Call::group_data(self.messenger(), chat)?;
        let answer = self.send(&call, self.0.timeout).await;
        answer
            .and_then(|answer| Ok(answer.find(Group::read)?))
            .map_err(Error::of_reading)
    }

    /// Reads where the avatar of a group can be seen (`getAvatar`). A group without an avatar has
    /// no `url`.
    ///
    /// # Errors
    ///
    /// Like [`group_data`](Self::group_data).
    pub async fn avatar(&self, chat: &ChatId) -> Result<Avatar, Error> {
        self.avatar_within(chat, self.0.timeout).await
    }

    /// Fetches the picture behind an avatar's address: at most 10 MiB, within 10 s.
    ///
    /// The address comes from a server and is not trusted. It is fetched only over `https`, only
    /// from the [hosts of avatars](ClientBuilder::avatar_hosts) or the API's own, and only if the
    /// name resolves to the public internet. Up to three redirects are followed by the same rules.
    /// An API on loopback may serve avatars itself, also over `http`. The token is not sent.
    ///
    /// The system's proxy is used as for all requests. It resolves the name itself, so the name is
    /// checked here first, as far as this machine can resolve it; what the proxy connects to must
    /// have a certificate for the name all the same.
    ///
    /// # Errors
    ///
    /// Returns [`FetchError`] if the bytes cannot be had. They are not examined, and may not be a
    /// picture.
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

    /// Returns the instance that the requests are made for.
    pub fn instance(&self) -> &Instance {
        &self.0.instance
    }

    /// Returns the messenger that the instance is for.
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

    /// Makes a call that sets a picture, within `limit` or the client's own timeout, whichever is
    /// shorter.
    pub(crate) async fn set(&self, call: &Call, limit: Duration) -> Result<Avatar, Error> {
        let oversize = self.messenger().oversize(call.picture_bytes);
        if let Some(oversize) = oversize {
            tracing::warn!(instance = %self.0.instance, "{oversize}");
        }
        let answer = self.send(call, limit).await?;
        let avatar = answer.set(call.name);
        Ok(avatar.map_err(|rejection| rejection.of_picture(oversize))?)
    }

    async fn send(&self, call: &Call, limit: Duration) -> Result<Answer, Error> {
        let begin = Instant::now();
        let answer = self.exchange(call, limit).await;
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

    /// Sends a request and reads its answer.
    async fn exchange(&self, call: &Call, limit: Duration) -> Result<Answer, Error> {
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
        let begun = Begun::default();
        let url = call.url(api_url, *messenger, instance, token);
        let mut request = http.request(call.method(), url).timeout(limit);
        if let Some(body) = &call.body {
            request = request
                .header(CONTENT_TYPE, &body.content_type)
                .body(reqwest::Body::wrap(WatchedBody::new(
                    body.bytes.clone(),
                    begun.clone(),
                )));
        }
        let ours = |error: reqwest::Error| {
            if call.body.is_some() && error.is_timeout() && !begun.is_set() {
                return Error::NoConnection {
                    cause: format!("none within {limit:?}").into(),
                };
            }
            transport::error(error, token, limit)
        };
        let mut response = request.send().await.map_err(ours)?;

        let status = response.status();
        let retry_after = response.headers().get(RETRY_AFTER);
        let retry_after = retry_after
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned);
        let max = if status.is_success() {
            call.max_answer
        } else {
            MAX_ANSWER
        };
        let mut body = Vec::new();
        if let Err(error) = read_capped(&mut response, &mut body, max).await {
            // A failure is known by its status, however its body ends. A success is known by its
            // body alone.
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

async fn read_capped(
    response: &mut Response,
    body: &mut Vec<u8>,
    max: usize,
) -> Result<(), reqwest::Error> {
    while body.len() < max {
        let Some(chunk) = response.chunk().await? else {
            break;
        };
        let room = max - body.len();
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
    }
    Ok(())
}
