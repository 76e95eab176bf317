//! The Walsh–Hadamard transform of lossless blocks of 4 × 4 samples (7.13.2.10), which is exact.

use crate::buffers::{Coded, Residual};

/// Coefficients are scaled by this many bits (7.13.3).
const SHIFT: u32 = 2;

/// Transforms rows, then columns.
pub(crate) fn inverse(coded: &Coded, residual: &mut Residual) {
    let mut rows = [[0; 4]; 4];
    for (y, row) in rows.iter_mut().enumerate() {
        *row = transform([0, 4, 8, 12].map(|column| coded[column + y] >> SHIFT));
    }
    for x in 0..4 {
        let column = transform(rows.map(|row| row[x]));
        for (y, value) in column.into_iter().enumerate() {
            residual[4 * y + x] = value.clamp(i16::MIN.into(), i16::MAX.into()) as i16;
        }
    }
}

fn transform([a, c, d, b]: [i32; 4]) -> [i32; 4] {
    let a = a.wrapping_add(c);
    let d = d.wrapping_sub(b);
    let e = a.wrapping_sub(d) >> 1;
    let b = e.wrapping_sub(b);
    let c = e.wrapping_sub(c);
    [a.wrapping_sub(b), b, c, d.wrapping_add(c)]
}
