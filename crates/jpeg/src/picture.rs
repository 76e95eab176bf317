//! What is asked for and what comes out.

use crate::Damage;

/// A square of the photo, in stored pixels; it may begin and end between them.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Square {
    /// The left edge.
    pub x: f64,
    /// The upper edge.
    pub y: f64,
    /// Width and height, above 0.
    pub side: f64,
}

/// A rectangle of the photo, in stored pixels; it may begin and end between them.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Rect {
    /// The left edge.
    pub x: f64,
    /// The upper edge.
    pub y: f64,
    /// From the left edge to the right, above 0.
    pub width: f64,
    /// From the upper edge to the lower, above 0.
    pub height: f64,
}

/// A part of a picture, in its pixels.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Part {
    /// The first column.
    pub x: u32,
    /// The first row.
    pub y: u32,
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
}

impl Part {
    /// What of `rect`, of which a picture of this size is made, this part shows.
    pub(crate) fn of(self, rect: Rect, size: (u32, u32)) -> Rect {
        let across = rect.width / f64::from(size.0.max(1));
        let down = rect.height / f64::from(size.1.max(1));
        Rect {
            x: rect.x + f64::from(self.x) * across,
            y: rect.y + f64::from(self.y) * down,
            width: f64::from(self.width) * across,
            height: f64::from(self.height) * down,
        }
    }

    pub(crate) fn is_empty(self) -> bool {
        self.width == 0 || self.height == 0
    }
}

/// What came of a glance at a photo.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Glanced {
    /// What is damaged of the whole photo, as far as it was read.
    pub damage: Damage,
    /// Whether the part that was asked for was decoded, and others can be.
    pub has_part: bool,
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

/// The resolution at which color differences are wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash)]
#[non_exhaustive]
pub enum Chroma {
    /// As many samples as luminance has (4:4:4).
    Full,
    /// Half as many from left to right (4:2:2).
    HalfWidth,
    /// Half as many in both directions (4:2:0).
    #[default]
    Half,
}

impl Chroma {
    /// How many luminance samples share one color difference, across and down.
    pub(crate) fn shared_by(self) -> (u32, u32) {
        match self {
            Self::Full => (1, 1),
            Self::HalfWidth => (2, 1),
            Self::Half => (2, 2),
        }
    }
}

/// The samples of one component, row by row.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Plane {
    /// Samples in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// `width` × `height` samples without gaps.
    pub samples: Vec<u8>,
}

/// A picture, component by component, in the photo's own color space; its memory is used again.
#[derive(Clone, Debug, Default)]
pub struct Planes {
    /// Memory for four; only the first `count` hold something.
    planes: [Plane; 4],
    count: usize,
}

impl Planes {
    /// The components in the order of the frame.
    #[must_use]
    pub fn components(&self) -> &[Plane] {
        &self.planes[..self.count]
    }

    /// Takes the shape of these widths and heights; the samples are whatever they were.
    pub(crate) fn reshape(&mut self, sizes: impl Iterator<Item = (u32, u32)>) {
        self.count = 0;
        for (plane, (width, height)) in self.planes.iter_mut().zip(sizes) {
            (plane.width, plane.height) = (width, height);
            plane.samples.resize(width as usize * height as usize, 0);
            self.count += 1;
        }
    }

    pub(crate) fn row_mut(&mut self, component: usize, row: usize) -> &mut [u8] {
        let plane = &mut self.planes[component];
        let width = plane.width as usize;
        &mut plane.samples[row * width..(row + 1) * width]
    }
}

/// What an earlier picture left in memory does not count.
impl PartialEq for Planes {
    fn eq(&self, other: &Self) -> bool {
        self.components() == other.components()
    }
}

impl Eq for Planes {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_equal_whatever_was_in_their_memory_before() {
        let (mut new, mut used) = (Planes::default(), Planes::default());
        used.reshape([(2, 2); 3].into_iter());

        for planes in [&mut new, &mut used] {
            planes.reshape([(1, 1)].into_iter());
        }

        assert_eq!(new, used);
    }
}
