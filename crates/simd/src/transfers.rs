//! Loads and stores between arrays and registers: references make the intrinsics that take pointers safe.

/// Defines a pair of functions for each line: a load from an array and a store into one, for a level with `$feature`.
macro_rules! transfers {
    ($feature:literal: $($load:ident $store:ident [$element:ty; $count:literal] $register:ty, $load_intrinsic:ident $store_intrinsic:ident;)*) => {$(
        #[doc = concat!("Loads a register of ", stringify!($count), " `", stringify!($element), "`.")]
        #[inline]
        #[target_feature(enable = $feature)]
        #[must_use]
        pub fn $load(from: &[$element; $count]) -> $register {
            // SAFETY: the array has the register's size, and the intrinsic requires no more alignment than the array has.
            unsafe { $load_intrinsic(from.as_ptr().cast()) }
        }

        #[doc = concat!("Stores a register of ", stringify!($count), " `", stringify!($element), "`.")]
        #[inline]
        #[target_feature(enable = $feature)]
        pub fn $store(to: &mut [$element; $count], register: $register) {
            // SAFETY: the array has the register's size, and the intrinsic requires no more alignment than the array has.
            unsafe { $store_intrinsic(to.as_mut_ptr().cast(), register) }
        }
    )*};
}

pub(crate) use transfers;
