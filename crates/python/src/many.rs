//! Many photos at once, by `prep`'s batch engine.

use std::ops::ControlFlow;
use std::sync::{Mutex, PoisonError};

use prep::batch::{Batch, Event, Order};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::PyIterator;

use crate::cancel::check_signals;
use crate::error::Failure;
use crate::pipeline::prepare;

/// A picture, or why there is none.
pub(crate) type Outcome = Result<Vec<u8>, Failure>;

/// Prepares all photos, with the interpreter released; the outcomes are in the photos' order, `None` where there was no
/// photo.
///
/// If it is canceled, photos that were not begun have that error if their number is known, and are missing if it is not. Ctrl-C cancels, too.
pub(crate) fn prepare_all<P: AsRef<[u8]>>(
    py: Python<'_>,
    batch: &Batch,
    photos: impl Iterator<Item = Option<P>> + Send,
    threads: usize,
    cancel: &prep::Cancel,
) -> PyResult<Vec<Option<Outcome>>> {
    py.detach(|| {
        let mut outcomes: Vec<Option<Outcome>> = Vec::new();
        let mut interrupt = Ok(());
        let count = photos.size_hint().1;
        // All outcomes are kept anyway: no thread needs to wait for a slow photo.
        let batch = batch.clone().threads(threads).order(Order::Completion);
        let batch = batch.cancel(cancel.clone());
        batch.run(
            photos,
            |worker, photo: Option<P>| {
                photo
                    .map(|photo| prepare(worker, photo.as_ref(), cancel))
                    .transpose()
            },
            |event| {
                if let Event::Finished { index, result } = event {
                    if outcomes.len() <= index {
                        outcomes.resize_with(index + 1, || None);
                    }
                    outcomes[index] = result.transpose();
                }
                interrupt = check_signals(cancel);
                match interrupt {
                    Ok(()) => ControlFlow::Continue(()),
                    Err(_) => ControlFlow::Break(()),
                }
            },
        )?;
        interrupt?;
        if let Some(count) = count.filter(|_| cancel.is_canceled()) {
            let canceled = || Some(Err(prep::Error::Canceled.into()));
            outcomes.resize_with(count.max(outcomes.len()), canceled);
        }
        Ok(outcomes)
    })
}

/// The photos of an iterator of Python's, each taken when a thread is free for it.
pub(crate) struct Photos<'a> {
    pub(crate) iterator: Py<PyIterator>,
    /// How many there are, if that is known.
    pub(crate) count: Option<usize>,
    /// What the iterator raised.
    pub(crate) raised: &'a Mutex<Option<PyErr>>,
}

impl Iterator for Photos<'_> {
    type Item = Option<PyBackedBytes>;

    fn next(&mut self) -> Option<Self::Item> {
        Python::attach(|py| {
            let next = self.iterator.bind(py).clone().next()?;
            match next.and_then(|photo| Ok(photo.extract()?)) {
                Ok(photo) => Some(photo),
                Err(error) => {
                    *self.raised.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                    None
                }
            }
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, self.count)
    }
}
