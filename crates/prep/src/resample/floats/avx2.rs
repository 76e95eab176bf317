//! AVX2: a register is eight samples of a row, or a sample of eight rows.

use std::arch::x86_64::{
    __m256, _mm256_permute2f128_ps, _mm256_setzero_ps, _mm256_shuffle_ps, _mm256_unpackhi_ps,
    _mm256_unpacklo_ps,
};

use simd::x86::{load_f32x8, store_f32x8};

use crate::resample::passes::{ROWS, Waiting};

simd::kernel! {
    pub(super) fn gather(Avx2, rows: Waiting<'_, f32>, samples: &mut [[f32; ROWS]]) {
        for (index, eight) in samples.as_chunks_mut::<8>().0.iter_mut().enumerate() {
            let mut registers = [_mm256_setzero_ps(); ROWS];
            for (row, register) in registers.iter_mut().enumerate() {
                let start = row * rows.stride + rows.start + index * 8;
                if let Some(samples) = rows.samples.get(start..).and_then(<[f32]>::first_chunk) {
                    *register = load_f32x8(samples);
                }
            }
            for (sample, register) in eight.iter_mut().zip(transpose(registers)) {
                store_f32x8(sample, register);
            }
        }
    }
}

/// Rows to columns.
#[inline]
#[target_feature(enable = "avx2")]
fn transpose(r: [__m256; 8]) -> [__m256; 8] {
    // Four rows by four columns within halves, then halves.
    let four = |a, b, c, d| {
        let (ab_low, ab_high) = (_mm256_unpacklo_ps(a, b), _mm256_unpackhi_ps(a, b));
        let (cd_low, cd_high) = (_mm256_unpacklo_ps(c, d), _mm256_unpackhi_ps(c, d));
        [
            _mm256_shuffle_ps::<0b01_00_01_00>(ab_low, cd_low),
            _mm256_shuffle_ps::<0b11_10_11_10>(ab_low, cd_low),
            _mm256_shuffle_ps::<0b01_00_01_00>(ab_high, cd_high),
            _mm256_shuffle_ps::<0b11_10_11_10>(ab_high, cd_high),
        ]
    };
    let (upper, lower) = (four(r[0], r[1], r[2], r[3]), four(r[4], r[5], r[6], r[7]));
    let left = |i: usize| _mm256_permute2f128_ps::<0x20>(upper[i], lower[i]);
    let right = |i: usize| _mm256_permute2f128_ps::<0x31>(upper[i], lower[i]);
    [
        left(0),
        left(1),
        left(2),
        left(3),
        right(0),
        right(1),
        right(2),
        right(3),
    ]
}
