//! Eight lanes of 32 bits, whose sums are clipped.

use std::arch::x86_64::{
    __m256i, _mm256_add_epi32, _mm256_castsi256_si128, _mm256_max_epi32, _mm256_min_epi32,
    _mm256_mullo_epi32, _mm256_packs_epi32, _mm256_permute2x128_si256, _mm256_permute4x64_epi64,
    _mm256_set1_epi32, _mm256_setzero_si256, _mm256_srai_epi32, _mm256_sub_epi32,
    _mm256_unpackhi_epi32, _mm256_unpackhi_epi64, _mm256_unpacklo_epi32, _mm256_unpacklo_epi64,
    _mm256_zextsi128_si256,
};

use simd::x86::{load_i32x4, load_i32x8, store_i16x8, store_i32x8};

use crate::network::{ADST_OUTPUTS, REVERSED, SINE, angle, networks};
use crate::range::Range;

/// What sums are clipped to, in every lane.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    min: __m256i,
    max: __m256i,
}

impl Limits {
    #[inline]
    #[target_feature(enable = "avx2")]
    pub(super) fn of(range: Range) -> Self {
        Self {
            min: _mm256_set1_epi32(range.min),
            max: _mm256_set1_epi32(range.max),
        }
    }
}

networks!(__m256i, Limits, #[target_feature(enable = "avx2")]);

#[inline]
#[target_feature(enable = "avx2")]
pub(super) fn clip(x: __m256i, limits: Limits) -> __m256i {
    _mm256_min_epi32(_mm256_max_epi32(x, limits.min), limits.max)
}

#[inline]
#[target_feature(enable = "avx2")]
fn add(a: __m256i, b: __m256i, limits: Limits) -> __m256i {
    clip(_mm256_add_epi32(a, b), limits)
}

#[inline]
#[target_feature(enable = "avx2")]
fn subtract(a: __m256i, b: __m256i, limits: Limits) -> __m256i {
    clip(_mm256_sub_epi32(a, b), limits)
}

#[inline]
#[target_feature(enable = "avx2")]
fn plus(a: __m256i, b: __m256i) -> __m256i {
    _mm256_add_epi32(a, b)
}

#[inline]
#[target_feature(enable = "avx2")]
fn negate(a: __m256i) -> __m256i {
    _mm256_sub_epi32(_mm256_setzero_si256(), a)
}

#[inline]
#[target_feature(enable = "avx2")]
fn rotate(x: __m256i, y: __m256i, matrix: [[i32; 2]; 2]) -> [__m256i; 2] {
    let mut rotated = [x; 2];
    for (to, [a, b]) in rotated.iter_mut().zip(matrix) {
        *to = weigh(&[x, y], [a, b]);
    }
    rotated
}

#[inline]
#[target_feature(enable = "avx2")]
fn scale(x: __m256i, factor: i32) -> __m256i {
    weigh(&[x], [factor])
}

#[inline]
#[target_feature(enable = "avx2")]
fn mix(x: &[__m256i; 4], factors: [i32; 4]) -> __m256i {
    weigh(x, factors)
}

/// Multiplies by 4096ths, sums and rounds.
///
/// Coefficients of 12-bit samples have 20 bits, and weights 13, so that sums would leave 32 bits. Therefore weights beyond a half become
/// those beyond one, less one: x · 3803 / 4096 = x · −293 / 4096 + x.
#[inline]
#[target_feature(enable = "avx2")]
fn weigh<const N: usize>(x: &[__m256i; N], weights: [i32; N]) -> __m256i {
    let mut products = _mm256_set1_epi32(2048);
    let mut whole = _mm256_setzero_si256();
    for (&x, weight) in x.iter().zip(weights) {
        let rest = if weight > 2048 {
            whole = _mm256_add_epi32(whole, x);
            weight - 4096
        } else if weight < -2048 {
            whole = _mm256_sub_epi32(whole, x);
            weight + 4096
        } else {
            weight
        };
        products = _mm256_add_epi32(products, _mm256_mullo_epi32(x, _mm256_set1_epi32(rest)));
    }
    _mm256_add_epi32(_mm256_srai_epi32::<12>(products), whole)
}

/// Loads eight values, or four if there are no more.
#[inline]
#[target_feature(enable = "avx2")]
pub(super) fn load(from: &[i32]) -> __m256i {
    if let Some(eight) = from.first_chunk() {
        load_i32x8(eight)
    } else if let Some(four) = from.first_chunk() {
        _mm256_zextsi128_si256(load_i32x4(four))
    } else {
        _mm256_setzero_si256()
    }
}

/// Stores eight lanes as 16 bits, the greatest or the least where they have more.
#[inline]
#[target_feature(enable = "avx2")]
pub(super) fn store_narrow(to: &mut [i16], lanes: __m256i) {
    if let Some(to) = to.first_chunk_mut() {
        let packed = _mm256_packs_epi32(lanes, lanes);
        let packed = _mm256_permute4x64_epi64::<0b1000>(packed);
        store_i16x8(to, _mm256_castsi256_si128(packed));
    }
}

/// Stores eight registers as eight columns of eight rows, which lie `stride` apart.
#[inline]
#[target_feature(enable = "avx2")]
pub(super) fn store_transposed(to: &mut [i32], stride: usize, x: &[__m256i; 8]) {
    let mut pairs = [x[0]; 8];
    for i in 0..4 {
        pairs[2 * i] = _mm256_unpacklo_epi32(x[2 * i], x[2 * i + 1]);
        pairs[2 * i + 1] = _mm256_unpackhi_epi32(x[2 * i], x[2 * i + 1]);
    }
    for i in 0..4 {
        // Rows `i` and `i` + 4, of columns 0 to 3 and of 4 to 7.
        let half = i / 2;
        let left = (pairs[half], pairs[half + 2]);
        let right = (pairs[half + 4], pairs[half + 6]);
        let (left, right) = match i % 2 {
            0 => (
                _mm256_unpacklo_epi64(left.0, left.1),
                _mm256_unpacklo_epi64(right.0, right.1),
            ),
            _ => (
                _mm256_unpackhi_epi64(left.0, left.1),
                _mm256_unpackhi_epi64(right.0, right.1),
            ),
        };
        store(
            to,
            stride,
            i,
            _mm256_permute2x128_si256::<0x20>(left, right),
        );
        store(
            to,
            stride,
            i + 4,
            _mm256_permute2x128_si256::<0x31>(left, right),
        );
    }
}

#[inline]
#[target_feature(enable = "avx2")]
fn store(to: &mut [i32], stride: usize, row: usize, lanes: __m256i) {
    if let Some(to) = to
        .get_mut(row * stride..)
        .and_then(<[i32]>::first_chunk_mut)
    {
        store_i32x8(to, lanes);
    }
}
