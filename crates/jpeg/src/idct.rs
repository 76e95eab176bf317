//! The inverse DCT of whole blocks in integers (T.81, A.3.3), for decoding at full scale.
//!
//! The factorization is that of Loeffler, Ligtenberg and Moschytz (ICASSP 1989): 12 multiplications and 32 additions for
//! eight values. Constants have 13 fractional bits, the values between the passes 2.

/// Fractional bits of the constants.
const CONSTANT_BITS: u32 = 13;

/// Fractional bits of the values between the passes.
const PASS_BITS: u32 = 2;

/// Returns a constant in fixed point.
const fn constant(value: f64) -> i32 {
    (value * (1 << CONSTANT_BITS) as f64 + 0.5) as i32
}

/// Returns the samples of a block whose coefficients are stored as in `Kept::All`, row by row, level shift included.
pub(crate) fn idct(block: &[i16; 64]) -> [u8; 64] {
    let mut columns = [[0_i32; 8]; 8];
    for (column, values) in columns.iter_mut().enumerate() {
        let coefficients =
            std::array::from_fn(|row| i32::from(block[row / 2 * 16 + column * 2 + row % 2]));
        *values = transform(coefficients, CONSTANT_BITS - PASS_BITS);
    }
    let mut samples = [0; 64];
    for (row, samples) in samples.as_chunks_mut::<8>().0.iter_mut().enumerate() {
        let values = transform(
            columns.map(|column| column[row]),
            CONSTANT_BITS + PASS_BITS + 3,
        );
        *samples = values.map(|value| value.wrapping_add(128).clamp(0, 255) as u8);
    }
    samples
}

/// Returns eight values from eight frequencies, times √8, rounded after a shift to the right.
fn transform(input: [i32; 8], shift: u32) -> [i32; 8] {
    let multiply = |value: i32, factor: i32| value.wrapping_mul(factor);
    let add = i32::wrapping_add;
    let sub = i32::wrapping_sub;

    // Even frequencies: a rotation by 3π/8 of 2 and 6, a butterfly of 0 and 4.
    let turned = multiply(add(input[2], input[6]), constant(0.541_196_100));
    let low = sub(turned, multiply(input[6], constant(1.847_759_065)));
    let high = add(turned, multiply(input[2], constant(0.765_366_865)));
    let sum = add(input[0], input[4]).wrapping_shl(CONSTANT_BITS);
    let difference = sub(input[0], input[4]).wrapping_shl(CONSTANT_BITS);
    let even = [
        add(sum, high),
        add(difference, low),
        sub(difference, low),
        sub(sum, high),
    ];

    // Odd frequencies: three rotations that share a factor.
    let [a, b, c, d] = [input[7], input[5], input[3], input[1]];
    let shared = multiply(add(add(a, c), add(b, d)), constant(1.175_875_602));
    let z1 = multiply(add(a, d), -constant(0.899_976_223));
    let z2 = multiply(add(b, c), -constant(2.562_915_447));
    let z3 = sub(shared, multiply(add(a, c), constant(1.961_570_560)));
    let z4 = sub(shared, multiply(add(b, d), constant(0.390_180_644)));
    let odd = [
        add(multiply(d, constant(1.501_321_110)), add(z1, z4)),
        add(multiply(c, constant(3.072_711_026)), add(z2, z3)),
        add(multiply(b, constant(2.053_119_869)), add(z2, z4)),
        add(multiply(a, constant(0.298_631_336)), add(z1, z3)),
    ];

    let half = 1_i32 << (shift - 1);
    std::array::from_fn(|index| {
        let value = if index < 4 {
            add(even[index], odd[index])
        } else {
            sub(even[7 - index], odd[7 - index])
        };
        add(value, half) >> shift
    })
}

#[cfg(test)]
mod tests {
    use std::f64::consts::PI;

    use super::*;

    /// Returns the transform by its definition.
    fn exact(coefficients: &[[i16; 8]; 8]) -> [f64; 64] {
        let scale = |frequency: usize| if frequency == 0 { 0.5_f64.sqrt() } else { 1.0 };
        let wave = |place: usize, frequency: usize| {
            ((2 * place + 1) as f64 * frequency as f64 * PI / 16.0).cos()
        };
        std::array::from_fn(|index| {
            let (y, x) = (index / 8, index % 8);
            let mut sum = 0.0;
            for (v, row) in coefficients.iter().enumerate() {
                for (u, &coefficient) in row.iter().enumerate() {
                    sum += scale(u) * scale(v) * f64::from(coefficient) * wave(x, u) * wave(y, v);
                }
            }
            (sum / 4.0 + 128.0).clamp(0.0, 255.0)
        })
    }

    #[test]
    fn samples_are_within_one_of_the_definition() {
        let mut state = 7_u32;
        let mut random = |range: i32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            ((state >> 8) as i32 % (2 * range + 1) - range) as i16
        };
        let mut max_error = 0.0_f64;
        for range in [3, 30, 300] {
            for _ in 0..500 {
                let rows: [[i16; 8]; 8] =
                    std::array::from_fn(|_| std::array::from_fn(|_| random(range)));
                let block =
                    std::array::from_fn(|place| rows[place / 16 * 2 + place % 2][place % 16 / 2]);

                let actual = idct(&block);

                for (&actual, exact) in actual.iter().zip(exact(&rows)) {
                    max_error = max_error.max((f64::from(actual) - exact).abs());
                }
            }
        }
        assert!(max_error < 1.0, "{max_error}");
    }

    #[test]
    fn coefficients_that_no_photo_has_do_not_panic() {
        idct(&[i16::MIN; 64]);
        idct(&[i16::MAX; 64]);
    }
}
