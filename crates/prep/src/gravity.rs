//! Which part of the photo the square keeps if it cannot keep all of it.

use std::fmt;
use std::str::FromStr;

use crate::geometry::{Size, Square};
use crate::names::{self, ParseError};

/// Which part of the upright photo the square keeps.
///
/// ```
/// use prep::{FocalPoint, Gravity};
///
/// assert_eq!("northeast".parse(), Ok(Gravity::NorthEast));
/// assert_eq!("0.5,0.2".parse(), Ok(Gravity::FocalPoint(FocalPoint::new(0.5, 0.2).unwrap())));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum Gravity {
    /// The middle.
    #[default]
    Center,
    /// The top.
    North,
    /// The top right corner.
    NorthEast,
    /// The right.
    East,
    /// The bottom right corner.
    SouthEast,
    /// The bottom.
    South,
    /// The bottom left corner.
    SouthWest,
    /// The left.
    West,
    /// The top left corner.
    NorthWest,
    /// The part around this point, which is brought to the middle as far as the photo's edges allow.
    FocalPoint(FocalPoint),
    /// The part that draws attention: edges, colors that stand out, skin.
    Attention,
    /// The faces, or the middle if there are none.
    Face,
    /// The faces, or what draws attention if there are none.
    Auto,
}

impl Gravity {
    /// Every value but the focal points.
    pub const ALL: [Self; 12] = [
        Self::Center,
        Self::North,
        Self::NorthEast,
        Self::East,
        Self::SouthEast,
        Self::South,
        Self::SouthWest,
        Self::West,
        Self::NorthWest,
        Self::Attention,
        Self::Face,
        Self::Auto,
    ];

    /// Whether the crop is chosen by what an overview of the photo shows.
    pub(crate) fn needs_overview(self) -> bool {
        matches!(self, Self::Attention | Self::Face | Self::Auto)
    }

    /// Whether faces are searched for.
    pub(crate) fn needs_faces(self) -> bool {
        matches!(self, Self::Face | Self::Auto)
    }

    /// Returns the largest square of a photo of the upright size `seen`; the middle one if an overview is needed.
    ///
    /// The middle of 4001 × 3000 begins at x = 500.5: nothing is rounded, so nothing shifts.
    pub(crate) fn square(self, seen: Size) -> Square {
        let side = f64::from(seen.shorter());
        let (width, height) = (f64::from(seen.width), f64::from(seen.height));
        let (x, y) = match self {
            Self::Center | Self::Attention | Self::Face | Self::Auto => (0.5, 0.5),
            Self::North => (0.5, 0.0),
            Self::NorthEast => (1.0, 0.0),
            Self::East => (1.0, 0.5),
            Self::SouthEast => (1.0, 1.0),
            Self::South => (0.5, 1.0),
            Self::SouthWest => (0.0, 1.0),
            Self::West => (0.0, 0.5),
            Self::NorthWest => (0.0, 0.0),
            Self::FocalPoint(FocalPoint { x, y }) => {
                return Square {
                    x: (x * width - side / 2.0).clamp(0.0, width - side),
                    y: (y * height - side / 2.0).clamp(0.0, height - side),
                    side,
                };
            }
        };
        Square {
            x: x * (width - side),
            y: y * (height - side),
            side,
        }
    }
}

impl FromStr for Gravity {
    type Err = ParseError;

    /// Parses a name such as `northeast`, also `north-east`, or a focal point such as `0.5,0.2`.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        if text.contains(',') {
            return text.parse().map(Self::FocalPoint);
        }
        names::parse(&text.replace('-', ""), &Self::ALL, &["X,Y"])
    }
}

/// The name that is also parsed, or the focal point as `x,y`.
impl fmt::Display for Gravity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Center => "center",
            Self::North => "north",
            Self::NorthEast => "northeast",
            Self::East => "east",
            Self::SouthEast => "southeast",
            Self::South => "south",
            Self::SouthWest => "southwest",
            Self::West => "west",
            Self::NorthWest => "northwest",
            Self::Attention => "attention",
            Self::Face => "face",
            Self::Auto => "auto",
            Self::FocalPoint(point) => return point.fmt(f),
        })
    }
}

/// A point of the upright photo, in fractions of its width and height.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FocalPoint {
    x: f64,
    y: f64,
}

impl FocalPoint {
    /// Returns the point at `x` of the width and `y` of the height, each 0…1 from the top left corner; `None` outside the photo.
    pub fn new(x: f64, y: f64) -> Option<Self> {
        let is_inside = (0.0..=1.0).contains(&x) && (0.0..=1.0).contains(&y);
        is_inside.then_some(Self { x, y })
    }

    /// Returns the distance from the left, 0…1 of the width.
    pub fn x(self) -> f64 {
        self.x
    }

    /// Returns the distance from the top, 0…1 of the height.
    pub fn y(self) -> f64 {
        self.y
    }
}

impl FromStr for FocalPoint {
    type Err = ParseError;

    /// Parses two fractions with a comma between them, such as `0.5,0.2`.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        text.split_once(',')
            .and_then(|(x, y)| Self::new(x.trim().parse().ok()?, y.trim().parse().ok()?))
            .ok_or_else(|| ParseError::new("X,Y, each from 0 to 1, such as 0.5,0.2"))
    }
}

impl fmt::Display for FocalPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{},{}", self.x, self.y)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LANDSCAPE: Size = Size {
        width: 4001,
        height: 3000,
    };
    const PORTRAIT: Size = Size {
        width: 3000,
        height: 4001,
    };

    #[test]
    fn the_nine_gravities_are_where_a_map_has_them() {
        // Where the square begins along the side that is longer by 1001.
        for (name, in_landscape, in_portrait) in [
            ("center", 500.5, 500.5),
            ("north", 500.5, 0.0),
            ("northeast", 1001.0, 0.0),
            ("east", 1001.0, 500.5),
            ("south-east", 1001.0, 1001.0),
            ("south", 500.5, 1001.0),
            ("southwest", 0.0, 1001.0),
            ("west", 0.0, 500.5),
            ("north-west", 0.0, 0.0),
        ] {
            let gravity: Gravity = name.parse().unwrap();

            let (landscape, portrait) = (gravity.square(LANDSCAPE), gravity.square(PORTRAIT));

            assert_eq!(
                (landscape.x, landscape.y, landscape.side),
                (in_landscape, 0.0, 3000.0),
                "{name}"
            );
            assert_eq!(
                (portrait.x, portrait.y, portrait.side),
                (0.0, in_portrait, 3000.0),
                "{name}"
            );
        }
    }

    #[test]
    fn a_focal_point_comes_to_the_middle_as_far_as_the_edges_allow() {
        for (text, in_landscape, in_portrait) in [
            ("0.5,0.5", 500.5, 500.5),
            ("0,0", 0.0, 0.0),
            ("1, 1", 1001.0, 1001.0),
            // 0.4 × 4001 − 1500
            ("0.4,0.1", 100.4, 0.0),
            ("0.9,0.6", 1001.0, 900.6),
        ] {
            let gravity = Gravity::FocalPoint(text.parse().unwrap());

            let (landscape, portrait) = (gravity.square(LANDSCAPE), gravity.square(PORTRAIT));

            assert!(
                (landscape.x - in_landscape).abs() < 1e-9,
                "{text}: {landscape:?}"
            );
            assert!(
                (portrait.y - in_portrait).abs() < 1e-9,
                "{text}: {portrait:?}"
            );
            assert_eq!((landscape.y, portrait.x), (0.0, 0.0), "{text}");
        }
    }

    #[test]
    fn what_is_no_focal_point_is_refused() {
        for text in [
            "", "0.5", "0.5,", ",", "0.5,1.1", "-0.1,0", "NaN,0", "0.5;0.5", "inf,0",
        ] {
            assert!(text.parse::<FocalPoint>().is_err(), "{text}");
        }
    }
}
