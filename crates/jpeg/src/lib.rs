//! JPEG (ISO 10918-1): a decoder that reads only what a small square needs, and an encoder.
#![forbid(unsafe_code)]

mod bits;
mod coefficients;
mod damage;
pub mod encoder;
mod error;
mod frame;
mod header;
mod huffman;
mod marker;
mod quantization;
mod restart;
mod scan;
mod stream;

pub use damage::Damage;
pub use error::{Error, Unsupported};
pub use frame::{Component, Process};
pub use header::{Color, Header, read_header};
