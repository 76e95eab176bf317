//! The same client for programs without a runtime.
//!
//! ```no_run
//! # fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use upload::{ChatId, Instance, Token, blocking::Client};
//!
//! let instance: Instance = "3100000001".parse()?;
//! let client = Client::builder(instance, Token::new(std::env::var("GREEN_API_TOKEN")?)?).build()?;
//!
//! let chat: ChatId = "-10000000000000".parse()?;
//! client.set_group_picture(&chat, std::fs::read("avatar.jpg")?)?;
//! # Ok(())
//! # }
//! ```

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use crate::worker::Worker;
use crate::{
    ApiUrl, Avatar, ChatId, Error, ErrorKind, FetchError, Group, Instance, Messenger, Report,
    SessionBuilder, Settled, State, Token,
};

/// Sets the pictures of groups for one instance and waits for each.
///
/// It owns one thread, on which all its requests run; the last clone that is dropped ends it.
/// Clones may be used from many threads at once, and inside an asynchronous program too, where each
/// call holds up its thread.
#[derive(Clone, Debug)]
pub struct Client {
    client: crate::Client,
    worker: Arc<Worker>,
}

impl Client {
    /// Starts with the defaults: the instance's own address, 10 s to connect, 90 s for the whole.
    pub fn builder(instance: Instance, token: Token) -> ClientBuilder {
        ClientBuilder(crate::Client::builder(instance, token))
    }

    /// Sets the picture of a group by one request; see [`crate::Client::set_group_picture`].
    ///
    /// # Errors
    ///
    /// The same as there.
    pub fn set_group_picture(
        &self,
        chat: &ChatId,
        picture: impl Into<Bytes>,
    ) -> Result<Avatar, Error> {
        let (client, chat, picture) = (self.client.clone(), chat.clone(), picture.into());
        self.worker
            .run(async move { client.set_group_picture(&chat, picture).await })?
    }

    /// Sets the account's own picture by one request; see [`crate::Client::set_profile_picture`].
    ///
    /// # Errors
    ///
    /// The same as there.
    pub fn set_profile_picture(&self, picture: impl Into<Bytes>) -> Result<Avatar, Error> {
        let (client, picture) = (self.client.clone(), picture.into());
        self.worker
            .run(async move { client.set_profile_picture(picture).await })?
    }

    /// Asks whether the instance is ready; see [`crate::Client::state_instance`].
    ///
    /// # Errors
    ///
    /// The same as there.
    pub fn state_instance(&self) -> Result<State, Error> {
        let client = self.client.clone();
        self.worker
            .run(async move { client.state_instance().await })?
    }

    /// Asks what a group is called and who may edit it; see [`crate::Client::group_data`].
    ///
    /// # Errors
    ///
    /// The same as there.
    pub fn group_data(&self, chat: &ChatId) -> Result<Group, Error> {
        let (client, chat) = (self.client.clone(), chat.clone());
        self.worker
            .run(async move { client.group_data(&chat).await })?
    }

    /// Asks where the avatar of a group can be seen; see [`crate::Client::avatar`].
    ///
    /// # Errors
    ///
    /// The same as there.
    pub fn avatar(&self, chat: &ChatId) -> Result<Avatar, Error> {
        let (client, chat) = (self.client.clone(), chat.clone());
        self.worker.run(async move { client.avatar(&chat).await })?
    }

    /// Fetches the picture behind an avatar's address; see [`crate::Client::fetch_avatar`].
    ///
    /// # Errors
    ///
    /// The same as there.
    pub fn fetch_avatar(&self, avatar: &Avatar) -> Result<Bytes, FetchError> {
        let (client, avatar) = (self.client.clone(), avatar.clone());
        self.worker
            .run(async move { client.fetch_avatar(&avatar).await })?
    }

    /// The instance that the requests are made for.
    pub fn instance(&self) -> &Instance {
        self.client.instance()
    }

    /// The messenger that the instance is for.
    pub fn messenger(&self) -> Messenger {
        self.client.messenger()
    }

    /// A session of this client's, on the same thread. `adjust` may change the defaults.
    ///
    /// ```no_run
    /// # fn example(client: upload::blocking::Client) {
    /// let session = client.session(|session| session.on_unknown(upload::OnUnknown::Fail));
    /// # }
    /// ```
    pub fn session(&self, adjust: impl FnOnce(SessionBuilder) -> SessionBuilder) -> Session {
        let session = adjust(crate::Session::builder(self.client.clone())).build();
        Session {
            session,
            worker: Arc::clone(&self.worker),
        }
    }
}

/// Adjusts a [`Client`] before it is built.
#[derive(Clone, Debug)]
pub struct ClientBuilder(crate::ClientBuilder);

impl From<crate::ClientBuilder> for ClientBuilder {
    fn from(builder: crate::ClientBuilder) -> Self {
        Self(builder)
    }
}

impl ClientBuilder {
    /// The address of the API; [`ApiUrl::of`] the instance by default.
    #[must_use]
    pub fn api_url(self, api_url: ApiUrl) -> Self {
        Self(self.0.api_url(api_url))
    }

    /// The messenger that the instance is for; [`Messenger::Max`] by default.
    #[must_use]
    pub fn messenger(self, messenger: Messenger) -> Self {
        Self(self.0.messenger(messenger))
    }

    /// The only hosts from which avatars are fetched; see [`crate::ClientBuilder::avatar_hosts`].
    #[must_use]
    pub fn avatar_hosts<I>(self, hosts: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        Self(self.0.avatar_hosts(hosts))
    }

    /// How long finding the server, connecting and the TLS handshake may take together; 10 s by
    /// default.
    #[must_use]
    pub fn connect_timeout(self, timeout: Duration) -> Self {
        Self(self.0.connect_timeout(timeout))
    }

    /// How long one call may take from the start to the last byte of the answer; 90 s by default.
    #[must_use]
    pub fn timeout(self, timeout: Duration) -> Self {
        Self(self.0.timeout(timeout))
    }

    /// Makes the client and its thread; connects to nothing yet.
    ///
    /// # Errors
    ///
    /// As [`crate::ClientBuilder::build`], and [`Error::Machine`] when the system gives no thread.
    pub fn build(self) -> Result<Client, Error> {
        let client = self.0.build()?;
        let worker = Worker::start().map_err(|error| Error::Machine {
            cause: error.to_string().into(),
        })?;
        Ok(Client {
            client,
            worker: Arc::new(worker),
        })
    }
}

/// Sets the pictures of many groups through one instance, and waits for each; see
/// [`crate::Session`].
///
/// Clones may be used from many threads at once: their requests are paced together.
#[derive(Clone, Debug)]
pub struct Session {
    session: crate::Session,
    worker: Arc<Worker>,
}

impl Session {
    /// Sets the picture of a group; see [`crate::Session::set_group_picture`].
    pub fn set_group_picture(&self, chat: &ChatId, picture: impl Into<Bytes>) -> Report {
        let (session, chat, picture) = (self.session.clone(), chat.clone(), picture.into());
        self.report(async move { session.set_group_picture(&chat, picture).await })
    }

    /// Waits for the turn of one more picture, but no longer than `limit`; see
    /// [`crate::Session::slot`].
    ///
    /// # Errors
    ///
    /// The same as there, and [`Error::OutOfTime`] when the turn did not come.
    pub fn slot_within(&self, limit: Duration) -> Result<Slot, Error> {
        let session = self.session.clone();
        let slot = self.worker.run(async move {
            let slot = tokio::time::timeout(limit, session.slot()).await;
            slot.unwrap_or(Err(Error::OutOfTime { after: limit }))
        })??;
        Ok(Slot {
            slot,
            worker: Arc::clone(&self.worker),
        })
    }

    /// Reads what the avatar is before a picture is sent; see [`crate::Session::avatar_before`].
    pub fn avatar_before(&self, chat: &ChatId) -> Option<Avatar> {
        let (session, chat) = (self.session.clone(), chat.clone());
        let before = self
            .worker
            .run(async move { session.avatar_before(&chat).await });
        before.unwrap_or_default()
    }

    /// Sets the account's own picture; see [`crate::Session::set_profile_picture`].
    pub fn set_profile_picture(&self, picture: impl Into<Bytes>) -> Report {
        let (session, picture) = (self.session.clone(), picture.into());
        self.report(async move { session.set_profile_picture(picture).await })
    }

    /// Tells whether a picture was set that was sent before; see [`crate::Session::settle`].
    pub fn settle(&self, chat: &ChatId, before: &Avatar) -> (Settled, Option<Avatar>) {
        let (session, chat, before) = (self.session.clone(), chat.clone(), before.clone());
        let settled = self
            .worker
            .run(async move { session.settle(&chat, &before).await });
        settled.unwrap_or((Settled::Unknown, None))
    }

    /// Reads where the avatar of a group can be seen; see [`crate::Session::avatar`].
    ///
    /// # Errors
    ///
    /// The same as there.
    pub fn avatar(&self, chat: &ChatId) -> Result<Avatar, Error> {
        let (session, chat) = (self.session.clone(), chat.clone());
        self.worker
            .run(async move { session.avatar(&chat).await })?
    }

    /// Asks what a group is called and who may edit it; see [`crate::Session::group_data`].
    ///
    /// # Errors
    ///
    /// The same as there.
    pub fn group_data(&self, chat: &ChatId) -> Result<Group, Error> {
        let (session, chat) = (self.session.clone(), chat.clone());
        self.worker
            .run(async move { session.group_data(&chat).await })?
    }

    /// Why the session has stopped, if it has.
    pub fn stopped(&self) -> Option<ErrorKind> {
        self.session.stopped()
    }

    fn report(&self, work: impl Future<Output = Report> + Send + 'static) -> Report {
        self.worker.run(work).unwrap_or_else(Report::of_nothing)
    }
}

/// The right to send one picture now; see [`crate::Slot`].
#[derive(Debug)]
#[must_use = "the turn is lost if nothing is sent in it"]
pub struct Slot {
    slot: crate::Slot,
    worker: Arc<Worker>,
}

impl Slot {
    /// Sets the picture of a group and waits for it; see [`crate::Slot::set_group_picture`].
    pub fn set_group_picture(
        self,
        chat: &ChatId,
        picture: impl Into<Bytes>,
        before: Option<Avatar>,
    ) -> Report {
        let Self { slot, worker } = self;
        let (chat, picture) = (chat.clone(), picture.into());
        worker
            .run(async move { slot.set_group_picture(&chat, picture, before).await })
            .unwrap_or_else(Report::of_nothing)
    }
}
