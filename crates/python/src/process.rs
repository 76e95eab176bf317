//! What belongs to one process: in a process that was forked it is made anew.

use std::mem;
use std::process;
use std::sync::{Mutex, PoisonError};

/// A value with threads or connections, which stay with the process that made it.
pub(crate) struct PerProcess<T>(Mutex<Made<T>>);

struct Made<T> {
    process: u32,
    /// Always there; taken only to be forgotten.
    value: Option<T>,
}

impl<T: Clone> PerProcess<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(Mutex::new(Made {
            process: process::id(),
            value: Some(value),
        }))
    }

    /// Returns the value of this process, which `make` makes if it is the parent's.
    pub(crate) fn get<E>(&self, make: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        // Whoever holds it has the interpreter too, as the thread that forks has: no fork happens meanwhile.
        let mut made = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if made.process == process::id()
            && let Some(value) = &made.value
        {
            return Ok(value.clone());
        }
        let anew = make()?;
        made.process = process::id();
        // The parent's thread does not exist here, and dropping would wait for it.
        mem::forget(made.value.replace(anew.clone()));
        Ok(anew)
    }
}

impl<T> Drop for PerProcess<T> {
    fn drop(&mut self) {
        let made = self.0.get_mut().unwrap_or_else(PoisonError::into_inner);
        if made.process != process::id() {
            mem::forget(made.value.take());
        }
    }
}
