//! The fast answer: eight results at a time, 16 weights of each.

use std::arch::x86_64::{
    __m256i, _mm_cvtsi128_si64, _mm_packs_epi32, _mm_packus_epi16, _mm256_add_epi32,
    _mm256_castsi256_si128, _mm256_extracti128_si256, _mm256_hadd_epi32, _mm256_madd_epi16,
    _mm256_permute2x128_si256, _mm256_set1_epi32, _mm256_setzero_si256, _mm256_srai_epi32,
};

use simd::x86::load_i16x16;

use super::scalar::{self, BITS, OFFSET};
use crate::resample::Axis;

simd::kernel! {
    pub(super) fn horizontal(Avx2, row: &[i16], first_block: u32, axis: &Axis, samples: &mut [u8]) {
        let offset = _mm256_set1_epi32(OFFSET);
        let stride = axis.stride;
        let (chunks, _) = samples.as_chunks_mut::<8>();
        let firsts = axis.first.as_chunks::<8>().0;
        let weights = axis.weights.chunks_exact(8 * stride);
        for ((chunk, firsts), weights) in chunks.iter_mut().zip(firsts).zip(weights) {
            let mut sums = [_mm256_setzero_si256(); 8];
            for ((sum, first), weights) in sums.iter_mut().zip(firsts).zip(weights.chunks_exact(stride)) {
                let start = (first - first_block) as usize * axis.geometry.kept;
                let Some(row) = row.get(start..start + stride) else { continue };
                for (frequencies, weights) in row.as_chunks::<16>().0.iter().zip(weights.as_chunks::<16>().0) {
                    *sum = _mm256_add_epi32(*sum, _mm256_madd_epi16(load_i16x16(frequencies), load_i16x16(weights)));
                }
            }
            let sums = _mm256_srai_epi32::<{ BITS as i32 }>(_mm256_add_epi32(add_up(sums), offset));
            let words = _mm_packs_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256::<1>(sums));
            *chunk = _mm_cvtsi128_si64(_mm_packus_epi16(words, words)).to_le_bytes();
        }
        let done = samples.len() / 8 * 8;
        scalar::horizontal_from(row, first_block, axis, samples, done);
    }
}

/// The sum of each of eight registers.
#[inline]
#[target_feature(enable = "avx2")]
fn add_up([a, b, c, d, e, f, g, h]: [__m256i; 8]) -> __m256i {
    let low = _mm256_hadd_epi32(_mm256_hadd_epi32(a, b), _mm256_hadd_epi32(c, d));
    let high = _mm256_hadd_epi32(_mm256_hadd_epi32(e, f), _mm256_hadd_epi32(g, h));
    _mm256_add_epi32(
        _mm256_permute2x128_si256::<0x20>(low, high),
        _mm256_permute2x128_si256::<0x31>(low, high),
    )
}
