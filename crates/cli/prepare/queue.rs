//! Hands out tasks in their order to however many threads ask.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::interrupt::Interrupt;

/// Tasks that threads take one by one, until none is left or the program was asked to end.
#[derive(Debug)]
pub(crate) struct Queue<'a, T> {
    tasks: &'a [T],
    taken: AtomicUsize,
    interrupt: &'a Interrupt,
}

impl<'a, T> Queue<'a, T> {
    pub(crate) fn new(tasks: &'a [T], interrupt: &'a Interrupt) -> Self {
        Self {
            tasks,
            taken: AtomicUsize::new(0),
            interrupt,
        }
    }

    /// The next task for whoever asks first.
    pub(crate) fn next(&self) -> Option<&'a T> {
        if self.interrupt.is_asked() {
            return None;
        }
        self.tasks.get(self.taken.fetch_add(1, Ordering::Relaxed))
    }
}
