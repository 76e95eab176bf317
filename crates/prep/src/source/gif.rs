//! GIF89a.

#[cfg(feature = "gif")]
mod decode;

use super::spec::{FormatSpec, Reading};
use crate::header::Format;

impl Format {
    /// Graphics Interchange Format; of an animation the frame that is asked for.
    pub const GIF: Self = Self::named("GIF");
}

pub(super) const FORMAT: FormatSpec = FormatSpec {
    format: Format::GIF,
    extensions: &["gif"],
    matches: |head| head.starts_with(b"GIF87a") || head.starts_with(b"GIF89a"),
    reading: Reading::Streamed,
    #[cfg(feature = "gif")]
    open: Some(decode::open),
    #[cfg(not(feature = "gif"))]
    open: None,
};
