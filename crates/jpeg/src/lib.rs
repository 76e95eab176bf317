//! JPEG (ISO 10918-1): a decoder that reads only what a small square needs, and an encoder.
#![forbid(unsafe_code)]

mod arithmetic;
mod bits;
mod coefficient_reader;
mod coefficients;
mod conditioning;
mod damage;
mod decode_plan;
mod decoder;
mod dequantize;
pub mod encoder;
mod error;
mod frame;
mod full;
mod geometry;
mod header;
mod history;
mod huffman;
mod idct;
#[doc(hidden)]
pub mod kernels;
mod marker;
mod overview;
mod planes;
mod quantization;
mod resample;
mod resampler;
mod restart;
mod rgb;
mod scan;
mod stream;
mod strict;
mod subsampling;
mod target;
mod unstuff;

pub use damage::Damage;
pub use decoder::{Decoder, WithOverview};
pub use error::{Error, Unsupported};
pub use frame::{Component, Process};
pub use geometry::{PixelRect, Rect, Size, Square};
pub use header::{Color, Header, read_header};
pub use planes::{Plane, Planes};
pub use rgb::ycbcr_to_rgb;
pub use strict::{Strict, read_strictly};
pub use subsampling::{ParseSubsamplingError, Subsampling};
pub use target::Target;
