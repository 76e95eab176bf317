//! The reference.

use crate::coefficients::Block;

/// √2 · cos(π/8), above 1, and √2 · sin(π/8), with 16 fractional bits.
pub(super) const COSINE: i32 = 20091;
pub(super) const SINE: i32 = 35468;

/// Undoes the cosine transform of `block`, and adds the differences to `samples`: four rows, `stride` apart.
#[inline(always)]
pub(super) fn add_inverse_cosine(block: &Block, samples: &mut [u8], stride: usize) {
    let mut rows = [[0; 4]; 4];
    for (row, coefficients) in rows.iter_mut().zip(block.as_chunks::<4>().0) {
        for (value, &coefficient) in row.iter_mut().zip(coefficients) {
            *value = i32::from(coefficient);
        }
    }
    let mut columns = transposed(&turned(&rows));
    for value in &mut columns[0] {
        *value += 4;
    }
    let differences = transposed(&turned(&columns));
    for (samples, differences) in samples.chunks_mut(stride).zip(&differences) {
        for (sample, difference) in samples[..4].iter_mut().zip(differences) {
            *sample = (i32::from(*sample) + (difference >> 3)).clamp(0, 255) as u8;
        }
    }
}

/// Four rows, or columns, of four values.
type Rows = [[i32; 4]; 4];

/// Undoes the transform of all columns of `rows`, side by side.
#[inline(always)]
fn turned([a, b, c, d]: &Rows) -> Rows {
    // Only coefficients that no encoder writes are so large that these wrap.
    let by_cosine = |value: i32| (value.wrapping_mul(COSINE) >> 16) + value;
    let by_sine = |value: i32| value.wrapping_mul(SINE) >> 16;
    let mut turned = [[0; 4]; 4];
    for at in 0..4 {
        let (sum, difference) = (a[at] + c[at], a[at] - c[at]);
        let odd = by_sine(b[at]) - by_cosine(d[at]);
        let even = by_cosine(b[at]) + by_sine(d[at]);
        turned[0][at] = sum + even;
        turned[1][at] = difference + odd;
        turned[2][at] = difference - odd;
        turned[3][at] = sum - even;
    }
    turned
}

#[inline(always)]
fn transposed(rows: &Rows) -> Rows {
    let mut transposed = [[0; 4]; 4];
    for (at, row) in rows.iter().enumerate() {
        for (column, &value) in transposed.iter_mut().zip(row) {
            column[at] = value;
        }
    }
    transposed
}
