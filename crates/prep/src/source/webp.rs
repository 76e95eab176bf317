//! WebP.

#[cfg(feature = "webp")]
mod decode;

use super::spec::{FormatSpec, Reading};
use crate::header::Format;

impl Format {
    /// WebP, lossy or lossless; of an animated one the frame that is asked for.
    pub const WEBP: Self = Self::named("WebP");
}

pub(super) const FORMAT: FormatSpec = FormatSpec {
    format: Format::WEBP,
    extensions: &["webp"],
    matches: |head| head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP"),
    reading: Reading::Streamed,
    #[cfg(feature = "webp")]
    open: Some(decode::open),
    #[cfg(not(feature = "webp"))]
    open: None,
};
