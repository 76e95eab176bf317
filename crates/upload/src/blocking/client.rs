//! The blocking client.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use crate::worker::Worker;
use crate::{
    Account, ApiUrl, Avatar, ChatId, Error, FetchError, Group, GroupChat, Instance, Messenger,
    State, Token,
};

/// Sets the pictures of groups for one instance, and blocks until each call has ended.
///
/// It owns one thread, on which all its requests run; dropping the last clone ends the thread.
/// Clones may be used from many threads at once, and inside an asynchronous program too, where each
/// call blocks its thread.
#[derive(Clone, Debug)]
pub struct Client {
    pub(super) client: crate::Client,
    pub(super) worker: Arc<Worker>,
}

impl Client {
    /// Starts with the defaults; see [`crate::Client::builder`].
    pub fn builder(instance: Instance, token: Token) -> ClientBuilder {
        ClientBuilder(crate::Client::builder(instance, token))
    }

    /// Sets the picture of a group by one request; see [`crate::Client::set_group_picture`].
    ///
    /// # Errors
    ///
    /// Like there.
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
    /// Like there.
    pub fn set_profile_picture(&self, picture: impl Into<Bytes>) -> Result<Avatar, Error> {
        let (client, picture) = (self.client.clone(), picture.into());
        self.worker
            .run(async move { client.set_profile_picture(picture).await })?
    }

    /// Reads the state of the instance; see [`crate::Client::state_instance`].
    ///
    /// # Errors
    ///
    /// Like there.
    pub fn state_instance(&self) -> Result<State, Error> {
        let client = self.client.clone();
        self.worker
            .run(async move { client.state_instance().await })?
    }

    /// Reads the account's own ids; see [`crate::Client::account`].
    ///
    /// # Errors
    ///
    /// Like there.
    pub fn account(&self) -> Result<Account, Error> {
        let client = self.client.clone();
        self.worker.run(async move { client.account().await })?
    }

    /// Lists the groups that the account is in; see [`crate::Client::groups`].
    ///
    /// # Errors
    ///
    /// Like there.
    pub fn groups(&self) -> Result<Vec<GroupChat>, Error> {
        let client = self.client.clone();
        self.worker.run(async move { client.groups().await })?
    }

    /// Reads a group's name, participants and rights; see [`crate::Client::group_data`].
    ///
    /// # Errors
    ///
    /// Like there.
    pub fn group_data(&self, chat: &ChatId) -> Result<Group, Error> {
        let (client, chat) = (self.client.clone(), chat.clone());
        self.worker
            .run(async move { client.group_data(&chat).await })?
    }

    /// Reads where the avatar of a group can be seen; see [`crate::Client::avatar`].
    ///
    /// # Errors
    ///
    /// Like there.
    pub fn avatar(&self, chat: &ChatId) -> Result<Avatar, Error> {
        let (client, chat) = (self.client.clone(), chat.clone());
        self.worker.run(async move { client.avatar(&chat).await })?
    }

    /// Fetches the picture behind an avatar's address; see [`crate::Client::fetch_avatar`].
    ///
    /// # Errors
    ///
    /// Like there.
    pub fn fetch_avatar(&self, avatar: &Avatar) -> Result<Bytes, FetchError> {
        let (client, avatar) = (self.client.clone(), avatar.clone());
        self.worker
            .run(async move { client.fetch_avatar(&avatar).await })?
    }

    /// Returns the instance that the requests are made for.
    pub fn instance(&self) -> &Instance {
        self.client.instance()
    }

    /// Returns the messenger that the instance is for.
    pub fn messenger(&self) -> Messenger {
        self.client.messenger()
    }
}

/// Adjusts a [`Client`] before it is built.
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until it builds"]
pub struct ClientBuilder(crate::ClientBuilder);

impl From<crate::ClientBuilder> for ClientBuilder {
    fn from(builder: crate::ClientBuilder) -> Self {
        Self(builder)
    }
}

impl ClientBuilder {
    /// Sets the URL of the API; see [`crate::ClientBuilder::api_url`].
    pub fn api_url(self, api_url: ApiUrl) -> Self {
        Self(self.0.api_url(api_url))
    }

    /// Sets the messenger that the instance is for; see [`crate::ClientBuilder::messenger`].
    pub fn messenger(self, messenger: Messenger) -> Self {
        Self(self.0.messenger(messenger))
    }

    /// Sets the only hosts from which avatars are fetched; see [`crate::ClientBuilder::avatar_hosts`].
    pub fn avatar_hosts<I>(self, hosts: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        Self(self.0.avatar_hosts(hosts))
    }

    /// Sets how long connecting may take; see [`crate::ClientBuilder::connect_timeout`].
    pub fn connect_timeout(self, timeout: Duration) -> Self {
        Self(self.0.connect_timeout(timeout))
    }

    /// Sets how long one call may take; see [`crate::ClientBuilder::timeout`].
    pub fn timeout(self, timeout: Duration) -> Self {
        Self(self.0.timeout(timeout))
    }

    /// Makes the client and its thread; connects to nothing yet.
    ///
    /// # Errors
    ///
    /// Like [`crate::ClientBuilder::build`], and [`Error::NoResources`] if the system refuses a
    /// thread.
    pub fn build(self) -> Result<Client, Error> {
        let client = self.0.build()?;
        let worker = Worker::start().map_err(|error| Error::NoResources {
            cause: error.to_string().into(),
        })?;
        Ok(Client {
            client,
            worker: Arc::new(worker),
        })
    }
}
