//! What should lie inside the circle that messengers show of a square: faces, as rectangles with rounded corners.

use crate::face::Face;
use crate::geometry::{Rect, Square};

/// A rectangle with rounded corners.
#[derive(Clone, Copy, Debug)]
pub(super) struct RoundedRect {
    pub(super) center: (f64, f64),
    /// From the middle to where the corners begin to be round.
    half: (f64, f64),
    radius: f64,
    pub(super) weight: f64,
}

/// The part of a face's height that hair takes above its area.
const HAIR: f64 = 0.3;

/// The part of a face's width that each ear takes beside its area.
const EAR: f64 = 0.1;

/// How far a box drawn by hand may reach beyond the one that is found, as a part of the face's size.
const MARGIN: f64 = 0.12;

impl RoundedRect {
    /// A face with the hair above it and the ears.
    pub(super) fn head(face: &Face) -> Self {
        let (hair, ear) = (face.area.height * HAIR, face.area.width * EAR);
        Self::around(face.area, ear, hair, 0.0)
    }

    /// An area and what is beside it, above it and below it.
    fn around(area: Rect, beside: f64, above: f64, below: f64) -> Self {
        Self::rect(Rect {
            x: area.x - beside,
            y: area.y - above,
            width: area.width + 2.0 * beside,
            height: area.height + (above + below),
        })
    }

    /// The face from the forehead to the chin, between the ears, and what the network may be off by.
    pub(super) fn with_margin(face: &Face) -> Self {
        let (across, down) = (face.area.width * MARGIN, face.area.height * MARGIN);
        Self::around(face.area, across, down, down)
    }

    /// The face from the forehead to the chin, between the ears.
    pub(super) fn area(face: &Face) -> Self {
        Self::rect(face.area)
    }

    /// The face without what is around its corners.
    pub(super) fn face(face: &Face) -> Self {
        let area = Self::with_margin(face);
        Self {
            half: (0.0, 0.0),
            radius: area.half.0.min(area.half.1) * 0.9,
            ..area
        }
    }

    fn rect(rect: Rect) -> Self {
        let half = (rect.width / 2.0, rect.height / 2.0);
        Self {
            center: (rect.x + half.0, rect.y + half.1),
            half,
            radius: 0.0,
            weight: rect.width,
        }
    }

    pub(super) fn is_in_circle_of(&self, square: Square) -> bool {
        let radius = square.side / 2.0;
        let across = (square.x + radius - self.center.0).abs() + self.half.0;
        let down = (square.y + radius - self.center.1).abs() + self.half.1;
        (across * across + down * down).sqrt() + self.radius <= radius
    }

    /// From the left to the right edge, and from the upper to the lower.
    pub(super) fn spans(&self) -> [(f64, f64); 2] {
        let (across, down) = (self.half.0 + self.radius, self.half.1 + self.radius);
        [
            (self.center.0 - across, self.center.0 + across),
            (self.center.1 - down, self.center.1 + down),
        ]
    }
}
