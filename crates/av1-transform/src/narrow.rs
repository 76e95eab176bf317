//! Blocks of 8-bit samples in AVX2: sixteen rows or columns at a time, in 16 bits.
//!
//! The standard computes in 32 bits and clips sums to 16. Here sums would wrap and rotations would be clipped, so each group of rows or
//! columns is looked at before: where the magnitudes of the inputs are small together, no intermediate value can leave 16 bits, and the
//! result is the same. The blocks of photos are far below. Where one is not, nothing has been changed yet, and it is left to 32 bits.

mod lanes;
mod limits;

use std::arch::x86_64::{
    __m256i, _mm256_abs_epi16, _mm256_adds_epu16, _mm256_mulhrs_epi16, _mm256_set1_epi16,
    _mm256_setzero_si256, _mm256_subs_epu16, _mm256_testz_si256,
};

use self::lanes::{Unclipped, load, store, store_transposed, transform};
use self::limits::limit;
use crate::block::{Basis, Block};
use crate::buffers::{NarrowBetween, Residual};

/// How many rows or columns are transformed at a time.
const LANES: usize = 16;

/// 2¹⁵ / √2, rounded as in 181 / 256.
const HALF_ROOT: i16 = 181 << 7;

simd::kernel! {
    /// Transforms rows, then columns; returns `false` if intermediate values might not fit.
    pub(crate) fn inverse(
        Avx2,
        block: Block,
        extent: (usize, usize),
        coefficients: &[i16],
        between: &mut NarrowBetween,
        residual: &mut Residual,
    ) -> bool {
        let fits = match block.width {
            4 => rows_of::<4>(block, extent, coefficients, between),
            8 => rows_of::<8>(block, extent, coefficients, between),
            16 => rows_of::<16>(block, extent, coefficients, between),
            32 => rows_of::<32>(block, extent, coefficients, between),
            _ => rows_of::<64>(block, extent, coefficients, between),
        };
        let (_, rows) = extent;
        fits && match block.height {
            4 => columns_of::<4>(block, rows, between, residual),
            8 => columns_of::<8>(block, rows, between, residual),
            16 => columns_of::<16>(block, rows, between, residual),
            32 => columns_of::<32>(block, rows, between, residual),
            _ => columns_of::<64>(block, rows, between, residual),
        }
    }
}

#[target_feature(enable = "avx2")]
fn rows_of<const N: usize>(
    block: Block,
    (inputs, rows): (usize, usize),
    coefficients: &[i16],
    between: &mut NarrowBetween,
) -> bool {
    let stride = N.max(8);
    for first in (0..rows).step_by(LANES) {
        let mut x = [_mm256_setzero_si256(); N];
        let columns = coefficients.chunks_exact(block.coded_height()).take(inputs);
        for (x, column) in x.iter_mut().zip(columns) {
            *x = load(&column[first..]);
            if block.is_twice() {
                *x = _mm256_mulhrs_epi16(*x, _mm256_set1_epi16(HALF_ROOT));
            }
        }
        if !fits(block.rows, inputs, &x) {
            return false;
        }
        transform(block.rows, inputs, &mut x, Unclipped);
        let shift = block.row_shift();
        if shift > 0 {
            round(&mut x, shift);
        }
        let to = &mut between[first * stride..];
        if let Some(four) = x.first_chunk::<4>().filter(|_| N == 4) {
            let zero = _mm256_setzero_si256();
            let [a, b, c, d] = *four;
            store_transposed(to, stride, &[a, b, c, d, zero, zero, zero, zero]);
        }
        for (eight, column) in x.as_chunks().0.iter().zip((0..).step_by(8)) {
            store_transposed(&mut to[column..], stride, eight);
        }
    }
    true
}

#[target_feature(enable = "avx2")]
fn columns_of<const N: usize>(
    block: Block,
    rows: usize,
    between: &NarrowBetween,
    residual: &mut Residual,
) -> bool {
    let stride = block.width.max(8);
    for first in (0..block.width).step_by(LANES) {
        let mut x = [_mm256_setzero_si256(); N];
        for (x, row) in x.iter_mut().zip(between.chunks_exact(stride)).take(rows) {
            *x = load(&row[first..]);
        }
        if !fits(block.columns, rows, &x) {
            return false;
        }
        transform(block.columns, rows, &mut x, Unclipped);
        round(&mut x, 4);
        for (y, x) in x.into_iter().enumerate() {
            let row = &mut residual[y * block.width + first..];
            // Four samples are stored as eight, which the next row overwrites.
            store(&mut row[..if block.width < LANES { 8 } else { LANES }], x);
        }
    }
    true
}

/// Whether the inputs are small enough for the transform in 16 bits.
#[inline]
#[target_feature(enable = "avx2")]
fn fits<const N: usize>(basis: Basis, inputs: usize, x: &[__m256i; N]) -> bool {
    let mut sums = _mm256_setzero_si256();
    for &x in x.iter().take(inputs) {
        sums = _mm256_adds_epu16(sums, _mm256_abs_epi16(x));
    }
    let excess = _mm256_subs_epu16(sums, _mm256_set1_epi16(limit(basis, N)));
    _mm256_testz_si256(excess, excess) == 1
}

/// Divides by 2 to the power of `shift`.
#[inline]
#[target_feature(enable = "avx2")]
fn round<const N: usize>(x: &mut [__m256i; N], shift: u32) {
    let factor = _mm256_set1_epi16(1 << (15 - shift));
    for x in x {
        *x = _mm256_mulhrs_epi16(*x, factor);
    }
}
