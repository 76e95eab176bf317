//! What an image shows, for comparing an avatar with what was sent.

use prep::Likeness;

use crate::panics::catch_panic;

/// Returns what an image file shows; `None` for what is not an image.
pub(crate) fn likeness(image: &[u8]) -> Option<Likeness> {
    catch_panic(|| Likeness::of(image)).ok()?.ok()
}
