//! The network's arithmetic, a row of pixels at a time and sixteen channels at once: integers of 16 bits.
//!
//! Sums over channels have 32 bits and do not overflow ([`Pointwise`]); what does not fit into 16 bits afterwards becomes the nearest
//! number that does, and so does each step of a sum over three by three pixels, whose order is part of its definition.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "aarch64")]
mod neon;
mod scalar;

use simd::Level;

use super::map::{Depthwise, Lanes, Pointwise};
use super::weights::STEM_PAIRS;

/// Convolves all channels of each pixel, of which there are `inputs` lanes, into each channel of the output.
pub(super) fn pointwise(
    level: Level,
    input: &[Lanes],
    inputs: usize,
    by: &Pointwise,
    output: &mut [Lanes],
) {
    match level {
        #[cfg(target_arch = "x86_64")]
        Level::Avx2(avx2) => avx2::pointwise(avx2, input, inputs, by, output),
        #[cfg(target_arch = "aarch64")]
        Level::Neon(neon) => neon::pointwise(neon, input, inputs, by, output),
        _ => scalar::pointwise(input, inputs, by, output),
    }
}

/// Convolves the three by three pixels around every second pixel of the middle one of three rows, all their samples into each channel
/// of one lane. The rows begin with the first pixel's left neighbor.
pub(super) fn stem(level: Level, rows: [&[i16]; 3], by: &Pointwise, output: &mut [Lanes]) {
    match level {
        #[cfg(target_arch = "x86_64")]
        Level::Avx2(avx2) => avx2::stem(avx2, rows, by, output),
        #[cfg(target_arch = "aarch64")]
        Level::Neon(neon) => neon::stem(neon, rows, by, output),
        _ => scalar::stem(rows, by, output),
    }
}

/// From one of the stem's pixels to the next, in samples: every second one is convolved.
const STEP: usize = 2 * 3;

/// Convolves three by three pixels of every channel by itself: three rows with their border give a row.
pub(super) fn depthwise(level: Level, rows: [&[Lanes]; 3], by: &Depthwise, output: &mut [Lanes]) {
    match level {
        #[cfg(target_arch = "x86_64")]
        Level::Avx2(avx2) => avx2::depthwise(avx2, rows, by, output),
        #[cfg(target_arch = "aarch64")]
        Level::Neon(neon) => neon::depthwise(neon, rows, by, output),
        _ => scalar::depthwise(rows, by, output),
    }
}

simd::levels! {
    /// Reduces two by two pixels to the largest value of each channel.
    pub(super) fn max_pool_2x2(level: Level, upper: &[Lanes], lower: &[Lanes], lanes: usize, output: &mut [Lanes]) {
        let pairs = upper.chunks_exact(2 * lanes).zip(lower.chunks_exact(2 * lanes));
        for (pixel, (upper, lower)) in output.chunks_exact_mut(lanes).zip(pairs) {
            let above = upper[..lanes].iter().zip(&upper[lanes..]);
            let below = lower[..lanes].iter().zip(&lower[lanes..]);
            for (largest, ((a, b), (c, d))) in pixel.iter_mut().zip(above.zip(below)) {
                *largest = std::array::from_fn(|at| a[at].max(b[at]).max(c[at].max(d[at])));
            }
        }
    }

    /// Adds each pixel of a row to two pixels of a row of twice its width.
    pub(super) fn add_enlarged(level: Level, coarse: &[Lanes], lanes: usize, fine: &mut [Lanes]) {
        for (pair, pixel) in fine.chunks_exact_mut(2 * lanes).zip(coarse.chunks_exact(lanes)) {
            for fine in pair.chunks_exact_mut(lanes) {
                for (sum, value) in fine.as_flattened_mut().iter_mut().zip(pixel.as_flattened()) {
                    *sum = sum.saturating_add(*value);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
