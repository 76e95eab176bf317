// Copyright (c) the JPEG XL Project Authors. All rights reserved.
//
// Use of this source code is governed by a BSD-style
// license that can be found in the LICENSE file.

mod bitstream;
mod channel;
mod common;
pub(super) mod specialized_trees;

pub(super) use bitstream::decode_modular_subbitstream;
pub use common::ModularStreamId;
pub(super) use common::References;
