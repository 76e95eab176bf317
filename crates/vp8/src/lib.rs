//! VP8 (RFC 6386): a decoder of key frames, which is what lossy WebP files hold.
//!
//! Prediction uses samples before the loop filter, so a caller who reduces the picture may leave the filter out ([`Filter`]).
//! Where RFC 6386 leaves something open at the edges of a frame, it is as libwebp has it, for which WebP files are made.
//!
//! ```no_run
//! # fn main() -> Result<(), vp8::Error> {
//! # let frame: &[u8] = &[];
//! let header = vp8::Header::read(frame)?;
//! assert!(header.width <= 4096 && header.height <= 4096);
//! let picture = vp8::decode(frame, vp8::Filter::Applied)?;
//! assert_eq!(picture.row(vp8::Plane::Luma, 0).len(), usize::from(header.width));
//! # Ok(())
//! # }
//! ```
#![forbid(unsafe_code)]

mod bands;
mod bool_decoder;
mod coefficients;
mod decoder;
mod error;
mod header;
mod loop_filter;
mod modes;
mod picture;
mod prediction;
mod probabilities;
mod quantization;
mod reconstruction;
mod subblock;
mod transform;

pub use bands::{Band, decode_bands};
pub use decoder::{Filter, decode};
pub use error::Error;
pub use header::{Header, quantizer_index};
pub use picture::{Picture, Plane};
