// Copyright (c) the JPEG XL Project Authors. All rights reserved.
//
// Use of this source code is governed by a BSD-style
// license that can be found in the LICENSE file.

mod bits;
mod cacheline;
mod dither;
mod fast_math;
mod float16;
mod linalg;
mod log2;
mod mirror;
mod per_thread_storage;
mod rational_poly;
mod shift_right_ceil;
mod smallvec;
pub mod sync;
pub mod tracing_wrappers;
mod vec_helpers;
mod xorshift128plus;

pub use bits::*;
pub use cacheline::*;
pub use dither::*;
pub use fast_math::*;
pub use float16::f16;
pub use linalg::*;
pub use log2::*;
pub use mirror::*;
pub use per_thread_storage::*;
pub use rational_poly::*;
pub use shift_right_ceil::*;
pub use smallvec::*;
pub use vec_helpers::*;
pub use xorshift128plus::*;
