//! The quantization tables and how to divide by them without dividing.

/// The tables of one picture: luma's, then chroma's.
#[derive(Clone, Debug)]
pub(super) struct Quantization {
    pub(super) tables: [Divisors; 2],
}

impl Quantization {
    /// Scales the example tables of T.81, annex K.1, as the Independent JPEG Group does: 50 leaves them as they are.
    pub(super) fn new(quality: u8) -> Self {
        Self {
            tables: [LUMA, CHROMA].map(|table| Divisors::new(scaled(&table, quality))),
        }
    }
}

/// Division of a DCT's output by eight times the quantization step, rounded to nearest, halves away from zero.
///
/// The forward DCT leaves its coefficients eight times too large, so the divisors are 8 to 2040. With `d` one of them
/// and `n = floor(log2 d)`, the quotient `y / d` is `y * ceil(2^(16 + n) / d) >> (16 + n)`: the reciprocal is too large by
/// less than `d / 2^(16 + n)` of one, which for `y < 2^15` is not enough to reach the next quotient. Where `d` is a power of two,
/// that reciprocal would have 17 bits; half of it is exact. In 16-bit lanes, which have no shift by different counts, the
/// remaining shift is one more multiplication.
#[derive(Clone, Debug)]
pub(super) struct Divisors {
    /// The quantization steps as the file has them, but row by row.
    pub(super) steps: [u8; 64],
    /// Half the divisor, added before the division.
    pub(super) half: [u16; 64],
    /// 2^15 to 2^16.
    pub(super) reciprocal: [u16; 64],
    /// 2^16 divided by what is left to divide by.
    pub(super) scale: [u16; 64],
}

impl Divisors {
    fn new(steps: [u8; 64]) -> Self {
        let half = steps.map(|step| u16::from(step) * 4);
        let split = steps.map(|step| {
            let divisor = u32::from(step) * 8;
            let shift = divisor.ilog2() - u32::from(divisor.is_power_of_two());
            (
                (1u32 << (16 + shift)).div_ceil(divisor) as u16,
                1u16 << (16 - shift),
            )
        });
        Self {
            steps,
            half,
            reciprocal: split.map(|(reciprocal, _)| reciprocal),
            scale: split.map(|(_, scale)| scale),
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
            let actual = Quantization::new(quality);

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
            let (half, reciprocal, scale) =
                (divisors.half[0], divisors.reciprocal[0], divisors.scale[0]);
            let divisor = u32::from(step) * 8;

            for dividend in 0..1 << 15 {
                let first = (dividend * u32::from(reciprocal)) >> 16;
                assert_eq!(
                    (first * u32::from(scale)) >> 16,
                    dividend / divisor,
                    "{dividend} / {divisor}"
                );
            }
            assert_eq!(u32::from(half) * 2, divisor);
        }
    }
}
