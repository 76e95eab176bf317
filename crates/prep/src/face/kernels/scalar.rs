//! The kernels as they are defined, one multiplication after another.

use super::larger;
use crate::face::map::{Convolution, Lanes};

pub(super) fn pointwise(input: &[Lanes], inputs: usize, by: &Convolution, output: &mut [Lanes]) {
    let (channels, outputs) = (inputs * 8, by.biases.len());
    let pixels = input.as_flattened().chunks_exact(channels);
    for (from, to) in pixels.zip(output.chunks_exact_mut(outputs)) {
        for (lane, result) in to.iter_mut().enumerate() {
            let mut sum = by.biases[lane];
            for (value, weight) in from.iter().zip(&by.weights[lane * channels..]) {
                for (sum, weight) in sum.iter_mut().zip(weight) {
                    *sum = value.mul_add(*weight, *sum);
                }
            }
            *result = sum.map(|sum| larger(sum, by.floor));
        }
    }
}

pub(super) fn depthwise(rows: [&[Lanes]; 3], by: &Convolution, output: &mut [Lanes]) {
    let lanes = by.biases.len();
    for (x, pixel) in output.chunks_exact_mut(lanes).enumerate() {
        for (lane, result) in pixel.iter_mut().enumerate() {
            let mut sum = by.biases[lane];
            for tap in 0..9 {
                let value = &rows[tap / 3][(x + tap % 3) * lanes + lane];
                let weight = &by.weights[tap * lanes + lane];
                for ((sum, value), weight) in sum.iter_mut().zip(value).zip(weight) {
                    *sum = value.mul_add(*weight, *sum);
                }
            }
            *result = sum.map(|sum| larger(sum, by.floor));
        }
    }
}
