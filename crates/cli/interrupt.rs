//! Ctrl-C: the first lets what is in progress end within a few seconds, the second ends the program at once.

mod grace;
mod signals;

use std::fmt;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use prep::Cancel;

use self::grace::Grace;

/// Whether the user, or the system, wants the program to end.
#[derive(Clone)]
pub(crate) struct Interrupt(Arc<Shared>);

/// What is to be done at the first signal.
type Hook = Box<dyn FnOnce() + Send>;

#[derive(Default)]
struct Shared {
    /// Set while `grace` is locked.
    asked: Cancel,
    grace: Mutex<Grace>,
    changed: Condvar,
    hooks: Mutex<Vec<Hook>>,
    is_overdue: AtomicBool,
}

impl Interrupt {
    /// Listens for Ctrl-C and the signals that end programs; the second one calls `end`.
    ///
    /// After the first, whoever prints has until [`is_overdue`](Self::is_overdue) to come to an end, and then
    /// [`LAST_WORDS`] to say so; `end` is called after that, whatever any other thread is doing.
    pub(crate) fn listen(end: fn() -> !) -> io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let (heard, watched) = (Arc::clone(&shared), Arc::clone(&shared));
        let watch = thread::Builder::new().name("watch".to_owned());
        watch.spawn(move || watched.watch(end))?;
        signals::listen(move || {
            if heard.ask() {
                end();
            }
        })?;
        Ok(Self(shared))
    }

    /// Whether the program was asked to end.
    pub(crate) fn is_asked(&self) -> bool {
        self.0.asked.is_canceled()
    }

    /// Whether the program was asked to end, and the time for that is over: say what is to be said, and exit.
    pub(crate) fn is_overdue(&self) -> bool {
        self.0.is_overdue.load(Ordering::Relaxed)
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
            .wait_while(self.0.grace(), |_| !self.is_asked())
            .unwrap_or_else(PoisonError::into_inner);
    }

    /// Waits for so long, or until the program is asked to end, and returns whether it was.
    pub(crate) fn comes_within(&self, time: Duration) -> bool {
        let _asked = self
            .0
            .changed
            .wait_timeout_while(self.0.grace(), time, |_| !self.is_asked())
            .unwrap_or_else(PoisonError::into_inner);
        self.is_asked()
    }

    /// Does something quick as soon as the program is asked to end.
    pub(crate) fn when_asked(&self, hook: impl FnOnce() + Send + 'static) {
        self.0.hooks().push(Box::new(hook));
        if self.is_asked() {
            self.0.run_hooks();
        }
    }

    /// Lets the program wait for an answer, though not for ever, until the guard is dropped.
    pub(crate) fn sending(&self) -> Sending<'_> {
        self.0.grace().begin();
        Sending(&self.0)
    }
}

/// A picture is on its way.
pub(crate) struct Sending<'a>(&'a Shared);

impl Drop for Sending<'_> {
    fn drop(&mut self) {
        self.0.grace().finish(Instant::now());
        self.0.changed.notify_all();
    }
}

impl fmt::Debug for Interrupt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Interrupt")
            .field("is_asked", &self.is_asked())
            .field("is_overdue", &self.is_overdue())
            .finish_non_exhaustive()
    }
}

impl Shared {
    /// Notes that the program was asked to end, and tells whether it had been before.
    fn ask(&self) -> bool {
        let _grace = self.grace();
        let before = self.asked.is_canceled();
        self.asked.cancel();
        self.changed.notify_all();
        before
    }

    /// Waits for the signal and for the end of its grace, and ends the program.
    fn watch(&self, end: fn() -> !) -> ! {
        let mut grace = self
            .changed
            .wait_while(self.grace(), |_| !self.asked.is_canceled())
            .unwrap_or_else(PoisonError::into_inner);
        let asked = Instant::now();
        self.run_hooks();
        loop {
            let left = grace.end(asked).saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            let waited = self.changed.wait_timeout(grace, left);
            (grace, _) = waited.unwrap_or_else(PoisonError::into_inner);
        }
        drop(grace);
        self.is_overdue.store(true, Ordering::Relaxed);
        thread::sleep(LAST_WORDS);
        end()
    }

    fn run_hooks(&self) {
        for hook in std::mem::take(&mut *self.hooks()) {
            hook();
        }
    }

    fn hooks(&self) -> MutexGuard<'_, Vec<Hook>> {
        self.hooks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn grace(&self) -> MutexGuard<'_, Grace> {
        // Each change is one step, so a panic elsewhere leaves nothing half done.
        self.grace.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The time for the summary and the report of a run that is cut short.
const LAST_WORDS: Duration = Duration::from_millis(1500);
