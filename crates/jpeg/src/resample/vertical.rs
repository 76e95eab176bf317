//! The first pass: down the columns of blocks, from coefficients to a row of horizontal frequencies.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "aarch64")]
mod neon;
mod scalar;

use simd::Level;

/// A block row: where it begins in the coefficients, and its weights, in the order of use.
///
/// The weights of rows 2*p* and 2*p* + 1 alternate, as the coefficients do: see `Kept::position`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tap {
    pub(crate) start: usize,
    pub(crate) weights: [i16; 8],
}

/// Sums block rows down their columns into a row of `KEPT` frequencies a block; the length of `row` says how many blocks.
pub(crate) fn vertical<const KEPT: usize>(
    level: Level,
    coefficients: &[i16],
    taps: &[Tap],
    row: &mut [i16],
) {
    match level {
        #[cfg(target_arch = "x86_64")]
        Level::Avx2(avx2) if KEPT == 4 => avx2::vertical4(avx2, coefficients, taps, row),
        #[cfg(target_arch = "x86_64")]
        Level::Avx2(avx2) if KEPT == 8 => avx2::vertical8(avx2, coefficients, taps, row),
        #[cfg(target_arch = "aarch64")]
        Level::Neon(neon) if KEPT == 4 => neon::vertical4(neon, coefficients, taps, row),
        #[cfg(target_arch = "aarch64")]
        Level::Neon(neon) if KEPT == 8 => neon::vertical8(neon, coefficients, taps, row),
        _ => scalar::vertical::<KEPT>(coefficients, taps, row),
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
                weights: std::array::from_fn(|_| random() / 2),
            })
            .collect();

        for blocks in 1..12 {
            let mut expected = vec![0; blocks * 4];
            let mut expected8 = vec![0; blocks.min(7) * 8];
            scalar::vertical::<4>(&coefficients, &taps, &mut expected);
            scalar::vertical::<8>(&coefficients, &taps, &mut expected8);
            for level in Level::available() {
                let mut actual = vec![0; blocks * 4];
                let mut actual8 = vec![0; blocks.min(7) * 8];
                vertical::<4>(level, &coefficients, &taps, &mut actual);
                vertical::<8>(level, &coefficients, &taps, &mut actual8);
                assert_eq!(
                    (actual, actual8),
                    (expected.clone(), expected8.clone()),
                    "{level:?}, {blocks} blocks"
                );
            }
        }
    }
}
