//! Rows of 16 bits, of floats, and rows with opacity, whose colors are weighted by it: in `f32`.
//!
//! The compiler vectorizes these loops, but not the one that gathers samples. Sums are in one order, so all levels give the same
//! bits.

#[cfg(target_arch = "x86_64")]
mod avx2;
mod scalar;

use std::ops::Range;

use simd::Level;

use super::axis::Axis;
use super::passes::{Column, LANES, Numbers, ROWS, Waiting};

pub(super) struct Floats;

impl Numbers for Floats {
    type Sample = f32;
    type Number = f32;
    type Sum = f32;

    const WEIGHT_BITS: [u32; 2] = [0, 0];

    fn gather(level: Level, rows: Waiting<'_, f32>, _: usize, columns: &mut [Column<f32>]) {
        // In the order of the rows: for each pixel of a pair its channels.
        let samples = columns.as_flattened_mut().as_chunks_mut().0;
        match level {
            #[cfg(target_arch = "x86_64")]
            Level::Avx2(avx2) => avx2::gather(avx2, rows, samples),
            _ => scalar::gather(rows, samples),
        }
    }

    fn along(
        level: Level,
        columns: &[Column<f32>],
        first: usize,
        axis: &Axis<f32>,
        results: Range<usize>,
        channels: usize,
        reduced: &mut [[f32; ROWS]],
    ) {
        match channels {
            1 => along::<1>(level, columns, first, axis, results, reduced),
            2 => along::<2>(level, columns, first, axis, results, reduced),
            3 => along::<3>(level, columns, first, axis, results, reduced),
            _ => along::<4>(level, columns, first, axis, results, reduced),
        }
    }

    fn down(level: Level, rows: &[&[[f32; 2]]], weights: &[[f32; 2]], line: &mut [f32]) {
        down(level, rows, weights, line);
    }
}

simd::levels! {
    fn along<const N: usize>(level: Level, columns: &[Column<f32>], first: usize, axis: &Axis<f32>, results: Range<usize>, reduced: &mut [[f32; ROWS]]) {
        let pixels = columns.as_flattened().as_chunks::<ROWS>().0.as_chunks::<N>().0;
        for (result, reduced) in results.zip(reduced.as_chunks_mut::<N>().0) {
            let pixels = &pixels[2 * (axis.pairs(result).start - first)..];
            let mut sums = [[0.0; ROWS]; N];
            for (pixel, weight) in pixels.iter().zip(axis.weights(result).as_flattened()) {
                for (sums, samples) in sums.iter_mut().zip(pixel) {
                    for (sum, sample) in sums.iter_mut().zip(samples) {
                        *sum += sample * weight;
                    }
                }
            }
            *reduced = sums;
        }
    }

    fn down(level: Level, rows: &[&[[f32; 2]]], weights: &[[f32; 2]], line: &mut [f32]) {
        for (index, line) in line.as_chunks_mut::<LANES>().0.iter_mut().enumerate() {
            let mut sums = [0.0; LANES];
            for (row, weights) in rows.iter().zip(weights) {
                for (sum, samples) in sums.iter_mut().zip(&row[index * LANES..][..LANES]) {
                    *sum += samples[0] * weights[0];
                    *sum += samples[1] * weights[1];
                }
            }
            *line = sums;
        }
    }

    /// Widens samples of 8 bits, one of which is a `unit`.
    pub(super) fn widen_narrow(level: Level, from: &[u8], to: &mut [f32], unit: f32) {
        for (to, &from) in to.iter_mut().zip(from) {
            *to = f32::from(from) * unit;
        }
    }

    /// Widens samples of 16 bits.
    pub(super) fn widen_wide(level: Level, from: &[u16], to: &mut [f32]) {
        for (to, &from) in to.iter_mut().zip(from) {
            *to = f32::from(from);
        }
    }

    /// Scales samples of 0…1 to 0…65535; values outside are clipped, and NaN is black.
    pub(super) fn widen_float(level: Level, from: &[f32], to: &mut [f32]) {
        for (to, &from) in to.iter_mut().zip(from) {
            // Comparisons with NaN are false.
            let at_least_black = if from > 0.0 { from } else { 0.0 };
            *to = if at_least_black < 1.0 { at_least_black * 65535.0 } else { 65535.0 };
        }
    }

    /// Multiplies colors by their opacity, which is the last of `N` samples and at most `max`.
    pub(super) fn premultiply<const N: usize>(level: Level, row: &mut [f32], max: f32) {
        let share = 1.0 / max;
        for pixel in row.as_chunks_mut::<N>().0 {
            let alpha = pixel[N - 1] * share;
            for color in &mut pixel[..N - 1] {
                *color *= alpha;
            }
        }
    }

    /// Divides colors by their opacity; invisible ones become black.
    pub(super) fn unpremultiply<const N: usize>(level: Level, row: &mut [f32], max: f32) {
        for pixel in row.as_chunks_mut::<N>().0 {
            let alpha = pixel[N - 1];
            let gain = if alpha > 0.0 { max / alpha } else { 0.0 };
            for color in &mut pixel[..N - 1] {
                *color *= gain;
            }
        }
    }

    /// Rounds to 8 bits.
    pub(super) fn round_narrow(level: Level, from: &[f32], to: &mut [u8]) {
        for (to, &from) in to.iter_mut().zip(from) {
            *to = (from + 0.5) as u8;
        }
    }

    /// Rounds to 16 bits.
    pub(super) fn round_wide(level: Level, from: &[f32], to: &mut [u16]) {
        for (to, &from) in to.iter_mut().zip(from) {
            *to = (from + 0.5) as u16;
        }
    }
}
