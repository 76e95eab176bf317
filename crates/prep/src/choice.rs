//! Chooses the crop by what an overview shows, and says why.

mod circle;
mod flat;
mod room;
mod shape;
mod text;

use std::fmt;

use simd::Level;

use self::circle::around_faces;
use self::flat::OnFlat;
pub(crate) use self::room::Room;
use self::shape::RoundedRect;
use crate::attention;
use crate::face::{Detector, FIRST_LOOK, Face, Faces, Look, SECOND_LOOK};
use crate::geometry::{Rect, Size, Square};
use crate::gravity::Gravity;
use crate::options::Color;
use crate::overview::{ANALYZED_SIDE, Overview, OverviewMaker};

/// Why the square lies where it does.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Choice {
    /// What decided.
    pub rule: Rule,
    /// The faces that were found; empty if they were not searched for.
    pub faces: Faces,
    /// How much of what matters lies inside the circle that a messenger shows of the square, 0…1: of the faces by their
    /// size, or of all saliency. `None` if the photo was not analyzed.
    pub score: Option<f32>,
    /// Whether an edge of the square runs through text. Text is searched for where attention decided.
    pub cuts_text: bool,
}

impl Choice {
    /// Returns a choice that needed no overview.
    pub(crate) fn of(rule: Rule) -> Self {
        Self {
            rule,
            faces: Faces::default(),
            score: None,
            cuts_text: false,
        }
    }

    /// Moves the faces from coordinates of the content to those of the photo.
    pub(crate) fn move_faces(&mut self, across: f64, down: f64) {
        for face in self.faces.iter_mut() {
            face.area.x += across;
            face.area.y += down;
        }
    }

    /// Sets for each face whether it lies inside the circle of this square, and the score.
    pub(crate) fn judge_faces(&mut self, square: Square) {
        if self.rule != Rule::Faces {
            return;
        }
        for face in self.faces.iter_mut() {
            face.is_in_circle = RoundedRect::face(face).is_in_circle_of(square);
        }
        self.score = Some(share_of_faces(&self.faces));
    }

    /// Returns how many main faces there are.
    pub fn main_faces(&self) -> usize {
        self.faces.iter().filter(|face| face.is_main).count()
    }

    /// Returns how many main faces do not lie entirely inside the circle.
    pub fn faces_outside(&self) -> usize {
        let main = self.faces.iter().filter(|face| face.is_main);
        main.filter(|face| !face.is_in_circle).count()
    }

    /// Returns whether something that matters is cut off: a main face, text, or most of the saliency.
    pub fn is_doubtful(&self) -> bool {
        let loses_most =
            self.rule == Rule::Attention && self.score.is_some_and(|score| score < DOUBTFUL);
        loses_most || self.cuts_text || self.faces_outside() > 0
    }
}

/// A score below this is doubtful. A square of a 16:9 photo has 0.44 of its area in the circle.
const DOUBTFUL: f32 = 0.35;

/// What decided where the square lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rule {
    /// The side or corner that was asked for, or the middle.
    Gravity,
    /// The point that was asked for.
    FocalPoint,
    /// The faces.
    Faces,
    /// Saliency: what draws attention.
    Attention,
    /// What stands on a flat background, such as a wordmark: all of it is kept.
    Content,
}

impl Rule {
    /// Returns the name that reports give it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gravity => "gravity",
            Self::FocalPoint => "focal-point",
            Self::Faces => "faces",
            Self::Attention => "attention",
            Self::Content => "content",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Chooses squares by overviews; its buffers are reused.
#[derive(Default)]
pub(crate) struct Chooser {
    detector: Detector,
    first_look: OverviewMaker,
    second_look: OverviewMaker,
    analyzed: OverviewMaker,
}

/// Makes an overview of a photo with a longer side of at most so many pixels.
pub(crate) type MakeOverview<'a> = &'a dyn Fn(usize, &mut OverviewMaker);

impl Chooser {
    /// Returns the best square of a photo, what is around the photo if the square reaches beyond it, and why it is the best.
    pub(crate) fn choose(
        &mut self,
        gravity: Gravity,
        overview: MakeOverview<'_>,
        room: Room,
    ) -> (Square, Around, Choice) {
        let seen = room.seen;
        let mut choice = Choice::of(Rule::Gravity);
        let mut unsure = None;
        if gravity.needs_faces() {
            let look = self.look(overview, seen);
            choice.faces = look.faces;
            unsure = look.likeliest.filter(|face| may_be_a_face(face, seen));
            if !choice.faces.is_empty() {
                choice.rule = Rule::Faces;
                return (around_faces(&choice.faces, room), Around::Blur, choice);
            }
        }
        if matches!(gravity, Gravity::Attention | Gravity::Auto) {
            overview(ANALYZED_SIDE, &mut self.analyzed);
            let analyzed = &self.analyzed.overview;
            let content = OnFlat::find(analyzed).filter(|_| gravity == Gravity::Auto);
            let whole = content.and_then(|content| whole(&content, analyzed, room));
            if let Some((square, color)) = whole {
                choice.rule = Rule::Content;
                return (square, Around::Color(color), choice);
            }
            let (square, score) = by_attention(analyzed, unsure.as_ref(), room);
            choice.rule = Rule::Attention;
            choice.score = Some(score);
            if !gravity.needs_faces() {
                overview(FIRST_LOOK, &mut self.first_look);
            }
            choice.cuts_text = cuts_text(&self.first_look.overview, square, seen);
            return (square, Around::Blur, choice);
        }
        (gravity.square(seen), Around::Blur, choice)
    }

    /// Looks for the faces of a photo: in a small overview, and in a larger one if there is no large face but a hint of some.
    fn look(&mut self, overview: MakeOverview<'_>, seen: Size) -> Look {
        let mut look = |overview: &Overview| {
            let mut look = self.detector.find(Level::detect(), overview);
            for face in look.faces.iter_mut().chain(&mut look.likeliest) {
                face.area = enlarged(face.area, overview, seen);
            }
            look.faces.mark_main();
            look
        };
        overview(FIRST_LOOK, &mut self.first_look);
        let first = look(&self.first_look.overview);
        let longer = f64::from(seen.width.max(seen.height));
        let is_large = |face: &Face| face.area.width.max(face.area.height) * LARGE >= longer;
        if first.faces.iter().any(is_large) || !first.has_hint() {
            return first;
        }
        overview(SECOND_LOOK, &mut self.second_look);
        let closer = look(&self.second_look.overview);
        match closer.faces.is_empty() && !first.faces.is_empty() {
            true => first,
            false => closer,
        }
    }
}

/// Returns the square that shows the most of what draws attention, and the share of that in its circle; a place that may be a face is
/// not cut.
fn by_attention(overview: &Overview, unsure: Option<&Face>, room: Room) -> (Square, f32) {
    let scale = (
        f64::from(room.seen.width) / overview.width as f64,
        f64::from(room.seen.height) / overview.height as f64,
    );
    let head = unsure.map(RoundedRect::head);
    let keeps_the_head = |square: Square| {
        let square = Square {
            x: square.x * scale.0,
            y: square.y * scale.1,
            side: room.shorter(),
        };
        head.is_none_or(|head| head.is_in_circle_of(square))
    };
    let (center, score) = attention::center(overview, keeps_the_head);
    let center = (center.0 * scale.0, center.1 * scale.1);
    (room.placed(room.shorter(), center), score)
}

/// Whether an edge of a square of the photo runs through text.
fn cuts_text(overview: &Overview, square: Square, seen: Size) -> bool {
    let scale = overview.width as f64 / f64::from(seen.width);
    let Square { x, y, side } = square;
    let in_overview = Square {
        x: x * scale,
        y: y * scale,
        side: side * scale,
    };
    text::is_cut(overview, in_overview)
}

/// Returns the median; of an even number of samples the upper one, and 0 of none.
fn median(mut samples: Vec<u8>) -> u8 {
    samples.sort_unstable();
    let middle = samples.get(samples.len() / 2);
    middle.copied().unwrap_or_default()
}

/// Whether a place where no face was found may be one that attention must not cut: a man with his head bent, a puma. Smaller or less
/// likely places are mostly leaves and stones.
fn may_be_a_face(place: &Face, seen: Size) -> bool {
    let longer = f64::from(seen.width.max(seen.height));
    let size = place.area.width.max(place.area.height);
    place.confidence >= UNSURE && size * UNSURE_SIZE >= longer
}

const UNSURE: f32 = 0.5;
const UNSURE_SIZE: f64 = 12.0;

/// What is around the photo where a square reaches beyond it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Around {
    /// The photo, blurred.
    Blur,
    /// The photo's own background.
    Color(Color),
}

/// Returns a square that shows all that stands on a flat background, and the background's color: a square of the photo, or if none
/// does and the square may reach beyond the photo, one that does.
fn whole(content: &OnFlat, overview: &Overview, room: Room) -> Option<(Square, Color)> {
    let scale = f64::from(room.seen.width.max(room.seen.height))
        / overview.width.max(overview.height) as f64;
    let Square { x, y, side } = content.square();
    let center = ((x + side / 2.0) * scale, (y + side / 2.0) * scale);
    let within = room.placed(room.shorter(), center);
    let in_overview = Square {
        x: within.x / scale,
        y: within.y / scale,
        side: within.side / scale,
    };
    if content.is_in_circle_of(in_overview) {
        return Some((within, content.background));
    }
    let side = (side * scale).max(room.min_side);
    let around = Square {
        x: center.0 - side / 2.0,
        y: center.1 - side / 2.0,
        side,
    };
    let may_reach = room.max_side > room.shorter();
    may_reach.then_some((around, content.background))
}

/// A face of this part of the longer side is large: the small overview shows it and others like it.
const LARGE: f64 = 10.0;

/// Scales an area from pixels of the overview to pixels of the photo.
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

/// Returns the share of the main faces, weighted by width, that lies inside the circle.
fn share_of_faces(faces: &Faces) -> f32 {
    let width = |face: &Face| face.area.width as f32;
    let main = || faces.iter().filter(|face| face.is_main);
    let inside = main().filter(|face| face.is_in_circle);
    inside.map(width).sum::<f32>() / main().map(width).sum::<f32>().max(f32::MIN_POSITIVE)
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
            is_main: true,
            is_in_circle: false,
        }
    }

    #[test]
    fn attention_heeds_large_and_likely_places_only() {
        let seen = Size {
            width: 1200,
            height: 600,
        };
        let place = |side: f64, confidence: f32| Face {
            confidence,
            ..face(0.0, 0.0, side)
        };

        assert!(may_be_a_face(&place(100.0, 0.5), seen));
        assert!(!may_be_a_face(&place(99.0, 0.5), seen));
        assert!(!may_be_a_face(&place(100.0, 0.49), seen));
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

        let room = Room {
            seen,
            min_side: 250.0,
            max_side: 500.0,
        };
        choice.judge_faces(around_faces(&faces, room));

        let inside: Vec<bool> = choice.faces.iter().map(|face| face.is_in_circle).collect();
        assert_eq!(inside, [false, true]);
        assert_eq!(choice.faces_outside(), 1);
        assert!(choice.is_doubtful());
        assert_eq!(choice.score, Some(160.0 / 250.0));
    }
}
