// Copyright (c) the JPEG XL Project Authors. All rights reserved.
//
// Use of this source code is governed by a BSD-style
// license that can be found in the LICENSE file.

// Upstream's code is kept as it is, but for what is not compiled: its tests, AVX-512 and WebAssembly's vectors.
#![allow(warnings, clippy::all, rustdoc::all)]

mod idct2d;
mod reinterpreting_dct2d;
pub mod transform;
pub mod transform_map;

mod idct16;
mod idct2;
mod idct32;
mod idct4;
mod idct8;
mod idct_large;

use idct16::*;
use idct2::*;
use idct32::*;
use idct4::*;
use idct8::*;

mod reinterpreting_dct16;
mod reinterpreting_dct2;
mod reinterpreting_dct32;
mod reinterpreting_dct4;
mod reinterpreting_dct8;

pub use idct2d::*;
pub use idct_large::*;
use reinterpreting_dct16::*;
use reinterpreting_dct2::*;
pub use reinterpreting_dct2d::*;
use reinterpreting_dct32::*;
use reinterpreting_dct4::*;
use reinterpreting_dct8::*;
