//! Samples to quantized coefficients: forward DCT (T.81, A.3.3), quantization (A.3.4) and zigzag (A.3.6) in one go.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "aarch64")]
mod neon;
mod scalar;

use simd::Level;

use super::quantization::Divisors;

/// A block's quantized coefficients in zigzag order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Block {
    pub(super) coefficients: [i16; 64],
    /// Bit *k* tells that coefficient *k* is not zero.
    pub(super) nonzero: u64,
}

impl Block {
    pub(super) const ZERO: Self = Self {
        coefficients: [0; 64],
        nonzero: 0,
    };
}

/// Transforms eight rows of samples into one row of blocks.
///
/// There is an even number of blocks, and each row has eight samples for each of them.
pub(super) fn transform(
    level: Level,
    rows: &[&[u8]; 8],
    divisors: &Divisors,
    blocks: &mut [Block],
) {
    match level {
        #[cfg(target_arch = "x86_64")]
        Level::Avx2(avx2) => avx2::transform(avx2, rows, divisors, blocks),
        #[cfg(target_arch = "aarch64")]
        Level::Neon(neon) => neon::transform(neon, rows, divisors, blocks),
        _ => scalar::transform(rows, divisors, blocks),
    }
}

/// Fractional bits of the weights below.
const WEIGHT_BITS: u32 = 13;

/// Fractional bits that the rows' pass keeps for the columns' pass.
const PASS_BITS: u32 = 2;

/// The flow graph of Loeffler, Ligtenberg and Moschytz ("Practical fast 1-D DCT algorithms with 11 multiplications",
/// 1989), its rotations multiplied out to sums of two products, which is what the processor multiplies fastest.
///
/// The sums are made from rounded constants, the same as in the Independent JPEG Group's accurate integer DCT, so that the
/// coefficients are the same as well.
mod weight {
    const F0_298: i16 = 2446;
    const F0_390: i16 = 3196;
    const F0_541: i16 = 4433;
    const F0_765: i16 = 6270;
    const F0_899: i16 = 7373;
    const F1_175: i16 = 9633;
    const F1_501: i16 = 12299;
    const F1_847: i16 = 15137;
    const F1_961: i16 = 16069;
    const F2_053: i16 = 16819;
    const F2_562: i16 = 20995;
    const F3_072: i16 = 25172;

    /// Of the even differences, outer and inner: coefficients 2 and 6.
    pub(super) const EVEN_2: [i16; 2] = [F0_541 + F0_765, F0_541];
    pub(super) const EVEN_6: [i16; 2] = [F0_541, F0_541 - F1_847];
    /// Of the sums of two odd differences: what coefficients 3 and 7 share, and what 1 and 5 share.
    pub(super) const SHARED_37: [i16; 2] = [F1_175 - F1_961, F1_175];
    pub(super) const SHARED_15: [i16; 2] = [F1_175, F1_175 - F0_390];
    /// Of two odd differences each.
    pub(super) const ODD_7: [i16; 2] = [F0_298 - F0_899, -F0_899];
    pub(super) const ODD_1: [i16; 2] = [-F0_899, F1_501 - F0_899];
    pub(super) const ODD_5: [i16; 2] = [F2_053 - F2_562, -F2_562];
    pub(super) const ODD_3: [i16; 2] = [-F2_562, F3_072 - F2_562];
}

#[cfg(test)]
mod tests;
