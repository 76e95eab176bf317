//! AVX2: eight pixels become 24 bytes; the eight bytes that are written after them belong to the next pixels.

use std::arch::x86_64::{
    _mm256_permutevar8x32_epi32, _mm256_setr_epi8, _mm256_setr_epi32, _mm256_shuffle_epi8,
};

use simd::x86::{load_u32x8, store_u8x32};

use super::scalar;

simd::kernel! {
    pub(super) fn write_rgb(Avx2, pixels: &[u32], to: &mut [u8]) {
        // In each half, the twelve bytes of four pixels; then both halves side by side.
        let bytes = _mm256_setr_epi8(
            2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1,
            2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1,
        );
        let words = _mm256_setr_epi32(0, 1, 2, 4, 5, 6, 3, 7);
        let (chunks, _) = pixels.as_chunks::<8>();
        let mut done = 0;
        for chunk in chunks {
            let Some(to) = to[3 * done..].first_chunk_mut() else {
                break;
            };
            let packed = _mm256_shuffle_epi8(load_u32x8(chunk), bytes);
            store_u8x32(to, _mm256_permutevar8x32_epi32(packed, words));
            done += 8;
        }
        scalar::write_rgb(&pixels[done..], &mut to[3 * done..]);
    }
}
