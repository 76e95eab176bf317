//! The fast answer: two neighboring blocks at once, in 16-bit lanes.
//!
//! A register holds one row of both blocks. All that crosses lanes (transposing, interleaving, packing, shuffling bytes) stays
//! within the 128-bit half, so the blocks never mix:
//!
//! ```text
//! row y:  | a0 a1 a2 a3 a4 a5 a6 a7 | b0 b1 b2 b3 b4 b5 b6 b7 |
//! ```

use std::arch::x86_64::*;
use std::hint::black_box;

use simd::x86::{load_i16x8, load_u8x16, store_i16x8};

use super::super::ZIGZAG;
use super::super::quantization::Divisors;
use super::{Block, PASS_BITS, WEIGHT_BITS, weight};

simd::kernel! {
    pub(super) fn transform(Avx2, rows: &[&[u8]; 8], divisors: &Divisors, blocks: &mut [Block]) {
        let (pairs, _) = blocks.as_chunks_mut::<2>();
        let rows = rows.map(|row| &row.as_chunks::<16>().0[..pairs.len()]);
        for (column, pair) in pairs.iter_mut().enumerate() {
            let samples = rows.map(|row| centered(&row[column]));
            let by_column = transposed(samples);
            let by_row = transposed(pass::<{ (WEIGHT_BITS - PASS_BITS) as i32 }>(by_column));
            let coefficients = pass::<{ (WEIGHT_BITS + PASS_BITS) as i32 }>(by_row);
            // Behind a black box: else the compiler widens the tables to 32 bits before the loop, and then multiplies in 32 bits.
            let quotients = quantized(coefficients, black_box(divisors));
            store(zigzagged(quotients), pair);
        }
    }
}

/// Sixteen samples less 128.
#[target_feature(enable = "avx2")]
fn centered(samples: &[u8; 16]) -> __m256i {
    _mm256_sub_epi16(
        _mm256_cvtepu8_epi16(load_u8x16(samples)),
        _mm256_set1_epi16(128),
    )
}

/// Transposes both blocks.
#[target_feature(enable = "avx2")]
fn transposed(r: [__m256i; 8]) -> [__m256i; 8] {
    let ab = _mm256_unpacklo_epi16(r[0], r[1]);
    let cd = _mm256_unpacklo_epi16(r[2], r[3]);
    let ef = _mm256_unpacklo_epi16(r[4], r[5]);
    let gh = _mm256_unpacklo_epi16(r[6], r[7]);
    let (abcd01, abcd23) = (_mm256_unpacklo_epi32(ab, cd), _mm256_unpackhi_epi32(ab, cd));
    let (efgh01, efgh23) = (_mm256_unpacklo_epi32(ef, gh), _mm256_unpackhi_epi32(ef, gh));

    let ab = _mm256_unpackhi_epi16(r[0], r[1]);
    let cd = _mm256_unpackhi_epi16(r[2], r[3]);
    let ef = _mm256_unpackhi_epi16(r[4], r[5]);
    let gh = _mm256_unpackhi_epi16(r[6], r[7]);
    let (abcd45, abcd67) = (_mm256_unpacklo_epi32(ab, cd), _mm256_unpackhi_epi32(ab, cd));
    let (efgh45, efgh67) = (_mm256_unpacklo_epi32(ef, gh), _mm256_unpackhi_epi32(ef, gh));

    [
        _mm256_unpacklo_epi64(abcd01, efgh01),
        _mm256_unpackhi_epi64(abcd01, efgh01),
        _mm256_unpacklo_epi64(abcd23, efgh23),
        _mm256_unpackhi_epi64(abcd23, efgh23),
        _mm256_unpacklo_epi64(abcd45, efgh45),
        _mm256_unpackhi_epi64(abcd45, efgh45),
        _mm256_unpacklo_epi64(abcd67, efgh67),
        _mm256_unpackhi_epi64(abcd67, efgh67),
    ]
}

/// Returns a one-dimensional DCT down the registers.
///
/// Sums stay within 16 bits: the largest is that of eight rows' outputs, 8 · 8 · 128 · 2^`PASS_BITS` = 2^15, and that only as −2^15.
#[target_feature(enable = "avx2")]
fn pass<const SHIFT: i32>(s: [__m256i; 8]) -> [__m256i; 8] {
    let sum = |a, b| _mm256_add_epi16(a, b);
    let difference = |a, b| _mm256_sub_epi16(a, b);

    let (s07, s16, s25, s34) = (
        sum(s[0], s[7]),
        sum(s[1], s[6]),
        sum(s[2], s[5]),
        sum(s[3], s[4]),
    );
    let (even_outer, even_inner) = (difference(s07, s34), difference(s16, s25));
    let (outer, inner) = (sum(s07, s34), sum(s16, s25));
    let even = Pairs::new(even_outer, even_inner);

    let (a, b) = (difference(s[3], s[4]), difference(s[2], s[5]));
    let (c, d) = (difference(s[1], s[6]), difference(s[0], s[7]));
    let shared = Pairs::new(sum(a, c), sum(b, d));
    let (shared_37, shared_15) = (
        shared.rotated(weight::SHARED_37),
        shared.rotated(weight::SHARED_15),
    );
    let (ad, bc) = (Pairs::new(a, d), Pairs::new(b, c));

    [
        rounded_sum::<SHIFT>(sum(outer, inner)),
        ad.rotated(weight::ODD_1).plus(shared_15).rounded::<SHIFT>(),
        even.rotated(weight::EVEN_2).rounded::<SHIFT>(),
        bc.rotated(weight::ODD_3).plus(shared_37).rounded::<SHIFT>(),
        rounded_sum::<SHIFT>(difference(outer, inner)),
        bc.rotated(weight::ODD_5).plus(shared_15).rounded::<SHIFT>(),
        even.rotated(weight::EVEN_6).rounded::<SHIFT>(),
        ad.rotated(weight::ODD_7).plus(shared_37).rounded::<SHIFT>(),
    ]
}

/// Returns what a sum without a weight becomes in a pass that shifts weighted ones by `SHIFT`.
#[target_feature(enable = "avx2")]
fn rounded_sum<const SHIFT: i32>(sum: __m256i) -> __m256i {
    if SHIFT < WEIGHT_BITS as i32 {
        _mm256_slli_epi16::<{ PASS_BITS as i32 }>(sum)
    } else {
        _mm256_srai_epi16::<{ PASS_BITS as i32 }>(_mm256_add_epi16(
            sum,
            _mm256_set1_epi16(1 << (PASS_BITS - 1)),
        ))
    }
}

/// Two registers interleaved: the first and the second half of each block's row.
#[derive(Clone, Copy)]
struct Pairs(__m256i, __m256i);

/// Weighted sums of pairs in 32 bits.
#[derive(Clone, Copy)]
struct Weighted(__m256i, __m256i);

impl Pairs {
    #[target_feature(enable = "avx2")]
    fn new(a: __m256i, b: __m256i) -> Self {
        Self(_mm256_unpacklo_epi16(a, b), _mm256_unpackhi_epi16(a, b))
    }

    #[target_feature(enable = "avx2")]
    fn rotated(self, [a, b]: [i16; 2]) -> Weighted {
        let weights = _mm256_set1_epi32(i32::from(a) & 0xffff | i32::from(b) << 16);
        Weighted(
            _mm256_madd_epi16(self.0, weights),
            _mm256_madd_epi16(self.1, weights),
        )
    }
}

impl Weighted {
    #[target_feature(enable = "avx2")]
    fn plus(self, other: Self) -> Self {
        Self(
            _mm256_add_epi32(self.0, other.0),
            _mm256_add_epi32(self.1, other.1),
        )
    }

    #[target_feature(enable = "avx2")]
    fn rounded<const SHIFT: i32>(self) -> __m256i {
        let half = _mm256_set1_epi32(1 << (SHIFT - 1));
        let round = |sum| _mm256_srai_epi32::<SHIFT>(_mm256_add_epi32(sum, half));
        _mm256_packs_epi32(round(self.0), round(self.1))
    }
}

/// See [`Divisors`].
#[target_feature(enable = "avx2")]
fn quantized(coefficients: [__m256i; 8], divisors: &Divisors) -> [__m256i; 8] {
    std::array::from_fn(|y| {
        let row = |table: &[u16; 64]| {
            let lanes = table.as_chunks::<8>().0[y].map(u16::cast_signed);
            _mm256_broadcastsi128_si256(load_i16x8(&lanes))
        };
        let magnitude = _mm256_abs_epi16(coefficients[y]);
        let high = _mm256_mulhi_epu16(magnitude, row(&divisors.reciprocal));
        let quotient = _mm256_mulhrs_epi16(high, row(&divisors.scale));
        _mm256_sign_epi16(quotient, coefficients[y])
    })
}

/// Reorders both blocks: eight coefficients of the zigzag to a register.
#[target_feature(enable = "avx2")]
fn zigzagged(rows: [__m256i; 8]) -> [__m256i; 8] {
    std::array::from_fn(|part| {
        let mut gathered = _mm256_setzero_si256();
        for (row, shuffle) in rows.iter().zip(&SHUFFLES[part]) {
            let Some(shuffle) = shuffle else { continue };
            let shuffle = _mm256_broadcastsi128_si256(load_u8x16(shuffle));
            gathered = _mm256_or_si256(gathered, _mm256_shuffle_epi8(*row, shuffle));
        }
        gathered
    })
}

/// For each eight coefficients of the zigzag and each row of the block: which bytes of the row go where, if any do.
const SHUFFLES: [[Option<[u8; 16]>; 8]; 8] = {
    /// An index that makes the shuffle leave a zero.
    const NOTHING: u8 = 0x80;

    let mut shuffles = [[None; 8]; 8];
    let mut k = 0;
    while k < 64 {
        let (row, column) = (ZIGZAG[k] / 8, ZIGZAG[k] % 8);
        let shuffle = &mut shuffles[k / 8][row as usize];
        let mut bytes = match *shuffle {
            Some(bytes) => bytes,
            None => [NOTHING; 16],
        };
        bytes[k % 8 * 2] = column * 2;
        bytes[k % 8 * 2 + 1] = column * 2 + 1;
        *shuffle = Some(bytes);
        k += 1;
    }
    shuffles
};

#[target_feature(enable = "avx2")]
fn store(parts: [__m256i; 8], pair: &mut [Block; 2]) {
    let mut zeros = [0; 2];
    for (index, two) in parts.chunks_exact(2).enumerate() {
        let bytes = _mm256_packs_epi16(two[0], two[1]);
        let mask = _mm256_movemask_epi8(_mm256_cmpeq_epi8(bytes, _mm256_setzero_si256())) as u32;
        zeros[0] |= u64::from(mask & 0xffff) << (16 * index);
        zeros[1] |= u64::from(mask >> 16) << (16 * index);
    }
    let [a, b] = pair;
    a.nonzero = !zeros[0];
    b.nonzero = !zeros[1];
    let (a, _) = a.coefficients.as_chunks_mut::<8>();
    let (b, _) = b.coefficients.as_chunks_mut::<8>();
    for ((a, b), part) in a.iter_mut().zip(b).zip(parts) {
        store_i16x8(a, _mm256_castsi256_si128(part));
        store_i16x8(b, _mm256_extracti128_si256::<1>(part));
    }
}
