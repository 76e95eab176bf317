//! Macros that define functions for levels. Their `unsafe` calls, and the loads and stores of `x86` and `arm`, are all of the workspace.

/// Compiles one body for every level; a call runs the one that its first argument names.
///
/// The first argument is the [`Level`](crate::Level). The body is safe code; whatever it calls must be `#[inline(always)]`
/// to be compiled for the level, too. The angle brackets take `const` parameters; lifetimes are elided.
///
/// On 64-bit ARM the body is compiled once: NEON is part of the target, so the compiler vectorizes for it anyway.
#[macro_export]
macro_rules! levels {
    ($(
        $(#[$attribute:meta])*
        $visibility:vis fn $name:ident $(<$(const $constant:ident: $constant_type:ty),+>)? (
            $level:ident: Level $(, $argument:ident: $type:ty)* $(,)?
        ) $(-> $result:ty)? $body:block
    )*) => {$(
        $(#[$attribute])*
        $visibility fn $name $(<$(const $constant: $constant_type),+>)? (
            $level: $crate::Level $(, $argument: $type)*
        ) $(-> $result)? {
            #[inline(always)]
            #[allow(clippy::too_many_arguments, reason = "the wrapped function is linted for its arguments")]
            fn body $(<$(const $constant: $constant_type),+>)? ($($argument: $type),*) $(-> $result)? $body

            #[cfg(target_arch = "x86_64")]
            $crate::for_level! {
                Avx2
                #[allow(clippy::too_many_arguments, reason = "the wrapped function is linted for its arguments")]
                fn avx2 $(<$(const $constant: $constant_type),+>)? ($($argument: $type),*) $(-> $result)? {
                    body $(::<$($constant),+>)? ($($argument),*)
                }
            }

            match $level {
                // SAFETY: only detection creates an `Avx2`, so the processor has the features.
                #[cfg(target_arch = "x86_64")]
                $crate::Level::Avx2(_) => unsafe { avx2 $(::<$($constant),+>)? ($($argument),*) },
                _ => body $(::<$($constant),+>)? ($($argument),*),
            }
        }
    )*};
}

/// Defines a safe function that is compiled for one level and may use its intrinsics.
///
/// The first parameter is the level's type, `Avx2` or `Neon`, without a name:
///
/// ```
/// # #[cfg(target_arch = "x86_64")]
/// simd::kernel! {
///     /// Counts the ones.
///     fn ones(Avx2, word: u64) -> u32 {
///         std::arch::x86_64::_popcnt64(word as i64) as u32
///     }
/// }
/// # #[cfg(target_arch = "x86_64")]
/// if let Some(avx2) = simd::Avx2::detect() {
///     assert_eq!(ones(avx2, 0b1011), 3);
/// }
/// ```
#[macro_export]
macro_rules! kernel {
    ($(
        $(#[$attribute:meta])*
        $visibility:vis fn $name:ident (
            $level:ident $(, $argument:ident: $type:ty)* $(,)?
        ) $(-> $result:ty)? $body:block
    )*) => {$(
        $(#[$attribute])*
        $visibility fn $name (_: $crate::$level $(, $argument: $type)*) $(-> $result)? {
            $crate::for_level! {
                $level
                #[allow(clippy::too_many_arguments, reason = "the wrapped function is linted for its arguments")]
                fn kernel ($($argument: $type),*) $(-> $result)? $body
            }

            // SAFETY: `for_level` takes only names of types that detection creates, so the processor has the features that it enables.
            unsafe { kernel($($argument),*) }
        }
    )*};
}

/// Enables a level's features for a function. For the macros above.
#[doc(hidden)]
#[macro_export]
macro_rules! for_level {
    (Avx2 $($function:tt)*) => {
        #[target_feature(enable = "avx2,bmi1,bmi2,fma,lzcnt,movbe,popcnt")]
        $($function)*
    };
    (Neon $($function:tt)*) => {
        #[target_feature(enable = "neon")]
        $($function)*
    };
}
