//! Rectangles and numbers as SVG has them.

use std::fmt::{self, Display};

use prep::Rect;

/// Returns the smallest rectangle that holds both.
pub(super) fn union(one: Rect, other: Rect) -> Rect {
    let (x, y) = (one.x.min(other.x), one.y.min(other.y));
    Rect {
        x,
        y,
        width: (one.x + one.width).max(other.x + other.width) - x,
        height: (one.y + one.height).max(other.y + other.height) - y,
    }
}

/// A rectangle as `viewBox` has it.
pub(super) struct View(pub(super) Rect);

impl Display for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Rect {
            x,
            y,
            width,
            height,
        } = self.0;
        write!(
            f,
            "{} {} {} {}",
            Tenth(x),
            Tenth(y),
            Tenth(width),
            Tenth(height)
        )
    }
}

/// A rectangle as a part of a path.
pub(super) struct Outline(pub(super) Rect);

impl Display for Outline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Rect {
            x,
            y,
            width,
            height,
        } = self.0;
        let (x, y, width) = (Tenth(x), Tenth(y), Tenth(width));
        write!(f, "M{x} {y}h{width}v{}h-{width}z", Tenth(height))
    }
}

/// A number to a tenth of a pixel.
pub(super) struct Tenth(pub(super) f64);

impl Display for Tenth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Without the sign of a zero.
        let rounded = (self.0 * 10.0).round() / 10.0 + 0.0;
        write!(f, "{rounded}")
    }
}
