//! The reference.

use super::RowBatch;
use crate::resample::{Axis, ROW_BITS, WEIGHT_BITS};

pub(super) fn horizontal(batch: &RowBatch, axis: &Axis, samples: &mut [u8], stride: usize) {
    let rows = samples.chunks_mut(stride.max(1));
    for (row, samples) in (0..batch.count).zip(rows) {
        let frequencies = batch.row(row);
        for (result, sample) in samples.iter_mut().enumerate().take(axis.first.len()) {
            let start = (axis.first[result] - batch.first_block) as usize * axis.geometry.kept;
            let mut sum = 0_i32;
            for (frequency, weight) in frequencies[start..].iter().zip(axis.weights_of(result)) {
                sum = sum.wrapping_add(i32::from(*frequency) * i32::from(*weight));
            }
            *sample = to_sample(sum);
        }
    }
}

/// Fractional bits of the sums.
pub(super) const BITS: u32 = WEIGHT_BITS + ROW_BITS;

/// The level shift (T.81, A.3.1) and half of one, for rounding.
pub(super) const OFFSET: i32 = (128 << BITS) + (1 << (BITS - 1));

fn to_sample(sum: i32) -> u8 {
    (sum.wrapping_add(OFFSET) >> BITS).clamp(0, 255) as u8
}
