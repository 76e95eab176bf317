//! The truth.

use crate::resample::{Axis, ROW_BITS, WEIGHT_BITS};

pub(super) fn horizontal(row: &[i16], first_block: u32, axis: &Axis, samples: &mut [u8]) {
    horizontal_from(row, first_block, axis, samples, 0);
}

/// The same from this result on.
pub(super) fn horizontal_from(
    row: &[i16],
    first_block: u32,
    axis: &Axis,
    samples: &mut [u8],
    first: usize,
) {
    for (result, sample) in samples.iter_mut().enumerate().skip(first) {
        let start = (axis.first[result] - first_block) as usize * axis.geometry.kept;
        let mut sum = 0_i32;
        for (frequency, weight) in row[start..].iter().zip(axis.weights_of(result)) {
            sum = sum.wrapping_add(i32::from(*frequency) * i32::from(*weight));
        }
        *sample = to_sample(sum);
    }
}

/// Fractional bits of the sums.
pub(super) const BITS: u32 = WEIGHT_BITS + ROW_BITS;

/// The level shift (T.81, A.3.1) and half of one, for rounding.
pub(super) const OFFSET: i32 = (128 << BITS) + (1 << (BITS - 1));

fn to_sample(sum: i32) -> u8 {
    (sum.wrapping_add(OFFSET) >> BITS).clamp(0, 255) as u8
}
