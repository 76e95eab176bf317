//! Sets many pictures through one instance: paced, repeated within bounds, and settled.

use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::time::{sleep, timeout};
use tracing::{Instrument as _, Span};

use crate::budget::Budget;
use crate::job::Job;
use crate::lane::Lane;
use crate::request::Call;
use crate::{
    Avatar, ChatId, Client, Error, ErrorKind, Group, OnUnknown, ReadBack, Report, Retries, Rule,
    Settled,
};

mod builder;
mod slot;

pub use builder::SessionBuilder;
pub use slot::Slot;

/// Sets the pictures of many groups through one instance, and gives up none lightly.
///
/// ```no_run
/// # async fn example(client: upload::Client, chat: upload::ChatId, picture: Vec<u8>) -> Result<(), upload::Error> {
/// let session = upload::Session::builder(client).build();
///
/// let report = session.set_group_picture(&chat, picture).await;
/// println!("{} tries", report.attempts.len());
/// let avatar = report.outcome?;
/// # Ok(())
/// # }
/// ```
///
/// Requests start at least an interval apart, whoever makes them; clones share that. Failures are
/// repeated as [`Retries`] says, while the session's budget lasts: a fifth of all pictures, and a
/// few more to begin with. A 429 slows this instance down for a while. One session is for one job:
/// once it has [stopped](Self::stopped), it sends nothing any more.
#[derive(Clone)]
pub struct Session(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) client: Client,
    pub(crate) retries: Retries,
    pub(crate) deadline: Duration,
    pub(crate) on_unknown: OnUnknown,
    read_back: ReadBack,
    pub(crate) sets: Arc<Lane>,
    pub(crate) profile: Arc<Lane>,
    reads: Arc<Lane>,
    budget: Mutex<Budget>,
    /// How many times in a row the avatar could not be read before a picture was sent.
    blind: AtomicU32,
}

impl Session {
    /// Starts with the defaults, see [`SessionBuilder`].
    pub fn builder(client: Client) -> SessionBuilder {
        SessionBuilder::new(client)
    }

    /// Sets the picture of a group; it is over within the deadline, and the report tells how it
    /// went.
    ///
    /// # Panics
    ///
    /// Outside a Tokio runtime that has its timer and its I/O enabled.
    pub async fn set_group_picture(&self, chat: &ChatId, picture: impl Into<Bytes>) -> Report {
        let (begin, picture) = (Instant::now(), picture.into());
        let work = async {
            let before = match self.0.sets.stopped() {
                None => self.avatar_before(chat).await,
                Some(_) => None,
            };
            self.run(chat, picture, before, begin).await
        };
        work.instrument(self.span(Some(chat))).await
    }

    /// Waits for the turn of one more picture, without a time limit.
    ///
    /// This is for a caller who has something to do at the last moment, such as writing down that
    /// the picture is going to be sent. Whoever stops waiting takes no turn.
    ///
    /// # Errors
    ///
    /// [`Error::Stopped`], once the session has [stopped](Self::stopped).
    ///
    /// # Panics
    ///
    /// As [`set_group_picture`](Self::set_group_picture).
    pub async fn slot(&self) -> Result<Slot, Error> {
        let turn = self.0.sets.turn().await?;
        Ok(Slot {
            session: self.clone(),
            turn,
        })
    }

    /// Reads what the avatar is before a picture is sent, if that is wanted and the instance allows
    /// it: one that has failed to tell three times in a row is not asked any more.
    ///
    /// # Panics
    ///
    /// As [`set_group_picture`](Self::set_group_picture).
    pub async fn avatar_before(&self, chat: &ChatId) -> Option<Avatar> {
        match self.0.read_back {
            ReadBack::Around => self.0.look_before(chat).await,
            ReadBack::Never => None,
        }
    }

    /// Sets the account's own picture, at most one in 10 s.
    ///
    /// An unknown outcome is not settled by reading, only by [`OnUnknown`].
    ///
    /// # Panics
    ///
    /// As [`set_group_picture`](Self::set_group_picture).
    pub async fn set_profile_picture(&self, picture: impl Into<Bytes>) -> Report {
        let job = Job::new(&self.0, &self.0.profile, None, None, Instant::now());
        job.run(Call::set_profile_picture(&picture.into()))
            .instrument(self.span(None))
            .await
    }

    /// Tells by reading the avatar whether a picture was set that was sent before, perhaps by a
    /// program that has ended since.
    ///
    /// `before` is what the avatar was before it was sent. A few seconds are given to a server that
    /// is still at work.
    ///
    /// # Panics
    ///
    /// As [`set_group_picture`](Self::set_group_picture).
    pub async fn settle(&self, chat: &ChatId, before: &Avatar) -> (Settled, Option<Avatar>) {
        self.0
            .settle(chat, before, Instant::now() + self.0.deadline)
            .await
    }

    /// Reads where the avatar of a group can be seen, paced with all other reading.
    ///
    /// # Errors
    ///
    /// As [`Client::avatar`]; within 10 s.
    ///
    /// # Panics
    ///
    /// As [`set_group_picture`](Self::set_group_picture).
    pub async fn avatar(&self, chat: &ChatId) -> Result<Avatar, Error> {
        self.0.look(chat, READ_TIMEOUT).await
    }

    /// Asks what a group is called and who may edit it, paced with all other reading.
    ///
    /// # Errors
    ///
    /// As [`Client::group_data`].
    ///
    /// # Panics
    ///
    /// As [`set_group_picture`](Self::set_group_picture).
    pub async fn group_data(&self, chat: &ChatId) -> Result<Group, Error> {
        let turn = self.0.reads.turn().await?;
        let group = self.0.client.group_data(chat).await;
        turn.answered(group.as_ref().err(), &self.0.retries);
        group
    }

    /// Why the session has stopped, if it has: nothing is sent by it any more.
    pub fn stopped(&self) -> Option<ErrorKind> {
        self.0.sets.stopped().or_else(|| self.0.profile.stopped())
    }

    /// The client that makes the requests.
    pub fn client(&self) -> &Client {
        &self.0.client
    }

    /// What all that is logged of a picture stands in.
    fn span(&self, chat: Option<&ChatId>) -> Span {
        tracing::info_span!(
            "set",
            instance = %self.0.client.instance(),
            chat = chat.map(tracing::field::display),
        )
    }

    async fn run(
        &self,
        chat: &ChatId,
        picture: Bytes,
        before: Option<Avatar>,
        begin: Instant,
    ) -> Report {
        let messenger = self.0.client.messenger();
        let call = Call::set_group_picture(messenger, chat, &picture);
        Job::new(&self.0, &self.0.sets, Some(chat), before, begin)
            .run(call)
            .await
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner {
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

impl Inner {
    pub(crate) fn budget(&self) -> MutexGuard<'_, Budget> {
        self.budget.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads the avatar before a picture is sent; an instance that does not allow it is not asked
    /// for ever.
    async fn look_before(&self, chat: &ChatId) -> Option<Avatar> {
        if self.blind.load(Ordering::Relaxed) >= BLIND_ENOUGH {
            return None;
        }
        let seen = self
            .look(chat, READ_TIMEOUT.min(self.deadline / 10))
            .await
            .ok();
        let blind = if seen.is_some() {
            0
        } else {
            self.blind.load(Ordering::Relaxed).saturating_add(1)
        };
        self.blind.store(blind, Ordering::Relaxed);
        seen
    }

    /// Reads the avatar within `limit`, waiting for the turn included.
    async fn look(&self, chat: &ChatId, limit: Duration) -> Result<Avatar, Error> {
        let begin = Instant::now();
        let turn = timeout(limit, self.reads.turn()).await;
        let turn = turn.unwrap_or(Err(Error::OutOfTime { after: limit }))?;
        let left = limit.saturating_sub(begin.elapsed());
        let seen = self.client.avatar_within(chat, left).await;
        turn.answered(seen.as_ref().err(), &self.retries);
        seen
    }

    pub(crate) async fn settle(
        &self,
        chat: &ChatId,
        before: &Avatar,
        until: Instant,
    ) -> (Settled, Option<Avatar>) {
        let mut settled = Settled::Unknown;
        let pause = self.retries.of(Rule::Unknown).pause;
        for pause in [pause, pause * 2, pause * 4] {
            let left = until.saturating_duration_since(Instant::now());
            if left <= pause {
                break;
            }
            sleep(pause).await;
            settled = match self.look(chat, READ_TIMEOUT.min(left - pause)).await {
                Ok(now) if before.is_same(&now, self.client.messenger()) => Settled::NotSet,
                // There was one before, and pictures are never taken away: nothing was told.
                Ok(Avatar { url: None }) | Err(_) => Settled::Unknown,
                Ok(now) if self.is_lasting(chat, &now, until).await => {
                    return (Settled::Set, Some(now));
                }
                Ok(_) => return (Settled::Unknown, None),
            };
        }
        (settled, None)
    }

    /// Whether the avatar keeps its address when nothing is sent. One that has a new address each
    /// time it is read does not tell that it was changed.
    async fn is_lasting(&self, chat: &ChatId, avatar: &Avatar, until: Instant) -> bool {
        let left = until.saturating_duration_since(Instant::now());
        let again = self.look(chat, READ_TIMEOUT.min(left)).await;
        again.is_ok_and(|again| again.is_same(avatar, self.client.messenger()))
    }
}

const READ_TIMEOUT: Duration = Duration::from_secs(10);

/// After so many failures in a row, avatars are not read before a picture is sent any more.
const BLIND_ENOUGH: u32 = 3;
