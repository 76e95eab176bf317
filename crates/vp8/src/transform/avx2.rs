//! AVX2: a register is a row, or a column, of four values.

use std::arch::x86_64::{
    __m128i, _mm_add_epi32, _mm_adds_epi16, _mm_cvtepi16_epi32, _mm_cvtepu8_epi16, _mm_mullo_epi32,
    _mm_packs_epi32, _mm_packus_epi16, _mm_set1_epi32, _mm_srai_epi32, _mm_srli_si128,
    _mm_sub_epi32, _mm_unpackhi_epi32, _mm_unpackhi_epi64, _mm_unpacklo_epi32, _mm_unpacklo_epi64,
};

use simd::x86::{load_i16x8, load_u8x16, store_u8x16};

use super::scalar::{COSINE, SINE};
use crate::coefficients::Block;

simd::kernel! {
    pub(super) fn add_inverse_cosine(Avx2, block: &Block, samples: &mut [u8], stride: usize) {
        let (halves, _) = block.as_chunks::<8>();
        let (upper, lower) = (load_i16x8(&halves[0]), load_i16x8(&halves[1]));
        let second = |rows| _mm_cvtepi16_epi32(_mm_srli_si128::<8>(rows));
        let rows = [_mm_cvtepi16_epi32(upper), second(upper), _mm_cvtepi16_epi32(lower), second(lower)];
        let [a, b, c, d] = transposed(turned(rows));
        let a = _mm_add_epi32(a, _mm_set1_epi32(4));
        let [a, b, c, d] = transposed(turned([a, b, c, d])).map(|row| _mm_srai_epi32::<3>(row));

        let mut bytes = [0; 16];
        for (bytes, row) in bytes.as_chunks_mut::<4>().0.iter_mut().zip(samples.chunks(stride)) {
            bytes.copy_from_slice(&row[..4]);
        }
        let before = load_u8x16(&bytes);
        let upper = _mm_adds_epi16(_mm_cvtepu8_epi16(before), _mm_packs_epi32(a, b));
        let before = _mm_cvtepu8_epi16(_mm_srli_si128::<8>(before));
        let lower = _mm_adds_epi16(before, _mm_packs_epi32(c, d));
        store_u8x16(&mut bytes, _mm_packus_epi16(upper, lower));
        for (bytes, row) in bytes.as_chunks::<4>().0.iter().zip(samples.chunks_mut(stride)) {
            row[..4].copy_from_slice(bytes);
        }
    }
}

/// Undoes the transform of all columns, side by side.
#[inline]
#[target_feature(enable = "avx2")]
fn turned([a, b, c, d]: [__m128i; 4]) -> [__m128i; 4] {
    let by = |factor, value| _mm_srai_epi32::<16>(_mm_mullo_epi32(value, _mm_set1_epi32(factor)));
    let by_cosine = |value| _mm_add_epi32(by(COSINE, value), value);
    let by_sine = |value| by(SINE, value);
    let (sum, difference) = (_mm_add_epi32(a, c), _mm_sub_epi32(a, c));
    let odd = _mm_sub_epi32(by_sine(b), by_cosine(d));
    let even = _mm_add_epi32(by_cosine(b), by_sine(d));
    [
        _mm_add_epi32(sum, even),
        _mm_add_epi32(difference, odd),
        _mm_sub_epi32(difference, odd),
        _mm_sub_epi32(sum, even),
    ]
}

#[inline]
#[target_feature(enable = "avx2")]
fn transposed([a, b, c, d]: [__m128i; 4]) -> [__m128i; 4] {
    let (ab, cd) = (_mm_unpacklo_epi32(a, b), _mm_unpacklo_epi32(c, d));
    let (ab_right, cd_right) = (_mm_unpackhi_epi32(a, b), _mm_unpackhi_epi32(c, d));
    [
        _mm_unpacklo_epi64(ab, cd),
        _mm_unpackhi_epi64(ab, cd),
        _mm_unpacklo_epi64(ab_right, cd_right),
        _mm_unpackhi_epi64(ab_right, cd_right),
    ]
}
