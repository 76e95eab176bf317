//! The inverse transforms of AV1 (AV1 Bitstream & Decoding Process Specification, 7.13): from coefficients to the residual that is added
//! to the prediction.
//!
//! Blocks of 8-bit samples are transformed sixteen rows at a time in 16 bits where there is AVX2, all others eight at a time in 32 bits;
//! without AVX2 one at a time. All give the same bits, for coefficients that no encoder would write, too.
//!
//! ```
//! use av1_transform::{Block, Inverse};
//!
//! let mut inverse = Inverse::new(simd::Level::detect());
//! let block = Block::new(8, 8, 0).expect("DCT_DCT of 8 × 8 samples");
//! let mut coefficients = [0_i16; 64];
//! coefficients[0] = 640;
//!
//! let residual = inverse.transform(block, 8, 0, &mut coefficients);
//!
//! assert_eq!(residual, [10; 64]);
//! assert_eq!(coefficients, [0; 64]);
//! ```
#![forbid(unsafe_code)]

mod block;
mod buffers;
mod coefficient;
mod inverse;
#[cfg(target_arch = "x86_64")]
mod narrow;
mod network;
mod range;
mod scalar;
mod walsh;
#[cfg(target_arch = "x86_64")]
mod wide;

pub use block::Block;
pub use coefficient::Coefficient;
pub use inverse::Inverse;
