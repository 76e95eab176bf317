//! The second pass: along a row of frequencies, from frequencies to samples.

#[cfg(target_arch = "x86_64")]
mod avx2;
mod scalar;

use simd::Level;

use super::Axis;

/// Sums a row of frequencies, which begins with the block of this number, into samples of 0 to 255.
///
/// The row has room behind it: as many elements as a result has weights.
pub(crate) fn horizontal(
    level: Level,
    row: &[i16],
    first_block: u32,
    axis: &Axis,
    samples: &mut [u8],
) {
    match level {
        #[cfg(target_arch = "x86_64")]
        Level::Avx2(avx2) => avx2::horizontal(avx2, row, first_block, axis, samples),
        _ => scalar::horizontal(row, first_block, axis, samples),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resample::{Axes, Geometry};

    #[test]
    fn all_levels_give_the_same_bits() {
        let row: Vec<i16> = (0..1000_i64)
            .map(|index| (index * index * 7919 % 20001 - 10000) as i16)
            .collect();
        for (step, results, kept) in [(4.725, 61, 4), (1.5, 130, 8), (0.5, 99, 8), (20.0, 9, 4)] {
            let geometry = Geometry {
                samples: 500,
                start: 17.3,
                step,
                results,
                kept,
            };
            let mut axes = Axes::default();
            let index = axes.find(geometry);
            let axis = axes.axis(index);
            let first_block = geometry.blocks().start;
            let mut expected = vec![0; results as usize];
            scalar::horizontal(&row, first_block, axis, &mut expected);

            for level in Level::available() {
                let mut actual = vec![0; results as usize];
                horizontal(level, &row, first_block, axis, &mut actual);
                assert_eq!(actual, expected, "{level:?}, step {step}");
            }
        }
    }
}
