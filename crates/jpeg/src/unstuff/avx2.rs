//! AVX2: 32 bytes at a time, of which those up to the first 0xff count.

use std::arch::x86_64::{_mm256_cmpeq_epi8, _mm256_movemask_epi8, _mm256_set1_epi8};

use simd::x86::{load_u8x32, store_u8x32};

use super::scalar;

simd::kernel! {
    pub(super) fn unstuff(Avx2, from: &[u8], to: &mut [u8]) -> (usize, usize) {
        let (mut read, mut written) = (0, 0);
        // The byte that follows the 32 is looked at if the last of them is 0xff.
        while let Some(source) = from.get(read..).and_then(<[u8]>::first_chunk::<33>)
            && let Some(target) = to.get_mut(written..).and_then(<[u8]>::first_chunk_mut::<32>)
        {
            let Some(bytes) = source.first_chunk::<32>() else { break };
            let bytes = load_u8x32(bytes);
            // What follows the 0xff is overwritten.
            store_u8x32(target, bytes);
            let found = _mm256_movemask_epi8(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(-1))) as u32;
            if found == 0 {
                (read, written) = (read + 32, written + 32);
                continue;
            }
            let plain = found.trailing_zeros() as usize;
            (read, written) = (read + plain, written + plain);
            if source.get(plain + 1) != Some(&0) {
                return (read, written);
            }
            (read, written) = (read + 2, written + 1);
        }
        let (more_read, more_written) = scalar::unstuff(&from[read..], &mut to[written..]);
        (read + more_read, written + more_written)
    }
}
