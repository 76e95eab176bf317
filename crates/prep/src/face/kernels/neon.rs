//! The kernels with four channels a register.

use std::arch::aarch64::{float32x4_t, vdupq_n_f32, vfmaq_f32, vfmaq_laneq_f32, vmaxnmq_f32};

use simd::arm::{load_f32x4, store_f32x4};

use crate::face::map::{Convolution, Lanes};

/// How many pixels share a weight that was loaded, and how many lanes a value: twenty sums, which hide a multiplication's latency of
/// four cycles on four ports, and fit into the registers beside four weights and five pixels' values. The widths of most maps are
/// multiples of five.
const PIXELS: usize = 5;
const LANES: usize = 2;

simd::kernel! {
    pub(super) fn pointwise(Neon, input: &[Lanes], inputs: usize, by: &Convolution, output: &mut [Lanes]) {
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

    pub(super) fn depthwise(Neon, rows: [&[Lanes]; 3], by: &Convolution, output: &mut [Lanes]) {
        match by.biases.len() {
            1 => three_rows::<1>(rows, by, output),
            2 => three_rows::<2>(rows, by, output),
            4 => three_rows::<4>(rows, by, output),
            8 => three_rows::<8>(rows, by, output),
            lanes => unreachable!("the network has no map of {lanes} lanes"),
        }
    }
}

/// A lane of eight channels.
type Lane = [float32x4_t; 2];

#[inline]
#[target_feature(enable = "neon")]
fn load(lane: &Lanes) -> Lane {
    let (halves, _) = lane.as_chunks();
    [load_f32x4(&halves[0]), load_f32x4(&halves[1])]
}

/// Stores sums, or the floor where that is larger, or a sum is no number.
#[inline]
#[target_feature(enable = "neon")]
fn store(lane: &mut Lanes, sums: Lane, floor: float32x4_t) {
    for (half, sum) in lane.as_chunks_mut().0.iter_mut().zip(sums) {
        store_f32x4(half, vmaxnmq_f32(sum, floor));
    }
}

/// Convolves three by three pixels of `L` lanes.
#[inline]
#[target_feature(enable = "neon")]
fn three_rows<const L: usize>(rows: [&[Lanes]; 3], by: &Convolution, output: &mut [Lanes]) {
    let (taps, floor) = (by.weights.as_chunks::<L>().0, vdupq_n_f32(by.floor));
    let (output, _) = output.as_chunks_mut::<L>();
    let row = |row: usize| rows[row].as_chunks::<L>().0.windows(3);
    for lane in 0..L {
        let bias = load(&by.biases[lane]);
        let mut weights = [bias; 9];
        for (weight, tap) in weights.iter_mut().zip(taps) {
            *weight = load(&tap[lane]);
        }
        let around = row(0).zip(row(1)).zip(row(2));
        for (pixel, ((above, here), below)) in output.iter_mut().zip(around) {
            let mut sums = bias;
            for (row, weights) in [above, here, below].iter().zip(weights.as_chunks::<3>().0) {
                for (pixel, weights) in row.iter().zip(weights) {
                    for ((sum, value), weight) in
                        sums.iter_mut().zip(load(&pixel[lane])).zip(weights)
                    {
                        *sum = vfmaq_f32(*sum, value, *weight);
                    }
                }
            }
            store(&mut pixel[lane], sums, floor);
        }
    }
}

/// Convolves `N` pixels from `x` on, two lanes of outputs at a time.
#[inline]
#[target_feature(enable = "neon")]
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
#[target_feature(enable = "neon")]
fn sums<const N: usize, const M: usize>(
    from: &[&[Lanes]; N],
    by: &Convolution,
    lane: usize,
    to: &mut [Lanes],
) {
    let (inputs, outputs) = (from[0].len(), by.biases.len());
    let all = by.weights.as_chunks::<4>().0;
    let mut weights = [all; M];
    let mut biases = [[vdupq_n_f32(0.0); 2]; M];
    for (place, (weights, bias)) in weights.iter_mut().zip(&mut biases).enumerate() {
        *weights = &all[(lane + place) * 2 * inputs..][..2 * inputs];
        *bias = load(&by.biases[lane + place]);
    }
    let mut sums: [[Lane; M]; N] = [biases; N];
    for input in 0..inputs {
        for half in 0..2 {
            let values = from.map(|from| load_f32x4(&from[input].as_chunks().0[half]));
            let weights = weights.map(|weights| &weights[2 * input + half]);
            add_products::<0, N, M>(&mut sums, values, weights.map(|weights| &weights[0]));
            add_products::<1, N, M>(&mut sums, values, weights.map(|weights| &weights[1]));
            add_products::<2, N, M>(&mut sums, values, weights.map(|weights| &weights[2]));
            add_products::<3, N, M>(&mut sums, values, weights.map(|weights| &weights[3]));
        }
    }
    let floor = vdupq_n_f32(by.floor);
    for (pixel, sums) in to.chunks_exact_mut(outputs).zip(sums) {
        for (to, sums) in pixel[lane..].iter_mut().zip(sums) {
            store(to, sums, floor);
        }
    }
}

/// Adds the products of one channel of each pixel.
#[inline]
#[target_feature(enable = "neon")]
fn add_products<const CHANNEL: i32, const N: usize, const M: usize>(
    sums: &mut [[Lane; M]; N],
    values: [float32x4_t; N],
    weights: [&Lanes; M],
) {
    let weights = weights.map(|weights| load(weights));
    for (sums, value) in sums.iter_mut().zip(values) {
        for (sum, weight) in sums
            .as_flattened_mut()
            .iter_mut()
            .zip(weights.as_flattened())
        {
            *sum = vfmaq_laneq_f32::<CHANNEL>(*sum, *weight, value);
        }
    }
}
