// Copyright (c) the JPEG XL Project Authors. All rights reserved.
//
// Use of this source code is governed by a BSD-style
// license that can be found in the LICENSE file.

#![allow(clippy::needless_range_loop)]
#![allow(clippy::too_many_arguments)]

use jxl_simd::{F32SimdVec, simd_function};

use crate::headers::CustomTransformData;
use crate::render::{
    Channels, ChannelsMut, ErasedLocalState, RenderPipelineInOutStage, StoreInterleaved,
    for_each_chunk,
};

pub struct Upsample<const N: usize, const SHIFT: u8> {
    // Precomputed kernels in [oy][ty][tx][ox] order for SIMD optimization.
    kernels: Box<[[[[f32; N]; 5]; 5]; N]>,
    channel: usize,
}

impl<const N: usize, const SHIFT: u8> Upsample<N, SHIFT> {
    pub fn new(ups_factors: &CustomTransformData, channel: usize) -> Self {
        const { assert!(SHIFT >= 1 && SHIFT <= 3) }
        const { assert!(1 << SHIFT == N) }

        let weights: &[f32] = match N {
            2 => &*ups_factors.weights2,
            4 => &*ups_factors.weights4,
            8 => &*ups_factors.weights8,
            _ => unreachable!(),
        };

        let mut kernels = Box::new([[[[0.0f32; N]; 5]; 5]; N]);
        let n = N / 2;
        for i in 0..5 * n {
            for j in 0..5 * n {
                let y = i.min(j) as isize;
                let x = i.max(j) as isize;
                let n_isize = n as isize;
                let index = (5 * n_isize * y - y * (y - 1) / 2 + x - y) as usize;
                let w = weights[index];
                let oy = j / 5;
                let ox = i / 5;
                let ty = j % 5;
                let tx = i % 5;
                // Filling in the top left corner from the weights.
                kernels[oy][ty][tx][ox] = w;
                // Mirroring to get the rest of the kernel.
                kernels[(2 * n - 1) - oy][4 - ty][tx][ox] = w;
                kernels[oy][ty][4 - tx][(2 * n - 1) - ox] = w;
                kernels[(2 * n - 1) - oy][4 - ty][4 - tx][(2 * n - 1) - ox] = w;
            }
        }

        Self { kernels, channel }
    }
}

impl<const N: usize, const SHIFT: u8> std::fmt::Display for Upsample<N, SHIFT> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{N}x{N} upsampling of channel {}", self.channel)
    }
}

/// Processes 2 output rows per pass (`N = 2` or `N = 4`), keeping `2 * N <= 8` vector
/// accumulators plus `minval`/`maxval` in SIMD registers.
#[inline(always)]
fn upsample_2rows_per_step<D: jxl_simd::SimdDescriptor, const N: usize>(
    d: D,
    input_rows: &Channels<f32>,
    xsize: usize,
    kernels: &[[[[f32; N]; 5]; 5]; N],
    output_rows: &mut ChannelsMut<f32>,
) where
    f32: StoreInterleaved<D, N, Vec = D::F32Vec>,
{
    const { assert!(N == 2 || N == 4) };
    for_each_chunk(
        d,
        xsize,
        input_rows.view::<1, 5, 2>(),
        output_rows.view::<1, N, N>(),
        |_x, inv, outv| {
            // Prevent LICM from hoisting 100 weight broadcasts out of the x loop
            // and spilling them to a multi-kilobyte stack frame when N == 2.
            let kernels = std::hint::black_box(kernels);
            let first = inv.load::<_, 0>(d, -2, -2);
            let mut minval = first;
            let mut maxval = first;
            if N > 2 {
                for ty in 0..5 {
                    for tx in 0..5 {
                        if ty == 0 && tx == 0 {
                            continue;
                        }
                        let v = inv.load::<_, 0>(d, ty as isize - 2, tx as isize - 2);
                        minval = minval.min(v);
                        maxval = maxval.max(v);
                    }
                }
            }

            for oy_pair in 0..(N / 2) {
                let oy0 = 2 * oy_pair;
                let oy1 = oy0 + 1;
                let k0_00 = &kernels[oy0][0][0];
                let k1_00 = &kernels[oy1][0][0];
                let mut acc0 = [first; N];
                let mut acc1 = [first; N];
                for ox in 0..N {
                    acc0[ox] = first * D::F32Vec::splat(d, k0_00[ox]);
                    acc1[ox] = first * D::F32Vec::splat(d, k1_00[ox]);
                }

                for ty in 0..5 {
                    for tx in 0..5 {
                        if ty == 0 && tx == 0 {
                            continue;
                        }
                        let v = inv.load::<_, 0>(d, ty as isize - 2, tx as isize - 2);
                        if N == 2 {
                            minval = minval.min(v);
                            maxval = maxval.max(v);
                        }
                        let k0 = &kernels[oy0][ty][tx];
                        let k1 = &kernels[oy1][ty][tx];
                        for ox in 0..N {
                            acc0[ox] = v.mul_add(D::F32Vec::splat(d, k0[ox]), acc0[ox]);
                            acc1[ox] = v.mul_add(D::F32Vec::splat(d, k1[ox]), acc1[ox]);
                        }
                    }
                }

                for ox in 0..N {
                    acc0[ox] = acc0[ox].max(minval).min(maxval);
                    acc1[ox] = acc1[ox].max(minval).min(maxval);
                }
                outv.store_interleaved::<_, 0>(d, oy0, acc0);
                outv.store_interleaved::<_, 0>(d, oy1, acc1);
            }
        },
    );
}

simd_function!(
    upsample_2x_simd_dispatch,
    d: D,
    fn upsample_2x_simd(
        input_rows: &Channels<f32>,
        xsize: usize,
        kernels: &[[[[f32; 2]; 5]; 5]; 2],
        output_rows: &mut ChannelsMut<f32>,
    ) {
        upsample_2rows_per_step::<D, 2>(d, input_rows, xsize, kernels, output_rows);
    }
);

simd_function!(
    upsample_4x_simd_dispatch,
    d: D,
    fn upsample_4x_simd(
        input_rows: &Channels<f32>,
        xsize: usize,
        kernels: &[[[[f32; 4]; 5]; 5]; 4],
        output_rows: &mut ChannelsMut<f32>,
    ) {
        upsample_2rows_per_step::<D, 4>(d, input_rows, xsize, kernels, output_rows);
    }
);

simd_function!(
    upsample_8x_simd_dispatch,
    d: D,
    fn upsample_8x_simd(
        input_rows: &Channels<f32>,
        xsize: usize,
        kernels: &[[[[f32; 8]; 5]; 5]; 8],
        output_rows: &mut ChannelsMut<f32>,
    ) {
        for_each_chunk(
            d,
            xsize,
            input_rows.view::<1, 5, 2>(),
            output_rows.view::<1, 8, 8>(),
            |_x, inv, outv| {
                let first = inv.load::<_, 0>(d, -2, -2);
                let mut minval = first;
                let mut maxval = first;
                for ty in 0..5 {
                    for tx in 0..5 {
                        if ty == 0 && tx == 0 {
                            continue;
                        }
                        let v = inv.load::<_, 0>(d, ty as isize - 2, tx as isize - 2);
                        minval = minval.min(v);
                        maxval = maxval.max(v);
                    }
                }

                for oy in 0..8 {
                    let k_00 = &kernels[oy][0][0];
                    let mut acc = [first; 8];
                    for ox in 0..8 {
                        acc[ox] = first * D::F32Vec::splat(d, k_00[ox]);
                    }

                    for ty in 0..5 {
                        for tx in 0..5 {
                            if ty == 0 && tx == 0 {
                                continue;
                            }
                            let v = inv.load::<_, 0>(d, ty as isize - 2, tx as isize - 2);
                            let k = &kernels[oy][ty][tx];
                            for ox in 0..8 {
                                acc[ox] = v.mul_add(D::F32Vec::splat(d, k[ox]), acc[ox]);
                            }
                        }
                    }

                    for ox in 0..8 {
                        acc[ox] = acc[ox].max(minval).min(maxval);
                    }
                    outv.store_interleaved::<_, 0>(d, oy, acc);
                }
            },
        );
    }
);

macro_rules! stage {
    ($n: literal, $shift: literal, $fun: path) => {
        impl RenderPipelineInOutStage for Upsample<$n, $shift> {
            type InputT = f32;
            type OutputT = f32;
            const SHIFT: (u8, u8) = ($shift, $shift);
            const BORDER: (u8, u8) = (2, 2);

            fn uses_channel(&self, c: usize) -> bool {
                c == self.channel
            }

            fn process_row_chunk(
                &self,
                _position: (usize, usize),
                xsize: usize,
                input_rows: &Channels<f32>,
                output_rows: &mut ChannelsMut<f32>,
                _state: Option<&mut ErasedLocalState>,
                _previous_call_was_previous_row: bool,
            ) {
                $fun(input_rows, xsize, &self.kernels, output_rows);
            }
        }
    };
}

stage!(2, 1, upsample_2x_simd_dispatch);
stage!(4, 2, upsample_4x_simd_dispatch);
stage!(8, 3, upsample_8x_simd_dispatch);

pub type Upsample2x = Upsample<2, 1>;
pub type Upsample4x = Upsample<4, 2>;
pub type Upsample8x = Upsample<8, 3>;
