// Copyright (c) the JPEG XL Project Authors. All rights reserved.
//
// Use of this source code is governed by a BSD-style
// license that can be found in the LICENSE file.

#![allow(unsafe_code)]

mod data_type;
mod internal;
mod output_buffer;
mod raw;
mod rect;
mod recycler;
mod typed;

pub use data_type::{DataTypeTag, ImageDataType};
pub use output_buffer::JxlOutputBuffer;
pub use raw::{OwnedRawImage, RawImageRect, RawImageRectMut};
pub use rect::Rect;
pub(crate) use recycler::BufferRecycler;
pub use typed::{Image, ImageRect, ImageRectMut};

pub use crate::util::f16;
