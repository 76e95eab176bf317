//! Decoded samples.

use crate::header::Header;

/// A plane of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plane {
    /// A sample for each pixel.
    Luma,
    /// A sample for two by two pixels.
    Cb,
    /// A sample for two by two pixels.
    Cr,
}

/// A decoded frame: luma 16…235 and chroma as Rec. 601 has them.
#[derive(Debug)]
pub struct Picture {
    header: Header,
    /// Whole macroblocks, from the first sample on.
    pub(crate) luma: Samples,
    pub(crate) chroma: [Samples; 2],
    pub(crate) intact_rows: u32,
}

#[derive(Debug)]
pub(crate) struct Samples {
    pub(crate) stride: usize,
    /// The first row that is kept; zero but where a picture is given away while it is decoded.
    pub(crate) first_row: usize,
    pub(crate) values: Vec<u8>,
}

impl Picture {
    /// Room for `rows` rows of macroblocks.
    pub(crate) fn new(header: Header, rows: usize) -> Self {
        let [columns, _] = header.macroblocks();
        let samples = |side: usize| Samples {
            stride: side * columns,
            first_row: 0,
            values: vec![0; side * columns * side * rows],
        };
        Self {
            header,
            luma: samples(16),
            chroma: [samples(8), samples(8)],
            intact_rows: header.height.into(),
        }
    }

    /// The size of the frame.
    #[must_use]
    pub fn header(&self) -> Header {
        self.header
    }

    /// How many rows of pixels, from the top, come of data that were there: all, unless the frame is cut off.
    #[must_use]
    pub fn intact_rows(&self) -> u32 {
        self.intact_rows
    }

    /// A row of a plane. Of chroma there are half as many rows and columns, rounded up.
    ///
    /// # Panics
    ///
    /// If there is no such row.
    #[must_use]
    pub fn row(&self, plane: Plane, row: u32) -> &[u8] {
        let width = usize::from(self.header.width);
        let (samples, width) = match plane {
            Plane::Luma => (&self.luma, width),
            Plane::Cb => (&self.chroma[0], width.div_ceil(2)),
            Plane::Cr => (&self.chroma[1], width.div_ceil(2)),
        };
        &samples.values[samples.at([row as usize, 0])..][..width]
    }
}

impl Samples {
    /// Where the sample in this row and column lies.
    #[inline(always)]
    pub(crate) fn at(&self, [row, column]: [usize; 2]) -> usize {
        (row - self.first_row) * self.stride + column
    }

    /// Makes room for a row of macroblocks of `side` samples, and keeps the row of samples above it.
    pub(crate) fn advance(&mut self, side: usize) {
        let last = (2 * side - 1) * self.stride;
        self.values.copy_within(last.., (side - 1) * self.stride);
        self.first_row += side;
    }
}

impl Header {
    /// How many macroblocks there are in a row, and in a column.
    pub(crate) fn macroblocks(self) -> [usize; 2] {
        [self.width, self.height].map(|side| usize::from(side).div_ceil(16))
    }
}
