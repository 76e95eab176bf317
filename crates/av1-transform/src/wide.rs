//! Blocks of samples of any depth in AVX2: eight rows or columns at a time, in 32 bits.

mod lanes;

use std::arch::x86_64::{
    __m256i, _mm_cvtsi32_si128, _mm256_add_epi32, _mm256_mullo_epi32, _mm256_set1_epi32,
    _mm256_setzero_si256, _mm256_sra_epi32, _mm256_srai_epi32,
};

use self::lanes::{Limits, clip, load, store_narrow, store_transposed, transform};
use crate::block::Block;
use crate::buffers::{Between, Coded, Residual};
use crate::range::Ranges;

/// How many rows or columns are transformed at a time.
const LANES: usize = 8;

simd::kernel! {
    /// Transforms rows, then columns.
    pub(crate) fn inverse(
        Avx2,
        block: Block,
        extent: (usize, usize),
        ranges: Ranges,
        coded: &Coded,
        between: &mut Between,
        residual: &mut Residual,
    ) {
        match block.width {
            4 => rows_of::<4>(block, extent, ranges, coded, between),
            8 => rows_of::<8>(block, extent, ranges, coded, between),
            16 => rows_of::<16>(block, extent, ranges, coded, between),
            32 => rows_of::<32>(block, extent, ranges, coded, between),
            _ => rows_of::<64>(block, extent, ranges, coded, between),
        }
        let (_, rows) = extent;
        let limits = Limits::of(ranges.columns);
        match block.height {
            4 => columns_of::<4>(block, rows, limits, between, residual),
            8 => columns_of::<8>(block, rows, limits, between, residual),
            16 => columns_of::<16>(block, rows, limits, between, residual),
            32 => columns_of::<32>(block, rows, limits, between, residual),
            _ => columns_of::<64>(block, rows, limits, between, residual),
        }
    }
}

#[target_feature(enable = "avx2")]
fn rows_of<const N: usize>(
    block: Block,
    (inputs, rows): (usize, usize),
    ranges: Ranges,
    coded: &Coded,
    between: &mut Between,
) {
    let stride = N.max(LANES);
    for first in (0..rows).step_by(LANES) {
        let mut x = [_mm256_setzero_si256(); N];
        let columns = coded.chunks_exact(block.coded_height()).take(inputs);
        for (x, column) in x.iter_mut().zip(columns) {
            *x = load(&column[first..]);
            if block.is_twice() {
                let product = _mm256_mullo_epi32(*x, _mm256_set1_epi32(181));
                *x = _mm256_srai_epi32::<8>(_mm256_add_epi32(product, _mm256_set1_epi32(128)));
            }
        }
        transform(block.rows, inputs, &mut x, Limits::of(ranges.rows));
        round(&mut x, block.row_shift());
        let limits = Limits::of(ranges.columns);
        for x in &mut x {
            *x = clip(*x, limits);
        }
        let to = &mut between[first * stride..];
        if let Some(four) = x.first_chunk::<4>().filter(|_| N == 4) {
            let zero = _mm256_setzero_si256();
            let [a, b, c, d] = *four;
            store_transposed(to, stride, &[a, b, c, d, zero, zero, zero, zero]);
        }
        for (eight, column) in x.as_chunks().0.iter().zip((0..).step_by(LANES)) {
            store_transposed(&mut to[column..], stride, eight);
        }
    }
}

#[target_feature(enable = "avx2")]
fn columns_of<const N: usize>(
    block: Block,
    rows: usize,
    limits: Limits,
    between: &Between,
    residual: &mut Residual,
) {
    let stride = block.width.max(LANES);
    for first in (0..block.width).step_by(LANES) {
        let mut x = [_mm256_setzero_si256(); N];
        for (x, row) in x.iter_mut().zip(between.chunks_exact(stride)).take(rows) {
            *x = load(&row[first..]);
        }
        transform(block.columns, rows, &mut x, limits);
        round(&mut x, 4);
        for (y, x) in x.into_iter().enumerate() {
            // Four samples are stored as eight, which the next row overwrites.
            store_narrow(&mut residual[y * block.width + first..], x);
        }
    }
}

/// Divides by 2 to the power of `shift`.
#[inline]
#[target_feature(enable = "avx2")]
fn round<const N: usize>(x: &mut [__m256i; N], shift: u32) {
    let half = _mm256_set1_epi32(1 << shift >> 1);
    let shift = _mm_cvtsi32_si128(shift as i32);
    for x in x {
        *x = _mm256_sra_epi32(_mm256_add_epi32(*x, half), shift);
    }
}
