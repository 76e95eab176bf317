//! Loads and stores between arrays and AVX2 registers: intrinsics that take pointers, made safe by taking references.

use std::arch::x86_64::{
    __m128i, __m256i, _mm_loadu_si128, _mm_storeu_si128, _mm256_loadu_si256, _mm256_storeu_si256,
};

macro_rules! transfers {
    ($($load:ident $store:ident [$element:ty; $count:literal] $register:ty, $load_intrinsic:ident $store_intrinsic:ident;)*) => {$(
        #[doc = concat!("Loads a register of ", stringify!($count), " `", stringify!($element), "`.")]
        #[inline]
        #[target_feature(enable = "avx2")]
        #[allow(clippy::missing_safety_doc, reason = "safe where the feature is enabled, which the compiler checks")]
        #[must_use]
        pub fn $load(from: &[$element; $count]) -> $register {
            // SAFETY: the array has the register's size, and the intrinsic asks for no alignment.
            unsafe { $load_intrinsic(from.as_ptr().cast()) }
        }

        #[doc = concat!("Stores a register of ", stringify!($count), " `", stringify!($element), "`.")]
        #[inline]
        #[target_feature(enable = "avx2")]
        #[allow(clippy::missing_safety_doc, reason = "safe where the feature is enabled, which the compiler checks")]
        pub fn $store(to: &mut [$element; $count], register: $register) {
            // SAFETY: the array has the register's size, and the intrinsic asks for no alignment.
            unsafe { $store_intrinsic(to.as_mut_ptr().cast(), register) }
        }
    )*};
}

transfers! {
    load_u8x16 store_u8x16 [u8; 16] __m128i, _mm_loadu_si128 _mm_storeu_si128;
    load_i16x8 store_i16x8 [i16; 8] __m128i, _mm_loadu_si128 _mm_storeu_si128;
    load_i32x4 store_i32x4 [i32; 4] __m128i, _mm_loadu_si128 _mm_storeu_si128;
    load_u8x32 store_u8x32 [u8; 32] __m256i, _mm256_loadu_si256 _mm256_storeu_si256;
    load_i16x16 store_i16x16 [i16; 16] __m256i, _mm256_loadu_si256 _mm256_storeu_si256;
    load_i32x8 store_i32x8 [i32; 8] __m256i, _mm256_loadu_si256 _mm256_storeu_si256;
}
