//! The largest square whose circle, which is what a messenger shows of it, holds the faces.

use crate::face::{Face, Faces};
use crate::geometry::{Rect, Size, Square};

/// The square with as many faces as possible inside its circle, the larger ones first; the largest such square of at least
/// `min_side` pixels.
pub(super) fn around_faces(faces: &Faces, seen: Size, min_side: f64) -> Square {
    let mut faces: Vec<&Face> = faces.iter().collect();
    faces.sort_by(|a, b| b.area.width.total_cmp(&a.area.width));
    // With the hair if possible, else the whole areas, else eyes, mouths and chins.
    for shape in [RoundedRect::head, RoundedRect::area, RoundedRect::face] {
        let all: Vec<RoundedRect> = faces.iter().map(|face| shape(face)).collect();
        if let Some(square) = largest_around(&all, seen, min_side) {
            return square;
        }
    }
    let mut kept: Vec<RoundedRect> = Vec::new();
    let mut square = None;
    for face in &faces {
        for shape in [RoundedRect::area(face), RoundedRect::face(face)] {
            kept.push(shape);
            match largest_around(&kept, seen, min_side) {
                Some(found) => {
                    square = Some(found);
                    break;
                }
                None => drop(kept.pop()),
            }
        }
    }
    square.unwrap_or_else(|| {
        // Not one fits: the largest face comes as near to the middle as the edges allow.
        let center = faces
            .first()
            .map_or((0.0, 0.0), |face| RoundedRect::face(face).center);
        placed(seen.shorter().into(), center, seen)
    })
}

/// What should lie inside the circle of the crop: a rectangle with rounded corners.
#[derive(Clone, Copy, Debug)]
pub(super) struct RoundedRect {
    center: (f64, f64),
    /// From the middle to where the corners begin to be round.
    half: (f64, f64),
    radius: f64,
    weight: f64,
}

impl RoundedRect {
    /// A face with the hair above it.
    fn head(face: &Face) -> Self {
        let hair = face.area.height * HAIR;
        Self::rect(Rect {
            y: face.area.y - hair,
            height: face.area.height + hair,
            ..face.area
        })
    }

    /// The face from the forehead to the chin and from ear to ear.
    fn area(face: &Face) -> Self {
        Self::rect(face.area)
    }

    /// The face's eyes, mouth and chin.
    pub(super) fn face(face: &Face) -> Self {
        let area = Self::area(face);
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
}

/// The part of a face's height that hair takes above its area.
const HAIR: f64 = 0.3;

/// A face's middle comes to lie a little above the square's.
const HEADROOM: f64 = 0.05;

/// The largest square of at least `min_side` pixels with all of these in its circle.
fn largest_around(shapes: &[RoundedRect], seen: Size, min_side: f64) -> Option<Square> {
    let total: f64 = shapes.iter().map(|shape| shape.weight).sum();
    let middle = |along: fn(&RoundedRect) -> f64| {
        shapes
            .iter()
            .map(|shape| along(shape) * shape.weight)
            .sum::<f64>()
            / total
    };
    let middle = (
        middle(|shape| shape.center.0),
        middle(|shape| shape.center.1),
    );
    let largest = f64::from(seen.shorter());
    let mut side = largest;
    loop {
        let wanted = placed(side, (middle.0, middle.1 + side * HEADROOM), seen);
        let holds_all = |square: &Square| shapes.iter().all(|shape| shape.is_in_circle_of(*square));
        let away = |square: &Square| (square.x - wanted.x).powi(2) + (square.y - wanted.y).powi(2);
        let nearest = std::iter::once(wanted)
            .chain(positions(side, seen))
            .filter(holds_all)
            .min_by(|a, b| away(a).total_cmp(&away(b)));
        if nearest.is_some() || side <= min_side {
            return nearest;
        }
        side = (side * SHRINK).max(min_side);
    }
}

/// How much smaller the next square is, and how many places along each side are tried for it.
const SHRINK: f64 = 0.96;
const STEPS: u32 = 48;

/// Squares of this side all over the photo.
fn positions(side: f64, seen: Size) -> impl Iterator<Item = Square> {
    let (across, down) = (f64::from(seen.width) - side, f64::from(seen.height) - side);
    let along = |room: f64| if room > 0.0 { STEPS } else { 0 };
    (0..=along(down)).flat_map(move |row| {
        (0..=along(across)).map(move |column| Square {
            x: across * f64::from(column) / f64::from(STEPS),
            y: down * f64::from(row) / f64::from(STEPS),
            side,
        })
    })
}

/// The square with its middle at `center`, moved to lie in the photo.
pub(super) fn placed(side: f64, center: (f64, f64), seen: Size) -> Square {
    let along = |center: f64, length: u32| {
        (center - side / 2.0).clamp(0.0, (f64::from(length) - side).max(0.0))
    };
    Square {
        x: along(center.0, seen.width),
        y: along(center.1, seen.height),
        side,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn face(x: f64, y: f64, side: f64) -> Face {
        Face {
            area: Rect {
                x,
                y,
                width: side,
                height: side,
            },
            confidence: 0.9,
            is_in_circle: false,
        }
    }

    /// Whether all corners of the area lie inside the circle, by Pythagoras.
    fn corners_are_inside(face: &Face, square: Square) -> bool {
        let middle = (square.x + square.side / 2.0, square.y + square.side / 2.0);
        let Rect {
            x,
            y,
            width,
            height,
        } = face.area;
        [
            (x, y),
            (x + width, y),
            (x, y + height),
            (x + width, y + height),
        ]
        .iter()
        .all(|corner| (corner.0 - middle.0).hypot(corner.1 - middle.1) <= square.side / 2.0)
    }

    fn lies_in_the_photo(square: Square, seen: Size) -> bool {
        let ends = (square.x + square.side, square.y + square.side);
        square.x >= 0.0
            && square.y >= 0.0
            && ends.0 <= f64::from(seen.width) + 1e-6
            && ends.1 <= f64::from(seen.height) + 1e-6
    }

    /// Whether a square of 20 sizes in 1,600 places has all areas in a circle that is a little smaller.
    fn there_is_one(faces: &Faces, seen: Size, min_side: f64) -> bool {
        let largest = f64::from(seen.shorter());
        (0..20).any(|size| {
            let side = min_side + (largest - min_side) * f64::from(size) / 19.0;
            (0..1600).any(|place| {
                let inner = Square {
                    x: (f64::from(seen.width) - side) * f64::from(place % 40) / 39.0 + side * 0.02,
                    y: (f64::from(seen.height) - side) * f64::from(place / 40) / 39.0 + side * 0.02,
                    side: side * 0.96,
                };
                faces.iter().all(|face| corners_are_inside(face, inner))
            })
        })
    }

    #[test]
    fn no_face_is_cut_by_the_circle_where_a_square_avoids_it() {
        let mut state = 7_u32;
        let mut random = |below: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f64::from((state >> 8) % below)
        };
        let mut possible = 0;
        for round in 0..400 {
            let seen = Size {
                width: 600 + random(1400) as u32,
                height: 600 + random(1400) as u32,
            };
            let count = 1 + round % 3;
            let faces: Faces = (0..count)
                .map(|_| {
                    let side = 40.0 + random(360);
                    let (x, y) = (random(seen.width), random(seen.height));
                    face(
                        x.min(f64::from(seen.width) - side),
                        y.min(f64::from(seen.height) - side),
                        side,
                    )
                })
                .collect();
            let min_side = f64::from(seen.shorter()) / 2.0;

            let square = around_faces(&faces, seen, min_side);

            assert!(lies_in_the_photo(square, seen), "{square:?} in {seen}");
            assert!(square.side >= min_side);
            if there_is_one(&faces, seen, min_side) {
                possible += 1;
                assert!(
                    faces.iter().all(|face| corners_are_inside(face, square)),
                    "{faces:?} in {seen}: {square:?}"
                );
            }
        }
        assert!(possible > 80, "{possible}");
    }

    #[test]
    fn the_square_stays_as_large_as_it_can() {
        let seen = Size {
            width: 900,
            height: 1600,
        };
        let faces: Faces = [face(400.0, 200.0, 150.0)].into_iter().collect();

        let square = around_faces(&faces, seen, 450.0);

        // The middle of the head, at 252.5, comes near to that of the square; above it there is no room for more.
        assert_eq!((square.x, square.y, square.side), (0.0, 0.0, 900.0));
    }

    #[test]
    fn a_face_that_fills_the_photo_is_in_the_middle() {
        let seen = Size {
            width: 1000,
            height: 1500,
        };
        let faces: Faces = [face(50.0, 500.0, 940.0)].into_iter().collect();

        let square = around_faces(&faces, seen, 500.0);

        assert_eq!(square.side, 1000.0);
        assert!((square.y + 500.0 - 970.0).abs() < 60.0, "{square:?}");
    }
}
