//! The input: samples that the caller holds.

use super::EncodeError;
use super::component::Frame;
use crate::Subsampling;

/// A picture, by its color space.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Input<'a> {
    /// Luma alone.
    Gray(PlaneRef<'a>),
    /// Luma and chroma as JFIF defines them, chroma already at the resolution of the file.
    ///
    /// A chroma plane has the width and the height of `y` divided by the subsampling, rounded up.
    YCbCr {
        /// Luma; its size is the picture's.
        y: PlaneRef<'a>,
        /// The blue difference plus 128.
        cb: PlaneRef<'a>,
        /// The red difference plus 128.
        cr: PlaneRef<'a>,
    },
    /// Red, green and blue, interleaved.
    Rgb(RgbRef<'a>),
}

/// The samples of one component, row by row.
#[derive(Clone, Copy, Debug)]
pub struct PlaneRef<'a> {
    pub(super) samples: &'a [u8],
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) stride: usize,
}

impl<'a> PlaneRef<'a> {
    /// Creates a plane of `width` × `height` samples, whose rows follow each other without a gap.
    #[must_use]
    pub fn new(samples: &'a [u8], width: usize, height: usize) -> Self {
        Self {
            samples,
            width,
            height,
            stride: width,
        }
    }

    /// Sets the bytes from row to row.
    #[must_use]
    pub fn stride(self, stride: usize) -> Self {
        Self { stride, ..self }
    }

    pub(super) fn row(&self, y: usize) -> &'a [u8] {
        &self.samples[y * self.stride..][..self.width]
    }

    /// Returns the rows from `first` on, at most `count` of them; none below the plane.
    pub(super) fn rows(&self, first: usize, count: usize) -> Self {
        let first = first.min(self.height);
        Self {
            samples: self.samples.get(first * self.stride..).unwrap_or_default(),
            height: count.min(self.height - first),
            ..*self
        }
    }
}

/// Red, green and blue samples, interleaved, row by row.
#[derive(Clone, Copy, Debug)]
pub struct RgbRef<'a> {
    samples: &'a [u8],
    width: usize,
    height: usize,
    stride: usize,
}

impl<'a> RgbRef<'a> {
    /// Creates a picture of `width` × `height` pixels, three bytes each, whose rows follow each other without a gap.
    #[must_use]
    pub fn new(samples: &'a [u8], width: usize, height: usize) -> Self {
        Self {
            samples,
            width,
            height,
            stride: width.saturating_mul(3),
        }
    }

    /// Sets the bytes from row to row.
    #[must_use]
    pub fn stride(self, stride: usize) -> Self {
        Self { stride, ..self }
    }

    pub(super) fn row(&self, y: usize) -> &'a [[u8; 3]] {
        self.samples[y * self.stride..][..self.width * 3]
            .as_chunks()
            .0
    }

    pub(super) fn height(&self) -> usize {
        self.height
    }
}

impl Input<'_> {
    /// Checks the sizes and returns the frame.
    pub(super) fn frame(&self, subsampling: Subsampling) -> Result<Frame, EncodeError> {
        let (h, v) = subsampling.factors();
        let (h, v) = (h as usize, v as usize);
        match self {
            Self::Gray(y) => {
                let (width, height) = side_checked(y.width, y.height)?;
                samples_checked(y.samples, y.stride, y.width, y.height)?;
                Ok(Frame {
                    width,
                    height,
                    components: 1,
                    h: 1,
                    v: 1,
                })
            }
            Self::YCbCr { y, cb, cr } => {
                let (width, height) = side_checked(y.width, y.height)?;
                for plane in [y, cb, cr] {
                    samples_checked(plane.samples, plane.stride, plane.width, plane.height)?;
                }
                for plane in [cb, cr] {
                    let (needed_width, needed_height) = (y.width.div_ceil(h), y.height.div_ceil(v));
                    if (plane.width, plane.height) != (needed_width, needed_height) {
                        let PlaneRef { width, height, .. } = *plane;
                        return Err(EncodeError::Chroma {
                            width,
                            height,
                            needed_width,
                            needed_height,
                        });
                    }
                }
                Ok(Frame {
                    width,
                    height,
                    components: 3,
                    h,
                    v,
                })
            }
            Self::Rgb(rgb) => {
                let (width, height) = side_checked(rgb.width, rgb.height)?;
                samples_checked(rgb.samples, rgb.stride, rgb.width * 3, rgb.height)?;
                Ok(Frame {
                    width,
                    height,
                    components: 3,
                    h,
                    v,
                })
            }
        }
    }
}

/// Checks that the sides fit the 16 bits of a frame header.
fn side_checked(width: usize, height: usize) -> Result<(u16, u16), EncodeError> {
    let error = EncodeError::Side { width, height };
    if width == 0 || height == 0 {
        return Err(error);
    }
    Ok((
        u16::try_from(width).map_err(|_| error)?,
        u16::try_from(height).map_err(|_| error)?,
    ))
}

fn samples_checked(
    samples: &[u8],
    stride: usize,
    row: usize,
    height: usize,
) -> Result<(), EncodeError> {
    if stride < row {
        return Err(EncodeError::Stride { stride, row });
    }
    let needed = height
        .saturating_sub(1)
        .saturating_mul(stride)
        .saturating_add(row);
    if samples.len() < needed {
        return Err(EncodeError::Samples {
            needed,
            given: samples.len(),
        });
    }
    Ok(())
}
