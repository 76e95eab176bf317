//! Reads avatars: before a picture is sent, and after one whose outcome is unknown.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use tokio::time::timeout;

use super::shared::Shared;
use crate::messenger::AvatarIdentity;
use crate::{Avatar, ChatId, Error, ReadBack, RetryClass, Settled};

impl Shared {
    /// Reads the avatar before a picture is sent, if that is wanted.
    ///
    /// After [`MAX_UNREAD`] failures in a row it is not read any more.
    pub(super) async fn avatar_before(&self, chat: &ChatId) -> Option<Avatar> {
        if self.read_back == ReadBack::Never
            || self.unread_in_a_row.load(Ordering::Relaxed) >= MAX_UNREAD
        {
            return None;
        }
        let limit = READ_TIMEOUT.min(self.deadline / 10);
        let seen = self.avatar(chat, limit).await.ok();
        let unread = if seen.is_some() {
            0
        } else {
            self.unread_in_a_row
                .load(Ordering::Relaxed)
                .saturating_add(1)
        };
        self.unread_in_a_row.store(unread, Ordering::Relaxed);
        seen
    }

    /// Reads the avatar within `limit`, waiting for the turn included.
    pub(super) async fn avatar(&self, chat: &ChatId, limit: Duration) -> Result<Avatar, Error> {
        let begin = Instant::now();
        let permit = timeout(limit, self.avatars.permit()).await;
        let permit = permit.unwrap_or(Err(Error::OutOfTime { after: limit }))?;
        let left = limit.saturating_sub(begin.elapsed());
        let seen = self.client.avatar_within(chat, left).await;
        permit.answered(seen.as_ref().err(), &self.retries);
        seen
    }

    /// Finds out by the avatar whether a picture was set, with some time for a server still at work.
    pub(super) async fn settle(
        &self,
        chat: &ChatId,
        before: &Avatar,
        until: Instant,
    ) -> (Settled, Option<Avatar>) {
        let mut settled = Settled::Unknown;
        let pause = self.retries.of(RetryClass::Unknown).initial_backoff;
        for pause in [pause, pause * 2, pause * 4] {
            let left = until.saturating_duration_since(Instant::now());
            if left <= pause {
                break;
            }
            if self.winding_down.begins_within(pause).await {
                break;
            }
            settled = match self.avatar(chat, READ_TIMEOUT.min(left - pause)).await {
                Ok(now) if before.is_same(&now, self.avatar_identity()) => Settled::NotSet,
                // There was one before, and the API cannot remove an avatar, so this answer proves nothing.
                Ok(Avatar { url: None }) | Err(_) => Settled::Unknown,
                Ok(now) if self.is_stable(chat, &now, until).await => {
                    return (Settled::Set, Some(now));
                }
                Ok(_) => return (Settled::Unknown, None),
            };
        }
        (settled, None)
    }

    fn avatar_identity(&self) -> AvatarIdentity {
        self.client.messenger().spec().avatar_identity
    }

    /// Returns whether the avatar keeps its address when nothing is sent. An address that is new at
    /// each reading does not prove that the avatar was changed.
    async fn is_stable(&self, chat: &ChatId, avatar: &Avatar, until: Instant) -> bool {
        let left = until.saturating_duration_since(Instant::now());
        let again = self.avatar(chat, READ_TIMEOUT.min(left)).await;
        again.is_ok_and(|again| again.is_same(avatar, self.avatar_identity()))
    }
}

pub(super) const READ_TIMEOUT: Duration = Duration::from_secs(10);

/// After this many failures in a row, avatars are no longer read before a picture is sent.
const MAX_UNREAD: u32 = 3;
