//! The network's arithmetic, a row of pixels at a time and eight channels at once.
//!
//! Each sum has one order, and each step of it is a fused multiply-add, which IEEE 754 defines to the last bit: all levels and all
//! machines give the same bits. Without hardware for it the standard library computes it, slowly.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "aarch64")]
mod neon;
mod scalar;

use simd::Level;

use super::map::{Convolution, Lanes};

/// Convolves all channels of each pixel, of which there are `inputs` lanes, into each channel of the output.
pub(super) fn pointwise(
    level: Level,
    input: &[Lanes],
    inputs: usize,
    by: &Convolution,
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

/// Convolves three by three pixels of every channel by itself: three rows with their border give a row.
pub(super) fn depthwise(level: Level, rows: [&[Lanes]; 3], by: &Convolution, output: &mut [Lanes]) {
    match level {
        #[cfg(target_arch = "x86_64")]
        Level::Avx2(avx2) => avx2::depthwise(avx2, rows, by, output),
        #[cfg(target_arch = "aarch64")]
        Level::Neon(neon) => neon::depthwise(neon, rows, by, output),
        _ => scalar::depthwise(rows, by, output),
    }
}

#[inline(always)]
fn larger(one: f32, other: f32) -> f32 {
    if one > other { one } else { other }
}

simd::levels! {
    /// Reduces two by two pixels to the largest value of each channel.
    pub(super) fn max_pool_2x2(level: Level, upper: &[Lanes], lower: &[Lanes], lanes: usize, output: &mut [Lanes]) {
        let pairs = upper.chunks_exact(2 * lanes).zip(lower.chunks_exact(2 * lanes));
        for (pixel, (upper, lower)) in output.chunks_exact_mut(lanes).zip(pairs) {
            let above = upper[..lanes].iter().zip(&upper[lanes..]);
            let below = lower[..lanes].iter().zip(&lower[lanes..]);
            for (largest, ((a, b), (c, d))) in pixel.iter_mut().zip(above.zip(below)) {
                *largest = std::array::from_fn(|at| larger(larger(a[at], b[at]), larger(c[at], d[at])));
            }
        }
    }

    /// Adds each pixel of a row to two pixels of a row of twice its width.
    pub(super) fn add_enlarged(level: Level, coarse: &[Lanes], lanes: usize, fine: &mut [Lanes]) {
        for (pair, pixel) in fine.chunks_exact_mut(2 * lanes).zip(coarse.chunks_exact(lanes)) {
            for fine in pair.chunks_exact_mut(lanes) {
                for (sum, value) in fine.as_flattened_mut().iter_mut().zip(pixel.as_flattened()) {
                    *sum += value;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
