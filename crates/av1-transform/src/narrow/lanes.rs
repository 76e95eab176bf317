//! Sixteen lanes of 16 bits. Nothing is clipped: `limits` sees to it that nothing needs to be.

use std::arch::x86_64::{
    __m256i, _mm_cvtsi64_si128, _mm256_add_epi16, _mm256_add_epi32, _mm256_castsi256_si128,
    _mm256_extracti128_si256, _mm256_madd_epi16, _mm256_mulhrs_epi16, _mm256_packs_epi32,
    _mm256_set1_epi16, _mm256_set1_epi32, _mm256_setzero_si256, _mm256_srai_epi32,
    _mm256_sub_epi16, _mm256_unpackhi_epi16, _mm256_unpackhi_epi32, _mm256_unpackhi_epi64,
    _mm256_unpacklo_epi16, _mm256_unpacklo_epi32, _mm256_unpacklo_epi64, _mm256_zextsi128_si256,
};

use simd::x86::{broadcast_i16x2, load_i16x8, load_i16x16, store_i16x8, store_i16x16};

use crate::network::{ADST_OUTPUTS, REVERSED, SINE, angle, networks};

/// No values are clipped.
#[derive(Clone, Copy)]
pub(super) struct Unclipped;

networks!(__m256i, Unclipped, #[target_feature(enable = "avx2")]);

#[inline]
#[target_feature(enable = "avx2")]
fn add(a: __m256i, b: __m256i, _: Unclipped) -> __m256i {
    _mm256_add_epi16(a, b)
}

#[inline]
#[target_feature(enable = "avx2")]
fn subtract(a: __m256i, b: __m256i, _: Unclipped) -> __m256i {
    _mm256_sub_epi16(a, b)
}

#[inline]
#[target_feature(enable = "avx2")]
fn plus(a: __m256i, b: __m256i) -> __m256i {
    _mm256_add_epi16(a, b)
}

#[inline]
#[target_feature(enable = "avx2")]
fn negate(a: __m256i) -> __m256i {
    _mm256_sub_epi16(_mm256_setzero_si256(), a)
}

#[inline]
#[target_feature(enable = "avx2")]
fn rotate(x: __m256i, y: __m256i, matrix: [[i32; 2]; 2]) -> [__m256i; 2] {
    let pairs = [_mm256_unpacklo_epi16(x, y), _mm256_unpackhi_epi16(x, y)];
    let mut rotated = [x; 2];
    for (to, [a, b]) in rotated.iter_mut().zip(matrix) {
        let factors = broadcast_i16x2(&[a as i16, b as i16]);
        let sums = [
            _mm256_madd_epi16(pairs[0], factors),
            _mm256_madd_epi16(pairs[1], factors),
        ];
        *to = round(sums);
    }
    rotated
}

/// Rounds eight times `factor` / 2¹⁵, which is the same as `factor` / 2¹².
#[inline]
#[target_feature(enable = "avx2")]
fn scale(x: __m256i, factor: i32) -> __m256i {
    _mm256_mulhrs_epi16(x, _mm256_set1_epi16((8 * factor) as i16))
}

#[inline]
#[target_feature(enable = "avx2")]
fn mix(x: &[__m256i; 4], factors: [i32; 4]) -> __m256i {
    let [a, b, c, d] = factors.map(|factor| factor as i16);
    let (first, second) = (broadcast_i16x2(&[a, b]), broadcast_i16x2(&[c, d]));
    round([
        _mm256_add_epi32(
            _mm256_madd_epi16(_mm256_unpacklo_epi16(x[0], x[1]), first),
            _mm256_madd_epi16(_mm256_unpacklo_epi16(x[2], x[3]), second),
        ),
        _mm256_add_epi32(
            _mm256_madd_epi16(_mm256_unpackhi_epi16(x[0], x[1]), first),
            _mm256_madd_epi16(_mm256_unpackhi_epi16(x[2], x[3]), second),
        ),
    ])
}

/// Divides sums by 4096; the two halves of each register are those that `unpack` made.
#[inline]
#[target_feature(enable = "avx2")]
fn round(sums: [__m256i; 2]) -> __m256i {
    let half = _mm256_set1_epi32(2048);
    _mm256_packs_epi32(
        _mm256_srai_epi32::<12>(_mm256_add_epi32(sums[0], half)),
        _mm256_srai_epi32::<12>(_mm256_add_epi32(sums[1], half)),
    )
}

/// Loads sixteen values, or as many as there are of four or eight; the other lanes are zero.
#[inline]
#[target_feature(enable = "avx2")]
pub(super) fn load(from: &[i16]) -> __m256i {
    if let Some(all) = from.first_chunk() {
        load_i16x16(all)
    } else if let Some(eight) = from.first_chunk() {
        _mm256_zextsi128_si256(load_i16x8(eight))
    } else if let Some(four) = from.first_chunk::<4>() {
        let mut bits = 0;
        for &value in four.iter().rev() {
            bits = bits << 16 | i64::from(value as u16);
        }
        _mm256_zextsi128_si256(_mm_cvtsi64_si128(bits))
    } else {
        _mm256_setzero_si256()
    }
}

/// Stores sixteen lanes, or the first eight if there is no room for more.
#[inline]
#[target_feature(enable = "avx2")]
pub(super) fn store(to: &mut [i16], lanes: __m256i) {
    if let Some(all) = to.first_chunk_mut() {
        store_i16x16(all, lanes);
    } else if let Some(eight) = to.first_chunk_mut() {
        store_i16x8(eight, _mm256_castsi256_si128(lanes));
    }
}

/// Stores eight registers as eight columns of sixteen rows, which lie `stride` apart.
///
/// ```text
/// a0 a1 … a7 | a8 … aF      a0 b0 … h0
/// b0 b1 … b7 | b8 … bF  →   a1 b1 … h1
/// …                         …
/// ```
#[inline]
#[target_feature(enable = "avx2")]
pub(super) fn store_transposed(to: &mut [i16], stride: usize, x: &[__m256i; 8]) {
    let mut pairs = [x[0]; 8];
    for i in 0..4 {
        pairs[2 * i] = _mm256_unpacklo_epi16(x[2 * i], x[2 * i + 1]);
        pairs[2 * i + 1] = _mm256_unpackhi_epi16(x[2 * i], x[2 * i + 1]);
    }
    for half in 0..2 {
        // Of lanes 0 to 3 of each half register, then of 4 to 7.
        let fours = [
            _mm256_unpacklo_epi32(pairs[half], pairs[half + 2]),
            _mm256_unpackhi_epi32(pairs[half], pairs[half + 2]),
            _mm256_unpacklo_epi32(pairs[half + 4], pairs[half + 6]),
            _mm256_unpackhi_epi32(pairs[half + 4], pairs[half + 6]),
        ];
        for i in 0..2 {
            let (a, b) = (fours[i], fours[i + 2]);
            let row = 4 * half + 2 * i;
            store_halves(to, stride, row, _mm256_unpacklo_epi64(a, b));
            store_halves(to, stride, row + 1, _mm256_unpackhi_epi64(a, b));
        }
    }
}

/// Stores the lower half in `row`, the upper one eight rows below.
#[inline]
#[target_feature(enable = "avx2")]
fn store_halves(to: &mut [i16], stride: usize, row: usize, lanes: __m256i) {
    if let Some(lower) = to
        .get_mut(row * stride..)
        .and_then(<[i16]>::first_chunk_mut)
    {
        store_i16x8(lower, _mm256_castsi256_si128(lanes));
    }
    if let Some(upper) = to
        .get_mut((row + 8) * stride..)
        .and_then(<[i16]>::first_chunk_mut)
    {
        store_i16x8(upper, _mm256_extracti128_si256::<1>(lanes));
    }
}
