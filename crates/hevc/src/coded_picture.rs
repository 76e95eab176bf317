//! A picture that is coded: the slices of it, and the parameter sets that they refer to.

use std::fmt;

use simd::Level;

use crate::error::Result;
use crate::header::Header;
use crate::nal::SliceKind;
use crate::picture::Picture;
use crate::pps::Pps;
use crate::rows::{Kept, Rows, rows_kept};
use crate::sps::Sps;

/// Which in-loop filters are applied.
///
/// In an intra picture no block depends on filtered samples, so leaving the filters out changes nothing else.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Filters {
    /// Deblocking and sample adaptive offset, as the standard asks.
    All,
    /// None: for who reduces the picture so far that they cannot be seen.
    None,
}

/// A picture whose headers were read.
pub struct CodedPicture {
    pub(crate) level: Level,
    pub(crate) sps: Sps,
    pub(crate) pps: Pps,
    pub(crate) segments: Vec<SegmentUnit>,
    pub(crate) slice_qp: i32,
    pub(crate) header: Header,
}

/// A slice segment's unit.
pub(crate) struct SegmentUnit {
    pub(crate) kind: SliceKind,
    /// Without emulation prevention.
    pub(crate) payload: Vec<u8>,
}

impl fmt::Debug for CodedPicture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CodedPicture")
            .field("header", &self.header)
            .finish_non_exhaustive()
    }
}

impl CodedPicture {
    /// What the bitstream says of the picture.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// `SliceQpY` of the first slice, the quantization parameter from which its blocks differ by deltas: from -48 to 51, and
    /// finer the smaller it is (7.4.7.1).
    #[must_use]
    pub fn slice_qp(&self) -> i32 {
        self.slice_qp
    }

    /// The most rows of luma that [`rows`](Self::rows) has in memory at once: all, if the picture has several columns of tiles.
    #[must_use]
    pub fn rows_kept(&self) -> u32 {
        rows_kept(&self.sps, &self.pps)
    }

    /// Decodes the picture.
    ///
    /// What it allocates follows from [`Header::coded`]: check it against your limits.
    ///
    /// # Errors
    ///
    /// Where the bitstream is malformed or incomplete, or asks for what is not supported.
    pub fn decode(self, filters: Filters) -> Result<Picture> {
        Rows::new(self, filters, Kept::All)?.whole()
    }

    /// Begins to decode the picture, row by row.
    ///
    /// What it allocates follows from the width of [`Header::coded`] and [`rows_kept`](Self::rows_kept); and an eighth of a byte for
    /// each pixel.
    ///
    /// # Errors
    ///
    /// Where there is too little memory.
    pub fn rows(self, filters: Filters) -> Result<Rows> {
        Rows::new(self, filters, Kept::Latest)
    }
}
