//! NEON: a register is a row, or a column, of four values.

use std::arch::aarch64::{
    int32x4_t, vaddq_s32, vcombine_s16, vcombine_u8, vdupq_n_s32, vget_high_s16, vget_low_s16,
    vget_low_u8, vmovl_high_u8, vmovl_s16, vmovl_u8, vmulq_s32, vqaddq_s16, vqmovun_s16,
    vqshrn_n_s32, vreinterpretq_s16_u16, vreinterpretq_s32_s64, vreinterpretq_s64_s32, vshrq_n_s32,
    vsraq_n_s32, vsubq_s32, vtrn1q_s32, vtrn1q_s64, vtrn2q_s32, vtrn2q_s64,
};

use simd::arm::{load_i16x8, load_u8x16, store_u8x16};

use super::scalar::{COSINE, SINE};
use crate::coefficients::Block;

simd::kernel! {
    pub(super) fn add_inverse_cosine(Neon, block: &Block, samples: &mut [u8], stride: usize) {
        let (halves, _) = block.as_chunks::<8>();
        let (upper, lower) = (load_i16x8(&halves[0]), load_i16x8(&halves[1]));
        let first = |rows| vmovl_s16(vget_low_s16(rows));
        let second = |rows| vmovl_s16(vget_high_s16(rows));
        let rows = [first(upper), second(upper), first(lower), second(lower)];
        let [a, b, c, d] = transposed(turned(rows));
        let a = vaddq_s32(a, vdupq_n_s32(4));
        let [a, b, c, d] = transposed(turned([a, b, c, d])).map(|row| vqshrn_n_s32::<3>(row));

        let mut bytes = [0; 16];
        for (bytes, row) in bytes.as_chunks_mut::<4>().0.iter_mut().zip(samples.chunks(stride)) {
            bytes.copy_from_slice(&row[..4]);
        }
        let before = load_u8x16(&bytes);
        let sum = |before, differences| vqmovun_s16(vqaddq_s16(vreinterpretq_s16_u16(before), differences));
        let upper = sum(vmovl_u8(vget_low_u8(before)), vcombine_s16(a, b));
        let lower = sum(vmovl_high_u8(before), vcombine_s16(c, d));
        store_u8x16(&mut bytes, vcombine_u8(upper, lower));
        for (bytes, row) in bytes.as_chunks::<4>().0.iter().zip(samples.chunks_mut(stride)) {
            row[..4].copy_from_slice(bytes);
        }
    }
}

/// Undoes the transform of all columns, side by side.
#[inline]
#[target_feature(enable = "neon")]
fn turned([a, b, c, d]: [int32x4_t; 4]) -> [int32x4_t; 4] {
    let by_cosine = |value| vsraq_n_s32::<16>(value, vmulq_s32(value, vdupq_n_s32(COSINE)));
    let by_sine = |value| vshrq_n_s32::<16>(vmulq_s32(value, vdupq_n_s32(SINE)));
    let (sum, difference) = (vaddq_s32(a, c), vsubq_s32(a, c));
    let odd = vsubq_s32(by_sine(b), by_cosine(d));
    let even = vaddq_s32(by_cosine(b), by_sine(d));
    [
        vaddq_s32(sum, even),
        vaddq_s32(difference, odd),
        vsubq_s32(difference, odd),
        vsubq_s32(sum, even),
    ]
}

#[inline]
#[target_feature(enable = "neon")]
fn transposed([a, b, c, d]: [int32x4_t; 4]) -> [int32x4_t; 4] {
    let pairs =
        |a, b| [vtrn1q_s32(a, b), vtrn2q_s32(a, b)].map(|pairs| vreinterpretq_s64_s32(pairs));
    let halves =
        |a, b| [vtrn1q_s64(a, b), vtrn2q_s64(a, b)].map(|halves| vreinterpretq_s32_s64(halves));
    let ([ab_even, ab_odd], [cd_even, cd_odd]) = (pairs(a, b), pairs(c, d));
    let ([first, third], [second, fourth]) = (halves(ab_even, cd_even), halves(ab_odd, cd_odd));
    [first, second, third, fourth]
}
