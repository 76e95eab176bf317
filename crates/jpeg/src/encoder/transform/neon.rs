//! NEON: a register is a row of a block, or a column.

use std::arch::aarch64::*;

use simd::arm::{load_u8x8, load_u8x16, load_u16x8, store_i16x8, store_u8x8, transposed_i16x8};

use super::super::ZIGZAG;
use super::super::quantization::Divisors;
use super::{Block, PASS_BITS, WEIGHT_BITS, weight};

simd::kernel! {
    pub(super) fn transform(Neon, rows: &[&[u8]; 8], divisors: &Divisors, blocks: &mut [Block]) {
        let rows = rows.map(|row| &row.as_chunks::<8>().0[..blocks.len()]);
        for (column, block) in blocks.iter_mut().enumerate() {
            let mut samples = [vdupq_n_s16(0); 8];
            for (samples, row) in samples.iter_mut().zip(&rows) {
                *samples = centered(&row[column]);
            }
            let by_column = transposed_i16x8(samples);
            let by_row = transposed_i16x8(pass::<{ (WEIGHT_BITS - PASS_BITS) as i32 }>(by_column));
            let coefficients = pass::<{ (WEIGHT_BITS + PASS_BITS) as i32 }>(by_row);
            store(zigzagged(quantized(coefficients, divisors)), block);
        }
    }
}

/// Eight samples less 128.
#[inline]
#[target_feature(enable = "neon")]
fn centered(samples: &[u8; 8]) -> int16x8_t {
    vreinterpretq_s16_u16(vsubl_u8(load_u8x8(samples), vdup_n_u8(128)))
}

/// Returns a one-dimensional DCT down the registers.
///
/// Sums stay within 16 bits: the largest is that of eight rows' outputs, 8 · 8 · 128 · 2^`PASS_BITS` = 2^15, and that only as −2^15.
#[inline]
#[target_feature(enable = "neon")]
fn pass<const SHIFT: i32>(s: [int16x8_t; 8]) -> [int16x8_t; 8] {
    let sum = |a, b| vaddq_s16(a, b);
    let difference = |a, b| vsubq_s16(a, b);

    let (s07, s16, s25, s34) = (
        sum(s[0], s[7]),
        sum(s[1], s[6]),
        sum(s[2], s[5]),
        sum(s[3], s[4]),
    );
    let (even_outer, even_inner) = (difference(s07, s34), difference(s16, s25));
    let (outer, inner) = (sum(s07, s34), sum(s16, s25));

    let (a, b) = (difference(s[3], s[4]), difference(s[2], s[5]));
    let (c, d) = (difference(s[1], s[6]), difference(s[0], s[7]));
    let (ac, bd) = (sum(a, c), sum(b, d));
    let shared_37 = Weighted::rotated(ac, bd, weight::SHARED_37);
    let shared_15 = Weighted::rotated(ac, bd, weight::SHARED_15);

    [
        rounded_sum::<SHIFT>(sum(outer, inner)),
        shared_15.plus(a, d, weight::ODD_1).rounded::<SHIFT>(),
        Weighted::rotated(even_outer, even_inner, weight::EVEN_2).rounded::<SHIFT>(),
        shared_37.plus(b, c, weight::ODD_3).rounded::<SHIFT>(),
        rounded_sum::<SHIFT>(difference(outer, inner)),
        shared_15.plus(b, c, weight::ODD_5).rounded::<SHIFT>(),
        Weighted::rotated(even_outer, even_inner, weight::EVEN_6).rounded::<SHIFT>(),
        shared_37.plus(a, d, weight::ODD_7).rounded::<SHIFT>(),
    ]
}

/// Returns what a sum without a weight becomes in a pass that shifts weighted ones by `SHIFT`.
#[inline]
#[target_feature(enable = "neon")]
fn rounded_sum<const SHIFT: i32>(sum: int16x8_t) -> int16x8_t {
    if SHIFT < WEIGHT_BITS as i32 {
        vshlq_n_s16::<{ PASS_BITS as i32 }>(sum)
    } else {
        vrshrq_n_s16::<{ PASS_BITS as i32 }>(sum)
    }
}

/// Weighted sums in 32 bits.
#[derive(Clone, Copy)]
struct Weighted(int32x4_t, int32x4_t);

impl Weighted {
    #[inline]
    #[target_feature(enable = "neon")]
    fn rotated(a: int16x8_t, b: int16x8_t, [weight_a, weight_b]: [i16; 2]) -> Self {
        let products = Self(
            vmull_n_s16(vget_low_s16(a), weight_a),
            vmull_high_n_s16(a, weight_a),
        );
        products.plus_product(b, weight_b)
    }

    #[inline]
    #[target_feature(enable = "neon")]
    fn plus(self, a: int16x8_t, b: int16x8_t, [weight_a, weight_b]: [i16; 2]) -> Self {
        self.plus_product(a, weight_a).plus_product(b, weight_b)
    }

    #[inline]
    #[target_feature(enable = "neon")]
    fn plus_product(self, values: int16x8_t, weight: i16) -> Self {
        Self(
            vmlal_n_s16(self.0, vget_low_s16(values), weight),
            vmlal_high_n_s16(self.1, values, weight),
        )
    }

    #[inline]
    #[target_feature(enable = "neon")]
    fn rounded<const SHIFT: i32>(self) -> int16x8_t {
        vrshrn_high_n_s32::<SHIFT>(vrshrn_n_s32::<SHIFT>(self.0), self.1)
    }
}

/// See [`Divisors`].
#[inline]
#[target_feature(enable = "neon")]
fn quantized(coefficients: [int16x8_t; 8], divisors: &Divisors) -> [int16x8_t; 8] {
    let row = |table: &[u16; 64], y: usize| load_u16x8(&table.as_chunks().0[y]);
    std::array::from_fn(|y| {
        let magnitude = vreinterpretq_u16_s16(vabsq_s16(coefficients[y]));
        let reciprocal = row(&divisors.reciprocal, y);
        let products = (
            vmull_u16(vget_low_u16(magnitude), vget_low_u16(reciprocal)),
            vmull_high_u16(magnitude, reciprocal),
        );
        let high = vshrn_high_n_u32::<16>(vshrn_n_u32::<16>(products.0), products.1);
        let scale = vreinterpretq_s16_u16(row(&divisors.scale, y));
        let quotient = vqrdmulhq_s16(vreinterpretq_s16_u16(high), scale);
        let sign = vshrq_n_s16::<15>(coefficients[y]);
        vsubq_s16(veorq_s16(quotient, sign), sign)
    })
}

/// Reorders a block: eight coefficients of the zigzag to a register.
#[inline]
#[target_feature(enable = "neon")]
fn zigzagged(rows: [int16x8_t; 8]) -> [int16x8_t; 8] {
    let row = |y: usize| vreinterpretq_u8_s16(rows[y]);
    let upper = uint8x16x4_t(row(0), row(1), row(2), row(3));
    let lower = uint8x16x4_t(row(4), row(5), row(6), row(7));
    std::array::from_fn(|part| {
        let places = load_u8x16(&PLACES[part]);
        // A place in the other half is beyond the 64 bytes that are looked up, and leaves what is there: nothing, or the other's byte.
        let gathered = vqtbl4q_u8(upper, places);
        let gathered = vqtbx4q_u8(gathered, lower, veorq_u8(places, vdupq_n_u8(64)));
        vreinterpretq_s16_u8(gathered)
    })
}

/// For each eight coefficients of the zigzag, which of the block's 128 bytes they are.
const PLACES: [[u8; 16]; 8] = {
    let mut places = [[0; 16]; 8];
    let mut k = 0;
    while k < 64 {
        places[k / 8][k % 8 * 2] = ZIGZAG[k] * 2;
        places[k / 8][k % 8 * 2 + 1] = ZIGZAG[k] * 2 + 1;
        k += 1;
    }
    places
};

#[inline]
#[target_feature(enable = "neon")]
fn store(parts: [int16x8_t; 8], block: &mut Block) {
    for (coefficients, part) in block.coefficients.as_chunks_mut().0.iter_mut().zip(parts) {
        store_i16x8(coefficients, part);
    }
    // A byte for each coefficient, with its own bit; three sums of neighbors bring eight bytes together.
    let [a, b, c, d] = std::array::from_fn(|index| {
        let is_nonzero = |part| vtstq_s16(part, part);
        let (first, second) = (
            is_nonzero(parts[2 * index]),
            is_nonzero(parts[2 * index + 1]),
        );
        vandq_u8(vmovn_high_u16(vmovn_u16(first), second), load_u8x16(&BITS))
    });
    let sums = vpaddq_u8(vpaddq_u8(a, b), vpaddq_u8(c, d));
    let mut bytes = [0; 8];
    store_u8x8(&mut bytes, vget_low_u8(vpaddq_u8(sums, sums)));
    block.nonzero = u64::from_le_bytes(bytes);
}

/// The bit of each of eight coefficients, twice.
const BITS: [u8; 16] = [
    1, 2, 4, 8, 16, 32, 64, 128, //
    1, 2, 4, 8, 16, 32, 64, 128,
];
