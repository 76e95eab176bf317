//! Where prepared pictures go, and the records of photos that are not sent.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Sender, SyncSender};
use std::sync::{Mutex, PoisonError};

use crate::report::message::Message;
use crate::send::uploader::Ready;

/// To the uploaders, and to the terminal.
type Senders<'a> = (SyncSender<Ready<'a>>, Sender<Message>);

/// The two senders, which can be closed while threads that may never return still know of them.
#[derive(Debug)]
pub(crate) struct Outlets<'a> {
    senders: Mutex<Option<Senders<'a>>>,
    is_stalled: AtomicBool,
}

impl<'a> Outlets<'a> {
    pub(crate) fn new(ready: SyncSender<Ready<'a>>, told: Sender<Message>) -> Self {
        Self {
            senders: Mutex::new(Some((ready, told))),
            is_stalled: AtomicBool::new(false),
        }
    }

    /// Returns the senders, unless they are closed.
    pub(crate) fn open(&self) -> Option<Senders<'a>> {
        let senders = self.senders.lock();
        senders.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Drops the senders: nothing more is to come.
    pub(crate) fn close(&self) {
        *self.senders.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Closes when the guard is dropped, also by a panic.
    pub(crate) fn close_on_drop(&self) -> impl Drop {
        Closes(self)
    }

    /// Closes, though decoders are still at work that do not return in time.
    pub(crate) fn stall(&self) {
        self.is_stalled.store(true, Ordering::Relaxed);
        self.close();
    }

    /// Whether decoders are still at work that are not to be waited for.
    pub(crate) fn is_stalled(&self) -> bool {
        self.is_stalled.load(Ordering::Relaxed)
    }
}

struct Closes<'o, 'a>(&'o Outlets<'a>);

impl Drop for Closes<'_, '_> {
    fn drop(&mut self) {
        self.0.close();
    }
}
