//! The first pass: down the columns of blocks, from coefficients to two rows of horizontal frequencies.
//!
//! Two results that follow each other need almost the same blocks: summed together, they load them once.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "aarch64")]
mod neon;
mod scalar;

use simd::Level;

/// How many results are summed together.
pub(crate) const RESULTS_AT_ONCE: usize = 2;

/// A block row: where it begins in the coefficients, and its weights in each result, in the order of use.
///
/// The weights of rows 2*p* and 2*p* + 1 alternate, as the coefficients do: see `Kept::position`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tap {
    pub(crate) start: usize,
    pub(crate) weights: [[i16; 8]; RESULTS_AT_ONCE],
}

/// Sums block rows down their columns into rows of `KEPT` frequencies a block; the length of the rows says how many blocks.
pub(crate) fn vertical<const KEPT: usize>(
    level: Level,
    coefficients: &[i16],
    taps: &[Tap],
    rows: [&mut [i16]; RESULTS_AT_ONCE],
) {
    match level {
        #[cfg(target_arch = "x86_64")]
        Level::Avx2(avx2) if KEPT == 4 => avx2::vertical4(avx2, coefficients, taps, rows),
        #[cfg(target_arch = "x86_64")]
        Level::Avx2(avx2) if KEPT == 8 => avx2::vertical8(avx2, coefficients, taps, rows),
        #[cfg(target_arch = "aarch64")]
        Level::Neon(neon) if KEPT == 4 => neon::vertical4(neon, coefficients, taps, rows),
        #[cfg(target_arch = "aarch64")]
        Level::Neon(neon) if KEPT == 8 => neon::vertical8(neon, coefficients, taps, rows),
        _ => scalar::vertical::<KEPT>(coefficients, taps, rows),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_levels_give_the_same_bits() {
        let mut state = 1_u32;
        let mut random = move || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) as i16
        };
        let coefficients: Vec<i16> = (0..64 * 40).map(|_| random() / 8).collect();
        let taps: Vec<Tap> = (0..5)
            .map(|index| Tap {
                start: index * 64 * 7,
                weights: std::array::from_fn(|_| std::array::from_fn(|_| random() / 2)),
            })
            .collect();
        let sum = |level, kept, blocks: usize| {
            let (mut first, mut second) = (vec![0; blocks * kept], vec![0; blocks * kept]);
            let rows = [&mut first[..], &mut second[..]];
            match kept {
                4 => vertical::<4>(level, &coefficients, &taps, rows),
                _ => vertical::<8>(level, &coefficients, &taps, rows),
            }
            (first, second)
        };

        for blocks in 1..12 {
            for (kept, blocks) in [(4, blocks), (8, blocks.min(7))] {
                let expected = sum(Level::Scalar, kept, blocks);
                for level in Level::available() {
                    let actual = sum(level, kept, blocks);

                    assert_eq!(actual, expected, "{level:?}, {blocks} blocks of {kept}");
                }
            }
        }
    }
}
