//! The kernels with eight channels a register.

use std::arch::x86_64::{__m256, _mm256_fmadd_ps, _mm256_max_ps, _mm256_set1_ps};

use simd::x86::{load_f32x8, store_f32x8};

use crate::face::map::{Convolution, Lanes};

/// How many pixels share a weight that was loaded, and how many lanes a value that was spread: with twice as many sums they
/// just fit into the registers.
const PIXELS: usize = 4;
const LANES: usize = 2;

simd::kernel! {
    pub(super) fn pointwise(Avx2, input: &[Lanes], inputs: usize, by: &Convolution, output: &mut [Lanes]) {
        let (channels, outputs) = (inputs * 8, by.biases.len());
        let input = input.as_flattened();
        let together = input.len() / (channels * PIXELS);
        let (many, rest) = input.split_at(together * channels * PIXELS);
        let (to_many, to_rest) = output.split_at_mut(together * outputs * PIXELS);
        let many = many.chunks_exact(channels * PIXELS);
        for (from, to) in many.zip(to_many.chunks_exact_mut(outputs * PIXELS)) {
            pixels::<PIXELS>(from, channels, by, to);
        }
        let rest = rest.chunks_exact(channels);
        for (from, to) in rest.zip(to_rest.chunks_exact_mut(outputs)) {
            pixels::<1>(from, channels, by, to);
        }
    }

    pub(super) fn depthwise(Avx2, rows: &[Lanes], stride: usize, by: &Convolution, output: &mut [Lanes]) {
        let lanes = by.biases.len();
        let floor = _mm256_set1_ps(by.floor);
        let rows: [&[Lanes]; 3] = std::array::from_fn(|row| &rows[row * stride..][..stride]);
        for lane in 0..lanes {
            let bias = load_f32x8(&by.biases[lane]);
            let mut weights = [bias; 9];
            for (tap, weight) in weights.iter_mut().enumerate() {
                *weight = load_f32x8(&by.weights[tap * lanes + lane]);
            }
            for (x, pixel) in output.chunks_exact_mut(lanes).enumerate() {
                let mut sum = bias;
                for (row, weights) in rows.iter().zip(weights.as_chunks::<3>().0) {
                    let from = &row[x * lanes + lane..][..2 * lanes + 1];
                    sum = _mm256_fmadd_ps(load_f32x8(&from[0]), weights[0], sum);
                    sum = _mm256_fmadd_ps(load_f32x8(&from[lanes]), weights[1], sum);
                    sum = _mm256_fmadd_ps(load_f32x8(&from[2 * lanes]), weights[2], sum);
                }
                store_f32x8(&mut pixel[lane], _mm256_max_ps(sum, floor));
            }
        }
    }
}

/// Convolves `N` pixels, two lanes of outputs at a time.
#[inline]
#[target_feature(enable = "avx2,fma")]
fn pixels<const N: usize>(from: &[f32], channels: usize, by: &Convolution, to: &mut [Lanes]) {
    let (outputs, floor) = (by.biases.len(), _mm256_set1_ps(by.floor));
    let mut lane = 0;
    while lane + LANES <= outputs {
        let sums = sums::<N, LANES>(from, channels, by, lane);
        for (pixel, sums) in sums.iter().enumerate() {
            for (place, sum) in sums.iter().enumerate() {
                let to = &mut to[pixel * outputs + lane + place];
                store_f32x8(to, _mm256_max_ps(*sum, floor));
            }
        }
        lane += LANES;
    }
    if lane < outputs {
        let sums = sums::<N, 1>(from, channels, by, lane);
        for (pixel, [sum]) in sums.iter().enumerate() {
            let to = &mut to[pixel * outputs + lane];
            store_f32x8(to, _mm256_max_ps(*sum, floor));
        }
    }
}

/// Sums the products of `N` pixels for `M` lanes from `lane` on.
#[inline]
#[target_feature(enable = "avx2,fma")]
fn sums<const N: usize, const M: usize>(
    from: &[f32],
    channels: usize,
    by: &Convolution,
    lane: usize,
) -> [[__m256; M]; N] {
    let from: [&[f32]; N] = std::array::from_fn(|pixel| &from[pixel * channels..][..channels]);
    let weights: [&[Lanes]; M] =
        std::array::from_fn(|place| &by.weights[(lane + place) * channels..][..channels]);
    let mut sums = [[_mm256_set1_ps(0.0); M]; N];
    for pixel in &mut sums {
        for (place, sum) in pixel.iter_mut().enumerate() {
            *sum = load_f32x8(&by.biases[lane + place]);
        }
    }
    for channel in 0..channels {
        let mut by = [_mm256_set1_ps(0.0); M];
        for (weight, weights) in by.iter_mut().zip(weights) {
            *weight = load_f32x8(&weights[channel]);
        }
        for (pixel, values) in sums.iter_mut().zip(from) {
            let value = _mm256_set1_ps(values[channel]);
            for (sum, weight) in pixel.iter_mut().zip(by) {
                *sum = _mm256_fmadd_ps(value, weight, *sum);
            }
        }
    }
    sums
}
