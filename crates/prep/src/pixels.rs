//! Pixels between decoder and encoder: the rows that a decoder gives, and the resized result.

use crate::header::Samples;

/// A row of interleaved samples, each over its full range.
#[derive(Clone, Copy)]
pub(crate) enum Row<'a> {
    /// 0…255.
    Narrow(&'a [u8]),
    /// 0…65535.
    Wide(&'a [u16]),
    /// 0…1; values outside are clipped, and NaN is black.
    #[cfg_attr(
        not(feature = "tiff"),
        allow(
            dead_code,
            reason = "the format that needs it may be left out of a build"
        )
    )]
    Float(&'a [f32]),
}

/// A resized image, not yet upright and not yet in sRGB.
pub(crate) struct Pixels {
    pub(crate) samples: Samples,
    pub(crate) values: Values,
}

/// The interleaved samples of all pixels.
pub(crate) enum Values {
    /// 8 bits each.
    Narrow(Vec<u8>),
    /// 16 bits each, from photos that have more than 8.
    Wide(Vec<u16>),
}

impl Default for Pixels {
    fn default() -> Self {
        Self {
            samples: Samples::Rgb,
            values: Values::Narrow(Vec::new()),
        }
    }
}

impl Pixels {
    /// Returns the samples, which have 8 bits each.
    ///
    /// # Panics
    ///
    /// If they have 16.
    pub(crate) fn narrow_values(&self) -> &[u8] {
        match &self.values {
            Values::Narrow(bytes) => bytes,
            Values::Wide(_) => unreachable!("samples of 8 bits stay so"),
        }
    }

    /// Empties the image for pixels of 8 bits a sample; its memory is kept.
    pub(crate) fn refill(&mut self, samples: Samples) -> &mut Vec<u8> {
        self.samples = samples;
        if let Values::Wide(_) = self.values {
            self.values = Values::Narrow(Vec::new());
        }
        let Values::Narrow(bytes) = &mut self.values else {
            unreachable!("made narrow above");
        };
        bytes.clear();
        bytes
    }
}

/// Rounds 16 bits to 8: 65535 / 255 = 257 exactly, so this is the nearest value.
pub(crate) fn narrow(sample: u16) -> u8 {
    ((u32::from(sample) + 128) / 257) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixteen_bits_become_the_nearest_eight() {
        for wide in 0..=u16::MAX {
            let exact = f64::from(wide) * 255.0 / 65535.0;

            assert_eq!(f64::from(narrow(wide)), exact.round(), "{wide}");
        }
    }
}
