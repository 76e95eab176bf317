//! A flag that ends work early.

use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Ends work early, from any thread; clones are one and the same flag.
///
/// A [`Pipeline`](crate::Pipeline) that is [given one](crate::Pipeline::set_cancel) ends within a photo, a `Batch` between photos:
/// there a photo in progress is finished, and its result is given to the caller.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Creates a flag that is not set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the flag.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Returns whether [`cancel`](Self::cancel) was called.
    pub fn is_canceled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Returns the flag itself, for a decoder that knows no more than that.
    pub(crate) fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.0)
    }

    /// Leaves the decoder that calls this, if the flag is set; `catch_panic` around it returns `Error::Canceled`.
    ///
    /// Unwinding is the one way out of a decoder that gives its rows to a callback and takes no answer. It is not a panic: no hook is
    /// called, and nothing is printed. A program without unwinding would end, so there the photo is finished first.
    pub(crate) fn leave_if_canceled(&self) {
        if cfg!(panic = "unwind") && self.is_canceled() {
            resume_unwind(Box::new(Canceled));
        }
    }
}

/// What is unwound with.
pub(crate) struct Canceled;
