// Copyright (c) the JPEG XL Project Authors. All rights reserved.
//
// Use of this source code is governed by a BSD-style
// license that can be found in the LICENSE file.

// Adapted from https://github.com/vpxyz/xorshift/blob/master/xorshift128plus/
// (MIT-license)

use jxl_simd::{I32SimdVec, SimdDescriptor, U32SimdVec, U64SimdVec, shl, shr};

pub struct Xorshift128Plus {
    s0: [u64; Self::N],
    s1: [u64; Self::N],
}

impl Xorshift128Plus {
    pub const N: usize = 8;

    pub fn new_with_seeds(seed1: u32, seed2: u32, seed3: u32, seed4: u32) -> Self {
        let mut s0 = [0; Self::N];
        let mut s1 = [0; Self::N];

        s0[0] = Self::split_mix_64(
            (((seed1 as u64) << 32) + seed2 as u64).wrapping_add(0x9E3779B97F4A7C15),
        );
        s1[0] = Self::split_mix_64(
            (((seed3 as u64) << 32) + seed4 as u64).wrapping_add(0x9E3779B97F4A7C15),
        );
        for i in 1..Self::N {
            s0[i] = Self::split_mix_64(s0[i - 1]);
            s1[i] = Self::split_mix_64(s1[i - 1]);
        }

        Self { s0, s1 }
    }

    #[inline(always)]
    pub fn fill_u16_simd<D: SimdDescriptor>(&mut self, d: D, dest: &mut [u16]) {
        if D::U64Vec::LEN == 1 {
            for ((s0, s1), dest_chunk) in self
                .s0
                .iter_mut()
                .zip(self.s1.iter_mut())
                .zip(dest[..16].chunks_exact_mut(2))
            {
                let mut new_s1 = *s0;
                *s0 = *s1;
                let bits = new_s1.wrapping_add(*s0);
                new_s1 ^= new_s1 << 23;
                dest_chunk[0] = (bits >> 16) as u16;
                dest_chunk[1] = (bits >> 48) as u16;
                new_s1 ^= *s0 ^ (new_s1 >> 18) ^ (*s0 >> 5);
                *s1 = new_s1;
            }
        } else {
            let mut out_idx = 0;
            for (s0_mem, s1_mem) in self
                .s0
                .chunks_exact_mut(D::U64Vec::LEN)
                .zip(self.s1.chunks_exact_mut(D::U64Vec::LEN))
            {
                let mut s0 = D::U64Vec::load(d, s0_mem);
                let mut s1 = D::U64Vec::load(d, s1_mem);
                let mut new_s1 = s0;
                s0 = s1;
                let bits = new_s1 + s0;
                new_s1 ^= shl!(new_s1, 23);
                let u32_bits = bits.bitcast_to_u32();
                shr!(u32_bits, 16)
                    .bitcast_to_i32()
                    .store_u16(&mut dest[out_idx..]);
                out_idx += D::U32Vec::LEN;
                new_s1 ^= s0 ^ shr!(new_s1, 18) ^ shr!(s0, 5);
                s1 = new_s1;
                s0.store(s0_mem);
                s1.store(s1_mem);
            }
        }
    }

    fn split_mix_64(mut z: u64) -> u64 {
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58476D1CE4E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D049BB133111EB);
        z ^ (z >> 31)
    }
}
