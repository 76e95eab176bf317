//! Sizes and rectangles, in pixels and in fractions of them.

use std::fmt;

/// A width and a height in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Size {
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
}

impl Size {
    /// Returns the size of a square.
    #[must_use]
    pub fn square(side: u32) -> Self {
        Self {
            width: side,
            height: side,
        }
    }

    /// Returns the number of pixels, which always fits into 64 bits.
    #[must_use]
    pub fn pixels(self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }

    /// Returns the shorter of the two sides.
    #[must_use]
    pub fn shorter(self) -> u32 {
        self.width.min(self.height)
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}×{}", self.width, self.height)
    }
}

/// A square inside a photo, in fractions of stored pixels.
///
/// The origin is the outer corner of the first stored pixel, so the center of that pixel is at (0.5, 0.5).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Square {
    /// Distance from the photo's left edge to the square's, in pixels.
    pub x: f64,
    /// Distance from the photo's upper edge to the square's, in pixels.
    pub y: f64,
    /// Length of an edge in pixels, above 0.
    pub side: f64,
}

/// A rectangle inside a photo, in fractions of pixels; its origin is that of a [`Square`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rect {
    /// Distance from the photo's left edge to the rectangle's, in pixels.
    pub x: f64,
    /// Distance from the photo's upper edge to the rectangle's, in pixels.
    pub y: f64,
    /// Length of the upper and the lower edge in pixels, above 0.
    pub width: f64,
    /// Length of the left and the right edge in pixels, above 0.
    pub height: f64,
}

impl Rect {
    /// Returns the rectangle that covers a photo of this size.
    #[must_use]
    pub fn whole(size: Size) -> Self {
        Self {
            x: 0.0,
            y: 0.0,
            width: size.width.into(),
            height: size.height.into(),
        }
    }

    /// Returns the whole pixels that fit into the width and into the height.
    #[must_use]
    pub fn size(self) -> Size {
        Size {
            width: self.width as u32,
            height: self.height as u32,
        }
    }
}

impl From<Square> for Rect {
    fn from(square: Square) -> Self {
        Self {
            x: square.x,
            y: square.y,
            width: square.side,
            height: square.side,
        }
    }
}

/// A rectangle of whole pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PixelRect {
    /// The first column.
    pub x: u32,
    /// The first row.
    pub y: u32,
    /// The number of columns.
    pub width: u32,
    /// The number of rows.
    pub height: u32,
}

impl PixelRect {
    pub(crate) fn is_empty(self) -> bool {
        self.width == 0 || self.height == 0
    }

    /// Returns its width and height.
    #[must_use]
    pub fn size(self) -> Size {
        Size {
            width: self.width,
            height: self.height,
        }
    }
}
