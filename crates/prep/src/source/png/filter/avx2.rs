//! AVX2: a step is a pixel of each row, two pixels behind the row above, so that the chains of all rows are one.
//!
//! A pixel of 4 bytes or less is 4 words of a register, which holds four rows; a larger one 8 words of a register of two rows.
//! `q` below are 64 bits.
//!
//! ```text
//! step        0  1  2  3  4  5  6  7     q0 of the register
//! row 0       0  1  2  3  4  5  6  7     q0
//! row 1             0  1  2  3  4  5     q1
//! row 2                   0  1  2  3     q2
//! row 3                         0  1     q3
//! ```
//!
//! What lies above a pixel was in the register two steps before, one place lower. Left of a row are zeros, and these stay zeros
//! whatever the filter, so no row needs to be begun or ended apart.

use std::arch::x86_64::{
    __m128i, __m256i, _mm_setzero_si128, _mm_shuffle_epi8, _mm_srli_si128, _mm_unpackhi_epi8,
    _mm_unpacklo_epi8, _mm256_abs_epi16, _mm256_add_epi8, _mm256_add_epi16, _mm256_and_si256,
    _mm256_blend_epi32, _mm256_blendv_epi8, _mm256_castps_si256, _mm256_castsi128_si256,
    _mm256_castsi256_ps, _mm256_castsi256_si128, _mm256_cmpgt_epi16, _mm256_extracti128_si256,
    _mm256_min_epi16, _mm256_packus_epi16, _mm256_permute2x128_si256, _mm256_permute4x64_epi64,
    _mm256_set_m128i, _mm256_setzero_si256, _mm256_shuffle_epi8, _mm256_shuffle_ps,
    _mm256_srli_epi16, _mm256_sub_epi16, _mm256_unpackhi_epi8, _mm256_unpackhi_epi32,
    _mm256_unpacklo_epi8, _mm256_unpacklo_epi32,
};

use simd::x86::{load_i16x16, load_u8x16, store_u8x16};

use super::{Band, Filter, ROWS};

simd::kernel! {
    pub(super) fn unfilter(Avx2, band: &mut Band, filters: [Filter; ROWS]) {
        match band.pixel_bytes {
            1 => four_rows::<1>(band, filters),
            2 => four_rows::<2>(band, filters),
            3 => four_rows::<3>(band, filters),
            4 => four_rows::<4>(band, filters),
            6 => two_and_two_rows::<6>(band, filters),
            _ => two_and_two_rows::<8>(band, filters),
        }
    }
}

/// How many pixels a row is behind the one above.
const LAG: usize = 2;

/// Unfilters rows of pixels of `N` bytes, four pixels of each at a time.
#[inline]
#[target_feature(enable = "avx2")]
fn four_rows<const N: usize>(band: &mut Band, filters: [Filter; ROWS]) {
    let masks = Masks::new(filters, 4);
    let spread = load_u8x16(&spread(N, 4));
    let gather = load_u8x16(&gather(N, 4));
    let zero = _mm256_setzero_si256();
    let starts: [usize; ROWS] = std::array::from_fn(|row| band.start(row) - LAG * row * N);
    let above_start = starts[0] - band.stride;
    let bytes = &mut band.bytes[..];

    let mut state = State::new();
    let steps = band.row_bytes / N + LAG * (ROWS - 1);
    for offset in (0..steps.next_multiple_of(4) * N).step_by(4 * N) {
        let r02 = load_two(bytes, starts[0] + offset, starts[2] + offset, spread);
        let r13 = load_two(bytes, starts[1] + offset, starts[3] + offset, spread);
        let low = _mm256_unpacklo_epi32(r02, r13);
        let high = _mm256_unpackhi_epi32(r02, r13);
        let above = _mm_shuffle_epi8(load(bytes, above_start + offset), spread);
        let above_low = _mm_unpacklo_epi8(above, _mm_setzero_si128());
        let above_high = _mm_unpackhi_epi8(above, _mm_setzero_si128());

        let above = state.four_above(above_low);
        let done0 = state.step(_mm256_unpacklo_epi8(low, zero), above, &masks);
        let above = state.four_above(_mm_srli_si128::<8>(above_low));
        let done1 = state.step(_mm256_unpackhi_epi8(low, zero), above, &masks);
        let above = state.four_above(above_high);
        let done2 = state.step(_mm256_unpacklo_epi8(high, zero), above, &masks);
        let above = state.four_above(_mm_srli_si128::<8>(above_high));
        let done3 = state.step(_mm256_unpackhi_epi8(high, zero), above, &masks);

        // Two steps of rows 0 and 1 in the lower half, of rows 2 and 3 in the upper one; then four steps of a row in each half.
        let early = _mm256_castsi256_ps(_mm256_packus_epi16(done0, done1));
        let late = _mm256_castsi256_ps(_mm256_packus_epi16(done2, done3));
        let r02 = _mm256_castps_si256(_mm256_shuffle_ps::<0b10_00_10_00>(early, late));
        let r13 = _mm256_castps_si256(_mm256_shuffle_ps::<0b11_01_11_01>(early, late));
        store_two::<N, 4>(bytes, starts[0] + offset, starts[2] + offset, r02, gather);
        store_two::<N, 4>(bytes, starts[1] + offset, starts[3] + offset, r13, gather);
    }
}

#[inline]
#[target_feature(enable = "avx2")]
fn two_and_two_rows<const N: usize>(band: &mut Band, filters: [Filter; ROWS]) {
    two_rows::<N>(band, 0, filters);
    two_rows::<N>(band, 2, filters);
}

/// Unfilters two rows of pixels of `N` bytes, two pixels of each at a time.
#[inline]
#[target_feature(enable = "avx2")]
fn two_rows<const N: usize>(band: &mut Band, first: usize, filters: [Filter; ROWS]) {
    let masks = Masks::new([filters[first], filters[first + 1]], 8);
    let spread = load_u8x16(&spread(N, 8));
    let gather = load_u8x16(&gather(N, 8));
    let zero = _mm256_setzero_si256();
    let starts = [band.start(first), band.start(first + 1) - LAG * N];
    let above_start = starts[0] - band.stride;
    let bytes = &mut band.bytes[..];

    let mut state = State::new();
    let steps = band.row_bytes / N + LAG;
    for offset in (0..steps.next_multiple_of(2) * N).step_by(2 * N) {
        let rows = load_two(bytes, starts[0] + offset, starts[1] + offset, spread);
        let above = _mm_shuffle_epi8(load(bytes, above_start + offset), spread);
        let above_low = _mm_unpacklo_epi8(above, _mm_setzero_si128());
        let above_high = _mm_unpackhi_epi8(above, _mm_setzero_si128());

        let above = state.two_above(above_low);
        let done0 = state.step(_mm256_unpacklo_epi8(rows, zero), above, &masks);
        let above = state.two_above(above_high);
        let done1 = state.step(_mm256_unpackhi_epi8(rows, zero), above, &masks);

        let rows = _mm256_packus_epi16(done0, done1);
        store_two::<N, 2>(bytes, starts[0] + offset, starts[1] + offset, rows, gather);
    }
}

/// What the filters of a register's rows look at: for each row all ones or zeros.
///
/// Paeth's filter sees zeros in place of what others do not look at. Of left, 0 and 0 it chooses left, of 0, above and 0 above.
struct Masks {
    left: __m256i,
    above: __m256i,
    above_left: __m256i,
    average: __m256i,
}

impl Masks {
    /// The masks of filters, each for as many words.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn new<const N: usize>(filters: [Filter; N], words: usize) -> Self {
        let mask = |uses: &[Filter]| {
            let mask = std::array::from_fn(|word| match uses.contains(&filters[word / words]) {
                true => -1,
                false => 0,
            });
            load_i16x16(&mask)
        };
        Self {
            left: mask(&[Filter::Sub, Filter::Paeth]),
            above: mask(&[Filter::Up, Filter::Paeth]),
            above_left: mask(&[Filter::Paeth]),
            average: mask(&[Filter::Average]),
        }
    }
}

/// What the last steps leave for the next one.
struct State {
    /// The pixels of the last step and of the one before it.
    left: __m256i,
    before_left: __m256i,
    /// What lay above the pixels of the last step, for the rows that look at it.
    above_left: __m256i,
}

impl State {
    #[inline]
    #[target_feature(enable = "avx2")]
    fn new() -> Self {
        let zero = _mm256_setzero_si256();
        Self {
            left: zero,
            before_left: zero,
            above_left: zero,
        }
    }

    /// What lies above pixels of four rows, of which the first is below `above`.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn four_above(&self, above: __m128i) -> __m256i {
        let from_rows = _mm256_permute4x64_epi64::<0b10_01_00_00>(self.before_left);
        _mm256_blend_epi32::<0b0000_0011>(from_rows, _mm256_castsi128_si256(above))
    }

    /// Like [`four_above`](Self::four_above), for two rows.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn two_above(&self, above: __m128i) -> __m256i {
        _mm256_permute2x128_si256::<0x20>(_mm256_castsi128_si256(above), self.before_left)
    }

    /// Adds to filtered bytes, each a word, what is predicted.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn step(&mut self, raw: __m256i, above: __m256i, masks: &Masks) -> __m256i {
        let average = _mm256_srli_epi16::<1>(_mm256_add_epi16(self.left, above));
        let average = _mm256_and_si256(average, masks.average);

        let a = _mm256_and_si256(self.left, masks.left);
        let b = _mm256_and_si256(above, masks.above);
        let c = _mm256_and_si256(self.above_left, masks.above_left);
        let above_apart = _mm256_sub_epi16(b, c);
        let left_apart = _mm256_sub_epi16(a, c);
        let to_a = _mm256_abs_epi16(above_apart);
        let to_b = _mm256_abs_epi16(left_apart);
        let to_c = _mm256_abs_epi16(_mm256_add_epi16(left_apart, above_apart));
        let not_a = _mm256_cmpgt_epi16(to_a, _mm256_min_epi16(to_b, to_c));
        let not_b = _mm256_cmpgt_epi16(to_b, to_c);
        let paeth = _mm256_blendv_epi8(a, _mm256_blendv_epi8(b, c, not_b), not_a);

        // All are below 256, and bytes wrap.
        let done = _mm256_add_epi8(_mm256_add_epi8(raw, average), paeth);
        self.above_left = above;
        self.before_left = self.left;
        self.left = done;
        done
    }
}

/// The order that moves pixels of `pixel_bytes` bytes `apart` bytes apart; between them are zeros.
fn spread(pixel_bytes: usize, apart: usize) -> [u8; 16] {
    std::array::from_fn(|place| match place % apart < pixel_bytes {
        true => (place / apart * pixel_bytes + place % apart) as u8,
        false => ZERO,
    })
}

/// The order that moves them together again.
fn gather(pixel_bytes: usize, apart: usize) -> [u8; 16] {
    std::array::from_fn(|place| match place / pixel_bytes * apart < 16 {
        true => (place / pixel_bytes * apart + place % pixel_bytes) as u8,
        false => ZERO,
    })
}

/// In an order: a zero.
const ZERO: u8 = 0x80;

#[inline]
#[target_feature(enable = "avx2")]
fn load(bytes: &[u8], start: usize) -> __m128i {
    match bytes.get(start..).and_then(<[u8]>::first_chunk) {
        Some(chunk) => load_u8x16(chunk),
        None => _mm_setzero_si128(),
    }
}

/// Loads pixels of two rows, one in each half, and spreads them.
#[inline]
#[target_feature(enable = "avx2")]
fn load_two(bytes: &[u8], upper: usize, lower: usize, spread: __m128i) -> __m256i {
    let both = _mm256_set_m128i(load(bytes, lower), load(bytes, upper));
    _mm256_shuffle_epi8(both, _mm256_set_m128i(spread, spread))
}

/// Moves pixels of two rows together, and stores them.
#[inline]
#[target_feature(enable = "avx2")]
fn store_two<const N: usize, const COUNT: usize>(
    bytes: &mut [u8],
    upper: usize,
    lower: usize,
    rows: __m256i,
    gather: __m128i,
) {
    let rows = _mm256_shuffle_epi8(rows, _mm256_set_m128i(gather, gather));
    store::<N, COUNT>(bytes, upper, _mm256_castsi256_si128(rows));
    store::<N, COUNT>(bytes, lower, _mm256_extracti128_si256::<1>(rows));
}

/// Stores as many pixels of `N` bytes, and not a byte more: the next ones are still filtered.
#[inline]
#[target_feature(enable = "avx2")]
fn store<const N: usize, const COUNT: usize>(bytes: &mut [u8], start: usize, pixels: __m128i) {
    let mut chunk = [0; 16];
    store_u8x16(&mut chunk, pixels);
    if let Some(to) = bytes.get_mut(start..start + N * COUNT) {
        to.copy_from_slice(&chunk[..N * COUNT]);
    }
}
