//! Decides which encoding is tried next, from the sizes of those that were.

use super::tables::{COARSEST, Coarseness, finest, logarithm};
use crate::options::Subsampling;

/// The most pictures that are encoded to find one.
pub(crate) const MAX_ENCODES: u32 = 6;

/// One encoding of the square.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Attempt {
    pub(crate) side: u32,
    pub(crate) subsampling: Subsampling,
    pub(crate) coarseness: Coarseness,
}

/// A search for the finest encoding that fits.
///
/// Bytes fall with coarseness along a curve that is nearly straight where both are logarithms; each encoding
/// is a point of it, and the next is tried where the curve should cross the budget. First with halved chroma;
/// where that leaves little to wish for, whole chroma is tried too. Only where the steps would be so large that
/// fewer pixels look better, the picture gets smaller.
#[derive(Debug)]
pub(crate) struct Search {
    budget: u64,
    min_side: u32,
    /// Whole chroma is still to be tried.
    may_refine_chroma: bool,
    wants_whole_chroma: bool,
    /// Where the search is.
    side: u32,
    subsampling: Subsampling,
    curve: Curve,
    encodes: u32,
    least: u64,
    has_found: bool,
}

impl Search {
    /// Begins a search for a square of `side`, which may become smaller down to `min_side`; without a
    /// subsampling the search may choose it.
    pub(crate) fn new(
        budget: u64,
        side: u32,
        min_side: u32,
        subsampling: Option<Subsampling>,
    ) -> Self {
        let may_refine_chroma = subsampling.is_none();
        let subsampling = subsampling.unwrap_or(Subsampling::S420);
        Self {
            budget,
            min_side: min_side.min(side),
            may_refine_chroma,
            wants_whole_chroma: false,
            side,
            subsampling,
            curve: Curve::typical(budget, side, subsampling),
            encodes: 0,
            least: u64::MAX,
            has_found: false,
        }
    }

    /// What to encode next; none when the search is over. Each answer must be followed by [`Search::tell`].
    pub(crate) fn next(&mut self) -> Option<Attempt> {
        if self.encodes == MAX_ENCODES {
            return None;
        }
        let may_refine = self.may_refine_chroma && self.curve.next <= WHOLE_CHROMA;
        let is_sure = self.encodes > 0 && self.curve.next <= SURELY_WHOLE_CHROMA;
        if may_refine && (is_sure || self.curve.is_settled(self.budget) || self.is_near_enough()) {
            self.wants_whole_chroma = is_sure;
            self.refine_chroma();
        } else if self.curve.is_settled(self.budget) {
            return None;
        }
        if self.curve.next > TOO_COARSE && self.side > self.min_side {
            self.shrink();
        }
        if self.encodes + 1 == MAX_ENCODES && !self.has_found {
            // Whatever the curve is like, this is the smallest picture there is.
            (self.side, self.curve.next) = (self.min_side, COARSEST);
        }
        Some(Attempt {
            side: self.side,
            subsampling: self.subsampling,
            coarseness: self.curve.next,
        })
    }

    /// Takes how many bytes the attempt gave; returns whether they fit, and better than all before with its subsampling.
    pub(crate) fn tell(&mut self, attempt: Attempt, bytes: u64) -> bool {
        self.encodes += 1;
        self.least = self.least.min(bytes);
        self.curve.learn(attempt.coarseness, bytes, self.budget);
        let fits = bytes <= self.budget;
        self.has_found |= fits;
        fits
    }

    /// Whether whole chroma, if it was found, is better for certain; otherwise both have to be measured.
    pub(crate) fn wants_whole_chroma(&self) -> bool {
        self.wants_whole_chroma
    }

    /// How many pictures were encoded.
    pub(crate) fn encodes(&self) -> u32 {
        self.encodes
    }

    /// The fewest bytes that were reached.
    pub(crate) fn least(&self) -> u64 {
        self.least
    }

    /// Whether the encodes that are left are better spent on whole chroma.
    fn is_near_enough(&self) -> bool {
        let is_near = |fits: Point| fits.bytes >= self.budget - self.budget / 8;
        self.curve.fits.is_some_and(is_near) && self.encodes + 3 > MAX_ENCODES
    }

    fn refine_chroma(&mut self) {
        self.may_refine_chroma = false;
        self.subsampling = Subsampling::S444;
        self.curve = Curve::starting_at(self.curve.next + WHOLE_CHROMA_COSTS, self.subsampling);
    }

    /// At the same bytes the step falls with about the square of the side.
    fn shrink(&mut self) {
        let excess = self.curve.next - RIGHT_COARSENESS;
        let mut side = f64::from(self.side);
        for _ in 0..excess {
            // 2^(-1 / 128)
            side *= 0.994_599_423_483_633_2;
        }
        // Whole MCUs waste nothing.
        let side = (side as u32 / 16 * 16).clamp(self.min_side, self.side);
        let shrunk = 128 * (logarithm(self.side.into()) - logarithm(side.into())) / 64;
        let coarseness = self.curve.next - shrunk;
        self.side = side;
        self.curve = Curve {
            rise: self.curve.rise,
            ..Curve::starting_at(coarseness, self.subsampling)
        };
    }
}

/// What is known of the bytes at one side and subsampling.
#[derive(Debug)]
struct Curve {
    finest: Coarseness,
    /// Where the budget should be met.
    next: Coarseness,
    over: Option<Point>,
    fits: Option<Point>,
    /// By how many sixteenths coarseness rises while the logarithm of the bytes falls by one.
    rise: i32,
    /// How many points in a row have lain on the same side of the budget as the one before.
    repeats: u32,
}

#[derive(Clone, Copy, Debug)]
struct Point {
    coarseness: Coarseness,
    bytes: u64,
}

impl Curve {
    fn starting_at(coarseness: Coarseness, subsampling: Subsampling) -> Self {
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

    /// The coarseness at which a usual photo takes so many bytes: a DC step of 9 at one bit a pixel, falling with its 1.2th power.
    fn typical(budget: u64, side: u32, subsampling: Subsampling) -> Self {
        let bits = logarithm(budget.max(1) * 8) - 2 * logarithm(side.into());
        let coarseness = (logarithm(9) - bits * 6 / 5).min(TOO_COARSE);
        Self::starting_at(coarseness, subsampling)
    }

    fn learn(&mut self, coarseness: Coarseness, bytes: u64, budget: u64) {
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
        // A little below the budget, since a picture that is too large by a byte is lost.
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

    /// Along a straight line from one point.
    fn away(&self, from: Point, aim: i32) -> i32 {
        (logarithm(from.bytes.max(1)) - aim) * self.rise / 16
    }

    /// Whether nothing finer fits, or nothing that would be seen.
    fn is_settled(&self, budget: u64) -> bool {
        let Some(fits) = self.fits else {
            return self.over.is_some_and(|over| over.coarseness == COARSEST);
        };
        let is_next_to_over = self
            .over
            .is_some_and(|over| over.coarseness + 1 >= fits.coarseness);
        is_next_to_over || fits.coarseness == self.finest || fits.bytes >= budget - budget / 100
    }
}

/// Of the line through two points, within what a picture can have.
fn rise(first: Point, second: Point) -> i32 {
    let fall = logarithm(first.bytes.max(1)) - logarithm(second.bytes.max(1));
    let rise = 16 * (second.coarseness - first.coarseness);
    rise.checked_div(fall)
        .map_or(RISE, |rise| rise.clamp(RISE / 2, 3 * RISE))
}

/// Along the line through two points, and strictly between them.
///
/// Where the curve is bent, the line meets the budget on the same side again and again; so the point that stays has its distance
/// halved each time (the Illinois rule).
fn between(over: Point, fits: Point, aim: i32, halvings: [u32; 2]) -> i32 {
    let above = (logarithm(over.bytes) - aim).max(1) >> halvings[0];
    let below = (aim - logarithm(fits.bytes.max(1))).max(1) >> halvings[1];
    let width = fits.coarseness - over.coarseness;
    let part = above * width / (above + below).max(1);
    over.coarseness + part.clamp(1, (width - 1).max(1))
}

/// As photos usually are: bytes fall with the step's power of 0.75.
const RISE: i32 = 16 * 4 / 3;

/// Beyond a DC step of 16 fewer pixels look better: SSIMULACRA2 of the enlarged picture is higher (2026-11-24, 6 photos).
const TOO_COARSE: Coarseness = 256;

/// Where fewer pixels look best: a DC step of 11.
const RIGHT_COARSENESS: Coarseness = 221;

/// Up to here whole chroma is worth a try: a DC step of 2.5. It gained up to 1 there, and at a step of 4 nothing (2026-11-24, 12 photos).
const WHOLE_CHROMA: Coarseness = 85;

/// From here on whole chroma is taken without measuring: below a DC step of 1 it gained 0 to 6 (the same photos).
const SURELY_WHOLE_CHROMA: Coarseness = 0;

/// How much coarser whole chroma must be for the same bytes: in the median of the same photos.
const WHOLE_CHROMA_COSTS: Coarseness = 20;

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes that fall with the step's power, as a photo's do.
    fn photo(detail: f64, power: f64) -> impl Fn(Attempt) -> u64 {
        move |attempt| {
            let step = (f64::from(attempt.coarseness) / 64.0).exp2();
            let pixels = f64::from(attempt.side).powi(2);
            let chroma = if attempt.subsampling == Subsampling::S444 {
                1.2
            } else {
                1.0
            };
            600 + (pixels * detail * chroma * step.powf(-power)) as u64
        }
    }

    /// What fits at last, and how many encodes it took.
    fn run(mut search: Search, bytes_of: impl Fn(Attempt) -> u64) -> (Option<(Attempt, u64)>, u32) {
        let mut found = None;
        while let Some(attempt) = search.next() {
            let bytes = bytes_of(attempt);
            if search.tell(attempt, bytes) {
                found = Some((attempt, bytes));
            }
        }
        (found, search.encodes())
    }

    #[test]
    fn the_budget_is_nearly_used_up_and_never_exceeded() {
        for detail in [0.1, 0.25, 0.5, 1.0] {
            for power in [0.5, 0.75, 1.1] {
                for budget in [5_000, 10_000, 20_000, 50_000, 100_000, 200_000] {
                    let search = Search::new(budget, 640, 192, None);

                    let (found, encodes) = run(search, photo(detail, power));

                    let (attempt, bytes) = found.expect("a photo that can fit");
                    assert!(bytes <= budget && encodes <= MAX_ENCODES);
                    assert!(
                        bytes > budget * 92 / 100
                            || attempt.coarseness == finest(attempt.subsampling),
                        "{detail} {power}: {bytes} of {budget} at {attempt:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn pixels_are_given_up_last_and_only_where_that_may_be() {
        let narrow = Search::new(5_000, 640, 192, None);
        let fixed = Search::new(5_000, 640, 640, None);
        let wide = Search::new(50_000, 640, 192, None);

        let [shrunk, kept, plenty] =
            [narrow, fixed, wide].map(|search| run(search, photo(0.3, 0.75)).0.unwrap().0);

        assert!(
            (192..640).contains(&shrunk.side) && shrunk.coarseness <= TOO_COARSE,
            "{shrunk:?}"
        );
        assert!(kept.side == 640 && kept.coarseness > TOO_COARSE, "{kept:?}");
        assert!(
            plenty.side == 640 && plenty.coarseness <= TOO_COARSE,
            "{plenty:?}"
        );
    }

    #[test]
    fn where_nothing_fits_the_coarsest_was_tried() {
        let mut smallest = None;
        let mut search = Search::new(500, 640, 192, None);
        while let Some(attempt) = search.next() {
            smallest = Some(attempt);
            assert!(!search.tell(attempt, photo(0.3, 0.75)(attempt)));
        }

        let smallest = smallest.unwrap();
        assert_eq!((smallest.side, smallest.coarseness), (192, COARSEST));
        assert!(search.least() > 500 && search.encodes() <= MAX_ENCODES);
    }

    #[test]
    fn a_subsampling_that_was_asked_for_is_kept() {
        for subsampling in [Subsampling::S420, Subsampling::S422, Subsampling::S444] {
            let mut search = Search::new(150_000, 640, 192, Some(subsampling));
            while let Some(attempt) = search.next() {
                assert_eq!(attempt.subsampling, subsampling);
                search.tell(attempt, photo(0.3, 0.75)(attempt));
            }
        }
    }
}
