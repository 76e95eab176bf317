//! One picture's way through a session: its permits, its attempts, and what became of it.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use tokio::time::timeout;

use super::shared::Shared;
use crate::request::Call;
use crate::request_queue::{Permit, RequestQueue};
use crate::retry::Failures;
use crate::text::millis;
use crate::{Attempt, Avatar, ChatId, Error, OnUnknown, RetryClass, Settled, UploadReport, jitter};

/// Sends one picture until it is set, or until another attempt makes no sense.
pub(crate) struct RetryLoop<'a> {
    session: &'a Shared,
    queue: &'a Arc<RequestQueue>,
    chat: Option<&'a ChatId>,
    begin: Instant,
    until: Instant,
    before: Option<Avatar>,
    attempts: Vec<Attempt>,
    failures: Failures,
}

impl<'a> RetryLoop<'a> {
    pub(crate) fn new(
        session: &'a Shared,
        queue: &'a Arc<RequestQueue>,
        chat: Option<&'a ChatId>,
        before: Option<Avatar>,
        begin: Instant,
    ) -> Self {
        Self {
            session,
            queue,
            chat,
            begin,
            until: begin + session.deadline,
            before,
            attempts: Vec::new(),
            failures: Failures::default(),
        }
    }

    /// Waits for its first permit, then sends.
    pub(crate) async fn run(mut self, call: Result<Call, Error>) -> UploadReport {
        let outcome = match call {
            Ok(call) => match self.permit().await {
                Ok(permit) => self.send(&call, permit).await,
                Err(error) => Err(error),
            },
            Err(error) => Err(error),
        };
        self.report(outcome)
    }

    /// Sends with a first permit that the caller has waited for.
    pub(crate) async fn run_with(
        mut self,
        permit: Permit,
        call: Result<Call, Error>,
    ) -> UploadReport {
        let outcome = match call {
            Ok(call) => self.send(&call, permit).await,
            Err(error) => Err(error),
        };
        self.report(outcome)
    }

    fn report(self, outcome: Result<Avatar, Error>) -> UploadReport {
        let (attempts, took_ms) = (self.attempts.len(), millis(self.begin.elapsed()));
        match &outcome {
            Ok(_) => tracing::info!(attempts, took_ms, "set"),
            Err(error) => {
                tracing::info!(attempts, took_ms, kind = %error.kind(), %error, "not set");
            }
        }
        UploadReport {
            outcome,
            attempts: self.attempts,
            before: self.before,
            took: self.begin.elapsed(),
        }
    }

    async fn send(&mut self, call: &Call, mut permit: Permit) -> Result<Avatar, Error> {
        self.session.retry_budget().earn();
        loop {
            let error = match self.attempt(call, permit).await {
                Ok(avatar) => return Ok(avatar),
                Err(error) => error,
            };
            let class = error.kind().policy().retry;
            if class == RetryClass::Unknown {
                match self.settle().await {
                    (Settled::Set, Some(avatar)) => return Ok(avatar),
                    (Settled::Unknown, _) if self.session.on_unknown == OnUnknown::Fail => {
                        return Err(error);
                    }
                    _ => {}
                }
            }
            let asked = error.retry_after(SystemTime::now());
            let backoff =
                self.failures
                    .backoff_after(&self.session.retries, class, asked, jitter::draw());
            let Some(backoff) = backoff else {
                return Err(error);
            };
            if backoff >= self.left_to_start() || !self.session.retry_budget().spend(class) {
                return Err(error);
            }
            tracing::debug!(
                attempt = self.attempts.len(),
                kind = %error.kind(),
                wait_ms = millis(backoff),
                "backing off"
            );
            if self.session.winding_down.begins_within(backoff).await {
                return Err(error);
            }
            permit = match self.permit().await {
                Ok(permit) => permit,
                // What the server said is worth more than that there was no time for another try.
                Err(_) => return Err(error),
            };
        }
    }

    async fn attempt(&mut self, call: &Call, permit: Permit) -> Result<Avatar, Error> {
        let started = permit.started();
        // Some time is kept for reading the avatar back.
        let limit = self.left(self.session.deadline / 20);
        let outcome = self.session.client.set(call, limit).await;
        permit.answered(outcome.as_ref().err(), &self.session.retries);
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

    /// Reads the avatar back to learn what became of the last attempt.
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

    async fn permit(&self) -> Result<Permit, Error> {
        let permit = timeout(self.left_to_start(), self.queue.permit());
        match self.session.winding_down.or_none(permit).await {
            Some(Ok(permit)) => permit,
            Some(Err(_)) | None => Err(Error::OutOfTime {
                after: self.begin.elapsed(),
            }),
        }
    }

    /// Returns how long a request may still wait for its start: after that it has at least a
    /// twentieth of the deadline.
    fn left_to_start(&self) -> Duration {
        self.left(self.session.deadline / 10)
    }

    /// Returns how much of the deadline is left when this much is kept.
    fn left(&self, kept: Duration) -> Duration {
        let left = self.until.saturating_duration_since(Instant::now());
        left.saturating_sub(kept)
    }
}
