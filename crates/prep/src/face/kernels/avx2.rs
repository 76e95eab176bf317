//! The kernels with sixteen channels a register, or the sums of eight.

use std::arch::x86_64::{
    __m256i, _mm256_add_epi32, _mm256_adds_epi16, _mm256_madd_epi16, _mm256_max_epi16,
    _mm256_mulhrs_epi16, _mm256_packs_epi32, _mm256_permute4x64_epi64, _mm256_set1_epi16,
    _mm256_srav_epi32,
};

use simd::x86::{broadcast_i16x2, load_i16x16, load_i32x8, store_i16x16};

use super::{STEM_PAIRS, STEP};
use crate::face::map::{Depthwise, Lanes, Pair, Pointwise};

/// How many pixels share weights that were loaded: their ten registers of sums hide the latency of an addition, and leave room for
/// two of weights, inputs and products. The widths of most maps are multiples of five. Four pairs of inputs in one iteration, which spares
/// additions of addresses, were no faster (2026-11-27).
const PIXELS: usize = 5;

simd::kernel! {
    pub(super) fn pointwise(Avx2, input: &[Lanes], inputs: usize, by: &Pointwise, output: &mut [Lanes]) {
        let (width, outputs) = (input.len() / inputs, by.starts.len());
        for x in starts(width) {
            match width {
                ..PIXELS => pixels::<1>(&input[x * inputs..], inputs, by, &mut output[x * outputs..]),
                _ => pixels::<PIXELS>(&input[x * inputs..], inputs, by, &mut output[x * outputs..]),
            }
        }
    }

    pub(super) fn stem(Avx2, rows: [&[i16]; 3], by: &Pointwise, output: &mut [Lanes]) {
        // Images are filled up to whole cells: a row is never shorter.
        for x in starts(output.len()) {
            let mut sums = [[load_i32x8(&[0; 8]); 2]; PIXELS];
            start(by, 0, &mut sums);
            for (row, weights) in rows.iter().zip(by.weights.as_chunks::<STEM_PAIRS>().0) {
                let mut from: [&[[i16; 2]]; PIXELS] = [&[]; PIXELS];
                for (pixel, from) in from.iter_mut().enumerate() {
                    *from = row[(x + pixel) * STEP..].as_chunks().0;
                }
                add_products(from, weights, &mut sums);
            }
            for (to, sums) in output[x..].iter_mut().zip(sums) {
                narrow(sums, by, 0, to);
            }
        }
    }

    pub(super) fn depthwise(Avx2, rows: [&[Lanes]; 3], by: &Depthwise, output: &mut [Lanes]) {
        match by.biases.len() {
            1 => three_rows::<1>(rows, by, output),
            2 => three_rows::<2>(rows, by, output),
            4 => three_rows::<4>(rows, by, output),
            lanes => unreachable!("the network has no map of {lanes} lanes"),
        }
    }
}

/// Where `PIXELS` pixels at a time begin, or in a narrow row one; the last ones may be computed once more.
fn starts(width: usize) -> impl Iterator<Item = usize> {
    let (step, last) = match width {
        ..PIXELS => (1, width),
        _ => (PIXELS, width - PIXELS),
    };
    (0..width).step_by(step).map(move |x| x.min(last))
}

/// Convolves `N` pixels, a lane of outputs at a time.
#[inline]
#[target_feature(enable = "avx2")]
fn pixels<const N: usize>(input: &[Lanes], inputs: usize, by: &Pointwise, output: &mut [Lanes]) {
    let (pairs, outputs) = (inputs * 8, by.starts.len());
    let mut from: [&[[i16; 2]]; N] = [&[]; N];
    for (pixel, from) in from.iter_mut().enumerate() {
        *from = input[pixel * inputs..][..inputs]
            .as_flattened()
            .as_chunks()
            .0;
    }
    for lane in 0..outputs {
        let mut sums = [[load_i32x8(&[0; 8]); 2]; N];
        start(by, lane, &mut sums);
        add_products(from, &by.weights[lane * pairs..][..pairs], &mut sums);
        for (pixel, sums) in sums.into_iter().enumerate() {
            narrow(sums, by, lane, &mut output[pixel * outputs + lane]);
        }
    }
}

/// Starts the sums of `N` pixels for a lane of outputs.
#[inline]
#[target_feature(enable = "avx2")]
fn start<const N: usize>(by: &Pointwise, lane: usize, sums: &mut [[__m256i; 2]; N]) {
    let (starts, _) = by.starts[lane].as_chunks();
    *sums = [[load_i32x8(&starts[0]), load_i32x8(&starts[1])]; N];
}

/// Adds the products of the inputs of `N` pixels with the weights of a lane of outputs.
#[inline]
#[target_feature(enable = "avx2")]
fn add_products<const N: usize>(
    mut from: [&[[i16; 2]]; N],
    weights: &[Pair],
    sums: &mut [[__m256i; 2]; N],
) {
    for from in &mut from {
        *from = &from[..weights.len()];
    }
    for (pair, weights) in weights.iter().enumerate() {
        let (weights, _) = weights.as_flattened().as_chunks();
        let weights = [load_i16x16(&weights[0]), load_i16x16(&weights[1])];
        for (sums, from) in sums.iter_mut().zip(from) {
            let inputs = broadcast_i16x2(&from[pair]);
            for (sum, weights) in sums.iter_mut().zip(weights) {
                *sum = _mm256_add_epi32(*sum, _mm256_madd_epi16(inputs, weights));
            }
        }
    }
}

/// Moves the sums of a pixel right, to the nearest numbers of 16 bits that are not below the floor.
#[inline]
#[target_feature(enable = "avx2")]
fn narrow(sums: [__m256i; 2], by: &Pointwise, lane: usize, to: &mut Lanes) {
    let (shifts, _) = by.shifts[lane].as_chunks();
    let low = _mm256_srav_epi32(sums[0], load_i32x8(&shifts[0]));
    let high = _mm256_srav_epi32(sums[1], load_i32x8(&shifts[1]));
    // Packed are four of each in turn: 0–3, 8–11, 4–7, 12–15.
    let packed = _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_packs_epi32(low, high));
    store_i16x16(to, _mm256_max_epi16(packed, _mm256_set1_epi16(by.floor)));
}

/// Convolves three by three pixels of `L` lanes.
#[inline]
#[target_feature(enable = "avx2")]
fn three_rows<const L: usize>(rows: [&[Lanes]; 3], by: &Depthwise, output: &mut [Lanes]) {
    let (taps, floor) = (by.weights.as_chunks::<L>().0, _mm256_set1_epi16(by.floor));
    let (output, _) = output.as_chunks_mut::<L>();
    let row = |row: usize| rows[row].as_chunks::<L>().0.windows(3);
    for lane in 0..L {
        let bias = load_i16x16(&by.biases[lane]);
        let mut weights = [bias; 9];
        for (weight, tap) in weights.iter_mut().zip(taps) {
            *weight = load_i16x16(&tap[lane]);
        }
        let around = row(0).zip(row(1)).zip(row(2));
        for (pixel, ((above, here), below)) in output.iter_mut().zip(around) {
            let mut sum = bias;
            for (row, weights) in [above, here, below].iter().zip(weights.as_chunks::<3>().0) {
                for (values, weight) in row.iter().zip(weights) {
                    let product = _mm256_mulhrs_epi16(load_i16x16(&values[lane]), *weight);
                    sum = _mm256_adds_epi16(sum, product);
                }
            }
            store_i16x16(&mut pixel[lane], _mm256_max_epi16(sum, floor));
        }
    }
}
