//! Files on which standards and readers disagree: each gives the picture that `docs/formats.md` says.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot make its file has failed"
)]

#[cfg(feature = "gif")]
mod gif;
#[cfg(all(feature = "avif", feature = "heic"))]
mod heif;
mod icc;
mod jpeg;
#[cfg(any(feature = "gif", feature = "tiff"))]
#[cfg_attr(
    not(all(feature = "gif", feature = "tiff")),
    allow(dead_code, reason = "each of the two has an order of its own")
)]
mod lzw;
#[cfg(feature = "tiff")]
mod raw;
#[cfg(feature = "svg")]
mod svg;
#[cfg(feature = "tiff")]
mod tiff;
