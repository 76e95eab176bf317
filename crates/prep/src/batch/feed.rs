//! What the threads of a batch share: the items, and the way of their results to the calling thread.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::progress::Progress;
use super::{Cancel, Event, Order};

/// The items of one run, and what became of them.
pub(super) struct Feed<'a, I, R, E> {
    /// Absent once it ended, and while it is asked, so that one that panicked is not asked again.
    ///
    /// It has a lock of its own: an iterator may wait for its next item while results are delivered. This lock is taken before
    /// that of `state`, never after.
    items: Mutex<Option<I>>,
    state: Mutex<State<Result<R, E>>>,
    /// A result was delivered, or the run is to end: a thread may go on.
    room: Condvar,
    /// An item is finished, or a thread has ended: there may be something to deliver.
    news: Condvar,
    cancel: &'a Cancel,
    stop: AtomicBool,
}

struct State<R> {
    progress: Progress<R>,
    /// The threads that have not ended.
    workers: usize,
}

/// The most items a thread that are begun and not delivered.
const WINDOW_PER_THREAD: usize = 4;

/// How long the calling thread waits before it looks around.
const TICK: Duration = Duration::from_millis(100);

impl<'a, I: Iterator, R, E> Feed<'a, I, R, E> {
    pub(super) fn new(items: I, cancel: &'a Cancel, order: Order, workers: usize) -> Self {
        Self {
            items: Mutex::new(Some(items)),
            state: Mutex::new(State {
                progress: Progress::new(order, workers.saturating_mul(WINDOW_PER_THREAD)),
                workers,
            }),
            room: Condvar::new(),
            news: Condvar::new(),
            cancel,
            stop: AtomicBool::new(false),
        }
    }

    /// The flag that ends this run alone.
    pub(super) fn stop_flag(&self) -> &AtomicBool {
        &self.stop
    }

    /// Takes the next item, as soon as there is room for its result; none if there is none left or the run is to end.
    pub(super) fn begin(&self) -> Option<(usize, I::Item)> {
        let mut items = self.items.lock().unwrap_or_else(PoisonError::into_inner);
        let full = |state: &mut State<_>| !self.is_ending() && !state.progress.may_begin();
        let room = self.room.wait_while(self.state(), full);
        drop(room.unwrap_or_else(PoisonError::into_inner));
        if self.is_ending() {
            return None;
        }
        let mut iterator = items.take()?;
        let item = iterator.next()?;
        *items = Some(iterator);
        if self.is_ending() {
            return None;
        }
        // Still under the lock of the items, so their places are in their order.
        Some((self.state().progress.begin(), item))
    }

    /// Takes an item's result.
    pub(super) fn finish(&self, index: usize, result: Result<R, E>) {
        self.state().progress.finish(index, result);
        self.news.notify_all();
    }

    /// Delivers results until all threads have ended, or `on_event` wants no more.
    pub(super) fn follow(&self, mut on_event: impl FnMut(Event<R, E>) -> ControlFlow<()>) {
        while let Some(event) = self.next_event() {
            // The result has left the window. At a tick, whoever waits looks at the flags again.
            self.room.notify_all();
            if on_event(event).is_break() {
                return;
            }
        }
    }

    fn next_event(&self) -> Option<Event<R, E>> {
        let mut state = self.state();
        let mut is_late = false;
        loop {
            if let Some((index, result)) = state.progress.deliver() {
                return Some(Event::Finished { index, result });
            }
            if state.workers == 0 {
                return None;
            }
            if is_late {
                return Some(Event::Tick);
            }
            let waited = self.news.wait_timeout(state, TICK);
            let (changed, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
            state = changed;
            is_late = timeout.timed_out();
        }
    }

    /// Ends the run when dropped.
    pub(super) fn stop_on_drop(&self) -> impl Drop {
        OnDrop(|| {
            self.stop.store(true, Ordering::Relaxed);
            // Whoever is about to wait has the lock; after it the notification is not missed.
            drop(self.state());
            self.room.notify_all();
        })
    }

    /// Counts a thread out when dropped, also if it panics.
    pub(super) fn worker_leaves_on_drop(&self) -> impl Drop {
        OnDrop(|| {
            self.state().workers -= 1;
            self.news.notify_all();
        })
    }

    fn is_ending(&self) -> bool {
        self.stop.load(Ordering::Relaxed) || self.cancel.is_canceled()
    }

    fn state(&self) -> MutexGuard<'_, State<Result<R, E>>> {
        // Each change is one step, so a panic elsewhere leaves nothing half done.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct OnDrop<F: Fn()>(F);

impl<F: Fn()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}
