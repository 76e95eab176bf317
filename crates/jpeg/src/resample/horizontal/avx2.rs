//! AVX2: a register is a pair of frequencies in eight rows, or the sums of eight rows.

use std::arch::x86_64::{
    __m256i, _mm256_add_epi32, _mm256_madd_epi16, _mm256_packs_epi32, _mm256_packus_epi16,
    _mm256_permute2x128_si256, _mm256_set1_epi32, _mm256_setr_epi8, _mm256_setzero_si256,
    _mm256_shuffle_epi8, _mm256_srai_epi32, _mm256_unpackhi_epi32, _mm256_unpackhi_epi64,
    _mm256_unpacklo_epi32, _mm256_unpacklo_epi64,
};

use simd::x86::{broadcast_i16x2, load_i16x16, store_i16x16, store_u8x32};

use super::scalar::{BITS, OFFSET};
use super::{BATCH_ROWS, RowBatch};
use crate::resample::Axis;

simd::kernel! {
    pub(super) fn horizontal(Avx2, batch: &mut RowBatch, axis: &Axis, samples: &mut [u8], stride: usize) {
        transpose_rows(batch);
        for (first, firsts) in (0..).step_by(8).zip(axis.first.chunks(8)) {
            let mut sums = [_mm256_setzero_si256(); 8];
            for ((result, first_block), sum) in (first..).zip(firsts).zip(&mut sums) {
                let start = (first_block - batch.first_block) as usize * axis.geometry.kept / 2;
                let weights = axis.weights_of(result).as_chunks::<2>().0;
                let pairs = batch.columns.get(start..start + weights.len());
                *sum = sum_pairs(pairs.unwrap_or_default(), weights);
            }
            batch.write(&transpose_sums(sums), first..first + firsts.len(), samples, stride);
        }
    }
}

/// Returns the weighted sum of pairs in eight rows, as samples in 32 bits. A block has an even number of pairs: two sums at a time keep
/// additions from waiting for each other.
#[inline]
#[target_feature(enable = "avx2")]
fn sum_pairs(pairs: &[[i16; 2 * BATCH_ROWS]], weights: &[[i16; 2]]) -> __m256i {
    let (mut even, mut odd) = (_mm256_set1_epi32(OFFSET), _mm256_setzero_si256());
    let weights = weights.as_chunks::<2>().0;
    for (pairs, weights) in pairs.as_chunks::<2>().0.iter().zip(weights) {
        let product =
            |i: usize| _mm256_madd_epi16(load_i16x16(&pairs[i]), broadcast_i16x2(&weights[i]));
        even = _mm256_add_epi32(even, product(0));
        odd = _mm256_add_epi32(odd, product(1));
    }
    _mm256_srai_epi32::<{ BITS as i32 }>(_mm256_add_epi32(even, odd))
}

/// Transposes eight results of eight rows to eight rows of samples.
#[inline]
#[target_feature(enable = "avx2")]
fn transpose_sums(s: [__m256i; 8]) -> [[u8; 8]; 8] {
    let packed = |a, b, c, d| {
        let bytes = _mm256_packus_epi16(_mm256_packs_epi32(a, b), _mm256_packs_epi32(c, d));
        // Packing works within halves: four rows of each result become four results of each row.
        #[rustfmt::skip]
        let by_row = _mm256_setr_epi8(
            0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15,
            0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15,
        );
        _mm256_shuffle_epi8(bytes, by_row)
    };
    let (left, right) = (
        packed(s[0], s[1], s[2], s[3]),
        packed(s[4], s[5], s[6], s[7]),
    );
    let (mut rows0145, mut rows2367) = ([0; 32], [0; 32]);
    store_u8x32(&mut rows0145, _mm256_unpacklo_epi32(left, right));
    store_u8x32(&mut rows2367, _mm256_unpackhi_epi32(left, right));
    let (a, b) = (rows0145.as_chunks::<8>().0, rows2367.as_chunks::<8>().0);
    [a[0], a[1], b[0], b[1], a[2], a[3], b[2], b[3]]
}

/// Gathers each pair of frequencies from the eight rows.
#[inline]
#[target_feature(enable = "avx2")]
fn transpose_rows(batch: &mut RowBatch) {
    let row_len = batch.row_len;
    let (transposed, _) = batch.columns.as_chunks_mut::<8>();
    for (index, transposed) in transposed.iter_mut().enumerate() {
        let mut rows = [_mm256_setzero_si256(); 8];
        for (row, register) in rows.iter_mut().enumerate() {
            let start = row * row_len + index * 16;
            if let Some(frequencies) = batch
                .frequencies
                .get(start..)
                .and_then(<[i16]>::first_chunk)
            {
                *register = load_i16x16(frequencies);
            }
        }
        for (pairs, register) in transposed.iter_mut().zip(transpose(rows)) {
            store_i16x16(pairs, register);
        }
    }
}

/// Rows to columns of 32 bits.
#[inline]
#[target_feature(enable = "avx2")]
fn transpose(r: [__m256i; 8]) -> [__m256i; 8] {
    // Four rows by four columns within halves, then halves.
    let four = |a, b, c, d| {
        let (ab_low, ab_high) = (_mm256_unpacklo_epi32(a, b), _mm256_unpackhi_epi32(a, b));
        let (cd_low, cd_high) = (_mm256_unpacklo_epi32(c, d), _mm256_unpackhi_epi32(c, d));
        [
            _mm256_unpacklo_epi64(ab_low, cd_low),
            _mm256_unpackhi_epi64(ab_low, cd_low),
            _mm256_unpacklo_epi64(ab_high, cd_high),
            _mm256_unpackhi_epi64(ab_high, cd_high),
        ]
    };
    let (upper, lower) = (four(r[0], r[1], r[2], r[3]), four(r[4], r[5], r[6], r[7]));
    let low = |i: usize| _mm256_permute2x128_si256::<0x20>(upper[i], lower[i]);
    let high = |i: usize| _mm256_permute2x128_si256::<0x31>(upper[i], lower[i]);
    [
        low(0),
        low(1),
        low(2),
        low(3),
        high(0),
        high(1),
        high(2),
        high(3),
    ]
}
