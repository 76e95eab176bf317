// Copyright (c) the JPEG XL Project Authors. All rights reserved.
//
// Use of this source code is governed by a BSD-style
// license that can be found in the LICENSE file.

pub fn value_of_lowest_1_bit(t: u32) -> u32 {
    t & t.wrapping_neg()
}
