//! The target of a decode.

use crate::{Color, PixelRect, Rect, Size, Subsampling};

/// A rectangle of a photo and the samples that it becomes: 4:2:0 unless set otherwise.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Target {
    pub(crate) rect: Rect,
    pub(crate) size: Size,
    pub(crate) subsampling: Subsampling,
}

impl Target {
    /// Resizes a rectangle of the photo, or a [`Square`](crate::Square), to `size` luma samples.
    #[must_use]
    pub fn new(rect: impl Into<Rect>, size: Size) -> Self {
        Self {
            rect: rect.into(),
            size,
            subsampling: Subsampling::default(),
        }
    }

    /// Sets the resolution of chroma. It applies to photos in YCbCr only.
    #[must_use]
    pub fn subsampling(self, subsampling: Subsampling) -> Self {
        Self {
            subsampling,
            ..self
        }
    }

    /// Returns the target that is a part of this one's samples.
    pub(crate) fn part(self, part: PixelRect) -> Self {
        let across = self.rect.width / f64::from(self.size.width.max(1));
        let down = self.rect.height / f64::from(self.size.height.max(1));
        let rect = Rect {
            x: self.rect.x + f64::from(part.x) * across,
            y: self.rect.y + f64::from(part.y) * down,
            width: f64::from(part.width) * across,
            height: f64::from(part.height) * down,
        };
        Self {
            rect,
            size: part.size(),
            ..self
        }
    }

    /// Returns how many pixels share a sample of this component, horizontally and vertically.
    pub(crate) fn factors(self, color: Color, component: usize) -> (u32, u32) {
        match color {
            Color::YCbCr if component > 0 => self.subsampling.factors(),
            _ => (1, 1),
        }
    }
}
