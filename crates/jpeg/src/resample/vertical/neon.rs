//! NEON: multiplies rows 2*p* and 2*p* + 1 side by side, as they are stored, and adds the two when all is summed.

use std::arch::aarch64::{
    int16x8_t, int32x4_t, vcombine_s16, vdupq_laneq_s32, vget_low_s16, vmlal_high_s16, vmlal_s16,
    vpaddq_s32, vqshrn_n_s32, vreinterpretq_s16_s32, vreinterpretq_s32_s16,
};

use simd::arm::{load_i16x8, load_i32x4, store_i16x8};

use super::{RESULTS_AT_ONCE, Tap, scalar};
use crate::resample::{ROW_BITS, WEIGHT_BITS};

const SHIFT: i32 = (WEIGHT_BITS - ROW_BITS) as i32;

/// Half of a result, in one of the two sums that make it.
const HALF: [i32; 4] = [1 << (SHIFT - 1), 0, 1 << (SHIFT - 1), 0];

simd::kernel! {
    /// Four blocks at a time. A block is two registers: rows 0 and 1, rows 2 and 3.
    pub(super) fn vertical4(Neon, coefficients: &[i16], taps: &[Tap], rows: [&mut [i16]; RESULTS_AT_ONCE]) {
        let [first, second] = rows;
        let chunks = first.as_chunks_mut::<16>().0.iter_mut().zip(second.as_chunks_mut::<16>().0);
        let mut done = 0;
        for (index, (first, second)) in chunks.enumerate() {
            let mut sums = [[PairSums::new(); 4]; RESULTS_AT_ONCE];
            for tap in taps {
                let weights = [pairs(&tap.weights[0]), pairs(&tap.weights[1])];
                let start = tap.start + index * 64;
                let Some(blocks) = coefficients.get(start..).and_then(<[i16]>::first_chunk::<64>) else { continue };
                for (place, block) in blocks.as_chunks::<16>().0.iter().enumerate() {
                    let [rows01, rows23] = halves(block);
                    for (sums, [upper, lower, ..]) in sums.iter_mut().zip(weights) {
                        sums[place] = sums[place].plus(rows01, upper).plus(rows23, lower);
                    }
                }
            }
            for (chunk, sums) in [first, second].into_iter().zip(&sums) {
                for (frequencies, two) in chunk.as_chunks_mut().0.iter_mut().zip(sums.as_chunks().0) {
                    store_i16x8(frequencies, rounded(two));
                }
            }
            done += 4;
        }
        scalar::vertical_from::<4>(coefficients, taps, [first, second], done);
    }

    /// Two blocks at a time. A block is eight registers, two for each pair of rows.
    pub(super) fn vertical8(Neon, coefficients: &[i16], taps: &[Tap], rows: [&mut [i16]; RESULTS_AT_ONCE]) {
        let [first, second] = rows;
        let chunks = first.as_chunks_mut::<16>().0.iter_mut().zip(second.as_chunks_mut::<16>().0);
        let mut done = 0;
        for (index, (first, second)) in chunks.enumerate() {
            let mut sums = [[[PairSums::new(); 2]; 2]; RESULTS_AT_ONCE];
            for tap in taps {
                let weights = [pairs(&tap.weights[0]), pairs(&tap.weights[1])];
                let start = tap.start + index * 128;
                let Some(blocks) = coefficients.get(start..).and_then(<[i16]>::first_chunk::<128>) else { continue };
                for (place, block) in blocks.as_chunks::<64>().0.iter().enumerate() {
                    for (pair, rows) in block.as_chunks().0.iter().enumerate() {
                        let [columns0123, columns4567] = halves(rows);
                        for (sums, weights) in sums.iter_mut().zip(&weights) {
                            let [left, right] = &mut sums[place];
                            *left = left.plus(columns0123, weights[pair]);
                            *right = right.plus(columns4567, weights[pair]);
                        }
                    }
                }
            }
            for (chunk, sums) in [first, second].into_iter().zip(&sums) {
                for (frequencies, two) in chunk.as_chunks_mut().0.iter_mut().zip(sums) {
                    store_i16x8(frequencies, rounded(two));
                }
            }
            done += 2;
        }
        scalar::vertical_from::<8>(coefficients, taps, [first, second], done);
    }
}

/// Returns each pair of weights, repeated.
#[inline]
#[target_feature(enable = "neon")]
fn pairs(weights: &[i16; 8]) -> [int16x8_t; 4] {
    let weights = vreinterpretq_s32_s16(load_i16x8(weights));
    [
        vreinterpretq_s16_s32(vdupq_laneq_s32::<0>(weights)),
        vreinterpretq_s16_s32(vdupq_laneq_s32::<1>(weights)),
        vreinterpretq_s16_s32(vdupq_laneq_s32::<2>(weights)),
        vreinterpretq_s16_s32(vdupq_laneq_s32::<3>(weights)),
    ]
}

#[inline]
#[target_feature(enable = "neon")]
fn halves(coefficients: &[i16; 16]) -> [int16x8_t; 2] {
    let (halves, _) = coefficients.as_chunks();
    [load_i16x8(&halves[0]), load_i16x8(&halves[1])]
}

/// The sums of four columns, for even and odd rows by turns:
///
/// ```text
/// | column 0 even | column 0 odd | column 1 even | column 1 odd |   | column 2 even | …
/// ```
#[derive(Clone, Copy)]
struct PairSums(int32x4_t, int32x4_t);

impl PairSums {
    #[inline]
    #[target_feature(enable = "neon")]
    fn new() -> Self {
        let half = load_i32x4(&HALF);
        Self(half, half)
    }

    #[inline]
    #[target_feature(enable = "neon")]
    fn plus(self, rows: int16x8_t, weights: int16x8_t) -> Self {
        Self(
            vmlal_s16(self.0, vget_low_s16(rows), vget_low_s16(weights)),
            vmlal_high_s16(self.1, rows, weights),
        )
    }
}

/// Returns eight columns.
#[inline]
#[target_feature(enable = "neon")]
fn rounded([left, right]: &[PairSums; 2]) -> int16x8_t {
    let four = |sums: &PairSums| vqshrn_n_s32::<SHIFT>(vpaddq_s32(sums.0, sums.1));
    vcombine_s16(four(left), four(right))
}
