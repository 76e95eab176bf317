//! JPEG XL (ISO 18181).

#[cfg(feature = "jxl")]
mod decode;

use super::spec::{FormatSpec, Reading};
use crate::header::Format;

impl Format {
    /// JPEG XL; of an animation the first frame.
    pub const JXL: Self = Self::named("JPEG XL");
}

pub(super) const FORMAT: FormatSpec = FormatSpec {
    format: Format::JXL,
    extensions: &["jxl"],
    matches: |head| head.starts_with(b"\xFF\x0A") || head.starts_with(b"\0\0\0\x0CJXL \r\n\x87\n"),
    reading: Reading::Whole,
    #[cfg(feature = "jxl")]
    open: Some(decode::open),
    #[cfg(not(feature = "jxl"))]
    open: None,
};
