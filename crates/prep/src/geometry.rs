//! Sizes, rectangles and the eight orientations.

#[cfg(any(feature = "avif", feature = "heic"))]
pub(crate) use jpeg::PixelRect;
pub use jpeg::{Rect, Size, Square};

/// A rectangle of a photo as it is stored, and the number of pixels that it becomes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Resize {
    pub(crate) rect: Rect,
    pub(crate) size: Size,
}

impl Resize {
    /// Resizes a square to `side` × `side` pixels.
    pub(crate) fn square(square: Square, side: u32) -> Self {
        Self {
            rect: square.into(),
            size: Size::square(side),
        }
    }

    /// Resizes a rectangle, `step` stored pixels to one, to the whole pixels that lie inside it.
    pub(crate) fn at_scale(rect: Rect, step: f64) -> Self {
        let pixels = |length: f64| ((length / step) as u32).max(1);
        let (width, height) = (pixels(rect.width), pixels(rect.height));
        Self {
            rect: Rect {
                width: f64::from(width) * step,
                height: f64::from(height) * step,
                ..rect
            },
            size: Size { width, height },
        }
    }

    /// Returns how many stored pixels make one.
    pub(crate) fn step(&self) -> f64 {
        self.rect.width / f64::from(self.size.width)
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
    /// Returns the orientation for a value of Exif tag 0x0112; `None` for values outside 1…8.
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

    /// Returns the value of Exif tag 0x0112, 1…8.
    pub fn to_exif(self) -> u8 {
        match self {
            Self::Normal => 1,
            Self::FlipHorizontal => 2,
            Self::Rotate180 => 3,
            Self::FlipVertical => 4,
            Self::Transpose => 5,
            Self::Rotate90 => 6,
            Self::Transverse => 7,
            Self::Rotate270 => 8,
        }
    }

    /// Returns whether rows become columns.
    pub fn swaps_sides(self) -> bool {
        matches!(
            self,
            Self::Transpose | Self::Rotate90 | Self::Transverse | Self::Rotate270
        )
    }

    /// Returns the upright size of a photo of the size `stored`.
    pub fn seen(self, stored: Size) -> Size {
        match self.swaps_sides() {
            false => stored,
            true => Size {
                width: stored.height,
                height: stored.width,
            },
        }
    }

    /// Returns where in a photo of the size `stored` the rectangle lies that is `seen` upright.
    pub fn stored_rect(self, stored: Size, seen: Rect) -> Rect {
        let Rect {
            x,
            y,
            width,
            height,
        } = seen;
        // From the right and from the bottom edge of what is seen.
        let size = self.seen(stored);
        let right = f64::from(size.width) - x - width;
        let bottom = f64::from(size.height) - y - height;
        let (x, y) = match self {
            Self::Normal => (x, y),
            Self::FlipHorizontal => (right, y),
            Self::Rotate180 => (right, bottom),
            Self::FlipVertical => (x, bottom),
            Self::Transpose => (y, x),
            Self::Rotate90 => (y, right),
            Self::Transverse => (bottom, right),
            Self::Rotate270 => (bottom, x),
        };
        let (width, height) = match self.swaps_sides() {
            false => (width, height),
            true => (height, width),
        };
        Rect {
            x,
            y,
            width,
            height,
        }
    }

    /// Returns where in the upright photo the rectangle `rect` of a photo of the size `stored` lies.
    pub fn seen_rect(self, stored: Size, rect: Rect) -> Rect {
        let back = match self {
            Self::Rotate90 => Self::Rotate270,
            Self::Rotate270 => Self::Rotate90,
            its_own_opposite => its_own_opposite,
        };
        back.stored_rect(self.seen(stored), rect)
    }

    pub(crate) fn stored_square(self, stored: Size, seen: Square) -> Square {
        let Rect { x, y, width, .. } = self.stored_rect(stored, seen.into());
        Square { x, y, side: width }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gravity::Gravity;
    use crate::turn::turn;

    #[test]
    fn the_values_of_the_tag_are_read_and_written_alike() {
        for value in 0..=u8::MAX {
            let written = Orientation::from_exif(value).map(Orientation::to_exif);

            assert_eq!(written, (1..=8).contains(&value).then_some(value));
        }
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

    /// Cuts whole pixels out of rows of `width` pixels.
    fn cut(pixels: &[u8], width: usize, rect: Rect) -> Vec<u8> {
        let [x, y, across, down] = [rect.x, rect.y, rect.width, rect.height].map(|at| at as usize);
        pixels
            .chunks_exact(width)
            .skip(y)
            .take(down)
            .flat_map(|row| row[x..x + across].iter().copied())
            .collect()
    }

    #[test]
    fn what_is_seen_in_a_rectangle_is_stored_where_it_is_said_to_be() {
        let stored = Size {
            width: 7,
            height: 5,
        };
        let photo: Vec<u8> = (0..35).collect();
        let seen_at = Rect {
            x: 1.0,
            y: 2.0,
            width: 3.0,
            height: 2.0,
        };
        for value in 1..=8 {
            let orientation = Orientation::from_exif(value).unwrap();
            let mut upright = Vec::new();
            turn::<1>(&photo, 7, orientation, &mut upright);

            let stored_at = orientation.stored_rect(stored, seen_at);

            let mut turned = Vec::new();
            let part = cut(&photo, 7, stored_at);
            turn::<1>(&part, stored_at.width as usize, orientation, &mut turned);
            let width = orientation.seen(stored).width as usize;
            assert_eq!(turned, cut(&upright, width, seen_at), "{orientation:?}");
            assert_eq!(
                orientation.seen_rect(stored, stored_at),
                seen_at,
                "{orientation:?}"
            );
        }
    }

    #[test]
    fn half_pixels_stay_half_pixels_in_all_orientations() {
        let stored = Size {
            width: 4001,
            height: 3000,
        };
        for value in 1..=8 {
            let orientation = Orientation::from_exif(value).unwrap();
            let middle = Gravity::Center.square(orientation.seen(stored));

            let square = orientation.stored_square(stored, middle);

            assert_eq!(
                (square.x, square.y, square.side),
                (500.5, 0.0, 3000.0),
                "{orientation:?}"
            );
        }
    }
}
