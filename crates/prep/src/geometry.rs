//! Sizes, squares and the eight ways in which a photo can be stored.

use std::fmt;

/// Width and height in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Size {
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
}

impl Size {
    /// The number of pixels, which a 64-bit number always holds.
    pub fn pixels(self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }

    /// The shorter of the two sides, in pixels.
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
/// The origin is the outer corner of the first stored pixel, so the middle of that pixel lies at
/// (0.5, 0.5).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Square {
    /// Distance of the left edge from the photo's left edge, in pixels.
    pub x: f64,
    /// Distance of the upper edge from the photo's upper edge, in pixels.
    pub y: f64,
    /// Length of an edge, in pixels.
    pub side: f64,
}

impl Square {
    /// The largest square in the middle of `size`.
    ///
    /// The middle of 4001 × 3000 begins at x = 500.5: nothing is rounded, so nothing shifts.
    pub(crate) fn center_of(size: Size) -> Self {
        let side = f64::from(size.shorter());
        Self {
            x: (f64::from(size.width) - side) / 2.0,
            y: (f64::from(size.height) - side) / 2.0,
            side,
        }
    }
}

/// How the stored rows and columns must be turned to be seen upright (Exif tag 0x0112).
///
/// Each name says what to do with the stored pixels; turns are clockwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Orientation {
    /// 1: stored as seen.
    #[default]
    Normal,
    /// 2: mirror left to right.
    FlipHorizontal,
    /// 3: turn by half.
    Rotate180,
    /// 4: mirror top to bottom.
    FlipVertical,
    /// 5: swap rows and columns.
    Transpose,
    /// 6: turn by a quarter.
    Rotate90,
    /// 7: swap rows and columns, then turn by half.
    Transverse,
    /// 8: turn by three quarters.
    Rotate270,
}

impl Orientation {
    /// The orientation for a value of Exif tag 0x0112; values outside 1…8 mean nothing.
    pub fn from_exif(value: u8) -> Option<Self> {
        Some(match value {
            1 => Self::Normal,
            2 => Self::FlipHorizontal,
            3 => Self::Rotate180,
            4 => Self::FlipVertical,
            5 => Self::Transpose,
            6 => Self::Rotate90,
            7 => Self::Transverse,
            8 => Self::Rotate270,
            _ => return None,
        })
    }

    /// Whether rows become columns.
    pub fn swaps_sides(self) -> bool {
        matches!(
            self,
            Self::Transpose | Self::Rotate90 | Self::Transverse | Self::Rotate270
        )
    }

    /// The size that a photo stored as `stored` has when seen upright.
    pub fn seen(self, stored: Size) -> Size {
        match self.swaps_sides() {
            false => stored,
            true => Size {
                width: stored.height,
                height: stored.width,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_odd_rest_is_split_into_halves() {
        let size = Size {
            width: 4001,
            height: 3000,
        };

        let square = Square::center_of(size);

        assert_eq!((square.x, square.y, square.side), (500.5, 0.0, 3000.0));
    }

    #[test]
    fn only_the_quarter_turns_swap_the_sides() {
        let stored = Size {
            width: 3,
            height: 2,
        };

        let swapped: Vec<u8> = (1..=8)
            .filter(|&value| Orientation::from_exif(value).unwrap().seen(stored).width == 2)
            .collect();

        assert_eq!(swapped, [5, 6, 7, 8]);
    }
}
