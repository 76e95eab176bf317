//! Pixels on their way: the rows that a decoder gives, and the small square between decoding and encoding.

use crate::header::Samples;

/// A row of samples, pixel by pixel, each over its whole range.
#[derive(Clone, Copy)]
pub(crate) enum Row<'a> {
    /// 0…255.
    Narrow(&'a [u8]),
    /// 0…65535.
    Wide(&'a [u16]),
    /// 0…1; what lies outside is clipped, and what is not a number is black.
    Float(&'a [f32]),
}

/// A small square picture, not yet turned and not yet in sRGB.
pub(crate) struct Pixels {
    pub(crate) samples: Samples,
    pub(crate) values: Values,
}

/// The samples of all pixels, one after the other.
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
    /// The samples, which have 8 bits each.
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

    /// Makes place for pixels of 8 bits a sample; what was here is gone, its memory is kept.
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

/// 16 bits to 8: 65535 / 255 = 257 exactly, so this is the nearest value.
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
