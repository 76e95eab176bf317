//! JPEG (ISO 10918-1): a decoder that reads only what a small square needs, and an encoder.
#![forbid(unsafe_code)]

mod error;

pub use error::{Error, Unsupported};
