//! The reference: one block after the other, in 32-bit integers.

use super::super::ZIGZAG;
use super::super::quantization::Divisors;
use super::{Block, PASS_BITS, WEIGHT_BITS, weight};

pub(super) fn transform(rows: &[&[u8]; 8], divisors: &Divisors, blocks: &mut [Block]) {
    for (column, block) in blocks.iter_mut().enumerate() {
        let mut values = [0; 64];
        for (values, row) in values.chunks_exact_mut(8).zip(rows) {
            for (value, sample) in values.iter_mut().zip(&row[8 * column..][..8]) {
                *value = i32::from(*sample) - 128;
            }
        }
        dct(&mut values);
        *block = quantized(&values, divisors);
    }
}

/// Leaves the coefficients of T.81, A.3.3, times eight.
fn dct(values: &mut [i32; 64]) {
    for row in 0..8 {
        let line = std::array::from_fn(|x| values[8 * row + x]);
        for (x, value) in pass(line, WEIGHT_BITS - PASS_BITS).into_iter().enumerate() {
            values[8 * row + x] = value;
        }
    }
    for column in 0..8 {
        let line = std::array::from_fn(|y| values[8 * y + column]);
        for (y, value) in pass(line, WEIGHT_BITS + PASS_BITS).into_iter().enumerate() {
            values[8 * y + column] = value;
        }
    }
}

/// Returns a one-dimensional DCT times √8, and times two to the power of what `shift` leaves of the weights' bits.
fn pass(s: [i32; 8], shift: u32) -> [i32; 8] {
    let round = |weighted: i32| (weighted + (1 << (shift - 1))) >> shift;
    let rotate = |a: i32, b: i32, [weight_a, weight_b]: [i16; 2]| {
        a * i32::from(weight_a) + b * i32::from(weight_b)
    };

    let sums: [i32; 4] = std::array::from_fn(|i| s[i] + s[7 - i]);
    let (even_outer, even_inner) = (sums[0] - sums[3], sums[1] - sums[2]);
    let (outer, inner) = (sums[0] + sums[3], sums[1] + sums[2]);

    let [a, b, c, d]: [i32; 4] = std::array::from_fn(|i| s[3 - i] - s[4 + i]);
    let shared_37 = rotate(a + c, b + d, weight::SHARED_37);
    let shared_15 = rotate(a + c, b + d, weight::SHARED_15);

    [
        round((outer + inner) << WEIGHT_BITS),
        round(rotate(a, d, weight::ODD_1) + shared_15),
        round(rotate(even_outer, even_inner, weight::EVEN_2)),
        round(rotate(b, c, weight::ODD_3) + shared_37),
        round((outer - inner) << WEIGHT_BITS),
        round(rotate(b, c, weight::ODD_5) + shared_15),
        round(rotate(even_outer, even_inner, weight::EVEN_6)),
        round(rotate(a, d, weight::ODD_7) + shared_37),
    ]
}

fn quantized(values: &[i32; 64], divisors: &Divisors) -> Block {
    let mut block = Block::ZERO;
    for (k, &place) in ZIGZAG.iter().enumerate() {
        let value = values[usize::from(place)];
        let divisor = u32::from(divisors.steps[usize::from(place)]) * 8;
        let quotient = ((value.unsigned_abs() + divisor / 2) / divisor) as i16;
        block.coefficients[k] = if value < 0 { -quotient } else { quotient };
        block.nonzero |= u64::from(quotient != 0) << k;
    }
    block
}
