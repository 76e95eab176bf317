//! From coefficients to differences (RFC 6386, 14.3 and 14.4).

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "aarch64")]
mod neon;
mod scalar;

use simd::Level;

use crate::coefficients::Block;

/// Undoes the Walsh–Hadamard transform of the luma blocks' first coefficients.
#[inline(always)]
pub(crate) fn inverse_walsh_hadamard(block: &Block) -> Block {
    let mut columns = [0; 16];
    for at in 0..4 {
        let [a, b, c, d] = [0, 4, 8, 12].map(|row| i32::from(block[row + at]));
        let sums = [a + d, b + c, b - c, a - d];
        columns[at] = sums[0] + sums[1];
        columns[4 + at] = sums[3] + sums[2];
        columns[8 + at] = sums[0] - sums[1];
        columns[12 + at] = sums[3] - sums[2];
    }
    let mut first = [0; 16];
    for (first, row) in first
        .as_chunks_mut::<4>()
        .0
        .iter_mut()
        .zip(columns.as_chunks::<4>().0)
    {
        let [a, b, c, d] = *row;
        let sums = [a + 3 + d, b + c, b - c, a + 3 - d];
        *first = [
            sums[0] + sums[1],
            sums[3] + sums[2],
            sums[0] - sums[1],
            sums[3] - sums[2],
        ]
        .map(|sum| (sum >> 3) as i16);
    }
    first
}

/// Undoes the cosine transform of `block`, and adds the differences to `samples`: four rows, `stride` apart.
#[inline(always)]
pub(crate) fn add_inverse_cosine(level: Level, block: &Block, samples: &mut [u8], stride: usize) {
    match level {
        #[cfg(target_arch = "x86_64")]
        Level::Avx2(avx2) => avx2::add_inverse_cosine(avx2, block, samples, stride),
        #[cfg(target_arch = "aarch64")]
        Level::Neon(neon) => neon::add_inverse_cosine(neon, block, samples, stride),
        _ => scalar::add_inverse_cosine(block, samples, stride),
    }
}

/// Adds the difference of a block that has but its first coefficient.
#[inline(always)]
pub(crate) fn add_first(first: i16, samples: &mut [u8], stride: usize) {
    let difference = (i32::from(first) + 4) >> 3;
    for samples in samples.chunks_mut(stride).take(4) {
        for sample in &mut samples[..4] {
            *sample = (i32::from(*sample) + difference).clamp(0, 255) as u8;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The transform in floating point, by the basis that RFC 6386, 14.4 approximates.
    fn exact(block: &Block) -> [f64; 16] {
        let basis = |frequency: usize, place: usize| {
            let angle = std::f64::consts::PI * (2 * place + 1) as f64 * frequency as f64 / 8.0;
            let scale = if frequency == 0 { 1.0 } else { 2.0_f64.sqrt() };
            scale * angle.cos()
        };
        std::array::from_fn(|at| {
            let sum: f64 = (0..16)
                .map(|k| f64::from(block[k]) * basis(k / 4, at / 4) * basis(k % 4, at % 4))
                .sum();
            sum / 8.0
        })
    }

    #[test]
    fn all_levels_add_the_differences_of_the_definition() {
        let mut state = 1_u32;
        let mut random = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state >> 16
        };
        for round in 0..2000 {
            let bits = 16 - round % 12;
            let block: Block = std::array::from_fn(|_| random() as i16 >> (16 - bits));
            let stride = 4 + round % 9;
            let samples: Vec<u8> = (0..3 * stride + 4).map(|_| random() as u8).collect();
            let mut expected = samples.clone();
            scalar::add_inverse_cosine(&block, &mut expected, stride);

            for level in Level::available() {
                let mut actual = samples.clone();
                add_inverse_cosine(level, &block, &mut actual, stride);
                assert_eq!(actual, expected, "{level:?}, {block:?}");
            }

            // What is larger than any encoder writes wraps.
            if bits <= 11 {
                for (at, difference) in exact(&block).into_iter().enumerate() {
                    let place = at / 4 * stride + at % 4;
                    let sum = (f64::from(samples[place]) + difference).clamp(0.0, 255.0);
                    let error = (f64::from(expected[place]) - sum).abs();
                    assert!(error <= 2.0, "{error} at {at} of {block:?}");
                }
            }
        }
    }
}
