//! From coefficients to differences (RFC 6386, 14.3 and 14.4).

use crate::coefficients::Block;

/// Undoes the Walsh–Hadamard transform of the luma blocks' first coefficients.
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

/// √2 · cos(π/8), above 1, and √2 · sin(π/8), with 16 fractional bits.
const COSINE: i32 = 20091;
const SINE: i32 = 35468;

/// Undoes the cosine transform of `block`, and adds the differences to `samples`: four rows, `stride` apart.
pub(crate) fn add_inverse_cosine(block: &Block, samples: &mut [u8], stride: usize) {
    // Only coefficients that no encoder writes are so large that these wrap.
    let by_cosine = |value: i32| (value.wrapping_mul(COSINE) >> 16) + value;
    let by_sine = |value: i32| value.wrapping_mul(SINE) >> 16;
    let turn = |[a, b, c, d]: [i32; 4]| {
        let (sum, difference) = (a + c, a - c);
        let (odd, even) = (by_sine(b) - by_cosine(d), by_cosine(b) + by_sine(d));
        [sum + even, difference + odd, difference - odd, sum - even]
    };
    let mut columns = [[0; 4]; 4];
    for (at, column) in columns.iter_mut().enumerate() {
        *column = turn([0, 4, 8, 12].map(|row| i32::from(block[row + at])));
    }
    for (row, samples) in samples.chunks_mut(stride).take(4).enumerate() {
        let [a, b, c, d] = columns.map(|column| column[row]);
        let differences = turn([a + 4, b, c, d]);
        for (sample, difference) in samples.iter_mut().zip(differences) {
            *sample = (i32::from(*sample) + (difference >> 3)).clamp(0, 255) as u8;
        }
    }
}

/// Adds the difference of a block that has but its first coefficient.
pub(crate) fn add_first(first: i16, samples: &mut [u8], stride: usize) {
    let difference = (i32::from(first) + 4) >> 3;
    for samples in samples.chunks_mut(stride).take(4) {
        for sample in &mut samples[..4] {
            *sample = (i32::from(*sample) + difference).clamp(0, 255) as u8;
        }
    }
}
