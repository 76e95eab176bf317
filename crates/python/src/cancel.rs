//! Ends work early: by a token of the caller's, and by Ctrl-C.

use std::io;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use pyo3::prelude::*;

/// Ends the work that it is given to, from any thread.
///
/// Pass it as ``cancel=`` to `prepare` or `prepare_many`. A photo in work ends at its next row of pixels, or, if its decoder gives no rows,
/// when that returns. A token stays canceled: make one for each piece of work. Ctrl-C cancels it too.
#[pyclass(frozen, module = "group_picture")]
#[derive(Default)]
pub(crate) struct Cancel(prep::Cancel);

#[pymethods]
impl Cancel {
    #[new]
    fn new() -> Self {
        Self::default()
    }

    /// Ends the work; calling it again does nothing.
    fn cancel(&self) {
        self.0.cancel();
    }

    /// Whether `cancel` was called.
    #[getter]
    fn canceled(&self) -> bool {
        self.0.is_canceled()
    }

    fn __repr__(&self) -> String {
        let state = match self.0.is_canceled() {
            true => "canceled",
            false => "not canceled",
        };
        format!("<group_picture.Cancel: {state}>")
    }
}

/// Returns the flag of a token, or a new one.
pub(crate) fn flag(token: Option<&Cancel>) -> prep::Cancel {
    token.map(|token| token.0.clone()).unwrap_or_default()
}

/// How often Python is asked for signals, the period of `prep::batch::Event::Tick`.
const PERIOD: Duration = Duration::from_millis(100);

/// A file of fewer bytes is done without a thread of its own, which would cost 0.17 ms, half of what a picture of 200 px takes (2026-11-27, load 10).
const SMALL: usize = 32 << 10;

/// Does the `work` on a photo of so many bytes with the interpreter released. What a signal raises, as Ctrl-C does, cancels the work and is returned.
///
/// Signals are seen by Python's main thread alone, and only when it asks: there the work gets a thread of its own.
pub(crate) fn interruptible<T: Send>(
    py: Python<'_>,
    cancel: &prep::Cancel,
    length: usize,
    work: impl FnOnce() -> T + Send,
) -> PyResult<T> {
    if length < SMALL || !is_main_thread(py)? {
        return Ok(py.detach(work));
    }
    py.detach(|| {
        thread::scope(|scope| {
            let (done, finished) = mpsc::channel();
            thread::Builder::new()
                .name("prep-one".to_owned())
                .spawn_scoped(scope, move || done.send(work()))?;
            let ended = io::Error::other("the work on a photo ended without a result");
            loop {
                match finished.recv_timeout(PERIOD) {
                    Ok(result) => return Ok(result),
                    Err(mpsc::RecvTimeoutError::Disconnected) => return Err(ended.into()),
                    Err(mpsc::RecvTimeoutError::Timeout) => check_signals(cancel)?,
                }
            }
        })
    })
}

/// Lets Python handle signals; cancels if that raises.
///
/// # Errors
///
/// What was raised.
pub(crate) fn check_signals(cancel: &prep::Cancel) -> PyResult<()> {
    Python::attach(|py| py.check_signals()).inspect_err(|_| cancel.cancel())
}

fn is_main_thread(py: Python<'_>) -> PyResult<bool> {
    let threading = py.import("threading")?;
    let main = threading.call_method0("main_thread")?.getattr("ident")?;
    threading.call_method0("get_ident")?.eq(main)
}
