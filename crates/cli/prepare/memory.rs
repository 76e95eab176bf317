//! Bounds the memory that all photos in work take together.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// The memory for photos in work, in two parts.
///
/// A thread first takes room for the file, then, knowing its header, room for the pixels, and never the other way
/// round; so no two threads can wait for each other.
#[derive(Debug)]
pub(crate) struct Memory {
    pub(crate) files: Budget,
    pub(crate) pixels: Budget,
}

impl Memory {
    /// Divides `total` bytes: three quarters are for pixels, an eighth for files, the rest for everything else.
    pub(crate) fn of(total: u64) -> Self {
        Self {
            files: Budget::new(total / 8),
            pixels: Budget::new(pixels_of(total)),
        }
    }
}

/// The part of `total` bytes that pixels may take.
pub(crate) fn pixels_of(total: u64) -> u64 {
    total / 4 * 3
}

/// A number of bytes that threads take from and give back to, first come, first served.
///
/// Whoever wants more than there is at all waits for everything, and then goes alone.
#[derive(Debug)]
pub(crate) struct Budget {
    capacity: u64,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug)]
struct State {
    free: u64,
    next_ticket: u64,
    served: u64,
}

impl Budget {
    pub(crate) fn new(capacity: u64) -> Self {
        Self {
            capacity,
            state: Mutex::new(State {
                free: capacity,
                next_ticket: 0,
                served: 0,
            }),
            changed: Condvar::new(),
        }
    }

    /// Waits until `bytes` are free and takes them, until the permit is dropped.
    pub(crate) fn take(&self, bytes: u64) -> Permit<'_> {
        let bytes = bytes.min(self.capacity);
        let mut state = self.state();
        let ticket = state.next_ticket;
        state.next_ticket += 1;
        let mut state = self
            .changed
            .wait_while(state, |state| state.served != ticket || state.free < bytes)
            .unwrap_or_else(PoisonError::into_inner);
        state.free -= bytes;
        state.served += 1;
        self.changed.notify_all();
        Permit {
            budget: self,
            bytes,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Each change is one step, so a panic elsewhere leaves nothing half done.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Bytes that were taken; dropping it gives them back.
#[derive(Debug)]
pub(crate) struct Permit<'a> {
    budget: &'a Budget,
    bytes: u64,
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.budget.state().free += self.bytes;
        self.budget.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::thread;

    use super::*;

    #[test]
    fn threads_together_never_take_more_than_there_is() {
        let budget = Budget::new(100);
        let taken = AtomicU64::new(0);
        let most = AtomicU64::new(0);

        thread::scope(|scope| {
            for thread in 0..8_u64 {
                let (budget, taken, most) = (&budget, &taken, &most);
                scope.spawn(move || {
                    for round in 0..200 {
                        let bytes = (thread * 37 + round * 11) % 70 + 1;
                        let permit = budget.take(bytes);
                        let now = taken.fetch_add(bytes, Ordering::SeqCst) + bytes;
                        most.fetch_max(now, Ordering::SeqCst);
                        taken.fetch_sub(bytes, Ordering::SeqCst);
                        drop(permit);
                    }
                });
            }
        });

        assert!(most.into_inner() <= 100);
    }

    #[test]
    fn what_is_larger_than_everything_goes_alone() {
        let budget = Budget::new(100);

        let permit = budget.take(1_000_000);

        assert_eq!(budget.state().free, 0);
        drop(permit);
        assert_eq!(budget.state().free, 100);
    }
}
