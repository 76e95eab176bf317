//! The kernels as they are defined, one multiplication after another.

use super::{STEM_PAIRS, STEP};
use crate::face::map::{Depthwise, Lanes, Pair, Pointwise};

pub(super) fn pointwise(input: &[Lanes], inputs: usize, by: &Pointwise, output: &mut [Lanes]) {
    let (pairs, outputs) = (inputs * 8, by.starts.len());
    let pixels = input.as_flattened().chunks_exact(2 * pairs);
    for (from, to) in pixels.zip(output.chunks_exact_mut(outputs)) {
        let (from, _) = from.as_chunks();
        for (lane, result) in to.iter_mut().enumerate() {
            let mut sums = by.starts[lane];
            add_products(from, &by.weights[lane * pairs..][..pairs], &mut sums);
            *result = narrow(&sums, &by.shifts[lane], by.floor);
        }
    }
}

pub(super) fn stem(rows: [&[i16]; 3], by: &Pointwise, output: &mut [Lanes]) {
    for (x, result) in output.iter_mut().enumerate() {
        let mut sums = by.starts[0];
        for (row, weights) in rows.iter().zip(by.weights.chunks_exact(STEM_PAIRS)) {
            let (from, _) = row[x * STEP..].as_chunks();
            add_products(from, weights, &mut sums);
        }
        *result = narrow(&sums, &by.shifts[0], by.floor);
    }
}

fn add_products(from: &[[i16; 2]], weights: &[Pair], sums: &mut [i32; 16]) {
    for (inputs, weights) in from.iter().zip(weights) {
        let [first, second] = inputs.map(i32::from);
        for (sum, weights) in sums.iter_mut().zip(weights) {
            *sum += first * i32::from(weights[0]) + second * i32::from(weights[1]);
        }
    }
}

/// Moves sums right, to the nearest numbers of 16 bits that are not below the floor.
fn narrow(sums: &[i32; 16], shifts: &[i32; 16], floor: i16) -> Lanes {
    std::array::from_fn(|output| {
        let number = sums[output] >> shifts[output];
        number.clamp(floor.into(), i16::MAX.into()) as i16
    })
}

pub(super) fn depthwise(rows: [&[Lanes]; 3], by: &Depthwise, output: &mut [Lanes]) {
    let lanes = by.biases.len();
    for (x, pixel) in output.chunks_exact_mut(lanes).enumerate() {
        for (lane, result) in pixel.iter_mut().enumerate() {
            let mut sums = by.biases[lane];
            for tap in 0..9 {
                let values = &rows[tap / 3][(x + tap % 3) * lanes + lane];
                let weights = &by.weights[tap * lanes + lane];
                for ((sum, value), weight) in sums.iter_mut().zip(values).zip(weights) {
                    let product = i32::from(*value) * i32::from(*weight);
                    // Rounded to the map's fractional bits.
                    *sum = sum.saturating_add(((product + (1 << 14)) >> 15) as i16);
                }
            }
            *result = sums.map(|sum| sum.max(by.floor));
        }
    }
}
