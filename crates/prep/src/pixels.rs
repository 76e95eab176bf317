//! The small square between decoding and encoding, where it goes through whole pixels.

use crate::header::Samples;

/// A small square picture with 8 bits a sample, not yet turned.
pub(crate) struct Pixels {
    pub(crate) samples: Samples,
    pub(crate) bytes: Vec<u8>,
}

impl Default for Pixels {
    fn default() -> Self {
        Self {
            samples: Samples::Rgb,
            bytes: Vec::new(),
        }
    }
}
