//! A turn that has come, for callers who do something between it and the sending.

use std::fmt;
use std::time::Instant;

use bytes::Bytes;
use tracing::Instrument as _;

use super::Session;
use super::retry_loop::RetryLoop;
use crate::request::Call;
use crate::request_queue::Permit;
use crate::{Avatar, ChatId, Error, UploadReport};

/// The right to send one picture now, from [`Session::slot`]. Dropping it sends nothing.
#[must_use = "the turn is lost if nothing is sent in it"]
pub struct Slot {
    session: Session,
    permit: Permit,
}

impl Session {
    /// Waits for the turn of one more picture, without a time limit.
    ///
    /// This is for a caller who has something to do at the last moment, such as noting in a journal
    /// that the picture is going to be sent. A caller that stops waiting takes no turn.
    ///
    /// # Errors
    ///
    /// [`Error::Stopped`], once the session has [stopped](Self::stopped).
    ///
    /// # Panics
    ///
    /// Like [`set_group_picture`](Self::set_group_picture).
    pub async fn slot(&self) -> Result<Slot, Error> {
        let permit = self.0.sets.permit().await?;
        Ok(Slot {
            session: self.clone(),
            permit,
        })
    }
}

impl Slot {
    /// Sets the picture of a group; see [`Session::set_group_picture`]. The deadline counts from
    /// here.
    ///
    /// `before` is what the avatar was before, if the caller knows.
    ///
    /// # Panics
    ///
    /// Like [`Session::set_group_picture`].
    pub async fn set_group_picture(
        self,
        chat: &ChatId,
        picture: impl Into<Bytes>,
        before: Option<Avatar>,
    ) -> UploadReport {
        let Self { session, permit } = self;
        let messenger = session.client().messenger();
        let call = Call::set_group_picture(messenger, chat, &picture.into());
        let shared = &session.0;
        RetryLoop::new(shared, &shared.sets, Some(chat), before, Instant::now())
            .run_with(permit, call)
            .instrument(session.span(Some(chat)))
            .await
    }
}

impl fmt::Debug for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slot")
            .field("session", &self.session)
            .finish_non_exhaustive()
    }
}
