//! The options of the encoder.

use crate::Subsampling;

/// How a picture is encoded: quality 85, 4:2:0, the standard's Huffman tables by default.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Options {
    pub(super) quantization: Quantizing,
    pub(super) subsampling: Subsampling,
    pub(super) coding: Coding,
}

impl Options {
    /// Returns the defaults.
    #[must_use]
    pub fn new() -> Self {
        Self {
            quantization: Quantizing::Quality(85),
            subsampling: Subsampling::S420,
            coding: Coding::Standard,
        }
    }

    /// Sets the quality, 1 to 100, on the scale of the Independent JPEG Group; values outside are clamped.
    #[must_use]
    pub fn quality(self, quality: u8) -> Self {
        Self {
            quantization: Quantizing::Quality(quality.clamp(1, 100)),
            ..self
        }
    }

    /// Sets the quantization steps themselves, row by row, luma's and chroma's, in place of a quality; a step of 0 is taken as 1.
    #[must_use]
    pub fn steps(self, steps: [[u8; 64]; 2]) -> Self {
        Self {
            quantization: Quantizing::Steps(steps),
            ..self
        }
    }

    /// Sets the resolution of the chroma components. Gray pictures have none.
    #[must_use]
    pub fn subsampling(self, subsampling: Subsampling) -> Self {
        Self {
            subsampling,
            ..self
        }
    }

    /// Sets how the coefficients are coded. The pixels are the same with each.
    #[must_use]
    pub fn coding(self, coding: Coding) -> Self {
        Self { coding, ..self }
    }
}

/// Where the quantization steps come from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Quantizing {
    /// The tables of T.81, annex K.1, scaled.
    Quality(u8),
    /// Luma's and chroma's, row by row.
    Steps([[u8; 64]; 2]),
}

impl Default for Options {
    /// Like [`Options::new`].
    fn default() -> Self {
        Self::new()
    }
}

/// How the coefficients are coded, from the fastest to the smallest.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[non_exhaustive]
pub enum Coding {
    /// Baseline with the Huffman tables of T.81, annex K.3.
    Standard,
    /// Baseline with Huffman tables made for the picture: a few percent smaller.
    Optimized,
    /// Progressive, with tables made for each scan: smaller still, and slower to decode.
    Progressive,
}
