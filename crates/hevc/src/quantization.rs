//! Scaling of transform coefficients (8.6.4.2), done as they are parsed.

use crate::scaling_list::FLAT;

/// What a level is multiplied by.
#[derive(Clone, Copy)]
pub(crate) enum Quantizer<'a> {
    /// Lossless blocks: levels are residuals.
    Bypass,
    Flat(Scale),
    /// With a factor for each frequency.
    Weighted(Scale, &'a [u8]),
}

#[derive(Clone, Copy)]
pub(crate) struct Scale {
    /// `levelScale[qP % 6] << (qP / 6)`.
    factor: i64,
    shift: u32,
}

impl Scale {
    /// For blocks of `1 << log2` columns of samples of `depth` bits.
    pub(crate) fn new(qp: i32, log2: u32, depth: u32) -> Self {
        const LEVEL_SCALE: [i64; 6] = [40, 45, 51, 57, 64, 72];
        let qp = qp.clamp(0, 127) as usize;
        Self {
            factor: LEVEL_SCALE[qp % 6] << (qp / 6),
            shift: depth + log2 - 5,
        }
    }

    /// Where no frequency has a weight of its own.
    #[inline(always)]
    pub(crate) fn flat(self, level: i32) -> i16 {
        self.weighted(level, FLAT)
    }

    #[inline(always)]
    pub(crate) fn weighted(self, level: i32, weight: u8) -> i16 {
        let product = i64::from(level) * (self.factor * i64::from(weight));
        let rounded = (product + (1 << (self.shift - 1))) >> self.shift;
        rounded.clamp(i16::MIN.into(), i16::MAX.into()) as i16
    }
}
