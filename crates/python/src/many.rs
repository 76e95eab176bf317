//! Many photos at once: threads take them one by one, each with a warm pipeline.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use pyo3::prelude::*;

use crate::error::Failure;
use crate::pipeline::{Pipeline, prepare};

/// A picture, or why there is none.
pub(crate) type Outcome = Result<Vec<u8>, Failure>;

/// Prepares all photos, with the interpreter released; the outcomes are in the photos' order, `None` where there was no
/// photo.
///
/// Ctrl-C is heard between photos.
pub(crate) fn prepare_all(
    py: Python<'_>,
    pipeline: &Pipeline,
    photos: &[Option<&[u8]>],
    threads: usize,
) -> PyResult<Vec<Option<Outcome>>> {
    py.detach(|| {
        let mut outcomes: Vec<Option<Outcome>> = photos.iter().map(|_| None).collect();
        let next = AtomicUsize::new(0);
        let stop = AtomicBool::new(false);
        let (sender, receiver) = channel();
        thread::scope(|scope| {
            for _ in 0..threads.clamp(1, photos.len().max(1)) {
                let (sender, next, stop) = (sender.clone(), &next, &stop);
                scope.spawn(move || {
                    while !stop.load(Ordering::Relaxed) {
                        let index = next.fetch_add(1, Ordering::Relaxed);
                        let Some(photo) = photos.get(index) else {
                            return;
                        };
                        let outcome = photo
                            .map(|photo| pipeline.with_one(|pipeline| prepare(pipeline, photo)));
                        if sender.send((index, outcome)).is_err() {
                            return;
                        }
                    }
                });
            }
            drop(sender);
            loop {
                match receiver.recv_timeout(LOOK_UP) {
                    Ok((index, outcome)) => outcomes[index] = outcome,
                    Err(RecvTimeoutError::Disconnected) => return Ok(outcomes),
                    Err(RecvTimeoutError::Timeout) => {
                        if let Err(interrupt) = Python::attach(|py| py.check_signals()) {
                            stop.store(true, Ordering::Relaxed);
                            return Err(interrupt);
                        }
                    }
                }
            }
        })
    })
}

/// How often Ctrl-C is looked for while photos are in work.
const LOOK_UP: Duration = Duration::from_millis(100);
