//! The reference.

use super::{RESULTS_AT_ONCE, Tap};
use crate::resample::{ROW_BITS, WEIGHT_BITS};

pub(super) fn vertical<const KEPT: usize>(
    coefficients: &[i16],
    taps: &[Tap],
    rows: [&mut [i16]; RESULTS_AT_ONCE],
) {
    vertical_from::<KEPT>(coefficients, taps, rows, 0);
}

/// Like [`vertical`], from this block on.
pub(super) fn vertical_from<const KEPT: usize>(
    coefficients: &[i16],
    taps: &[Tap],
    rows: [&mut [i16]; RESULTS_AT_ONCE],
    first: usize,
) {
    for (result, row) in rows.into_iter().enumerate() {
        for (block, frequencies) in row.chunks_exact_mut(KEPT).enumerate().skip(first) {
            for (column, frequency) in frequencies.iter_mut().enumerate() {
                let mut sum = 0_i32;
                for tap in taps {
                    let start = tap.start + block * KEPT * KEPT;
                    let Some(block) = coefficients.get(start..start + KEPT * KEPT) else {
                        continue;
                    };
                    for (row, weight) in tap.weights[result][..KEPT].iter().enumerate() {
                        let place = row / 2 * (2 * KEPT) + column * 2 + row % 2;
                        sum = sum.wrapping_add(i32::from(block[place]) * i32::from(*weight));
                    }
                }
                let half = 1 << (WEIGHT_BITS - ROW_BITS - 1);
                let rounded = sum.wrapping_add(half) >> (WEIGHT_BITS - ROW_BITS);
                *frequency = rounded.clamp(i32::from(i16::MIN), i32::from(i16::MAX)) as i16;
            }
        }
    }
}
