//! VP8L (RFC 9649, 3): a decoder of lossless WebP images, and of the opacity of lossy ones.
//!
//! Rows are given away as they are decoded. No backward reference reaches further than a mebipixel, so no more is kept:
//! what decoding takes hardly grows with the image.
//!
//! ```no_run
//! # fn main() -> Result<(), vp8l::Error> {
//! # let chunk: &[u8] = &[];
//! use std::ops::ControlFlow;
//!
//! let header = vp8l::Header::read(chunk)?;
//! assert!(header.width <= 4096 && header.height <= 4096);
//! let mut rgb = vec![0; 3 * header.width as usize];
//! vp8l::decode(chunk, vp8l::Region::whole(header.width, header.height), |row| {
//!     row.write_rgb(&mut rgb);
//!     ControlFlow::Continue(())
//! })
//! # }
//! ```
#![forbid(unsafe_code)]

mod bits;
mod codes;
mod color_cache;
mod color_indexing;
mod color_transform;
mod decoder;
mod error;
mod header;
mod pixels;
mod predictor;
mod prefix_code;
mod reference;
mod row;
mod subtract_green;
mod table;
mod transforms;
mod window;

pub use decoder::{Region, decode, decode_opacity, memory_to_decode};
pub use error::Error;
pub use header::Header;
pub use row::Row;
