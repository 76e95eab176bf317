//! Turns a decoder's panic into an error of one photo.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::cancel::Canceled;
use crate::error::Error;
use crate::header::Format;

/// Runs a decoder that is not ours to prove free of panics; a panic becomes [`Error::Decoder`], and what
/// was [canceled](crate::cancel::Cancel::leave_if_canceled) [`Error::Canceled`].
pub(crate) fn catch_panic<T>(
    format: Format,
    work: impl FnOnce() -> Result<T, Error>,
) -> Result<T, Error> {
    // Unwind safe: whatever `work` touches is dropped, or begun anew for the next photo.
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|payload| {
        Err(match payload.is::<Canceled>() {
            true => Error::Canceled,
            false => Error::Decoder { format },
        })
    })
}
