//! Decides which encoding is tried next, by the sizes of those that were tried.

use super::curve::{Curve, Point, TOO_COARSE};
use super::tables::{COARSEST, Coarseness, logarithm};
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
/// Bytes fall with coarseness along a curve that is nearly straight on logarithmic scales. Each encoding is a point of it, and
/// the next is tried where the curve should cross the budget: first with halved chroma and, if that looks nearly perfect, with
/// full chroma too. If the steps would be so large that fewer pixels look better, the picture gets smaller.
#[derive(Debug)]
pub(crate) struct Search {
    budget: u64,
    min_side: u32,
    /// Full chroma is still to be tried.
    may_refine_chroma: bool,
    prefers_full_chroma: bool,
    /// Where the search is.
    side: u32,
    subsampling: Subsampling,
    curve: Curve,
    encodes: u32,
    least: u64,
    has_found: bool,
}

impl Search {
    /// Begins a search for a square of `side`, which may shrink down to `min_side`; the search chooses the subsampling if none
    /// is given.
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
            prefers_full_chroma: false,
            side,
            subsampling,
            curve: Curve::typical(budget, side, subsampling),
            encodes: 0,
            least: u64::MAX,
            has_found: false,
        }
    }

    /// Returns what to encode next, or `None` when the search is over. [`record`](Self::record) must follow each attempt.
    pub(crate) fn next(&mut self) -> Option<Attempt> {
        if self.encodes == MAX_ENCODES {
            return None;
        }
        let may_refine = self.may_refine_chroma && self.curve.next <= FULL_CHROMA;
        let is_sure = self.encodes > 0 && self.curve.next <= SURELY_FULL_CHROMA;
        if may_refine && (is_sure || self.curve.is_settled(self.budget) || self.is_near_enough()) {
            self.prefers_full_chroma = is_sure;
            self.refine_chroma();
        } else if self.curve.is_settled(self.budget) {
            return None;
        }
        if self.curve.next > TOO_COARSE && self.side > self.min_side {
            self.shrink();
        }
        if self.encodes + 1 == MAX_ENCODES && !self.has_found {
            // Whatever the curve looks like, no picture is smaller than this.
            (self.side, self.curve.next) = (self.min_side, COARSEST);
        }
        Some(Attempt {
            side: self.side,
            subsampling: self.subsampling,
            coarseness: self.curve.next,
        })
    }

    /// Records how many bytes the attempt took; returns whether they fit. If so, the attempt is the best of its subsampling.
    pub(crate) fn record(&mut self, attempt: Attempt, bytes: u64) -> bool {
        self.encodes += 1;
        self.least = self.least.min(bytes);
        self.curve.learn(attempt.coarseness, bytes, self.budget);
        let fits = bytes <= self.budget;
        self.has_found |= fits;
        fits
    }

    /// Whether full chroma, if it was found, is certainly better; otherwise both must be measured.
    pub(crate) fn prefers_full_chroma(&self) -> bool {
        self.prefers_full_chroma
    }

    /// Returns how many pictures were encoded.
    pub(crate) fn encodes(&self) -> u32 {
        self.encodes
    }

    /// Returns the fewest bytes that were reached.
    pub(crate) fn least(&self) -> u64 {
        self.least
    }

    /// Whether the remaining encodes are better spent on full chroma.
    fn is_near_enough(&self) -> bool {
        let is_near = |fits: Point| fits.bytes >= self.budget - self.budget / 8;
        self.curve.fits.is_some_and(is_near) && self.encodes + 3 > MAX_ENCODES
    }

    fn refine_chroma(&mut self) {
        self.may_refine_chroma = false;
        self.subsampling = Subsampling::S444;
        self.curve = Curve::starting_at(self.curve.next + FULL_CHROMA_COSTS, self.subsampling);
    }

    /// At the same bytes the step falls with about the square of the side.
    fn shrink(&mut self) {
        let excess = self.curve.next - BEST_COARSENESS;
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
        self.curve = self.curve.restarted_at(coarseness, self.subsampling);
    }
}

/// The coarseness that a smaller picture aims at, which looks best: a DC step of 11.
const BEST_COARSENESS: Coarseness = 221;

/// Up to here full chroma is worth a try: a DC step of 2.5. It gained up to 1 there, and at a step of 4 nothing (2026-11-24, 12
/// photos).
const FULL_CHROMA: Coarseness = 85;

/// Up to here full chroma is used without measuring: below a DC step of 1 it gained 0 to 6 (the same photos).
const SURELY_FULL_CHROMA: Coarseness = 0;

/// How much coarser full chroma must be for the same bytes: the median of the same photos.
const FULL_CHROMA_COSTS: Coarseness = 20;

#[cfg(test)]
mod tests {
    use super::super::tables::finest;
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
            if search.record(attempt, bytes) {
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
            assert!(!search.record(attempt, photo(0.3, 0.75)(attempt)));
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
                search.record(attempt, photo(0.3, 0.75)(attempt));
            }
        }
    }
}
