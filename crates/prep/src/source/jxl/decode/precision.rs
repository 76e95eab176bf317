//! How precise the decoder's samples are: in floating point, of 32 bits or, where those take too much memory, of 16.
//!
//! Integers would do for most photos, but what lies between two of them is rounded in different directions by the decoder's
//! instruction sets. All else is the same in all of those that are enabled.

use jxl::api::{Endianness, JxlDataFormat};

/// The precision of all samples of a photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Precision {
    /// 32 bits.
    Single,
    /// 16 bits, of which 11 are significant: an eighth of a step of 8 bits. It takes longer, for the decoder rounds sample by
    /// sample.
    Half,
}

impl Precision {
    /// Returns the precision for a photo of so many samples.
    pub(super) fn for_samples(samples: u64) -> Self {
        /// 16 megapixels of three channels: 192 MiB.
        const MAX_SINGLE: u64 = 3 << 24;
        match samples <= MAX_SINGLE {
            true => Self::Single,
            false => Self::Half,
        }
    }

    /// Returns the bytes of a sample.
    pub(super) fn bytes(self) -> u64 {
        match self {
            Self::Single => 4,
            Self::Half => 2,
        }
    }

    pub(super) fn format(self) -> JxlDataFormat {
        let endianness = Endianness::native();
        match self {
            Self::Single => JxlDataFormat::F32 { endianness },
            Self::Half => JxlDataFormat::F16 { endianness },
        }
    }
}

/// Widens samples of 16 bits; those below zero, and what is no number, become zero.
pub(super) fn widen(from: &[u16], to: &mut [f32]) {
    const INFINITY: u16 = 0x7C00;
    // The exponent of 32 bits begins 112 lower.
    let scale = 2.0_f32.powi(112);
    for (to, &from) in to.iter_mut().zip(from) {
        let magnitude = if from <= INFINITY { from } else { 0 };
        *to = f32::from_bits(u32::from(magnitude) << 13) * scale;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_of_sixteen_bits_have_the_value_of_ieee_754() {
        for bits in 0..=u16::MAX {
            let (exponent, fraction) = (i32::from(bits >> 10 & 31), f64::from(bits & 1023));
            let value = match (bits >> 15, exponent) {
                (1, _) => 0.0,
                (_, 0) => fraction * 2.0_f64.powi(-24),
                (_, 31) if fraction > 0.0 => 0.0,
                // Infinity is more than one, which is all that counts.
                (_, exponent) => (1.0 + fraction / 1024.0) * 2.0_f64.powi(exponent - 15),
            };
            let mut widened = [f32::NAN];

            widen(&[bits], &mut widened);

            assert_eq!(f64::from(widened[0]), value, "{bits:04x}");
        }
    }
}
