//! The kernels with eight channels a register; sums are of the inputs on the left and on the right by turns, two outputs a register,
//! and added when all is summed.

use std::arch::aarch64::{
    int16x8_t, int32x4_t, vaddq_s32, vcombine_s16, vdupq_n_s16, vdupq_n_s32, vget_low_s16,
    vmaxq_s16, vmlal_high_s16, vmlal_s16, vnegq_s32, vpaddq_s32, vqaddq_s16, vqmovn_s32,
    vqrdmulhq_s16, vshlq_s32,
};

use simd::arm::{broadcast_i16x2, load_i16x8, load_i32x4, store_i16x8};

use super::{STEM_PAIRS, STEP};
use crate::face::map::{Depthwise, Lanes, Pair, Pointwise};

/// How many pixels share weights that were loaded: their 24 registers of sums leave room for four of weights and one of inputs.
const PIXELS: usize = 3;

simd::kernel! {
    pub(super) fn pointwise(Neon, input: &[Lanes], inputs: usize, by: &Pointwise, output: &mut [Lanes]) {
        let (width, outputs) = (input.len() / inputs, by.starts.len());
        if width < PIXELS {
            for x in 0..width {
                pixels::<1>(&input[x * inputs..], inputs, by, &mut output[x * outputs..]);
            }
            return;
        }
        for x in (0..width).step_by(PIXELS) {
            // The last ones may be computed once more.
            let x = x.min(width - PIXELS);
            pixels::<PIXELS>(&input[x * inputs..], inputs, by, &mut output[x * outputs..]);
        }
    }

    pub(super) fn stem(Neon, rows: [&[i16]; 3], by: &Pointwise, output: &mut [Lanes]) {
        // Images are filled up to whole cells: a row is never shorter.
        let last = output.len() - PIXELS;
        for x in (0..output.len()).step_by(PIXELS) {
            let x = x.min(last);
            let mut sums = [[vdupq_n_s32(0); 8]; PIXELS];
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

    pub(super) fn depthwise(Neon, rows: [&[Lanes]; 3], by: &Depthwise, output: &mut [Lanes]) {
        match by.biases.len() {
            1 => three_rows::<1>(rows, by, output),
            2 => three_rows::<2>(rows, by, output),
            4 => three_rows::<4>(rows, by, output),
            lanes => unreachable!("the network has no map of {lanes} lanes"),
        }
    }
}

/// Convolves `N` pixels, a lane of outputs at a time.
#[inline]
#[target_feature(enable = "neon")]
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
        let mut sums = [[vdupq_n_s32(0); 8]; N];
        add_products(from, &by.weights[lane * pairs..][..pairs], &mut sums);
        for (pixel, sums) in sums.into_iter().enumerate() {
            narrow(sums, by, lane, &mut output[pixel * outputs + lane]);
        }
    }
}

/// Adds the products of the inputs of `N` pixels with the weights of a lane of outputs.
#[inline]
#[target_feature(enable = "neon")]
fn add_products<const N: usize>(
    mut from: [&[[i16; 2]]; N],
    weights: &[Pair],
    sums: &mut [[int32x4_t; 8]; N],
) {
    for from in &mut from {
        *from = &from[..weights.len()];
    }
    for (pair, weights) in weights.iter().enumerate() {
        let (quarters, _) = weights.as_flattened().as_chunks();
        let mut weights = [vdupq_n_s16(0); 4];
        for (weights, quarter) in weights.iter_mut().zip(quarters) {
            *weights = load_i16x8(quarter);
        }
        for (sums, from) in sums.iter_mut().zip(from) {
            let inputs = broadcast_i16x2(&from[pair]);
            for (sums, weights) in sums.as_chunks_mut::<2>().0.iter_mut().zip(weights) {
                sums[0] = vmlal_s16(sums[0], vget_low_s16(weights), vget_low_s16(inputs));
                sums[1] = vmlal_high_s16(sums[1], weights, inputs);
            }
        }
    }
}

/// Moves the sums of a pixel right, to the nearest numbers of 16 bits that are not below the floor.
#[inline]
#[target_feature(enable = "neon")]
fn narrow(sums: [int32x4_t; 8], by: &Pointwise, lane: usize, to: &mut Lanes) {
    let floor = vdupq_n_s16(by.floor);
    let (starts, _) = by.starts[lane].as_chunks::<8>();
    let (shifts, _) = by.shifts[lane].as_chunks::<8>();
    let places = to.as_chunks_mut().0.iter_mut().zip(sums.as_chunks().0);
    for ((to, sums), (starts, shifts)) in places.zip(starts.iter().zip(shifts)) {
        store_i16x8(to, vmaxq_s16(eight(sums, starts, shifts), floor));
    }
}

/// Moves the sums of eight outputs.
#[inline]
#[target_feature(enable = "neon")]
fn eight(sums: &[int32x4_t; 4], starts: &[i32; 8], shifts: &[i32; 8]) -> int16x8_t {
    let mut moved = [vdupq_n_s32(0); 2];
    let numbers = starts.as_chunks().0.iter().zip(shifts.as_chunks().0);
    for ((moved, sums), (starts, shifts)) in
        moved.iter_mut().zip(sums.as_chunks::<2>().0).zip(numbers)
    {
        let total = vaddq_s32(load_i32x4(starts), vpaddq_s32(sums[0], sums[1]));
        *moved = vshlq_s32(total, vnegq_s32(load_i32x4(shifts)));
    }
    vcombine_s16(vqmovn_s32(moved[0]), vqmovn_s32(moved[1]))
}

/// Convolves three by three pixels of `L` lanes.
#[inline]
#[target_feature(enable = "neon")]
fn three_rows<const L: usize>(rows: [&[Lanes]; 3], by: &Depthwise, output: &mut [Lanes]) {
    let (taps, floor) = (by.weights.as_chunks::<L>().0, vdupq_n_s16(by.floor));
    let (output, _) = output.as_chunks_mut::<L>();
    let row = |row: usize| rows[row].as_chunks::<L>().0.windows(3);
    for lane in 0..L {
        for half in 0..2 {
            let eight = |lanes: &Lanes| load_i16x8(&lanes.as_chunks().0[half]);
            let bias = eight(&by.biases[lane]);
            let mut weights = [bias; 9];
            for (weight, tap) in weights.iter_mut().zip(taps) {
                *weight = eight(&tap[lane]);
            }
            let around = row(0).zip(row(1)).zip(row(2));
            for (pixel, ((above, here), below)) in output.iter_mut().zip(around) {
                let mut sum = bias;
                for (row, weights) in [above, here, below].iter().zip(weights.as_chunks::<3>().0) {
                    for (values, weight) in row.iter().zip(weights) {
                        sum = vqaddq_s16(sum, vqrdmulhq_s16(eight(&values[lane]), *weight));
                    }
                }
                let to = &mut pixel[lane].as_chunks_mut().0[half];
                store_i16x8(to, vmaxq_s16(sum, floor));
            }
        }
    }
}
