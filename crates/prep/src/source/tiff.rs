//! TIFF (TIFF 6.0, BigTIFF, and the technical notes).

#[cfg(feature = "tiff")]
mod decode;

use super::spec::{FormatSpec, Reading};
use crate::header::Format;

impl Format {
    /// Tagged Image File Format; the first page.
    pub const TIFF: Self = Self::named("TIFF");
}

pub(super) const FORMAT: FormatSpec = FormatSpec {
    format: Format::TIFF,
    extensions: &["tif", "tiff"],
    // 42, and in BigTIFF 43, in the order of bytes that the first two letters tell.
    matches: |head| {
        matches!(
            head,
            [b'I', b'I', 42 | 43, 0, ..] | [b'M', b'M', 0, 42 | 43, ..]
        )
    },
    reading: Reading::Streamed,
    #[cfg(feature = "tiff")]
    open: Some(decode::open),
    #[cfg(not(feature = "tiff"))]
    open: None,
};
