//! How often the edges of a path change places: an upper bound for what keeping them in order costs.
//!
//! The renderer goes down row by row with a list of edges from left to right, and walks back along it for each edge that
//! crossed another. A star of 100,000 lines through one point would keep it busy for minutes.

use resvg::tiny_skia::Point;

/// The rows that are processed together.
const BAND: f32 = 16.0;

/// Below so many edges what they cost can be neglected.
pub(super) const FEW: f64 = 1_000.0;

/// For each band the spans, from left to right, that edges have in it.
pub(super) struct Crossings {
    height: f32,
    bands: Vec<(Vec<f32>, Vec<f32>)>,
}

impl Crossings {
    pub(super) fn new(height: u32) -> Self {
        let bands = (height as f32 / BAND) as usize + 1;
        Self {
            height: height as f32,
            bands: vec![<(Vec<f32>, Vec<f32>)>::default(); bands],
        }
    }

    /// Adds what is between two points; a curve is a span as wide as its control points in each of its bands.
    pub(super) fn add(&mut self, hull: [Point; 4]) {
        let [top, bottom] = super::extent(hull.map(|point| point.y));
        let [left, right] = super::extent(hull.map(|point| point.x));
        if !(top < self.height && bottom > 0.0) {
            return;
        }
        let [from, .., to] = hull;
        let is_line = hull[0] == hull[1] && hull[1] == hull[2];
        let slope = (to.x - from.x) / (to.y - from.y);
        let first = (top.max(0.0) / BAND) as usize;
        let last = (bottom.min(self.height) / BAND) as usize;
        for index in first..=last {
            let (starts, ends) = &mut self.bands[index];
            let y = index as f32 * BAND;
            let at = |y: f32| from.x + (y.clamp(top, bottom) - from.y) * slope;
            let [start, end] = match is_line && slope.is_finite() {
                true => [at(y), at(y + BAND)],
                false => [left, right],
            };
            starts.push(start.min(end));
            ends.push(start.max(end));
        }
    }

    /// Counts the pairs of edges that may cross in a band.
    pub(super) fn count(mut self) -> f64 {
        let pairs = self.bands.iter_mut().map(|(starts, ends)| {
            starts.sort_unstable_by(f32::total_cmp);
            ends.sort_unstable_by(f32::total_cmp);
            let mut ended = 0;
            let open = starts.iter().enumerate().map(|(begun, start)| {
                while ends[ended] < *start {
                    ended += 1;
                }
                (begun - ended) as f64
            });
            open.sum::<f64>()
        });
        pairs.sum()
    }
}
