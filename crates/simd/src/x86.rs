//! Loads and stores between arrays and AVX2 registers: references make the intrinsics that take pointers safe.
#![allow(
    clippy::missing_safety_doc,
    reason = "safe where the feature is enabled, which the compiler checks"
)]

use std::arch::x86_64::{
    __m128i, __m256, __m256i, _mm_loadu_si128, _mm_storeu_si128, _mm256_loadu_ps,
    _mm256_loadu_si256, _mm256_set1_epi32, _mm256_storeu_ps, _mm256_storeu_si256,
};

use crate::transfers::transfers;

transfers! {
    "avx2":
    load_u8x16 store_u8x16 [u8; 16] __m128i, _mm_loadu_si128 _mm_storeu_si128;
    load_i16x8 store_i16x8 [i16; 8] __m128i, _mm_loadu_si128 _mm_storeu_si128;
    load_i32x4 store_i32x4 [i32; 4] __m128i, _mm_loadu_si128 _mm_storeu_si128;
    load_u8x32 store_u8x32 [u8; 32] __m256i, _mm256_loadu_si256 _mm256_storeu_si256;
    load_i16x16 store_i16x16 [i16; 16] __m256i, _mm256_loadu_si256 _mm256_storeu_si256;
    load_i32x8 store_i32x8 [i32; 8] __m256i, _mm256_loadu_si256 _mm256_storeu_si256;
    load_u32x8 store_u32x8 [u32; 8] __m256i, _mm256_loadu_si256 _mm256_storeu_si256;
    load_f32x8 store_f32x8 [f32; 8] __m256, _mm256_loadu_ps _mm256_storeu_ps;
}

/// Repeats a pair of `i16` in a register, as pairs are multiplied and added.
#[inline]
#[target_feature(enable = "avx2")]
#[must_use]
pub fn broadcast_i16x2(pair: &[i16; 2]) -> __m256i {
    _mm256_set1_epi32(i32::from(pair[1]) << 16 | i32::from(pair[0] as u16))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Avx2;

    crate::kernel! {
        /// Each array through a register and back.
        fn copied(Avx2, bytes: &[u8; 16], words: &[i16; 8], numbers: &[i32; 4]) -> ([u8; 16], [i16; 8], [i32; 4]) {
            let (mut to_bytes, mut to_words, mut to_numbers) = ([0; 16], [0; 8], [0; 4]);
            store_u8x16(&mut to_bytes, load_u8x16(bytes));
            store_i16x8(&mut to_words, load_i16x8(words));
            store_i32x4(&mut to_numbers, load_i32x4(numbers));
            (to_bytes, to_words, to_numbers)
        }

        fn copied_wide(Avx2, bytes: &[u8; 32], words: &[i16; 16], numbers: &[f32; 8]) -> ([u8; 32], [i16; 16], [f32; 8]) {
            let (mut to_bytes, mut to_words, mut to_numbers) = ([0; 32], [0; 16], [0.0; 8]);
            store_u8x32(&mut to_bytes, load_u8x32(bytes));
            store_i16x16(&mut to_words, load_i16x16(words));
            store_f32x8(&mut to_numbers, load_f32x8(numbers));
            (to_bytes, to_words, to_numbers)
        }
    }

    crate::kernel! {
        fn broadcast(Avx2, pair: &[i16; 2]) -> [i16; 16] {
            let mut words = [0; 16];
            store_i16x16(&mut words, broadcast_i16x2(pair));
            words
        }
    }

    #[test]
    fn a_pair_is_repeated_in_its_order() {
        let Some(avx2) = Avx2::detect() else {
            println!("skipped: the processor has no AVX2");
            return;
        };

        let words = broadcast(avx2, &[-3, 700]);

        assert_eq!(words.as_chunks::<2>().0, [[-3, 700]; 8]);
    }

    #[test]
    fn what_is_stored_is_what_was_loaded() {
        let Some(avx2) = Avx2::detect() else {
            println!("skipped: the processor has no AVX2");
            return;
        };
        let bytes: [u8; 32] = std::array::from_fn(|place| 200 - place as u8);
        let words: [i16; 16] = std::array::from_fn(|place| -2000 * place as i16);
        let numbers = [1, -2, i32::MAX, i32::MIN];

        // From an odd address: no alignment is required.
        let (few_bytes, few_words) = (bytes[1..].first_chunk(), words[1..].first_chunk());
        let (few_bytes, few_words) = (few_bytes.unwrap(), few_words.unwrap());
        let copies = copied(avx2, few_bytes, few_words, &numbers);

        assert_eq!(copies, (*few_bytes, *few_words, numbers));
        let fractions = std::array::from_fn(|place| place as f32 / 7.0 - 0.5);
        let wide = copied_wide(avx2, &bytes, &words, &fractions);
        assert_eq!(wide, (bytes, words, fractions));
    }
}
