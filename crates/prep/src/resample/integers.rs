//! Rows of 8 bits in integers: weights and reduced samples of 16 bits, sums of 32.
//!
//! Nothing overflows, because the sizes of a result's weights add up to 1.6 at most (a test of [`Axis`] proves it): samples 0…255
//! times weights of 22 fractional bits stay below 2³¹, and reduced samples, which are ±128 · 1.6 with 7 fractional bits, below
//! 2¹⁵. Times weights of 15 fractional bits, and with the 2²⁹ that they are moved back by, these stay below 2³¹, too.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "aarch64")]
mod neon;
mod scalar;

use std::ops::Range;

use simd::Level;

use super::axis::Axis;
use super::passes::{Column, Numbers, ROWS, Waiting};

pub(super) struct Integers;

impl Numbers for Integers {
    type Sample = u8;
    type Number = i16;
    type Sum = i32;

    const WEIGHT_BITS: [u32; 2] = [22, 15];

    fn gather(level: Level, rows: Waiting<'_, u8>, channels: usize, columns: &mut [Column<i16>]) {
        match level {
            #[cfg(target_arch = "x86_64")]
            Level::Avx2(avx2) => avx2::gather(avx2, rows, channels, columns),
            #[cfg(target_arch = "aarch64")]
            Level::Neon(neon) => neon::gather(neon, rows, channels, columns),
            _ => scalar::gather(rows, channels, columns),
        }
    }

    fn along(
        level: Level,
        columns: &[Column<i16>],
        first: usize,
        axis: &Axis<i16>,
        results: Range<usize>,
        channels: usize,
        reduced: &mut [[i16; ROWS]],
    ) {
        match level {
            #[cfg(target_arch = "x86_64")]
            Level::Avx2(avx2) => {
                avx2::along(avx2, columns, first, axis, results, channels, reduced)
            }
            #[cfg(target_arch = "aarch64")]
            Level::Neon(neon) => {
                neon::along(neon, columns, first, axis, results, channels, reduced)
            }
            _ => scalar::along(columns, first, axis, results, channels, reduced),
        }
    }

    fn down(level: Level, rows: &[&[[i16; 2]]], weights: &[[i16; 2]], line: &mut [i32]) {
        match level {
            #[cfg(target_arch = "x86_64")]
            Level::Avx2(avx2) => avx2::down(avx2, rows, weights, line),
            // Of the scalar loop the compiler makes as few instructions for NEON as intrinsics do.
            _ => scalar::down(rows, weights, line),
        }
    }
}

/// Fractional bits between the passes: moved down by 128, a row reaches less than ±256.
const ROW_BITS: u32 = 7;

/// How far the sums along rows are moved: to samples around zero, rounded.
fn offset(weight_bits: u32) -> i32 {
    (1 << (weight_bits - ROW_BITS - 1)) - (128 << weight_bits)
}

/// The order that brings the samples of two neighboring pixels together, for each number of channels:
/// red, green, blue, red, … become red, red, green, green, …
#[cfg(any(target_arch = "aarch64", target_arch = "x86_64"))]
fn neighbors_together(channels: usize) -> [u8; 16] {
    match channels {
        1 => std::array::from_fn(|index| index as u8),
        3 => [0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11, 0, 0, 0, 0],
        _ => [0, 4, 1, 5, 2, 6, 3, 7, 8, 12, 9, 13, 10, 14, 11, 15],
    }
}

simd::levels! {
    /// Rounds sums to 8 bits.
    pub(super) fn round_narrow(level: Level, sums: &[i32], weight_bits: u32, samples: &mut [u8]) {
        let bits = weight_bits + ROW_BITS;
        let offset = (128 << bits) + (1 << (bits - 1));
        for (sample, sum) in samples.iter_mut().zip(sums) {
            *sample = ((sum + offset) >> bits).clamp(0, 255) as u8;
        }
    }

    /// Rounds sums to 16 bits: 255 becomes 65280, as a sample moved up is.
    pub(super) fn round_wide(level: Level, sums: &[i32], weight_bits: u32, samples: &mut [u16]) {
        let bits = weight_bits + ROW_BITS - 8;
        let offset = (32768 << bits) + (1 << (bits - 1));
        for (sample, sum) in samples.iter_mut().zip(sums) {
            *sample = ((sum + offset) >> bits).clamp(0, 65535) as u16;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resample::axis::Geometry;
    use crate::resample::passes::GATHERED;
    use crate::resample::tests::noise;

    #[test]
    fn all_levels_give_the_same_bits() {
        for (channels, step) in [(1, 4.725), (3, 4.725), (4, 1.5), (3, 0.4), (1, 17.0)] {
            let geometry = Geometry {
                samples: 300,
                start: 3.3,
                step,
                results: 17,
            };
            let mut axis = Axis::new();
            axis.set_geometry(geometry, 22);
            let stride = 330 * channels;
            let samples: Vec<u8> = noise(stride * ROWS + 16, 256)
                .iter()
                .map(|&v| v as u8)
                .collect();
            let rows = Waiting {
                samples: &samples,
                stride,
                start: 2 * channels,
            };
            let pairs = axis.longest_span(17).next_multiple_of(GATHERED);
            let reduce = |level| {
                let mut columns = vec![[0; 2 * ROWS]; pairs * channels];
                let mut reduced = vec![[0; ROWS]; 17 * channels];
                Integers::gather(level, rows, channels, &mut columns);
                Integers::along(level, &columns, 0, &axis, 0..17, channels, &mut reduced);
                (columns, reduced)
            };

            let expected = reduce(Level::Scalar);

            for level in Level::available() {
                assert!(reduce(level) == expected, "{level:?}, {channels}, {step}");
            }
        }
    }

    #[test]
    fn all_levels_give_the_same_lines() {
        let samples: Vec<[i16; 2]> = noise(96 * 5, 65536)
            .iter()
            .map(|&v| [v as i16, (v * 7) as i16])
            .collect();
        let rows: Vec<_> = samples.chunks(96).collect();
        let weights = [
            [-900, 3000],
            [9000, 12000],
            [9000, 3000],
            [-1000, -1000],
            [-332, 0],
        ];
        let line = |level| {
            let mut line = [0; 96];
            Integers::down(level, &rows, &weights, &mut line);
            line
        };

        let expected = line(Level::Scalar);

        for level in Level::available() {
            assert_eq!(line(level), expected, "{level:?}");
        }
    }
}
