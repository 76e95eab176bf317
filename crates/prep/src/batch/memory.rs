//! Bounds the memory that all photos in progress take together.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// The most memory that the photos in progress may take together.
///
/// A photo waits until there is room for what its header says that it will take. If that is more than the whole budget, it
/// waits until it is alone. Photos are admitted in the order in which they asked, so none waits forever. Clones are one and the
/// same budget: batches may share it.
#[derive(Clone, Debug)]
pub struct MemoryBudget(Arc<Shares>);

/// The budget in two parts.
///
/// A thread first takes room for the file, then, once it knows the header, room for the pixels, and never the other way
/// round. Whoever has room for pixels asks for nothing more, so no two threads can wait for each other.
#[derive(Debug)]
struct Shares {
    files: Arc<Share>,
    pixels: Arc<Share>,
}

impl MemoryBudget {
    /// Divides `total` bytes: three quarters are for pixels, an eighth is for files, the rest for everything else.
    pub fn new(total: u64) -> Self {
        let pixels = total / 4 * 3;
        Self(Arc::new(Shares {
            files: Arc::new(Share::new(total / 8)),
            pixels: Arc::new(Share::new(pixels)),
        }))
    }

    /// Returns the part that is for pixels: as [`Limits::memory`](crate::Limits::memory) it rejects the photos that would be
    /// over the budget even alone.
    pub fn pixels(&self) -> u64 {
        self.0.pixels.capacity
    }

    pub(super) fn take_for_file(&self, bytes: u64) -> Permit {
        self.0.files.take(bytes)
    }

    pub(super) fn take_for_pixels(&self, bytes: u64) -> Permit {
        self.0.pixels.take(bytes)
    }
}

/// A number of bytes that threads take and give back, first come, first served.
#[derive(Debug)]
struct Share {
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

impl Share {
    fn new(capacity: u64) -> Self {
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

    /// Waits until `bytes` are free, or all are, and takes them until the permit is dropped.
    fn take(self: &Arc<Self>, bytes: u64) -> Permit {
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
            share: Arc::clone(self),
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
pub(super) struct Permit {
    share: Arc<Share>,
    bytes: u64,
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.share.state().free += self.bytes;
        self.share.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::thread;

    use super::*;

    #[test]
    fn threads_together_never_take_more_than_there_is() {
        let share = Arc::new(Share::new(100));
        let (taken, peak) = (AtomicU64::new(0), AtomicU64::new(0));

        thread::scope(|scope| {
            for thread in 0..8_u64 {
                let (share, taken, peak) = (&share, &taken, &peak);
                scope.spawn(move || {
                    for round in 0..200 {
                        let bytes = (thread * 37 + round * 11) % 70 + 1;
                        let permit = share.take(bytes);
                        let now = taken.fetch_add(bytes, Ordering::SeqCst) + bytes;
                        peak.fetch_max(now, Ordering::SeqCst);
                        taken.fetch_sub(bytes, Ordering::SeqCst);
                        drop(permit);
                    }
                });
            }
        });

        assert!(peak.into_inner() <= 100);
        assert_eq!(share.state().free, 100);
    }

    #[test]
    fn what_is_larger_than_everything_goes_alone() {
        let share = Arc::new(Share::new(100));

        let permit = share.take(1_000_000);

        assert_eq!(share.state().free, 0);
        drop(permit);
        assert_eq!(share.state().free, 100);
    }

    #[test]
    fn the_small_do_not_overtake_the_large() {
        let share = Arc::new(Share::new(100));
        let order = Mutex::new(Vec::new());

        thread::scope(|scope| {
            let first = share.take(60);
            // The second fits beside the one that holds 60, but not beside the first in line.
            for (turn, bytes) in [(1, 90), (2, 20)] {
                let (share, order) = (&share, &order);
                scope.spawn(move || {
                    let _permit = share.take(bytes);
                    order.lock().unwrap().push(turn);
                });
                // Until it stands in line.
                while share.state().next_ticket < turn + 1 {
                    thread::yield_now();
                }
            }
            assert!(order.lock().unwrap().is_empty());
            drop(first);
        });

        assert_eq!(order.into_inner().unwrap()[0], 1);
    }
}
