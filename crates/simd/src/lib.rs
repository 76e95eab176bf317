//! Instruction-set levels as values that only detection can create.
//!
//! A [`Level`] is an instruction set that the processor has. Code compiled for an instruction set can be called only with that
//! set's value, so detection has always come first.
//!
//! Two macros make safe code for the levels:
//!
//! - [`levels!`] compiles one body once for every level. The compiler vectorizes it for each; since it never
//!   contracts or reorders floating-point operations, all levels give the same bits.
//! - [`kernel!`] defines a function for one level, whose body may use that level's intrinsics.
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

#[cfg(target_arch = "aarch64")]
pub mod arm;
mod level;
mod macros;
#[cfg(any(target_arch = "aarch64", target_arch = "x86_64"))]
mod transfers;
#[cfg(target_arch = "x86_64")]
pub mod x86;

#[cfg(target_arch = "x86_64")]
pub use level::Avx2;
pub use level::Level;
#[cfg(target_arch = "aarch64")]
pub use level::Neon;
