//! AVX2: multiplies and adds pairs of rows, 16 coefficients at a time.

use std::arch::x86_64::{
    _mm_set1_epi32, _mm256_add_epi32, _mm256_madd_epi16, _mm256_packs_epi32,
    _mm256_permute2x128_si256, _mm256_permute4x64_epi64, _mm256_set_m128i, _mm256_set1_epi32,
    _mm256_setzero_si256, _mm256_srai_epi32,
};

use simd::x86::{load_i16x16, store_i16x16};

use super::{Tap, scalar};
use crate::resample::{ROW_BITS, WEIGHT_BITS};

const SHIFT: i32 = (WEIGHT_BITS - ROW_BITS) as i32;
const HALF: i32 = 1 << (SHIFT - 1);

/// Returns a pair of weights as the 32 bits that a multiply-and-add takes.
#[inline(always)]
fn pair(weights: &[i16; 8], index: usize) -> i32 {
    i32::from(weights[2 * index + 1]) << 16 | i32::from(weights[2 * index] as u16)
}

simd::kernel! {
    /// Four blocks at a time: a register is a block, its lower half rows 0 and 1, its upper half rows 2 and 3.
    pub(super) fn vertical4(Avx2, coefficients: &[i16], taps: &[Tap], row: &mut [i16]) {
        let half = _mm256_set1_epi32(HALF);
        let (chunks, rest) = row.as_chunks_mut::<16>();
        for (index, chunk) in chunks.iter_mut().enumerate() {
            let mut sums = [_mm256_setzero_si256(); 4];
            for tap in taps {
                let weights = &tap.weights;
                let weights = _mm256_set_m128i(_mm_set1_epi32(pair(weights, 1)), _mm_set1_epi32(pair(weights, 0)));
                let start = tap.start + index * 64;
                let Some(blocks) = coefficients.get(start..).and_then(<[i16]>::first_chunk::<64>) else { continue };
                for (sum, block) in sums.iter_mut().zip(blocks.as_chunks::<16>().0) {
                    *sum = _mm256_add_epi32(*sum, _mm256_madd_epi16(load_i16x16(block), weights));
                }
            }
            let [a, b, c, d] = sums;
            let add_halves = |a, b| {
                // The lower halves of both, plus the upper halves of both.
                let sum = _mm256_add_epi32(_mm256_permute2x128_si256::<0x20>(a, b), _mm256_permute2x128_si256::<0x31>(a, b));
                _mm256_srai_epi32::<SHIFT>(_mm256_add_epi32(sum, half))
            };
            let packed = _mm256_packs_epi32(add_halves(a, b), add_halves(c, d));
            // Packing works within halves: a c b d.
            store_i16x16(chunk, _mm256_permute4x64_epi64::<0b11_01_10_00>(packed));
        }
        scalar::vertical_from::<4>(coefficients, taps, rest, chunks.len() * 4);
    }

    /// Two blocks at a time: a register is two rows of a block.
    pub(super) fn vertical8(Avx2, coefficients: &[i16], taps: &[Tap], row: &mut [i16]) {
        let half = _mm256_set1_epi32(HALF);
        let (chunks, rest) = row.as_chunks_mut::<16>();
        for (index, chunk) in chunks.iter_mut().enumerate() {
            let mut sums = [_mm256_setzero_si256(); 2];
            for tap in taps {
                let start = tap.start + index * 128;
                let Some(blocks) = coefficients.get(start..).and_then(<[i16]>::first_chunk::<128>) else { continue };
                for (sum, block) in sums.iter_mut().zip(blocks.as_chunks::<64>().0) {
                    for (pair_index, rows) in block.as_chunks::<16>().0.iter().enumerate() {
                        let weights = _mm256_set1_epi32(pair(&tap.weights, pair_index));
                        *sum = _mm256_add_epi32(*sum, _mm256_madd_epi16(load_i16x16(rows), weights));
                    }
                }
            }
            let [a, b] = sums.map(|sum| _mm256_srai_epi32::<SHIFT>(_mm256_add_epi32(sum, half)));
            let packed = _mm256_packs_epi32(a, b);
            store_i16x16(chunk, _mm256_permute4x64_epi64::<0b11_01_10_00>(packed));
        }
        scalar::vertical_from::<8>(coefficients, taps, rest, chunks.len() * 2);
    }
}
