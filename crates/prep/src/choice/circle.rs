//! The square whose circle, which is what a messenger shows of it, holds the faces.

use super::room::Room;
use super::shape::RoundedRect;
use crate::face::{Face, Faces};
use crate::geometry::Square;

/// The square with the main faces inside its circle: as many as possible if not all fit.
///
/// All heads are kept if they can be, else all faces. If a square that reaches beyond the photo keeps every face and none within
/// it does, that is taken; one face alone is worth no caps.
pub(super) fn around_faces(faces: &Faces, room: Room) -> Square {
    let main: Vec<&Face> = faces.iter().filter(|face| face.is_main).collect();
    let all = |shape: Shape| -> Vec<RoundedRect> { main.iter().map(|face| shape(face)).collect() };
    let (heads, areas) = (all(RoundedRect::head), all(RoundedRect::with_margin));
    let may_reach = main.len() > 1;
    largest_around(&heads, room)
        .or_else(|| largest_around(&areas, room))
        .or_else(|| may_reach.then(|| smallest_beyond(&heads, room)).flatten())
        .or_else(|| may_reach.then(|| smallest_beyond(&areas, room)).flatten())
        .or_else(|| largest_around(&all(RoundedRect::area), room))
        .unwrap_or_else(|| around_most(faces, room))
}

type Shape = fn(&Face) -> RoundedRect;

/// A face's middle comes to lie a little above the square's.
const HEADROOM: f64 = 0.05;

/// The largest square within the photo, of at least the smallest side, with all of these in its circle.
fn largest_around(shapes: &[RoundedRect], room: Room) -> Option<Square> {
    let spread = spread(shapes);
    let mut side = room.shorter();
    while side >= spread {
        let nearest = nearest_around(shapes, side, room);
        if nearest.is_some() || side <= room.min_side {
            return nearest;
        }
        side = (side * SHRINK).max(room.min_side);
    }
    None
}

/// How much smaller the next square is, and how many places along each side are tried for it.
const SHRINK: f64 = 0.96;
const STEPS: u32 = 48;

/// The smallest square beyond the photo with all of these in its circle.
fn smallest_beyond(shapes: &[RoundedRect], room: Room) -> Option<Square> {
    let (within, spread) = (room.shorter(), spread(shapes));
    let wider = f64::from(room.seen.width.max(room.seen.height)).min(room.max_side);
    let sides =
        (1..=BEYOND).map(|step| within + (wider - within) * f64::from(step) / f64::from(BEYOND));
    let mut sides = sides.filter(|side| *side >= spread && *side > within);
    sides.find_map(|side| nearest_around(shapes, side, room))
}

/// How many sides beyond the photo's shorter one are tried.
const BEYOND: u32 = 4;

/// No smaller circle holds all of these.
fn spread(shapes: &[RoundedRect]) -> f64 {
    let along = |axis: usize| {
        let spans = shapes.iter().map(|shape| shape.spans()[axis]);
        let (start, end) = spans.fold((f64::MAX, f64::MIN), |all, span| {
            (all.0.min(span.0), all.1.max(span.1))
        });
        end - start
    };
    along(0).max(along(1))
}

/// Of the squares of this side with all of these in their circles, the one that shows them best.
fn nearest_around(shapes: &[RoundedRect], side: f64, room: Room) -> Option<Square> {
    let wanted = wanted(shapes, side, room);
    let holds_all = |square: &Square| shapes.iter().all(|shape| shape.is_in_circle_of(*square));
    let away = |square: &Square| (square.x - wanted.x).powi(2) + (square.y - wanted.y).powi(2);
    std::iter::once(wanted)
        .chain(room.positions(side, STEPS))
        .filter(holds_all)
        .min_by(|a, b| away(a).total_cmp(&away(b)))
}

/// The square with these a little above its middle, the larger ones counting more.
fn wanted(shapes: &[RoundedRect], side: f64, room: Room) -> Square {
    let total: f64 = shapes.iter().map(|shape| shape.weight).sum();
    let middle = |along: fn(&RoundedRect) -> f64| {
        let weighted = shapes.iter().map(|shape| along(shape) * shape.weight);
        weighted.sum::<f64>() / total
    };
    let center = (
        middle(|shape| shape.center.0),
        middle(|shape| shape.center.1) + side * HEADROOM,
    );
    room.placed(side, center)
}

/// The square with the largest sum of the faces that it keeps, those that it cuts a little counting less; of squares that keep
/// about as much, the one nearest to the photo's middle, since not all people are found.
fn around_most(faces: &Faces, room: Room) -> Square {
    let weight = |face: &Face| face.area.width.powi(3).sqrt();
    let shapes: Vec<(f64, [RoundedRect; 3])> = faces
        .iter()
        .map(|face| (weight(face), SHAPES.map(|(shape, _)| shape(face))))
        .collect();
    let total: f64 = shapes.iter().map(|(weight, _)| weight).sum();
    let worth = |square: Square| -> f64 {
        let worth = shapes.iter().map(|(weight, shapes)| {
            let whole = shapes
                .iter()
                .position(|shape| shape.is_in_circle_of(square));
            weight * whole.map_or(0.0, |shape| SHAPES[shape].1)
        });
        worth.sum()
    };
    let cost = |square: Square| total * PULL * room.away(square);
    let sides = SIDES.map(|part| room.shorter() * part);
    let sides = sides.into_iter().filter(|side| *side >= room.min_side);
    let squares = sides.flat_map(|side| {
        room.positions(
            side,
            if side == room.shorter() {
                STEPS
            } else {
                STEPS / 2
            },
        )
    });
    // The first of equals: a larger square before a smaller one.
    let (mut best, mut most) = (None, 0.0);
    for square in squares {
        let worth = worth(square) - cost(square);
        if worth > most {
            (best, most) = (Some(square), worth);
        }
    }
    let Some(best) = best else {
        // Not one fits: the largest face comes as near to the middle as the edges allow.
        let largest = shapes.iter().max_by(|a, b| a.0.total_cmp(&b.0));
        let center = largest.map_or((0.0, 0.0), |(_, shapes)| shapes[2].center);
        return room.placed(room.shorter(), center);
    };
    // There may be a better place for the same faces.
    let kept = shapes
        .iter()
        .filter_map(|(_, shapes)| shapes.iter().find(|shape| shape.is_in_circle_of(best)));
    let kept: Vec<RoundedRect> = kept.copied().collect();
    let better = nearest_around(&kept, best.side, room);
    better
        .filter(|square| worth(*square) >= worth(best))
        .unwrap_or(best)
}

/// What a square loses whose middle is as far from the photo's as the longer side is long, as a part of all faces.
const PULL: f64 = 0.1;

/// What may be kept of a face, and its worth.
const SHAPES: [(Shape, f64); 3] = [
    (RoundedRect::head, 1.0),
    (RoundedRect::with_margin, 0.95),
    (RoundedRect::face, 0.7),
];

/// The sides that are tried where not all faces fit, as parts of the photo's shorter side: in a corner a smaller square may keep
/// what a larger one does not.
const SIDES: [f64; 4] = [1.0, 0.85, 0.7, 0.5];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::{Rect, Size};

    fn room(seen: Size, min_side: f64) -> Room {
        Room {
            seen,
            min_side,
            max_side: seen.shorter().into(),
        }
    }

    fn face(x: f64, y: f64, side: f64) -> Face {
        Face {
            area: Rect {
                x,
                y,
                width: side,
                height: side,
            },
            confidence: 0.9,
            is_main: true,
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

            let square = around_faces(&faces, room(seen, min_side));

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

        let square = around_faces(&faces, room(seen, 450.0));

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

        let square = around_faces(&faces, room(seen, 500.0));

        assert_eq!(square.side, 1000.0);
        assert!((square.y + 500.0 - 970.0).abs() < 60.0, "{square:?}");
    }

    /// The sum of the widths of the faces whose corners are inside.
    fn kept(faces: &Faces, square: Square) -> f64 {
        let inside = faces.iter().filter(|face| corners_are_inside(face, square));
        inside.map(|face| face.area.width).sum()
    }

    #[test]
    fn where_not_all_fit_the_most_are_kept_and_not_the_largest() {
        let seen = Size {
            width: 2000,
            height: 600,
        };
        // The largest stands alone, three others together.
        let faces: Faces = [
            (100.0, 140.0),
            (1200.0, 120.0),
            (1350.0, 120.0),
            (1500.0, 120.0),
        ]
        .into_iter()
        .map(|(x, side)| face(x, 250.0, side))
        .collect();

        let square = around_faces(&faces, room(seen, 300.0));

        assert_eq!(kept(&faces, square), 360.0, "{square:?}");
    }

    #[test]
    fn of_equal_groups_the_one_nearer_to_the_middle_is_kept() {
        let seen = Size {
            width: 3000,
            height: 600,
        };
        let near_and_far = |near: f64, far: f64| -> Faces {
            [near, far]
                .into_iter()
                .map(|x| face(x, 250.0, 90.0))
                .collect()
        };
        for (near, far) in [(1700.0, 100.0), (1200.0, 2800.0)] {
            let square = around_faces(&near_and_far(near, far), room(seen, 300.0));

            assert!(
                corners_are_inside(&face(near, 250.0, 90.0), square),
                "{square:?}"
            );
        }
    }

    #[test]
    fn a_passer_by_is_kept_if_that_costs_no_one() {
        let seen = Size {
            width: 3000,
            height: 600,
        };
        let small = Face {
            is_main: false,
            ..face(500.0, 250.0, 40.0)
        };
        let faces: Faces = [face(250.0, 250.0, 100.0), small, face(2600.0, 250.0, 100.0)]
            .into_iter()
            .collect();

        let square = around_faces(&faces, room(seen, 300.0));

        assert_eq!(kept(&faces, square), 140.0, "{square:?}");
    }

    #[test]
    fn the_square_reaches_beyond_the_photo_if_that_keeps_everyone() {
        let seen = Size {
            width: 1600,
            height: 1000,
        };
        let group: Faces = [300.0, 500.0, 900.0, 1180.0]
            .into_iter()
            .map(|x| face(x, 400.0, 100.0))
            .collect();
        let near = room(seen, 500.0);
        let far = Room {
            max_side: 1200.0,
            ..near
        };

        let (within, beyond) = (around_faces(&group, near), around_faces(&group, far));

        assert!(kept(&group, within) < 400.0 && within.side <= 1000.0);
        assert_eq!(kept(&group, beyond), 400.0, "{beyond:?}");
        assert!(beyond.side > 1000.0 && beyond.side <= 1200.0);
        // It covers the photo from the top to the bottom.
        assert!(beyond.y <= 0.0 && beyond.y + beyond.side >= 1000.0);
        // A single face fits without caps.
        let close: Faces = [face(100.0, 20.0, 960.0)].into_iter().collect();
        assert!(around_faces(&close, far).side <= 1000.0);
    }
}
