//! The blocking session.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::client::Client;
use crate::worker::Worker;
use crate::{Avatar, ChatId, Error, ErrorKind, Group, SessionBuilder, Settled, UploadReport};

impl Client {
    /// Makes a session of this client, on the same thread. `adjust` may change the defaults.
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

/// Sets the pictures of many groups through one instance, and blocks until each is done; see
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
    pub fn set_group_picture(&self, chat: &ChatId, picture: impl Into<Bytes>) -> UploadReport {
        let (session, chat, picture) = (self.session.clone(), chat.clone(), picture.into());
        self.report(async move { session.set_group_picture(&chat, picture).await })
    }

    /// Waits for the turn of one more picture, but no longer than `limit`; see
    /// [`crate::Session::slot`].
    ///
    /// # Errors
    ///
    /// Like there, and [`Error::OutOfTime`] if the turn did not come.
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

    /// Reads the avatar before a picture is sent; see [`crate::Session::avatar_before`].
    pub fn avatar_before(&self, chat: &ChatId) -> Option<Avatar> {
        let (session, chat) = (self.session.clone(), chat.clone());
        let before = self
            .worker
            .run(async move { session.avatar_before(&chat).await });
        before.unwrap_or_default()
    }

    /// Sets the account's own picture; see [`crate::Session::set_profile_picture`].
    pub fn set_profile_picture(&self, picture: impl Into<Bytes>) -> UploadReport {
        let (session, picture) = (self.session.clone(), picture.into());
        self.report(async move { session.set_profile_picture(picture).await })
    }

    /// Reads the avatar to find out whether a picture was set; see [`crate::Session::settle`].
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
    /// Like there.
    pub fn avatar(&self, chat: &ChatId) -> Result<Avatar, Error> {
        let (session, chat) = (self.session.clone(), chat.clone());
        self.worker
            .run(async move { session.avatar(&chat).await })?
    }

    /// Reads a group's name, participants and rights; see [`crate::Session::group_data`].
    ///
    /// # Errors
    ///
    /// Like there.
    pub fn group_data(&self, chat: &ChatId) -> Result<Group, Error> {
        let (session, chat) = (self.session.clone(), chat.clone());
        self.worker
            .run(async move { session.group_data(&chat).await })?
    }

    /// Returns why the session has stopped, if it has.
    pub fn stopped(&self) -> Option<ErrorKind> {
        self.session.stopped()
    }

    /// Ends what can be ended without losing an answer; see [`crate::Session::wind_down`].
    pub fn wind_down(&self) {
        self.session.wind_down();
    }

    fn report(&self, work: impl Future<Output = UploadReport> + Send + 'static) -> UploadReport {
        self.worker
            .run(work)
            .unwrap_or_else(UploadReport::of_nothing)
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
    /// Sets the picture of a group; see [`crate::Slot::set_group_picture`].
    pub fn set_group_picture(
        self,
        chat: &ChatId,
        picture: impl Into<Bytes>,
        before: Option<Avatar>,
    ) -> UploadReport {
        let Self { slot, worker } = self;
        let (chat, picture) = (chat.clone(), picture.into());
        worker
            .run(async move { slot.set_group_picture(&chat, picture, before).await })
            .unwrap_or_else(UploadReport::of_nothing)
    }
}
