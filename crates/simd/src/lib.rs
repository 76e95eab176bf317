//! Instruction-set levels as values that only detection can make.
//!
//! A [`Level`] says what the processor can do. Code that is compiled for an instruction set can be
//! called only by whoever holds that set's value, so the check has always been made.
//!
//! Two macros join the levels to code that stays safe:
//!
//! - [`levels!`] compiles one body once for every level. The compiler vectorises it anew for each, and as it never
//!   contracts or reorders floating-point operations, all levels give the same bits.
//! - [`kernel!`] makes a function for one level, whose body may use that level's intrinsics.
//!
//! ```
//! use simd::Level;
//!
//! simd::levels! {
//!     /// Sums the samples.
//!     fn sum(level: Level, samples: &[u8]) -> u32 {
//!         samples.iter().map(|&sample| u32::from(sample)).sum()
//!     }
//! }
//!
//! for level in Level::available() {
//!     assert_eq!(sum(level, &[1, 2, 3]), 6);
//! }
//! ```

mod level;
mod macros;
#[cfg(target_arch = "x86_64")]
pub mod x86;

#[cfg(target_arch = "x86_64")]
pub use level::Avx2;
pub use level::Level;
