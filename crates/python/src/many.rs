//! Many photos at once, by `prep`'s batch engine.

use std::ops::ControlFlow;

use prep::batch::{Batch, Event, Order};
use pyo3::prelude::*;

use crate::error::Failure;
use crate::pipeline::prepare;

/// A picture, or why there is none.
pub(crate) type Outcome = Result<Vec<u8>, Failure>;

/// Prepares all photos, with the interpreter released; the outcomes are in the photos' order, `None` where there was no
/// photo.
///
/// Ctrl-C ends it between photos.
pub(crate) fn prepare_all(
    py: Python<'_>,
    batch: &Batch,
    photos: &[Option<&[u8]>],
    threads: usize,
) -> PyResult<Vec<Option<Outcome>>> {
    py.detach(|| {
        let mut outcomes: Vec<Option<Outcome>> = photos.iter().map(|_| None).collect();
        let mut interrupt = Ok(());
        // All outcomes are kept anyway: no thread needs to wait for a slow photo.
        let batch = batch.clone().threads(threads).order(Order::Completion);
        batch.run(
            photos,
            |worker, photo| photo.map(|photo| prepare(worker, photo)).transpose(),
            |event| {
                if let Event::Finished { index, result } = event {
                    outcomes[index] = result.transpose();
                }
                interrupt = Python::attach(|py| py.check_signals());
                match interrupt {
                    Ok(()) => ControlFlow::Continue(()),
                    Err(_) => ControlFlow::Break(()),
                }
            },
        )?;
        interrupt.map(|()| outcomes)
    })
}
