//! The description of a format that the rest of the crate uses: one [`FormatSpec`] in each format's file.

use super::context::{OpenContext, Opened};
use crate::error::Error;
use crate::header::Format;

/// A format as the table of formats has it.
pub(crate) struct FormatSpec {
    pub(crate) format: Format,
    /// The extensions of its files without the dot, the usual one first. Photos are recognized by their bytes alone.
    pub(crate) extensions: &'static [&'static str],
    /// Whether a photo that begins with these bytes, up to 64 KiB of it, is of this format.
    pub(crate) matches: fn(head: &[u8]) -> bool,
    /// How much of a file is in memory while it is decoded.
    pub(crate) reading: Reading,
    /// Reads the header; `None` if this build leaves the format out.
    pub(crate) open: Option<Open>,
}

/// Reads the header of a photo that matches, and prepares to decode it. Decodes no pixel.
pub(crate) type Open = for<'a> fn(&mut OpenContext<'a, '_>) -> Result<Opened<'a>, Error>;

/// How much of a file is in memory while it is decoded.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    /// A few kilobytes at a time.
    Streamed,
    /// All of it.
    Whole,
}
