// Copyright (c) the JPEG XL Project Authors. All rights reserved.
//
// Use of this source code is governed by a BSD-style
// license that can be found in the LICENSE file.

pub mod ans;
pub mod context_map;
pub mod decode;
pub mod huffman;
pub mod hybrid_uint;
