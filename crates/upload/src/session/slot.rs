//! A turn that has come, for callers who do something between it and the sending.

use std::fmt;
use std::time::Instant;

use bytes::Bytes;
use tracing::Instrument as _;

use super::Session;
use crate::job::Job;
use crate::lane::Turn;
use crate::request::Call;
use crate::{Avatar, ChatId, Report};

/// The right to send one picture now, from [`Session::slot`]. Dropping it sends nothing.
#[must_use = "the turn is lost if nothing is sent in it"]
pub struct Slot {
    pub(super) session: Session,
    pub(super) turn: Turn,
}

impl Slot {
    /// Sets the picture of a group; see [`Session::set_group_picture`]. The deadline counts from
    /// here.
    ///
    /// `before` is what the avatar was before, if the caller knows.
    ///
    /// # Panics
    ///
    /// As [`Session::set_group_picture`].
    pub async fn set_group_picture(
        self,
        chat: &ChatId,
        picture: impl Into<Bytes>,
        before: Option<Avatar>,
    ) -> Report {
        let Self { session, turn } = self;
        let messenger = session.client().messenger();
        let call = Call::set_group_picture(messenger, chat, &picture.into());
        let inner = &session.0;
        Job::new(inner, &inner.sets, Some(chat), before, Instant::now())
            .run_in(turn, call)
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
