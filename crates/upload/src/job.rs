//! One picture's way through a session: its turns, its tries, and what became of it.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use tokio::time::{sleep, timeout};

use crate::lane::{Lane, Turn};
use crate::request::Call;
use crate::retry::Failures;
use crate::session::Inner;
use crate::text::millis;
use crate::{Attempt, Avatar, ChatId, Error, OnUnknown, Report, Rule, Settled, chance};

/// One picture on its way.
pub(crate) struct Job<'a> {
    session: &'a Inner,
    lane: &'a Arc<Lane>,
    chat: Option<&'a ChatId>,
    begin: Instant,
    until: Instant,
    before: Option<Avatar>,
    attempts: Vec<Attempt>,
    failures: Failures,
}

impl<'a> Job<'a> {
    pub(crate) fn new(
        session: &'a Inner,
        lane: &'a Arc<Lane>,
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

    /// Waits for its first turn, then sends.
    pub(crate) async fn run(mut self, call: Result<Call, Error>) -> Report {
        let outcome = match call {
            Ok(call) => match self.turn().await {
                Ok(turn) => self.send(&call, turn).await,
                Err(error) => Err(error),
            },
            Err(error) => Err(error),
        };
        self.report(outcome)
    }

    /// Sends, for its first turn has come already.
    pub(crate) async fn run_in(mut self, turn: Turn, call: Result<Call, Error>) -> Report {
        let outcome = match call {
            Ok(call) => self.send(&call, turn).await,
            Err(error) => Err(error),
        };
        self.report(outcome)
    }

    fn report(self, outcome: Result<Avatar, Error>) -> Report {
        let (attempts, took_ms) = (self.attempts.len(), millis(self.begin.elapsed()));
        match &outcome {
            Ok(_) => tracing::info!(attempts, took_ms, "set"),
            Err(error) => {
                tracing::info!(attempts, took_ms, kind = %error.kind(), %error, "not set");
            }
        }
        Report {
            outcome,
            attempts: self.attempts,
            before: self.before,
            took: self.begin.elapsed(),
        }
    }

    /// Sends until it is set, or until there is no sense or no time in sending again.
    async fn send(&mut self, call: &Call, mut turn: Turn) -> Result<Avatar, Error> {
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
            let asked = error.asked_pause(SystemTime::now());
            let pause = self
                .failures
                .after(&self.session.retries, rule, asked, chance::draw());
            let Some(pause) = pause else {
                return Err(error);
            };
            if pause >= self.left_to_start() || !self.session.budget().spend(rule) {
                return Err(error);
            }
            tracing::debug!(
                attempt = self.attempts.len(),
                kind = %error.kind(),
                wait_ms = millis(pause),
                "again after a pause"
            );
            sleep(pause).await;
            turn = match self.turn().await {
                Ok(turn) => turn,
                // What the server said is worth more than that there was no time for another try.
                Err(_) => return Err(error),
            };
        }
    }

    async fn send_once(&mut self, call: &Call, turn: Turn) -> Result<Avatar, Error> {
        let started = turn.started();
        // A part of the time is kept for reading the avatar back.
        let limit = self.left(self.session.deadline / 20);
        let outcome = self.session.client.set(call, limit).await;
        turn.answered(outcome.as_ref().err(), &self.session.retries);
        let attempt = Attempt {
            started: started - self.begin,
            took: started.elapsed(),
            failure: outcome.as_ref().err().map(Error::kind),
            settled: None,
        };
        self.attempts.push(attempt);
        tracing::debug!(
            attempt = self.attempts.len(),
            kind = attempt.failure.map(tracing::field::display),
            started_ms = millis(attempt.started),
            took_ms = millis(attempt.took),
            "sent"
        );
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
        tracing::debug!(attempt = self.attempts.len(), settled = ?settled.0, "read back");
        settled
    }

    async fn turn(&self) -> Result<Turn, Error> {
        let turn = timeout(self.left_to_start(), self.lane.turn()).await;
        turn.unwrap_or_else(|_| {
            Err(Error::OutOfTime {
                after: self.begin.elapsed(),
            })
        })
    }

    /// How long a request may still wait for its start: then it has a twentieth of the deadline at
    /// least.
    fn left_to_start(&self) -> Duration {
        self.left(self.session.deadline / 10)
    }

    /// How much of the deadline is left when this much is kept.
    fn left(&self, kept: Duration) -> Duration {
        let left = self.until.saturating_duration_since(Instant::now());
        left.saturating_sub(kept)
    }
}
