//! Sets many pictures through one instance: paced, repeated within bounds, and settled.

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use tracing::{Instrument as _, Span};

use crate::request::Call;
use crate::{Avatar, ChatId, Client, Error, ErrorKind, Group, Settled, UploadReport};

mod builder;
mod read_back;
mod retry_loop;
mod shared;
mod slot;
mod winding_down;

pub use builder::SessionBuilder;
use read_back::READ_TIMEOUT;
use retry_loop::RetryLoop;
use shared::Shared;
pub use slot::Slot;

/// Sets the pictures of many groups through one instance.
///
/// ```no_run
/// # async fn example(client: upload::Client, chat: upload::ChatId, picture: Vec<u8>) -> Result<(), upload::Error> {
/// let session = upload::Session::builder(client).build();
///
/// let report = session.set_group_picture(&chat, picture).await;
/// println!("{} attempts", report.attempts.len());
/// let avatar = report.outcome?;
/// # Ok(())
/// # }
/// ```
///
/// Requests of one method start at least an interval apart, counted over all clones.
/// Failures are repeated as [`RetryConfig`](crate::RetryConfig) says, within the session's retry
/// budget: a fifth of all pictures, and a few more to begin with. A 429 slows the instance down for
/// a while. One session is for one job: once it has [stopped](Self::stopped), it sends nothing more.
///
/// # Dropped futures
///
/// A future that is dropped while it waits for its turn has sent nothing and takes no turn. Dropped
/// later it closes its connection: the picture may have been set, no report says so, and
/// [`settle`](Self::settle) can find out. The session stays usable. Prefer
/// [`SessionBuilder::deadline`], by which every call ends in time, with a report.
#[derive(Clone)]
pub struct Session(Arc<Shared>);

impl Session {
    /// Sets the picture of a group. It ends within the deadline, and the report says how.
    ///
    /// # Panics
    ///
    /// Panics outside a Tokio runtime that has its timer and its I/O enabled.
    pub async fn set_group_picture(
        &self,
        chat: &ChatId,
        picture: impl Into<Bytes>,
    ) -> UploadReport {
        let (begin, picture) = (Instant::now(), picture.into());
        let work = async {
            let before = match self.0.sets.stopped() {
                None => self.avatar_before(chat).await,
                Some(_) => None,
            };
            let call = Call::set_group_picture(self.0.client.messenger(), chat, &picture);
            RetryLoop::new(&self.0, &self.0.sets, Some(chat), before, begin)
                .run(call)
                .await
        };
        work.instrument(self.span(Some(chat))).await
    }

    /// Reads the avatar before a picture is sent, if [`ReadBack`](crate::ReadBack) asks for it.
    ///
    /// Returns `None` if the avatar could not be read. An instance that failed three times in a row
    /// is not asked any more.
    ///
    /// # Panics
    ///
    /// Like [`set_group_picture`](Self::set_group_picture).
    pub async fn avatar_before(&self, chat: &ChatId) -> Option<Avatar> {
        self.0.avatar_before(chat).await
    }

    /// Sets the account's own picture, at most one in 10 s.
    ///
    /// An unknown outcome is not settled by reading, only by [`OnUnknown`](crate::OnUnknown).
    ///
    /// # Panics
    ///
    /// Like [`set_group_picture`](Self::set_group_picture).
    pub async fn set_profile_picture(&self, picture: impl Into<Bytes>) -> UploadReport {
        let call = Call::set_profile_picture(&picture.into());
        RetryLoop::new(&self.0, &self.0.profile, None, None, Instant::now())
            .run(call)
            .instrument(self.span(None))
            .await
    }

    /// Reads the avatar to find out whether a picture was set that was sent before, perhaps by a
    /// program that has ended since.
    ///
    /// `before` is what the avatar was before the picture was sent. A server that is still at work
    /// is given a few seconds.
    ///
    /// # Panics
    ///
    /// Like [`set_group_picture`](Self::set_group_picture).
    pub async fn settle(&self, chat: &ChatId, before: &Avatar) -> (Settled, Option<Avatar>) {
        let until = Instant::now() + self.0.deadline;
        self.0.settle(chat, before, until).await
    }

    /// Reads the avatar of a group, paced with all other reading of avatars.
    ///
    /// # Errors
    ///
    /// Like [`Client::avatar`], within 10 s.
    ///
    /// # Panics
    ///
    /// Like [`set_group_picture`](Self::set_group_picture).
    pub async fn avatar(&self, chat: &ChatId) -> Result<Avatar, Error> {
        self.0.avatar(chat, READ_TIMEOUT).await
    }

    /// Reads a group's name, participants and rights, paced with all other calls of this method.
    ///
    /// # Errors
    ///
    /// Like [`Client::group_data`].
    ///
    /// # Panics
    ///
    /// Like [`set_group_picture`](Self::set_group_picture).
    pub async fn group_data(&self, chat: &ChatId) -> Result<Group, Error> {
        let permit = self.0.groups.permit().await?;
        let group = self.0.client.group_data(chat).await;
        permit.answered(group.as_ref().err(), &self.0.retries);
        group
    }

    /// Returns why the session has stopped, if it has. It sends nothing any more.
    pub fn stopped(&self) -> Option<ErrorKind> {
        self.0.sets.stopped().or_else(|| self.0.profile.stopped())
    }

    /// Ends what can be ended without losing an answer, for a program that wants to exit.
    ///
    /// From now on nothing is repeated, and no pause or turn is waited for: a picture that waits to be sent again ends with
    /// the failure of its last attempt, and an unknown outcome stays unknown. Requests in progress are not touched.
    pub fn wind_down(&self) {
        self.0.winding_down.begin();
    }

    /// Returns the client that makes the requests.
    pub fn client(&self) -> &Client {
        &self.0.client
    }

    /// The span that everything logged about one picture stands in.
    fn span(&self, chat: Option<&ChatId>) -> Span {
        tracing::info_span!(
            "set",
            instance = %self.0.client.instance(),
            chat = chat.map(tracing::field::display),
        )
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Shared {
            client,
            deadline,
            on_unknown,
            read_back,
            ..
        } = &*self.0;
        f.debug_struct("Session")
            .field("client", client)
            .field("deadline", deadline)
            .field("on_unknown", on_unknown)
            .field("read_back", read_back)
            .finish_non_exhaustive()
    }
}
