//! The kernels with eight channels a register.

use std::arch::x86_64::{__m256, _mm256_fmadd_ps, _mm256_max_ps, _mm256_set1_ps};

use simd::x86::{load_f32x8, store_f32x8};

use crate::face::map::{Convolution, Lanes};

/// How many pixels share a weight that was loaded, and how many lanes a value that was spread: ten sums, which hide a
/// multiplication's latency of four cycles on two ports, and fit into the registers beside two weights and a value. The widths of
/// most maps are multiples of five.
const PIXELS: usize = 5;
const LANES: usize = 2;

simd::kernel! {
    pub(super) fn pointwise(Avx2, input: &[Lanes], inputs: usize, by: &Convolution, output: &mut [Lanes]) {
        let width = input.len() / inputs;
        if width < PIXELS {
            for x in 0..width {
                pixels::<1>(input, inputs, x, by, output);
            }
            return;
        }
        for x in (0..width).step_by(PIXELS) {
            // The last ones may be computed once more.
            pixels::<PIXELS>(input, inputs, x.min(width - PIXELS), by, output);
        }
    }

    pub(super) fn depthwise(Avx2, rows: [&[Lanes]; 3], by: &Convolution, output: &mut [Lanes]) {
        match by.biases.len() {
            1 => three_rows::<1>(rows, by, output),
            2 => three_rows::<2>(rows, by, output),
            4 => three_rows::<4>(rows, by, output),
            8 => three_rows::<8>(rows, by, output),
            lanes => unreachable!("the network has no map of {lanes} lanes"),
        }
    }
}

/// Convolves three by three pixels of `L` lanes.
#[inline]
#[target_feature(enable = "avx2,fma")]
fn three_rows<const L: usize>(rows: [&[Lanes]; 3], by: &Convolution, output: &mut [Lanes]) {
    let (taps, floor) = (by.weights.as_chunks::<L>().0, _mm256_set1_ps(by.floor));
    let (output, _) = output.as_chunks_mut::<L>();
    let row = |row: usize| rows[row].as_chunks::<L>().0.windows(3);
    for lane in 0..L {
        let bias = load_f32x8(&by.biases[lane]);
        let mut weights = [bias; 9];
        for (weight, tap) in weights.iter_mut().zip(taps) {
            *weight = load_f32x8(&tap[lane]);
        }
        let around = row(0).zip(row(1)).zip(row(2));
        for (pixel, ((above, here), below)) in output.iter_mut().zip(around) {
            let mut sum = bias;
            for (row, weights) in [above, here, below].iter().zip(weights.as_chunks::<3>().0) {
                sum = _mm256_fmadd_ps(load_f32x8(&row[0][lane]), weights[0], sum);
                sum = _mm256_fmadd_ps(load_f32x8(&row[1][lane]), weights[1], sum);
                sum = _mm256_fmadd_ps(load_f32x8(&row[2][lane]), weights[2], sum);
            }
            store_f32x8(&mut pixel[lane], _mm256_max_ps(sum, floor));
        }
    }
}

/// Convolves `N` pixels from `x` on, two lanes of outputs at a time.
#[inline]
#[target_feature(enable = "avx2,fma")]
fn pixels<const N: usize>(
    input: &[Lanes],
    inputs: usize,
    x: usize,
    by: &Convolution,
    output: &mut [Lanes],
) {
    let outputs = by.biases.len();
    let mut from = [input; N];
    for (pixel, from) in from.iter_mut().enumerate() {
        *from = &input[(x + pixel) * inputs..][..inputs];
    }
    let to = &mut output[x * outputs..][..N * outputs];
    let mut lane = 0;
    while lane + LANES <= outputs {
        sums::<N, LANES>(&from, by, lane, to);
        lane += LANES;
    }
    if lane < outputs {
        sums::<N, 1>(&from, by, lane, to);
    }
}

/// Sums the products of `N` pixels for `M` lanes of outputs from `lane` on.
#[inline]
#[target_feature(enable = "avx2,fma")]
fn sums<const N: usize, const M: usize>(
    from: &[&[Lanes]; N],
    by: &Convolution,
    lane: usize,
    to: &mut [Lanes],
) {
    let (inputs, outputs) = (from[0].len(), by.biases.len());
    let all = by.weights.as_chunks::<8>().0;
    let mut weights = [all; M];
    let mut biases = [_mm256_set1_ps(0.0); M];
    for (place, (weights, bias)) in weights.iter_mut().zip(&mut biases).enumerate() {
        *weights = &all[(lane + place) * inputs..][..inputs];
        *bias = load_f32x8(&by.biases[lane + place]);
    }
    let mut sums: [[__m256; M]; N] = [biases; N];
    for input in 0..inputs {
        for channel in 0..8 {
            let mut by = biases;
            for (by, weights) in by.iter_mut().zip(&weights) {
                *by = load_f32x8(&weights[input][channel]);
            }
            for (sums, from) in sums.iter_mut().zip(from) {
                let value = _mm256_set1_ps(from[input][channel]);
                for (sum, by) in sums.iter_mut().zip(by) {
                    *sum = _mm256_fmadd_ps(value, by, *sum);
                }
            }
        }
    }
    let floor = _mm256_set1_ps(by.floor);
    for (pixel, sums) in to.chunks_exact_mut(outputs).zip(sums) {
        for (to, sum) in pixel[lane..].iter_mut().zip(sums) {
            store_f32x8(to, _mm256_max_ps(sum, floor));
        }
    }
}
