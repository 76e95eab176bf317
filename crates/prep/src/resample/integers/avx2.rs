//! AVX2: a register is a column, two samples in eight rows each, or the sums of eight rows.

use std::arch::x86_64::{
    __m256i, _mm_cvtsi32_si128, _mm_packs_epi32, _mm256_add_epi32, _mm256_castsi256_si128,
    _mm256_extracti128_si256, _mm256_madd_epi16, _mm256_set_m128i, _mm256_set1_epi32,
    _mm256_setzero_si256, _mm256_shuffle_epi8, _mm256_sra_epi32, _mm256_unpackhi_epi8,
    _mm256_unpackhi_epi16, _mm256_unpackhi_epi32, _mm256_unpacklo_epi8, _mm256_unpacklo_epi16,
    _mm256_unpacklo_epi32,
};
use std::ops::Range;

use simd::x86::{broadcast_i16x2, load_i16x16, load_u8x16, store_i16x8, store_i16x16, store_i32x8};

use super::{ROW_BITS, neighbors_together, offset};
use crate::resample::axis::Axis;
use crate::resample::passes::{Column, LANES, ROWS, Waiting};

simd::kernel! {
    pub(super) fn gather(Avx2, rows: Waiting<'_, u8>, channels: usize, columns: &mut [Column<i16>]) {
        match channels {
            1 => gather_channels::<8>(rows, 1, columns),
            3 => gather_channels::<6>(rows, 3, columns),
            _ => gather_channels::<8>(rows, 4, columns),
        }
    }

    pub(super) fn along(Avx2, columns: &[Column<i16>], first: usize, axis: &Axis<i16>, results: Range<usize>, channels: usize, reduced: &mut [[i16; ROWS]]) {
        match channels {
            1 => along_channels::<1>(columns, first, axis, results, reduced),
            3 => along_channels::<3>(columns, first, axis, results, reduced),
            _ => along_channels::<4>(columns, first, axis, results, reduced),
        }
    }

    /// Four registers of sums at a time, so that a weight is loaded once for them.
    pub(super) fn down(Avx2, rows: &[&[[i16; 2]]], weights: &[[i16; 2]], line: &mut [i32]) {
        for (index, line) in line.as_chunks_mut::<LANES>().0.iter_mut().enumerate() {
            let mut sums = [_mm256_setzero_si256(); LANES / 8];
            for (row, weights) in rows.iter().zip(weights) {
                let Some(samples) = row.get(index * LANES..).and_then(<[_]>::first_chunk::<LANES>) else { continue };
                let weights = broadcast_i16x2(weights);
                for (sum, samples) in sums.iter_mut().zip(samples.as_flattened().as_chunks().0) {
                    *sum = _mm256_add_epi32(*sum, _mm256_madd_epi16(load_i16x16(samples), weights));
                }
            }
            for (line, sum) in line.as_chunks_mut().0.iter_mut().zip(sums) {
                store_i32x8(line, sum);
            }
        }
    }
}

/// Makes `COUNT` columns at a time, of as many bytes twice.
///
/// A register has 16 bytes of row *n* in its lower half and of row *n* + 4 in its upper half. Once neighbors are together, these
/// are eight pairs of bytes of a row, and become pairs of four rows each.
#[inline]
#[target_feature(enable = "avx2")]
fn gather_channels<const COUNT: usize>(
    rows: Waiting<'_, u8>,
    channels: usize,
    columns: &mut [Column<i16>],
) {
    let order = load_u8x16(&neighbors_together(channels));
    let order = _mm256_set_m128i(order, order);
    for (index, columns) in columns.as_chunks_mut::<COUNT>().0.iter_mut().enumerate() {
        let start = rows.start + index * 2 * COUNT;
        let mut four = [_mm256_setzero_si256(); 4];
        for (row, register) in four.iter_mut().enumerate() {
            let bytes = |row: usize| {
                let row = rows.samples.get(row * rows.stride + start..);
                row.and_then(<[u8]>::first_chunk::<16>)
            };
            if let (Some(upper), Some(lower)) = (bytes(row), bytes(row + 4)) {
                let both = _mm256_set_m128i(load_u8x16(lower), load_u8x16(upper));
                *register = _mm256_shuffle_epi8(both, order);
            }
        }
        let registers = transpose_pairs(four);
        for (column, register) in columns.iter_mut().zip(registers) {
            store_i16x16(column, register);
        }
    }
}

/// From eight pairs of bytes in each of eight rows to eight rows of each pair, widened to 16 bits.
#[inline]
#[target_feature(enable = "avx2")]
fn transpose_pairs([a, b, c, d]: [__m256i; 4]) -> [__m256i; 8] {
    let (ab_low, ab_high) = (_mm256_unpacklo_epi16(a, b), _mm256_unpackhi_epi16(a, b));
    let (cd_low, cd_high) = (_mm256_unpacklo_epi16(c, d), _mm256_unpackhi_epi16(c, d));
    let zero = _mm256_setzero_si256();
    let wide = |two| {
        [
            _mm256_unpacklo_epi8(two, zero),
            _mm256_unpackhi_epi8(two, zero),
        ]
    };
    let [p0, p1] = wide(_mm256_unpacklo_epi32(ab_low, cd_low));
    let [p2, p3] = wide(_mm256_unpackhi_epi32(ab_low, cd_low));
    let [p4, p5] = wide(_mm256_unpacklo_epi32(ab_high, cd_high));
    let [p6, p7] = wide(_mm256_unpackhi_epi32(ab_high, cd_high));
    [p0, p1, p2, p3, p4, p5, p6, p7]
}

#[inline]
#[target_feature(enable = "avx2")]
fn along_channels<const N: usize>(
    columns: &[Column<i16>],
    first: usize,
    axis: &Axis<i16>,
    results: Range<usize>,
    reduced: &mut [[i16; ROWS]],
) {
    let bits = axis.fractional_bits();
    let offset = _mm256_set1_epi32(offset(bits));
    let shift = _mm_cvtsi32_si128((bits - ROW_BITS) as i32);
    let columns = columns.as_chunks::<N>().0;
    for (result, reduced) in results.zip(reduced.as_chunks_mut::<N>().0) {
        let columns = &columns[axis.pairs(result).start - first..];
        let mut sums = [offset; N];
        for (columns, weights) in columns.iter().zip(axis.weights(result)) {
            let weights = broadcast_i16x2(weights);
            for (sum, column) in sums.iter_mut().zip(columns) {
                *sum = _mm256_add_epi32(*sum, _mm256_madd_epi16(load_i16x16(column), weights));
            }
        }
        for (reduced, sum) in reduced.iter_mut().zip(sums) {
            let sum = _mm256_sra_epi32(sum, shift);
            let (upper, lower) = (
                _mm256_castsi256_si128(sum),
                _mm256_extracti128_si256::<1>(sum),
            );
            store_i16x8(reduced, _mm_packs_epi32(upper, lower));
        }
    }
}
