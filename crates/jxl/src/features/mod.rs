// Copyright (c) the JPEG XL Project Authors. All rights reserved.
//
// Use of this source code is governed by a BSD-style
// license that can be found in the LICENSE file.

pub mod blending;
pub mod epf;
pub mod noise;
pub mod patches;
pub mod spline;
