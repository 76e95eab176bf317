//! The quantization tables and how to divide by them without dividing.

use super::options::Quantizing;

/// The tables of one picture: luma's, then chroma's.
#[derive(Clone, Debug)]
pub(super) struct Quantization {
    pub(super) tables: [Divisors; 2],
}

impl Quantization {
    /// Returns the divisors for the steps that were chosen.
    pub(super) fn new(quantizing: Quantizing) -> Self {
        let steps = match quantizing {
            Quantizing::Quality(quality) => steps(quality),
            Quantizing::Steps(steps) => steps.map(|table| table.map(|step| step.max(1))),
        };
        Self {
            tables: steps.map(Divisors::new),
        }
    }
}

/// Luma's and chroma's quantization steps, row by row, for a quality of 1 to 100.
///
/// The example tables of T.81, annex K.1, are scaled as the Independent JPEG Group does: 50 leaves them as they are.
#[must_use]
pub fn steps(quality: u8) -> [[u8; 64]; 2] {
    [LUMA, CHROMA].map(|table| scaled(&table, quality))
}

/// Division of a DCT's output by eight times the quantization step, rounded to nearest, halves away from zero.
///
/// The forward DCT leaves its coefficients eight times too large, so the divisors are 8 to 2040. With `d` one of them
/// and `n` = floor(log2 `d`), the quotient of `y` is
///
/// ```text
/// reciprocal = ceil(2^(16 + n) / d)
/// round(y / d) = ((y * reciprocal >> 16) + 2^(n - 1)) >> n
/// ```
///
/// The reciprocal is too large by less than the part 2^-15, which for `y` < 2^14 changes `y / d` by less than `1 / 2d`: not
/// enough to reach the next quotient. Where `d` is a power of two the reciprocal would have 17 bits, so `n` is one less. 16-bit
/// lanes have no shift by different counts; they multiply by `scale` instead, a power of two, and round in doing so.
#[derive(Clone, Debug)]
pub(super) struct Divisors {
    /// The quantization steps as the file has them, but row by row.
    pub(super) steps: [u8; 64],
    /// 2^15 to 2^16.
    #[cfg_attr(
        not(any(target_arch = "aarch64", target_arch = "x86_64")),
        allow(dead_code, reason = "the scalar transform divides")
    )]
    pub(super) reciprocal: [u16; 64],
    /// 2^(15 - `n`).
    #[cfg_attr(
        not(any(target_arch = "aarch64", target_arch = "x86_64")),
        allow(dead_code, reason = "the scalar transform divides")
    )]
    pub(super) scale: [u16; 64],
}

impl Divisors {
    fn new(steps: [u8; 64]) -> Self {
        let shift = |step: u8| {
            let divisor = u32::from(step) * 8;
            divisor.ilog2() - u32::from(divisor.is_power_of_two())
        };
        Self {
            steps,
            reciprocal: steps
                .map(|step| (1u32 << (16 + shift(step))).div_ceil(u32::from(step) * 8) as u16),
            scale: steps.map(|step| 1 << (15 - shift(step))),
        }
    }
}

fn scaled(table: &[u8; 64], quality: u8) -> [u8; 64] {
    let quality = u32::from(quality.clamp(1, 100));
    let percent = if quality < 50 {
        5000 / quality
    } else {
        200 - 2 * quality
    };
    table.map(|step| ((u32::from(step) * percent + 50) / 100).clamp(1, 255) as u8)
}

/// T.81, table K.1.
const LUMA: [u8; 64] = [
    16, 11, 10, 16, 24, 40, 51, 61, //
    12, 12, 14, 19, 26, 58, 60, 55, //
    14, 13, 16, 24, 40, 57, 69, 56, //
    14, 17, 22, 29, 51, 87, 80, 62, //
    18, 22, 37, 56, 68, 109, 103, 77, //
    24, 35, 55, 64, 81, 104, 113, 92, //
    49, 64, 78, 87, 103, 121, 120, 101, //
    72, 92, 95, 98, 112, 100, 103, 99,
];

/// T.81, table K.2.
const CHROMA: [u8; 64] = [
    17, 18, 24, 47, 99, 99, 99, 99, //
    18, 21, 26, 66, 99, 99, 99, 99, //
    24, 26, 56, 99, 99, 99, 99, 99, //
    47, 66, 99, 99, 99, 99, 99, 99, //
    99, 99, 99, 99, 99, 99, 99, 99, //
    99, 99, 99, 99, 99, 99, 99, 99, //
    99, 99, 99, 99, 99, 99, 99, 99, //
    99, 99, 99, 99, 99, 99, 99, 99,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quality_scales_the_tables_by_the_published_rule() {
        for quality in 1..=100u8 {
            let actual = Quantization::new(Quantizing::Quality(quality));

            // The rule in real numbers: a percentage (truncated below 50), rounded half up, kept in a byte.
            let percent = if quality < 50 {
                (5000.0 / f64::from(quality)).floor()
            } else {
                200.0 - 2.0 * f64::from(quality)
            };
            for (table, base) in actual.tables.iter().zip([LUMA, CHROMA]) {
                for (&step, base) in table.steps.iter().zip(base) {
                    let exact = (f64::from(base) * percent / 100.0 + 0.5 + 1e-9).floor();
                    assert_eq!(
                        f64::from(step),
                        exact.clamp(1.0, 255.0),
                        "quality {quality}, base {base}"
                    );
                }
            }
        }
    }

    #[test]
    fn multiplication_divides_every_coefficient_exactly() {
        for step in 1..=255u8 {
            let divisors = Divisors::new([step; 64]);
            let (reciprocal, scale) = (divisors.reciprocal[0], divisors.scale[0]);
            let divisor = u32::from(step) * 8;

            for dividend in 0..1 << 14 {
                let high = (dividend * u32::from(reciprocal)) >> 16;
                let actual = (high * u32::from(scale) + (1 << 14)) >> 15;
                assert_eq!(
                    actual,
                    (dividend + divisor / 2) / divisor,
                    "{dividend} / {divisor}"
                );
            }
        }
    }
}
