//! Chooses the square by what is in the photo, and says why.

use std::fmt;

use simd::Level;

use crate::attention;
use crate::face::{Detector, Face, Faces};
use crate::geometry::{Rect, Size, Square};
use crate::gravity::Gravity;
use crate::overview::Overview;

/// Why the square lies where it does.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Choice {
    /// By what it was chosen.
    pub rule: Rule,
    /// The faces that were found; none where none was looked for.
    pub faces: Faces,
    /// How much of what matters lies inside the circle that a messenger shows of the square, 0…1: of the faces by their
    /// size, or of all that draws the eye. Nothing where the photo was not looked at.
    pub score: Option<f32>,
}

impl Choice {
    /// A choice without an overview.
    pub(crate) fn of(rule: Rule) -> Self {
        Self {
            rule,
            faces: Faces::default(),
            score: None,
        }
    }

    /// Moves the faces from where they are in a part of the photo to where they are in all of it.
    pub(crate) fn move_faces(&mut self, across: f64, down: f64) {
        for face in self.faces.iter_mut() {
            face.area.x += across;
            face.area.y += down;
        }
    }

    /// Tells of each face whether it lies inside the circle of this square, and how many do.
    pub(crate) fn judge_faces(&mut self, square: Square) {
        if self.rule != Rule::Faces {
            return;
        }
        for face in self.faces.iter_mut() {
            face.is_in_circle = Part::face(face).is_in_circle_of(square);
        }
        self.score = Some(share_of_faces(&self.faces));
    }

    /// How many faces do not lie wholly inside the circle.
    pub fn faces_outside(&self) -> usize {
        self.faces.iter().filter(|face| !face.is_in_circle).count()
    }

    /// Whether something that matters lies outside the circle: a face, or most of what draws the eye.
    pub fn is_doubtful(&self) -> bool {
        let loses_most =
            self.rule == Rule::Attention && self.score.is_some_and(|score| score < LITTLE);
        loses_most || self.faces_outside() > 0
    }
}

/// Less than this inside the circle is little. A square of a 16:9 photo shows 0.44 of it in the circle.
const LITTLE: f32 = 0.35;

/// By what the square was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rule {
    /// By the side or corner that was asked for, or the middle.
    Gravity,
    /// By the point that was asked for.
    FocalPoint,
    /// By the faces in it.
    Faces,
    /// By what draws the eye.
    Attention,
}

impl Rule {
    /// Returns the name that reports give it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gravity => "gravity",
            Self::FocalPoint => "focal-point",
            Self::Faces => "faces",
            Self::Attention => "attention",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Looks for what the square should keep; its memory is used again.
#[derive(Default)]
pub(crate) struct Chooser {
    detector: Detector,
}

impl Chooser {
    /// The square of the photo that is seen in this size, at least `least` pixels large, and why.
    pub(crate) fn choose(
        &mut self,
        gravity: Gravity,
        overview: &Overview,
        seen: Size,
        least: f64,
    ) -> (Square, Choice) {
        let mut choice = Choice::of(Rule::Gravity);
        if matches!(gravity, Gravity::Face | Gravity::Auto) {
            choice.faces = self.detector.find(Level::detect(), overview);
            for face in choice.faces.iter_mut() {
                face.area = enlarged(face.area, overview, seen);
            }
            if !choice.faces.is_empty() {
                choice.rule = Rule::Faces;
                return (around_faces(&choice.faces, seen, least), choice);
            }
        }
        if matches!(gravity, Gravity::Attention | Gravity::Auto) {
            let (center, score) = attention::center(overview);
            choice.rule = Rule::Attention;
            choice.score = Some(score);
            let scale = (
                f64::from(seen.width) / overview.width as f64,
                f64::from(seen.height) / overview.height as f64,
            );
            let center = (center.0 * scale.0, center.1 * scale.1);
            return (placed(f64::from(seen.shorter()), center, seen), choice);
        }
        (gravity.square(seen), choice)
    }
}

/// From pixels of the overview to pixels of the photo.
fn enlarged(area: Rect, overview: &Overview, seen: Size) -> Rect {
    let across = f64::from(seen.width) / overview.width as f64;
    let down = f64::from(seen.height) / overview.height as f64;
    Rect {
        x: area.x * across,
        y: area.y * down,
        width: area.width * across,
        height: area.height * down,
    }
}

/// The square that keeps as many faces as can be inside its circle, the larger ones first; the largest such square of at least
/// `least` pixels.
fn around_faces(faces: &Faces, seen: Size, least: f64) -> Square {
    let mut faces: Vec<&Face> = faces.iter().collect();
    faces.sort_by(|a, b| b.area.width.total_cmp(&a.area.width));
    // With the hair if that can be, or else the whole areas, or else eyes, mouths and chins.
    for part in [Part::head, Part::area, Part::face] {
        let all: Vec<Part> = faces.iter().map(|face| part(face)).collect();
        if let Some(square) = largest_around(&all, seen, least) {
            return square;
        }
    }
    let mut kept: Vec<Part> = Vec::new();
    let mut square = None;
    for face in &faces {
        for part in [Part::area(face), Part::face(face)] {
            kept.push(part);
            match largest_around(&kept, seen, least) {
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
            .map_or((0.0, 0.0), |face| Part::face(face).center);
        placed(seen.shorter().into(), center, seen)
    })
}

/// The share of the faces, each by its width, that lies inside the circle.
fn share_of_faces(faces: &Faces) -> f32 {
    let width = |face: &Face| face.area.width as f32;
    let inside: f32 = faces
        .iter()
        .filter(|face| face.is_in_circle)
        .map(width)
        .sum();
    inside / faces.iter().map(width).sum::<f32>().max(f32::MIN_POSITIVE)
}

/// What should lie inside the square's circle: a rectangle with rounded corners.
#[derive(Clone, Copy, Debug)]
struct Part {
    center: (f64, f64),
    /// From the middle to where the corners begin to be round.
    half: (f64, f64),
    radius: f64,
    weight: f64,
}

impl Part {
    /// A face with the hair above it.
    fn head(face: &Face) -> Self {
        let hair = face.area.height * HAIR;
        Self::rect(Rect {
            y: face.area.y - hair,
            height: face.area.height + hair,
            ..face.area
        })
    }

    /// From the forehead to the chin, and from ear to ear.
    fn area(face: &Face) -> Self {
        Self::rect(face.area)
    }

    /// Eyes, mouth and chin.
    fn face(face: &Face) -> Self {
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

    fn is_in_circle_of(&self, square: Square) -> bool {
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

/// The largest square that has all of this in its circle; nothing where there is none.
fn largest_around(parts: &[Part], seen: Size, least: f64) -> Option<Square> {
    let total: f64 = parts.iter().map(|part| part.weight).sum();
    let middle = |along: fn(&Part) -> f64| {
        parts
            .iter()
            .map(|part| along(part) * part.weight)
            .sum::<f64>()
            / total
    };
    let middle = (middle(|part| part.center.0), middle(|part| part.center.1));
    let largest = f64::from(seen.shorter());
    let mut side = largest;
    loop {
        let wanted = placed(side, (middle.0, middle.1 + side * HEADROOM), seen);
        let holds_all = |square: &Square| parts.iter().all(|part| part.is_in_circle_of(*square));
        let away = |square: &Square| (square.x - wanted.x).powi(2) + (square.y - wanted.y).powi(2);
        let nearest = std::iter::once(wanted)
            .chain(positions(side, seen))
            .filter(holds_all)
            .min_by(|a, b| away(a).total_cmp(&away(b)));
        if nearest.is_some() || side <= least {
            return nearest;
        }
        side = (side * SHRINK).max(least);
    }
}

/// How much smaller a square is tried next, and how many places for it along each side.
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

/// The square with its middle at `center`, moved into the photo.
fn placed(side: f64, center: (f64, f64), seen: Size) -> Square {
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
    fn there_is_one(faces: &Faces, seen: Size, least: f64) -> bool {
        let largest = f64::from(seen.shorter());
        (0..20).any(|size| {
            let side = least + (largest - least) * f64::from(size) / 19.0;
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
            let least = f64::from(seen.shorter()) / 2.0;

            let square = around_faces(&faces, seen, least);

            assert!(lies_in_the_photo(square, seen), "{square:?} in {seen}");
            assert!(square.side >= least);
            if there_is_one(&faces, seen, least) {
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
    fn the_larger_face_is_kept_where_one_must_be_cut() {
        let seen = Size {
            width: 2000,
            height: 500,
        };
        let faces: Faces = [face(1700.0, 200.0, 90.0), face(100.0, 150.0, 160.0)]
            .into_iter()
            .collect();
        let mut choice = Choice {
            faces,
            ..Choice::of(Rule::Faces)
        };

        choice.judge_faces(around_faces(&faces, seen, 250.0));

        let inside: Vec<bool> = choice.faces.iter().map(|face| face.is_in_circle).collect();
        assert_eq!(inside, [false, true]);
        assert_eq!(choice.faces_outside(), 1);
        assert!(choice.is_doubtful());
        assert_eq!(choice.score, Some(160.0 / 250.0));
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
