//! Files on which standards and readers disagree: each gives the picture that `docs/formats.md` says.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot make its file has failed"
)]

mod gif;
#[cfg(all(feature = "avif", feature = "heic"))]
mod heif;
mod icc;
mod jpeg;
mod lzw;
mod raw;
#[cfg(feature = "svg")]
mod svg;
mod tiff;
