//! Ctrl-C: after the first the work in progress is finished, the second ends the program at once.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use prep::batch::Cancel;

/// Whether the user, or the system, wants the program to end.
#[derive(Clone, Debug)]
pub(crate) struct Interrupt(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    /// Set while `lock` is held.
    asked: Cancel,
    lock: Mutex<()>,
    changed: Condvar,
}

impl Interrupt {
    /// Listens for Ctrl-C and the signals that end programs; the second one calls `again`.
    pub(crate) fn listen(again: impl Fn() + Send + 'static) -> Result<Self, ctrlc::Error> {
        let shared = Arc::new(Shared::default());
        let heard = Arc::clone(&shared);
        ctrlc::set_handler(move || {
            if heard.ask() {
                again();
            }
        })?;
        Ok(Self(shared))
    }

    /// Whether the program was asked to end.
    pub(crate) fn is_asked(&self) -> bool {
        self.0.asked.is_canceled()
    }

    /// Returns the flag that stops a batch of photos.
    pub(crate) fn cancel(&self) -> &Cancel {
        &self.0.asked
    }

    /// Waits until the program is asked to end.
    pub(crate) fn wait(&self) {
        let _asked = self
            .0
            .changed
            .wait_while(self.0.lock(), |()| !self.is_asked())
            .unwrap_or_else(PoisonError::into_inner);
    }

    /// Waits for so long, or until the program is asked to end, and returns whether it was.
    pub(crate) fn comes_within(&self, time: Duration) -> bool {
        let _asked = self
            .0
            .changed
            .wait_timeout_while(self.0.lock(), time, |()| !self.is_asked())
            .unwrap_or_else(PoisonError::into_inner);
        self.is_asked()
    }
}

impl Shared {
    /// Notes that the program was asked to end, and tells whether it had been before.
    fn ask(&self) -> bool {
        let _lock = self.lock();
        let before = self.asked.is_canceled();
        self.asked.cancel();
        self.changed.notify_all();
        before
    }

    fn lock(&self) -> MutexGuard<'_, ()> {
        self.lock.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
