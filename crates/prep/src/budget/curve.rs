//! How many bytes an encoding takes by its coarseness, as far as attempts have shown it.

use super::tables::{COARSEST, Coarseness, finest, logarithm};
use crate::options::Subsampling;

/// The points that are known at one side and subsampling.
#[derive(Debug)]
pub(super) struct Curve {
    finest: Coarseness,
    /// Where the curve should meet the budget.
    pub(super) next: Coarseness,
    over: Option<Point>,
    pub(super) fits: Option<Point>,
    /// By how many sixteenths coarseness rises while the logarithm of the bytes falls by one.
    rise: i32,
    /// How many consecutive points lay on the same side of the budget as the one before.
    repeats: u32,
}

/// An encoding's coarseness and size.
#[derive(Clone, Copy, Debug)]
pub(super) struct Point {
    pub(super) coarseness: Coarseness,
    pub(super) bytes: u64,
}

impl Curve {
    /// A curve without points that is first tried here.
    pub(super) fn starting_at(coarseness: Coarseness, subsampling: Subsampling) -> Self {
        let finest = finest(subsampling);
        Self {
            finest,
            next: coarseness.clamp(finest, COARSEST),
            over: None,
            fits: None,
            rise: RISE,
            repeats: 0,
        }
    }

    /// A curve without points for another side, with this one's rise: it is a property of the photo.
    pub(super) fn restarted_at(&self, coarseness: Coarseness, subsampling: Subsampling) -> Self {
        Self {
            rise: self.rise,
            ..Self::starting_at(coarseness, subsampling)
        }
    }

    /// A curve that is first tried where a typical photo takes the budget's bytes: a DC step of 9 at one bit a pixel, falling with its 1.2th power.
    pub(super) fn typical(budget: u64, side: u32, subsampling: Subsampling) -> Self {
        let bits = logarithm(budget.max(1) * 8) - 2 * logarithm(side.into());
        let coarseness = (logarithm(9) - bits * 6 / 5).min(TOO_COARSE);
        Self::starting_at(coarseness, subsampling)
    }

    /// Adds a point, and aims anew.
    pub(super) fn learn(&mut self, coarseness: Coarseness, bytes: u64, budget: u64) {
        let point = Point { coarseness, bytes };
        let place = if bytes > budget {
            &mut self.over
        } else {
            &mut self.fits
        };
        match place.replace(point) {
            Some(before) => {
                self.rise = rise(before, point);
                self.repeats += 1;
            }
            None => self.repeats = 0,
        }
        // A little below the budget: a picture that is a byte too large is wasted.
        let aim = logarithm((budget - budget / 128).max(1));
        self.next = match (self.over, self.fits) {
            (Some(over), Some(fits)) => {
                let halvings = match bytes > budget {
                    true => [0, self.repeats],
                    false => [self.repeats, 0],
                };
                between(over, fits, aim, halvings)
            }
            (Some(over), None) => over.coarseness + self.away(over, aim).max(1),
            (None, Some(fits)) => fits.coarseness + self.away(fits, aim).min(-1),
            (None, None) => coarseness,
        }
        .clamp(self.finest, COARSEST);
    }

    /// The way to the aim along a straight line from one point.
    fn away(&self, from: Point, aim: i32) -> i32 {
        (logarithm(from.bytes.max(1)) - aim) * self.rise / 16
    }

    /// Whether nothing visibly finer fits.
    pub(super) fn is_settled(&self, budget: u64) -> bool {
        let Some(fits) = self.fits else {
            return self.over.is_some_and(|over| over.coarseness == COARSEST);
        };
        let is_next_to_over = self
            .over
            .is_some_and(|over| over.coarseness + 1 >= fits.coarseness);
        is_next_to_over || fits.coarseness == self.finest || fits.bytes >= budget - budget / 100
    }
}

/// The rise of the line through two points, within what photos have.
fn rise(first: Point, second: Point) -> i32 {
    let fall = logarithm(first.bytes.max(1)) - logarithm(second.bytes.max(1));
    let rise = 16 * (second.coarseness - first.coarseness);
    rise.checked_div(fall)
        .map_or(RISE, |rise| rise.clamp(RISE / 2, 3 * RISE))
}

/// Where the line through two points meets the aim, strictly between them.
///
/// If the curve is bent, the line meets the budget on the same side again and again; so the distance of the point that stays is
/// halved each time (the Illinois variant of regula falsi).
fn between(over: Point, fits: Point, aim: i32, halvings: [u32; 2]) -> i32 {
    let above = (logarithm(over.bytes) - aim).max(1) >> halvings[0];
    let below = (aim - logarithm(fits.bytes.max(1))).max(1) >> halvings[1];
    let width = fits.coarseness - over.coarseness;
    let part = above * width / (above + below).max(1);
    over.coarseness + part.clamp(1, (width - 1).max(1))
}

/// The typical rise: bytes fall with the step's power of 0.75.
const RISE: i32 = 16 * 4 / 3;

/// Beyond a DC step of 16 fewer pixels look better: SSIMULACRA2 of the enlarged picture is higher (2026-11-24, 6 photos).
pub(super) const TOO_COARSE: Coarseness = 256;
