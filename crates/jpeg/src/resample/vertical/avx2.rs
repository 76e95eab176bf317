//! AVX2: multiplies and adds pairs of rows, 16 coefficients at a time.

use std::arch::x86_64::{
    __m256i, _mm256_add_epi32, _mm256_madd_epi16, _mm256_packs_epi32, _mm256_permute2x128_si256,
    _mm256_permute4x64_epi64, _mm256_permutevar8x32_epi32, _mm256_set1_epi32, _mm256_set1_epi64x,
    _mm256_setr_epi32, _mm256_setzero_si256, _mm256_srai_epi32,
};

use simd::x86::{broadcast_i16x2, load_i16x16, store_i16x16};

use super::{RESULTS_AT_ONCE, Tap, scalar};
use crate::resample::{ROW_BITS, WEIGHT_BITS};

const SHIFT: i32 = (WEIGHT_BITS - ROW_BITS) as i32;
const HALF: i32 = 1 << (SHIFT - 1);

simd::kernel! {
    /// Four blocks at a time: a register is a block, its lower half rows 0 and 1, its upper half rows 2 and 3.
    pub(super) fn vertical4(Avx2, coefficients: &[i16], taps: &[Tap], rows: [&mut [i16]; RESULTS_AT_ONCE]) {
        let [first, second] = rows;
        let chunks = first.as_chunks_mut::<16>().0.iter_mut().zip(second.as_chunks_mut::<16>().0);
        let mut done = 0;
        for (index, (first, second)) in chunks.enumerate() {
            let mut sums = [[_mm256_setzero_si256(); 4]; RESULTS_AT_ONCE];
            for tap in taps {
                let start = tap.start + index * 64;
                let Some(blocks) = coefficients.get(start..).and_then(<[i16]>::first_chunk::<64>) else { continue };
                let weights = [pairs_in_halves(&tap.weights[0]), pairs_in_halves(&tap.weights[1])];
                for (place, block) in blocks.as_chunks::<16>().0.iter().enumerate() {
                    let block = load_i16x16(block);
                    for (sums, weights) in sums.iter_mut().zip(weights) {
                        sums[place] = _mm256_add_epi32(sums[place], _mm256_madd_epi16(block, weights));
                    }
                }
            }
            for (chunk, [a, b, c, d]) in [first, second].into_iter().zip(sums) {
                let packed = _mm256_packs_epi32(rounded(add_halves(a, b)), rounded(add_halves(c, d)));
                // Packing works within halves: a c b d.
                store_i16x16(chunk, _mm256_permute4x64_epi64::<0b11_01_10_00>(packed));
            }
            done += 4;
        }
        scalar::vertical_from::<4>(coefficients, taps, [first, second], done);
    }

    /// Two blocks at a time: a register is two rows of a block.
    pub(super) fn vertical8(Avx2, coefficients: &[i16], taps: &[Tap], rows: [&mut [i16]; RESULTS_AT_ONCE]) {
        let [first, second] = rows;
        let chunks = first.as_chunks_mut::<16>().0.iter_mut().zip(second.as_chunks_mut::<16>().0);
        let mut done = 0;
        for (index, (first, second)) in chunks.enumerate() {
            let mut sums = [[_mm256_setzero_si256(); 2]; RESULTS_AT_ONCE];
            for tap in taps {
                let start = tap.start + index * 128;
                let Some(blocks) = coefficients.get(start..).and_then(<[i16]>::first_chunk::<128>) else { continue };
                let (blocks, _) = blocks.as_chunks::<64>();
                for (pair, [pair0, pair1]) in pairs_of_both(&tap.weights).into_iter().enumerate() {
                    for (place, block) in blocks.iter().enumerate() {
                        let rows = load_i16x16(&block.as_chunks::<16>().0[pair]);
                        for (sums, pair) in sums.iter_mut().zip([pair0, pair1]) {
                            sums[place] = _mm256_add_epi32(sums[place], _mm256_madd_epi16(rows, pair));
                        }
                    }
                }
            }
            for (chunk, [a, b]) in [first, second].into_iter().zip(sums) {
                let packed = _mm256_packs_epi32(rounded(a), rounded(b));
                store_i16x16(chunk, _mm256_permute4x64_epi64::<0b11_01_10_00>(packed));
            }
            done += 2;
        }
        scalar::vertical_from::<8>(coefficients, taps, [first, second], done);
    }
}

/// Returns the weights of rows 0 and 1 in the lower half, repeated, and those of rows 2 and 3 in the upper.
#[inline]
#[target_feature(enable = "avx2")]
fn pairs_in_halves(weights: &[i16; 8]) -> __m256i {
    let four = weights[..4].iter().rev();
    let four = four.fold(0, |four, &weight| four << 16 | i64::from(weight as u16));
    let by_half = _mm256_setr_epi32(0, 0, 0, 0, 1, 1, 1, 1);
    _mm256_permutevar8x32_epi32(_mm256_set1_epi64x(four), by_half)
}

/// Returns each pair of weights, repeated, for both results.
#[inline]
#[target_feature(enable = "avx2")]
fn pairs_of_both(weights: &[[i16; 8]; RESULTS_AT_ONCE]) -> [[__m256i; RESULTS_AT_ONCE]; 4] {
    let mut pairs = [[_mm256_setzero_si256(); RESULTS_AT_ONCE]; 4];
    for (result, weights) in weights.iter().enumerate() {
        for (pairs, weights) in pairs.iter_mut().zip(weights.as_chunks::<2>().0) {
            pairs[result] = broadcast_i16x2(weights);
        }
    }
    pairs
}

/// Adds the lower halves of both to the upper halves of both.
#[inline]
#[target_feature(enable = "avx2")]
fn add_halves(a: __m256i, b: __m256i) -> __m256i {
    _mm256_add_epi32(
        _mm256_permute2x128_si256::<0x20>(a, b),
        _mm256_permute2x128_si256::<0x31>(a, b),
    )
}

#[inline]
#[target_feature(enable = "avx2")]
fn rounded(sums: __m256i) -> __m256i {
    _mm256_srai_epi32::<SHIFT>(_mm256_add_epi32(sums, _mm256_set1_epi32(HALF)))
}
