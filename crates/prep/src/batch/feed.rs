//! What the threads of a batch share: the items, and the way of their results to the calling thread.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::atomic::Ordering;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::progress::Progress;
use super::worker::Run;
use super::{Event, Order};
use crate::cancel::Cancel;
use crate::error::Error;

/// The items of one run, and what became of them.
pub(super) struct Feed<'a, I, R, E> {
    /// Absent once it ended, and while it is asked, so that one that panicked is not asked again.
    ///
    /// It has a lock of its own: an iterator may wait for its next item while results are delivered. This lock is taken before
    /// that of `state`, never after.
    items: Mutex<Option<I>>,
    state: Mutex<State<R, E>>,
    /// A result was delivered, or the run is to end: a thread may go on.
    room: Condvar,
    /// An item is finished, or a thread has ended: there may be something to deliver.
    news: Condvar,
    cancel: &'a Cancel,
    run: Run,
}

struct State<R, E> {
    progress: Progress<Ending<R, E>>,
    /// The threads that have not ended.
    workers: usize,
    /// The items over their time limit whose threads have not come back.
    stuck: BTreeSet<usize>,
    /// The threads that are to be started in place of those.
    missing: usize,
    is_stalled: bool,
}

/// An event for the caller about one item.
enum Ending<R, E> {
    Result(Result<R, E>),
    Overdue(Error),
}

/// The most items a thread that are begun and not delivered.
const WINDOW_PER_THREAD: usize = 4;

/// The most threads that are stuck and replaced: each keeps a core busy, and its memory.
const MAX_STUCK: usize = 16;

/// How long the calling thread waits before it looks around.
const TICK: Duration = Duration::from_millis(100);

impl<'a, I: Iterator, R, E> Feed<'a, I, R, E> {
    pub(super) fn new(items: I, cancel: &'a Cancel, order: Order, workers: usize) -> Self {
        Self {
            items: Mutex::new(Some(items)),
            state: Mutex::new(State {
                progress: Progress::new(order, workers.saturating_mul(WINDOW_PER_THREAD)),
                workers,
                stuck: BTreeSet::new(),
                missing: 0,
                is_stalled: false,
            }),
            room: Condvar::new(),
            news: Condvar::new(),
            cancel,
            run: Run::default(),
        }
    }

    /// What the workers of this run share.
    pub(super) fn run(&self) -> &Run {
        &self.run
    }

    /// Takes the next item, as soon as there is room for its result; none if there is none left or the run is to end.
    pub(super) fn begin(&self) -> Option<(usize, I::Item)> {
        let mut items = self.items.lock().unwrap_or_else(PoisonError::into_inner);
        let full = |state: &mut State<R, E>| !self.is_ending() && !state.progress.may_begin();
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

    /// Takes an item's result. A late result is dropped: another thread has already taken over.
    pub(super) fn finish(&self, index: usize, result: Result<R, E>) -> ControlFlow<()> {
        let mut state = self.state();
        let is_late = state.stuck.remove(&index);
        if !is_late {
            state.progress.finish(index, Ending::Result(result));
        }
        self.news.notify_all();
        match is_late {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    }

    /// Delivers results until all threads have ended, or `on_event` wants no more.
    ///
    /// Calls `start` for each thread that is to take the place of a stuck one.
    pub(super) fn follow(
        &self,
        mut start: impl FnMut(),
        mut on_event: impl FnMut(Event<R, E>) -> ControlFlow<()>,
    ) {
        while let Some(event) = self.next_event() {
            for _ in 0..std::mem::take(&mut self.state().missing) {
                start();
            }
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
            self.find_stuck(&mut state);
            match state.progress.deliver() {
                Some((index, Ending::Result(result))) => {
                    return Some(Event::Finished { index, result });
                }
                Some((index, Ending::Overdue(error))) => {
                    return Some(Event::Overdue { index, error });
                }
                None => {}
            }
            if state.workers == 0 {
                return None;
            }
            if state.missing == 0 && state.workers == state.stuck.len() && !state.is_stalled {
                state.is_stalled = true;
                return Some(Event::Stalled);
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

    /// Finishes the items that are over their time limit, and has another thread started for each.
    fn find_stuck(&self, state: &mut State<R, E>) {
        for overdue in self.run.watch.overdue(Instant::now()) {
            state.stuck.insert(overdue.index);
            let (index, error) = (overdue.index, overdue.into());
            state.progress.finish(index, Ending::Overdue(error));
            if state.stuck.len() <= MAX_STUCK {
                state.workers += 1;
                state.missing += 1;
            }
        }
    }

    /// Ends the run when dropped.
    pub(super) fn stop_on_drop(&self) -> impl Drop {
        OnDrop(|| {
            self.run.stop.store(true, Ordering::Relaxed);
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
        self.run.stop.load(Ordering::Relaxed) || self.cancel.is_canceled()
    }

    fn state(&self) -> MutexGuard<'_, State<R, E>> {
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
