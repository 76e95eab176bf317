//! Any photo in, a square JPEG out: the picture that a messenger takes as an avatar.
//!
//! A *photo* is any image file; a *picture* is the result: upright, square, sRGB, a baseline JPEG, and nothing but pixels (no
//! Exif, no GPS, no profile, no thumbnail).
//!
//! One photo:
//!
//! ```
//! # let photo = include_bytes!("../examples/photo.jpg");
//! let picture = prep::prepare(photo)?;
//! assert!(picture.starts_with(&[0xFF, 0xD8]));
//! # Ok::<(), prep::Error>(())
//! ```
//!
//! Thousands, with one [`Pipeline`] per thread, which reuses its buffers:
//!
//! ```
//! # let photos = [include_bytes!("../examples/photo.jpg")];
//! use prep::{Options, Pipeline};
//!
//! let mut pipeline = Pipeline::new(Options::new().side(200).quality(90))?;
//! let mut picture = Vec::new();
//! for photo in photos {
//!     let prepared = pipeline.prepare_into(photo, &mut picture)?;
//!     assert_eq!(prepared.plan.side, 200);
//! }
//! # Ok::<(), prep::Error>(())
//! ```
//!
//! A photo need not be in memory: a [`Photo`] reads what is needed of anything that implements `Read` and `Seek`.
//!
//! A [`Cancel`] ends a photo that is in work, from another thread: [`Pipeline::set_cancel`].
//!
//! On all cores: `batch`, with the feature `rayon`, which is on by default. Nothing else here starts a thread.
//!
//! This crate opens no files, reads no clock (but for the time limit of a `batch`) and prints nothing.
//!
//! # Features
//!
//! All but the last are on by default. Without any, JPEG, PNG, BMP, ICO, TGA, QOI, PNM and farbfeld are read, and 24 crates compiled.
//!
//! * `avif`, `gif`, `heic`, `jxl`, `svg`, `tiff` (with the JPEG in camera raw), `webp`: the format. A photo of a format that is
//!   left out is rejected by its name.
//! * `rayon`: the module `batch`.
//! * `serde`, the one that is off by default: [`Options`] that can be read and written, in JSON for instance.

#![forbid(unsafe_code)]

mod attention;
#[cfg(feature = "rayon")]
pub mod batch;
mod budget;
mod cancel;
mod choice;
mod color;
mod damage;

mod backdrop;
mod encode;
mod error;
mod exif;
mod face;
mod geometry;
mod gravity;
mod header;
mod likeness;

mod names;
mod options;
mod overview;
mod photo;
mod pipeline;
mod pixels;
mod plan;
mod preset;
mod resample;
mod score;
mod source;

mod turn;
#[cfg(feature = "svg")]
mod work;

pub use budget::{ByteBudget, Fitted};
pub use cancel::Cancel;
pub use choice::{Choice, Rule};
pub use error::{Error, ErrorKind, Limit};
pub use face::{Face, Faces};
pub use geometry::{Orientation, Rect, Size, Square};
pub use gravity::{FocalPoint, Gravity};
pub use header::{Format, Header, Profile, Samples};
pub use likeness::Likeness;
pub use names::ParseError;
pub use options::{
    Backdrop, Coding, Color, Enlarge, Fit, Frame, Limits, OnDamage, Options, Reencode, Subsampling,
};
pub use photo::Photo;
pub use pipeline::{Pipeline, Prepared, prepare, prepare_with};
pub use plan::{Plan, Route, Treatment};
pub use preset::Preset;
pub use source::{formats, read_header};
