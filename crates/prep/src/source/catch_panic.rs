//! Turns a decoder's panic into an error of one photo.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::error::Error;
use crate::header::Format;

/// Runs a decoder that is not ours to prove free of panics; a panic becomes [`Error::Decoder`].
pub(crate) fn catch_panic<T>(
    format: Format,
    work: impl FnOnce() -> Result<T, Error>,
) -> Result<T, Error> {
    // Unwind safe: whatever `work` touches is dropped, or begun anew for the next photo.
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(Err(Error::Decoder { format }))
}
