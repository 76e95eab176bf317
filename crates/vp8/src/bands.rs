//! Gives a picture away while it is decoded.

use std::ops::{ControlFlow, Range};

use simd::Level;

use crate::decoder::Decoder;
use crate::error::Result;
use crate::header::Frame;
use crate::picture::{Picture, Plane};

/// Decodes a key frame without its loop filter, and gives each row of macroblocks to `on_band` as soon as it is decoded.
///
/// Takes the memory of two rows of macroblocks. Ends where `on_band` breaks, or where the frame is cut off.
///
/// # Errors
///
/// If the header is malformed or cut off, or the frame is no key frame.
pub fn decode_bands(
    frame: &[u8],
    mut on_band: impl FnMut(Band<'_>) -> ControlFlow<()>,
) -> Result<()> {
    let frame = Frame::read(frame)?;
    let [_, rows] = frame.header.macroblocks();
    let picture = Picture::new(frame.header, 2);
    let mut decoder = Decoder::new(Level::detect(), frame, picture);
    for row in 0..rows {
        if row > 1 {
            decoder.picture.luma.advance(16);
            let chroma = &mut decoder.picture.chroma;
            chroma.iter_mut().for_each(|samples| samples.advance(8));
        }
        if !decoder.decode_row(row)? {
            break;
        }
        decoder.smoothing.clear();
        let picture = &decoder.picture;
        if on_band(Band { picture, row }).is_break() {
            break;
        }
    }
    Ok(())
}

/// A row of macroblocks.
#[derive(Clone, Copy, Debug)]
pub struct Band<'a> {
    picture: &'a Picture,
    row: usize,
}

impl<'a> Band<'a> {
    /// The rows of a plane that the band holds. Of chroma there are half as many, rounded up.
    #[must_use]
    pub fn rows(&self, plane: Plane) -> Range<u32> {
        let height = u32::from(self.picture.header().height);
        let (side, height) = match plane {
            Plane::Luma => (16, height),
            Plane::Cb | Plane::Cr => (8, height.div_ceil(2)),
        };
        let first = side * self.row as u32;
        first..(first + side).min(height)
    }

    /// One of these rows.
    ///
    /// # Panics
    ///
    /// If the band does not hold it.
    #[must_use]
    pub fn row(&self, plane: Plane, row: u32) -> &'a [u8] {
        assert!(self.rows(plane).contains(&row), "a row of the band");
        self.picture.row(plane, row)
    }
}
