// Copyright (c) the JPEG XL Project Authors. All rights reserved.
//
// Use of this source code is governed by a BSD-style
// license that can be found in the LICENSE file.

use std::ops::{Add, Shl, Shr, Sub};

pub trait ShiftRightCeil: Copy {
    fn shrc<T: Copy>(self, rhs: T) -> Self
    where
        Self: Shr<T, Output = Self> + Shl<T, Output = Self>;
}

impl<S: Copy + PartialEq + Add<Self, Output = Self> + Sub<Self, Output = Self> + From<u8>>
    ShiftRightCeil for S
{
    #[inline(always)]
    fn shrc<T: Copy>(self, rhs: T) -> Self
    where
        Self: Shr<T, Output = Self> + Shl<T, Output = Self>,
    {
        if self == Self::from(0u8) {
            Self::from(0u8)
        } else {
            ((self - Self::from(1u8)) >> rhs) + Self::from(1u8)
        }
    }
}
