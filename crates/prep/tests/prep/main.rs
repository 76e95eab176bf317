//! All tests of `prep` but one, in one program: it is linked once. `bombs` counts memory, so it runs alone.

mod common;

mod bad_input;
mod batch;
mod bmp;
mod budget;
mod cancel;
mod conform;
mod differential;
mod disagreements;
mod faces;
mod fit;
mod formats;
mod gif;
mod gravity;
mod heif;
mod idempotence;
mod jxl;
mod likeness;
mod overview;
mod picture;
mod png;
mod pnm;
mod properties;
mod small_formats;
mod svg;
mod svg_work;
mod tiff;
mod time_limit;
