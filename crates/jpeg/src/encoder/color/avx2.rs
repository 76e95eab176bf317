//! AVX2: sixteen pixels at once, weighted in pairs of 16-bit lanes.

use std::arch::x86_64::*;

use simd::x86::{load_u8x16, store_u8x16};

use super::{BLUE_DIFFERENCE, LUMA, RED_DIFFERENCE, WEIGHT_BITS, Weights, scalar};

simd::kernel! {
    pub(super) fn convert(Avx2, pixels: &[[u8; 3]], planes: [&mut [u8]; 3]) {
        let (sixteens, rest) = pixels.as_chunks::<16>();
        let [y, cb, cr] = planes.map(|plane| plane.split_at_mut(16 * sixteens.len()));
        let places = y.0.as_chunks_mut().0.iter_mut().zip(cb.0.as_chunks_mut().0).zip(cr.0.as_chunks_mut().0);
        for (pixels, ((y, cb), cr)) in sixteens.iter().zip(places) {
            let colors = Colors::new(pixels);
            store_u8x16(y, colors.weighted(LUMA));
            store_u8x16(cb, colors.weighted(BLUE_DIFFERENCE));
            store_u8x16(cr, colors.weighted(RED_DIFFERENCE));
        }
        scalar::convert(rest, [y.1, cb.1, cr.1]);
    }
}

/// Sixteen pixels, the colors in pairs: of each 128 bits' eight pixels the first four, then the others.
struct Colors {
    red_green: [__m256i; 2],
    blue_green: [__m256i; 2],
}

impl Colors {
    #[target_feature(enable = "avx2")]
    fn new(pixels: &[[u8; 3]; 16]) -> Self {
        let bytes = pixels.as_flattened().as_chunks::<16>().0;
        let thirds = [
            load_u8x16(&bytes[0]),
            load_u8x16(&bytes[1]),
            load_u8x16(&bytes[2]),
        ];
        let [red, green, blue] = SHUFFLES.map(|shuffles| {
            let [a, b, c] =
                [0, 1, 2].map(|i| _mm_shuffle_epi8(thirds[i], load_u8x16(&shuffles[i])));
            _mm256_cvtepu8_epi16(_mm_or_si128(_mm_or_si128(a, b), c))
        });
        let pairs = |a, b| [_mm256_unpacklo_epi16(a, b), _mm256_unpackhi_epi16(a, b)];
        Self {
            red_green: pairs(red, green),
            blue_green: pairs(blue, green),
        }
    }

    /// Weights are as large as 2^15 and beyond, a lane of the multiplication holds less: green's is split between the two pairs, and
    /// weights of a half are taken negative and subtracted.
    #[target_feature(enable = "avx2")]
    fn weighted(&self, weights: Weights) -> __m128i {
        let Weights {
            red,
            green,
            blue,
            offset,
        } = weights;
        let green_with_blue = if green > i32::from(i16::MAX) {
            1 << 14
        } else {
            0
        };
        let first = Pair::new(red, green - green_with_blue);
        let second = Pair::new(blue, green_with_blue);
        let [low, high] = [0, 1].map(|half| {
            let sum = first.add_to(_mm256_set1_epi32(offset), self.red_green[half]);
            let sum = second.add_to(sum, self.blue_green[half]);
            _mm256_srli_epi32::<{ WEIGHT_BITS as i32 }>(sum)
        });
        let samples = _mm256_packs_epi32(low, high);
        let twice = _mm256_packus_epi16(samples, samples);
        _mm256_castsi256_si128(_mm256_permute4x64_epi64::<0b1000>(twice))
    }
}

/// Two weights side by side.
struct Pair {
    weights: __m256i,
    is_negative: bool,
}

impl Pair {
    #[target_feature(enable = "avx2")]
    fn new(a: i32, b: i32) -> Self {
        let is_negative = a > i32::from(i16::MAX);
        let (a, b) = if is_negative { (-a, -b) } else { (a, b) };
        Self {
            weights: _mm256_set1_epi32(a & 0xffff | b << 16),
            is_negative,
        }
    }

    #[target_feature(enable = "avx2")]
    fn add_to(&self, sum: __m256i, colors: __m256i) -> __m256i {
        let weighted = _mm256_madd_epi16(colors, self.weights);
        if self.is_negative {
            _mm256_sub_epi32(sum, weighted)
        } else {
            _mm256_add_epi32(sum, weighted)
        }
    }
}

/// For each color and each third of the 48 bytes: which of the third's bytes go where.
const SHUFFLES: [[[u8; 16]; 3]; 3] = {
    /// An index that makes the shuffle leave a zero.
    const NOTHING: u8 = 0x80;

    let mut shuffles = [[[NOTHING; 16]; 3]; 3];
    let mut byte = 0;
    while byte < 48 {
        shuffles[byte % 3][byte / 16][byte / 3] = (byte % 16) as u8;
        byte += 1;
    }
    shuffles
};
