//! The inner loops, compiled for each level; the compiler vectorizes them, and all levels give the same bits.

use super::weights::{Axis, LANES};

/// How many rows are added at a time: each sum is loaded and stored once for all of them.
pub(super) const ROWS: usize = 4;

simd::levels! {
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

    /// Adds weighted rows to a sum of rows, one after the other.
    pub(super) fn add_rows(level: Level, sums: &mut [f32], rows: [&[f32]; ROWS], weights: [f32; ROWS]) {
        let rows = rows.map(|row| &row[..sums.len()]);
        for (index, sum) in sums.iter_mut().enumerate() {
            for (row, weight) in rows.iter().zip(weights) {
                *sum += row[index] * weight;
            }
        }
    }

    /// Sums the pixels of a row, `N` samples each, to those of a line.
    ///
    /// The row begins with the pixel `first` of the photo and has room behind it for the longest weights.
    pub(super) fn across<const N: usize>(level: Level, row: &[f32], first: u32, axis: &Axis, line: &mut [f32]) {
        let (line, _) = line.as_chunks_mut::<N>();
        for ((pixel, taps), weights) in line.iter_mut().zip(axis.taps()).zip(axis.weights()) {
            *pixel = sum_pixels(&row[(taps.start - first) as usize * N..], weights);
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

/// Sums pixels with their weights, as many side by side as there are lanes.
#[inline(always)]
fn sum_pixels<const N: usize>(row: &[f32], weights: &[f32]) -> [f32; N] {
    let mut lanes = [[0.0_f32; N]; LANES];
    let (pixels, _) = row.as_chunks::<N>().0.as_chunks::<LANES>();
    let (weights, _) = weights.as_chunks::<N>().0.as_chunks::<LANES>();
    for (pixels, weights) in pixels.iter().zip(weights) {
        let samples = pixels.as_flattened().iter().zip(weights.as_flattened());
        for (lane, (sample, weight)) in lanes.as_flattened_mut().iter_mut().zip(samples) {
            *lane += sample * weight;
        }
    }
    std::array::from_fn(|channel| lanes.iter().map(|pixel| pixel[channel]).sum())
}
