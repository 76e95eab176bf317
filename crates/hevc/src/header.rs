//! What a bitstream says of its picture before a sample is decoded.

use crate::chroma::ChromaFormat;
use crate::sps::Sps;
use crate::vui::Colors;

/// Columns and rows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Size {
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
}

/// What the sequence parameter set says of a picture.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Header {
    /// Luma samples that are shown.
    pub size: Size,
    /// Luma samples that are decoded, at least as many: check these against your limits.
    pub coded: Size,
    /// Which chroma samples there are.
    pub chroma: ChromaFormat,
    /// Bits of a luma sample.
    pub luma_bits: u8,
    /// Bits of a chroma sample.
    pub chroma_bits: u8,
    /// What the samples' colors mean.
    pub colors: Colors,
}

impl Header {
    pub(crate) fn of(sps: &Sps) -> Self {
        let [left, right, top, bottom] = sps.window;
        Self {
            size: Size {
                width: sps.width - left - right,
                height: sps.height - top - bottom,
            },
            coded: Size {
                width: sps.width,
                height: sps.height,
            },
            chroma: sps.chroma,
            luma_bits: sps.bits[0] as u8,
            chroma_bits: sps.bits[1] as u8,
            colors: sps.colors,
        }
    }
}
