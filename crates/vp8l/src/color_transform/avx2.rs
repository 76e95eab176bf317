//! AVX2: eight pixels in a register, each as a pair of 16-bit integers.
//!
//! The color in the upper byte of an integer, times eight times its factor, leaves the share in the upper half of the product.

use std::arch::x86_64::{
    __m256i, _mm256_add_epi8, _mm256_and_si256, _mm256_mulhi_epi16, _mm256_or_si256,
    _mm256_set1_epi32, _mm256_slli_epi16, _mm256_slli_epi32, _mm256_srli_epi32,
};

use simd::x86::{load_u32x8, store_u32x8};

use super::scalar;

simd::kernel! {
    pub(super) fn add_shares(Avx2, blocks: (&[u32], u32), pixels: &[u32], to: &mut [u32]) {
        let (blocks, bits) = blocks;
        let side = 1 << bits;
        let spans = to.chunks_mut(side).zip(pixels.chunks(side));
        for ((to, pixels), block) in spans.zip(blocks) {
            let factors = Factors::new(*block);
            let (to, rest) = to.as_chunks_mut::<8>();
            let (pixels, last) = pixels.as_chunks::<8>();
            for (to, pixels) in to.iter_mut().zip(pixels) {
                store_u32x8(to, factors.add_shares(load_u32x8(pixels)));
            }
            scalar::add_shares((&[*block], bits), last, rest);
        }
    }
}

/// Eight times each factor, for blue in the lower integer and for red in the upper one.
struct Factors {
    of_green: __m256i,
    /// For blue alone.
    of_red: __m256i,
}

impl Factors {
    #[inline]
    #[target_feature(enable = "avx2")]
    fn new(block: u32) -> Self {
        let [green_to_red, green_to_blue, red_to_blue, _] = block.to_le_bytes();
        let factor = |byte: u8| u32::from((8 * i16::from(byte as i8)) as u16);
        let of_green = factor(green_to_red) << 16 | factor(green_to_blue);
        Self {
            of_green: _mm256_set1_epi32(of_green as i32),
            of_red: _mm256_set1_epi32(factor(red_to_blue) as i32),
        }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn add_shares(&self, pixels: __m256i) -> __m256i {
        let red_blue = _mm256_set1_epi32(0x00FF_00FF);
        // Green in the upper byte of both integers.
        let green = _mm256_and_si256(pixels, _mm256_set1_epi32(0xFF00));
        let green = _mm256_or_si256(green, _mm256_slli_epi32::<16>(green));
        let shares = _mm256_mulhi_epi16(green, self.of_green);
        let sums = _mm256_add_epi8(pixels, _mm256_and_si256(shares, red_blue));
        // The new red in the upper byte of the lower integer.
        let red = _mm256_slli_epi16::<8>(_mm256_srli_epi32::<16>(sums));
        let shares = _mm256_mulhi_epi16(red, self.of_red);
        _mm256_add_epi8(sums, _mm256_and_si256(shares, red_blue))
    }
}
