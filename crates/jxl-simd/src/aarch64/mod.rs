// Copyright (c) the JPEG XL Project Authors. All rights reserved.
//
// Use of this source code is governed by a BSD-style
// license that can be found in the LICENSE file.

#![allow(unsafe_code)]
#![allow(clippy::identity_op)]

#[cfg(feature = "neon")]
pub(super) mod neon;

#[macro_export]
macro_rules! simd_function {
    (
        $dname:ident,
        $descr:ident: $descr_ty:ident,
        $(#[$($attr:meta)*])*
        $pub:vis fn $name:ident($($arg:ident: $ty:ty),* $(,)?) $(-> $ret:ty )? $body: block
    ) => {
        #[inline(always)]
        $(#[$($attr)*])*
        $pub fn $name<$descr_ty: $crate::SimdDescriptor>($descr: $descr_ty, $($arg: $ty),*) $(-> $ret)? $body
        #[allow(unsafe_code)]
        $(#[$($attr)*])*
        $pub fn $dname($($arg: $ty),*) $(-> $ret)? {
            #[allow(unused)]
            use $crate::SimdDescriptor;
            $crate::simd_function_body_neon!($name($($arg: $ty),*) $(-> $ret)?; ($($arg),*));
            $name($crate::ScalarDescriptor::new().unwrap(), $($arg),*)
        }
    };
}

#[cfg(feature = "neon")]
#[doc(hidden)]
#[macro_export]
macro_rules! simd_function_body_neon {
    ($name:ident($($arg:ident: $ty:ty),* $(,)?) $(-> $ret:ty )?; ($($val:expr),* $(,)?)) => {
        if !$crate::levels::allows($crate::levels::Level::Lanes4) {
            // Falls through to the scalar path.
        } else if cfg!(target_feature = "neon") {
            // SAFETY: we just checked for neon.
            let d = unsafe { $crate::NeonDescriptor::new_unchecked() };
            return $name(d, $($val),*);
        } else if let Some(d) = $crate::NeonDescriptor::new() {
            #[target_feature(enable = "neon")]
            fn neon(d: $crate::NeonDescriptor, $($arg: $ty),*) $(-> $ret)? {
                $name(d, $($val),*)
            }
            // SAFETY: we just checked for neon.
            return unsafe { neon(d, $($arg),*) };
        }
    };
}

#[cfg(not(feature = "neon"))]
#[doc(hidden)]
#[macro_export]
macro_rules! simd_function_body_neon {
    ($($ignore:tt)*) => {};
}
