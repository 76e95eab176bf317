//! Sets many pictures through one instance: paced, repeated within bounds, and settled.

use std::fmt;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use tokio::time::{sleep, timeout};

use crate::budget::Budget;
use crate::lane::{Lane, Turn};
use crate::request::Call;
use crate::retry::{A_YEAR, Failures};
use crate::{
    Attempt, Avatar, ChatId, Client, Error, ErrorKind, OnUnknown, ReadBack, Report, Retries, Rule,
    Settled, chance,
};

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
/// Requests start at least an interval apart, whoever makes them; clones share that. Failures are repeated as [`Retries`] says, while the
/// session's budget lasts: a fifth of all pictures, and a few more to begin with. A 429 slows this
/// instance down for a while. One session is for one job: once it has [stopped](Self::stopped), it sends nothing any more.
#[derive(Clone)]
pub struct Session(Arc<Inner>);

struct Inner {
    client: Client,
    retries: Retries,
    deadline: Duration,
    on_unknown: OnUnknown,
    read_back: ReadBack,
    sets: Lane,
    profile: Lane,
    reads: Lane,
    budget: Mutex<Budget>,
    /// How many times in a row the avatar could not be read before a picture was sent.
    blind: AtomicU32,
}

impl Session {
    /// Starts with the defaults, see [`SessionBuilder`].
    pub fn builder(client: Client) -> SessionBuilder {
        SessionBuilder {
            client,
            retries: Retries::new(),
            interval: INTERVAL,
            read_interval: READ_INTERVAL,
            deadline: DEADLINE,
            patience: PATIENCE,
            stop_after: STOP_AFTER,
            on_unknown: OnUnknown::default(),
            read_back: ReadBack::default(),
        }
    }

    /// Sets the picture of a group; it is over within the deadline, and the report tells how it went.
    ///
    /// # Panics
    ///
    /// Outside a Tokio runtime that has its timer and its I/O enabled.
    pub async fn set_group_picture(&self, chat: &ChatId, picture: impl Into<Bytes>) -> Report {
        let begin = Instant::now();
        let before = match self.0.read_back {
            ReadBack::Around if self.0.sets.stopped().is_none() => self.0.look_before(chat).await,
            _ => None,
        };
        self.run(chat, picture.into(), before, begin).await
    }

    /// The same for a caller who has read the avatar before, for instance to write it down first.
    ///
    /// # Panics
    ///
    /// As [`set_group_picture`](Self::set_group_picture).
    pub async fn set_group_picture_after(
        &self,
        chat: &ChatId,
        picture: impl Into<Bytes>,
        before: Avatar,
    ) -> Report {
        self.run(chat, picture.into(), Some(before), Instant::now())
            .await
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
        job.run(Call::set_profile_picture(&picture.into())).await
    }

    /// Tells by reading the avatar whether a picture was set that was sent before, perhaps by a program that has ended since.
    ///
    /// `before` is what the avatar was before it was sent. A few seconds are given to a server that is still at work.
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

    /// Why the session has stopped, if it has: nothing is sent by it any more.
    pub fn stopped(&self) -> Option<ErrorKind> {
        self.0.sets.stopped().or_else(|| self.0.profile.stopped())
    }

    /// The client that makes the requests.
    pub fn client(&self) -> &Client {
        &self.0.client
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
    fn budget(&self) -> MutexGuard<'_, Budget> {
        self.budget.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads the avatar before a picture is sent; an instance that does not allow it is not asked for ever.
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

    async fn look(&self, chat: &ChatId, limit: Duration) -> Result<Avatar, Error> {
        let out_of_time = |_| Error::OutOfTime { after: limit };
        let turn = timeout(limit, self.reads.turn())
            .await
            .map_err(out_of_time)??;
        let started = turn.started();
        let seen = self.client.avatar_within(chat, limit).await;
        turn.answered(seen.as_ref().err().map(Error::kind));
        if let Err(Error::Rejected(rejection)) = &seen
            && matches!(
                rejection.kind().rule(),
                Rule::TooManyRequests | Rule::MessengerLimit
            )
        {
            self.reads
                .slow_down(started, self.hold(rejection.kind().rule(), None));
        }
        seen
    }

    async fn settle(
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
            match self.look(chat, READ_TIMEOUT.min(left - pause)).await {
                Ok(now) if !before.is_same(&now, self.client.messenger()) => {
                    return (Settled::Set, Some(now));
                }
                Ok(_) => settled = Settled::NotSet,
                Err(_) => settled = Settled::Unknown,
            }
        }
        (settled, None)
    }

    /// How long the whole instance rests after it was told to slow down.
    fn hold(&self, rule: Rule, asked: Option<Duration>) -> Duration {
        let shortest = self.retries.of(rule).pause;
        asked.map_or(shortest, |asked| self.retries.obeyed(asked).max(shortest))
    }
}

/// One picture on its way.
struct Job<'a> {
    session: &'a Inner,
    lane: &'a Lane,
    chat: Option<&'a ChatId>,
    begin: Instant,
    until: Instant,
    before: Option<Avatar>,
    attempts: Vec<Attempt>,
    failures: Failures,
}

impl<'a> Job<'a> {
    fn new(
        session: &'a Inner,
        lane: &'a Lane,
        chat: Option<&'a ChatId>,
        before: Option<Avatar>,
        begin: Instant,
    ) -> Self {
        Self {
            session,
            lane,
            chat,
            begin,
            until: begin + session.deadline,
            before,
            attempts: Vec::new(),
            failures: Failures::default(),
        }
    }

    async fn run(mut self, call: Result<Call, Error>) -> Report {
        let outcome = match call {
            Ok(call) => self.send(&call).await,
            Err(error) => Err(error),
        };
        Report {
            outcome,
            attempts: self.attempts,
            before: self.before,
            took: self.begin.elapsed(),
        }
    }

    /// Sends until it is set, or until there is no sense or no time in sending again.
    async fn send(&mut self, call: &Call) -> Result<Avatar, Error> {
        let mut turn = self.turn().await?;
        self.session.budget().earn();
        loop {
            let error = match self.send_once(call, turn).await {
                Ok(avatar) => return Ok(avatar),
                Err(error) => error,
            };
            let rule = error.kind().rule();
            if rule == Rule::Unknown {
                match self.settle().await {
                    (Settled::Set, Some(avatar)) => return Ok(avatar),
                    (Settled::Unknown, _) if self.session.on_unknown == OnUnknown::Fail => {
                        return Err(error);
                    }
                    _ => {}
                }
            }
            let asked = asked(&error);
            let Some(pause) =
                self.failures
                    .after(&self.session.retries, rule, asked, chance::draw())
            else {
                return Err(error);
            };
            if pause >= self.left_to_start() || !self.session.budget().spend(rule) {
                return Err(error);
            }
            tracing::debug!(chat = self.chat.map(tracing::field::display), failure = %error.kind(), ?pause, "again");
            sleep(pause).await;
            turn = match self.turn().await {
                Ok(turn) => turn,
                // What the server said is worth more than that there was no time for another try.
                Err(_) => return Err(error),
            };
        }
    }

    async fn send_once(&mut self, call: &Call, turn: Turn<'a>) -> Result<Avatar, Error> {
        let started = turn.started();
        // A part of the time is kept for reading the avatar back.
        let limit = self.left(self.session.deadline / 20);
        let outcome = self.session.client.set(call, limit).await;
        let failure = outcome.as_ref().err().map(Error::kind);
        turn.answered(failure);
        if let Err(error) = &outcome {
            let rule = error.kind().rule();
            if matches!(rule, Rule::TooManyRequests | Rule::MessengerLimit) {
                self.lane
                    .slow_down(started, self.session.hold(rule, asked(error)));
            }
        }
        let attempt = Attempt {
            started: started - self.begin,
            took: started.elapsed(),
            failure,
            settled: None,
        };
        tracing::debug!(chat = self.chat.map(tracing::field::display), took = ?attempt.took, ?failure, "sent");
        self.attempts.push(attempt);
        outcome
    }

    /// Asks the avatar itself what became of the last attempt.
    async fn settle(&mut self) -> (Settled, Option<Avatar>) {
        let (Some(chat), Some(before)) = (self.chat, &self.before) else {
            return (Settled::Unknown, None);
        };
        let settled = self.session.settle(chat, before, self.until).await;
        if let Some(attempt) = self.attempts.last_mut() {
            attempt.settled = Some(settled.0);
        }
        settled
    }

    async fn turn(&self) -> Result<Turn<'a>, Error> {
        let turn = timeout(self.left_to_start(), self.lane.turn()).await;
        turn.unwrap_or_else(|_| {
            Err(Error::OutOfTime {
                after: self.begin.elapsed(),
            })
        })
    }

    /// How long a request may still wait for its start: then it has a twentieth of the deadline at least.
    fn left_to_start(&self) -> Duration {
        self.left(self.session.deadline / 10)
    }

    /// How much of the deadline is left when this much is kept.
    fn left(&self, kept: Duration) -> Duration {
        let left = self.until.saturating_duration_since(Instant::now());
        left.saturating_sub(kept)
    }
}

/// The pause that the server asked for.
fn asked(error: &Error) -> Option<Duration> {
    let Error::Rejected(rejection) = error else {
        return None;
    };
    rejection
        .retry_after()
        .map(|asked| asked.pause(SystemTime::now()))
}

/// Adjusts a [`Session`] before it is built.
#[derive(Clone, Debug)]
pub struct SessionBuilder {
    client: Client,
    retries: Retries,
    interval: Duration,
    read_interval: Duration,
    deadline: Duration,
    patience: Duration,
    stop_after: NonZeroU32,
    on_unknown: OnUnknown,
    read_back: ReadBack,
}

impl SessionBuilder {
    /// How far apart the starts of two requests are that set a group's picture; 1.02 s by default.
    ///
    /// The server allows one a second and counts arrivals, so a little more than its own interval is right.
    #[must_use]
    pub fn interval(mut self, interval: Duration) -> Self {
        self.interval = interval.min(A_YEAR);
        self
    }

    /// How far apart the starts of two requests are that read an avatar; 102 ms by default.
    #[must_use]
    pub fn read_interval(mut self, interval: Duration) -> Self {
        self.read_interval = interval.min(A_YEAR);
        self
    }

    /// How long one picture may take from the call to its end, waiting for its turn included; 120 s by default.
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline.min(A_YEAR);
        self
    }

    /// How long nothing but trouble (429, 502, no connection, not ready) is borne before the session stops; 240 s by default.
    #[must_use]
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// After how many answers that blame the account (401, 403, 466, suspended …) the session stops; 3 by default.
    #[must_use]
    pub fn stop_after(mut self, answers: NonZeroU32) -> Self {
        self.stop_after = answers;
        self
    }

    /// How often and how far apart failures are repeated.
    #[must_use]
    pub fn retries(mut self, retries: Retries) -> Self {
        self.retries = retries;
        self
    }

    /// What to do with an outcome that stays unknown; [`OnUnknown::Retry`] by default.
    #[must_use]
    pub fn on_unknown(mut self, on_unknown: OnUnknown) -> Self {
        self.on_unknown = on_unknown;
        self
    }

    /// Whether avatars are read to settle unknown outcomes; [`ReadBack::Around`] by default.
    #[must_use]
    pub fn read_back(mut self, read_back: ReadBack) -> Self {
        self.read_back = read_back;
        self
    }

    /// Makes the session; sends nothing yet.
    pub fn build(self) -> Session {
        let lane = |interval| Lane::new(interval, self.stop_after.get(), self.patience);
        Session(Arc::new(Inner {
            sets: lane(self.interval),
            profile: lane(PROFILE_INTERVAL),
            // Reading alone never stops a session: it may be forbidden where setting is not.
            reads: Lane::unstoppable(self.read_interval),
            client: self.client,
            retries: self.retries,
            deadline: self.deadline,
            on_unknown: self.on_unknown,
            read_back: self.read_back,
            budget: Mutex::default(),
            blind: AtomicU32::new(0),
        }))
    }
}

const INTERVAL: Duration = Duration::from_millis(1020);
const PROFILE_INTERVAL: Duration = Duration::from_secs(10);
const READ_INTERVAL: Duration = Duration::from_millis(102);
const DEADLINE: Duration = Duration::from_secs(120);
const PATIENCE: Duration = Duration::from_secs(240);
const STOP_AFTER: NonZeroU32 = NonZeroU32::new(3).expect("three is not zero");
const READ_TIMEOUT: Duration = Duration::from_secs(10);
const BLIND_ENOUGH: u32 = 3;
