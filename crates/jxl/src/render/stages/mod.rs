// Copyright (c) the JPEG XL Project Authors. All rights reserved.
//
// Use of this source code is governed by a BSD-style
// license that can be found in the LICENSE file.

mod blending;
mod chroma_upsample;
mod convert;
mod epf;
mod extend;
mod gaborish;
mod noise;
mod patches;
mod premultiply_alpha;
mod splines;
mod spot;
pub mod upsample;
mod xyb;
mod ycbcr;

pub use blending::*;
pub use chroma_upsample::*;
pub use convert::*;
pub use epf::*;
pub use extend::*;
pub use gaborish::*;
pub use noise::*;
pub use patches::*;
pub use premultiply_alpha::*;
pub use splines::*;
pub use spot::*;
pub use upsample::*;
pub use xyb::*;
pub use ycbcr::*;
