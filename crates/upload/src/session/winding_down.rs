//! Whether a session is to end: nothing is retried, and no request waits for its turn.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::sleep;

/// A flag that can be waited for.
pub(super) struct WindingDown(
    /// It never has a permit, so waiting for one ends when it is closed, and not before.
    Semaphore,
);

impl WindingDown {
    pub(super) fn new() -> Self {
        Self(Semaphore::new(0))
    }

    pub(super) fn begin(&self) {
        self.0.close();
    }

    /// Returns what `work` does, unless winding down begins first.
    pub(super) async fn or_none<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let (mut work, mut begun) = (pin!(work), pin!(self.0.acquire()));
        poll_fn(|context| match work.as_mut().poll(context) {
            Poll::Ready(done) => Poll::Ready(Some(done)),
            Poll::Pending => begun.as_mut().poll(context).map(|_| None),
        })
        .await
    }

    /// Waits for so long, or until winding down begins, and returns whether it did.
    pub(super) async fn begins_within(&self, time: Duration) -> bool {
        self.or_none(sleep(time)).await.is_none()
    }
}
