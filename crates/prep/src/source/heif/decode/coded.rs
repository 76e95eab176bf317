//! What the decoders of AVIF and HEIC have in common: luma and chroma in planes.

use super::boxes::Flaw;
use crate::geometry::Size;

/// A decoded image in planes: luma or green first, then Cb or blue, then Cr or red.
pub(super) trait Coded {
    fn size(&self) -> Size;

    fn chroma(&self) -> Chroma;

    /// Writes the samples of a row of a plane from a column on, each moved up so that its highest bit
    /// is the highest of 16.
    ///
    /// Of an image that keeps its latest rows, rows are read from the top to the bottom, those of all planes together, and
    /// again at most a few later. What was not decoded yet may turn out to be damaged.
    fn row(&mut self, plane: usize, row: u32, column: u32, into: &mut [u16]) -> Result<(), Flaw>;

    /// Returns a row of a plane as it is, if its samples are kept in 8 bits.
    fn narrow_row(&self, _plane: usize, _row: u32) -> Option<&[u8]> {
        None
    }
}

/// Which rows of an image are kept in memory, of a decoder that has the choice.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Keep {
    /// All, so that the whole image is known to be sound before its first row is used.
    All,
    Latest,
}

/// How many chroma samples there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Chroma {
    None,
    /// A quarter.
    S420,
    /// Half, in the horizontal direction.
    S422,
    All,
}

impl Chroma {
    pub(super) fn planes(self) -> usize {
        match self {
            Self::None => 1,
            _ => 3,
        }
    }

    /// How often a plane is halved, horizontally and vertically.
    pub(super) fn halvings(self, plane: usize) -> [u32; 2] {
        match (plane, self) {
            (0, _) | (_, Self::None | Self::All) => [0, 0],
            (_, Self::S420) => [1, 1],
            (_, Self::S422) => [1, 0],
        }
    }
}

/// What a decoder's configuration says before anything is decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sampling {
    pub(super) bits: u8,
    pub(super) chroma: Chroma,
}
