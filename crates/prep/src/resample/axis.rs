//! The weights along one axis: Lanczos3, stretched by the reduction.

use std::f64::consts::PI;
use std::ops::Range;

/// What determines the weights along one axis. Sample *n* covers *n* to *n* + 1.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Geometry {
    /// How many samples there are.
    pub(super) samples: u32,
    /// Where the first result begins.
    pub(super) start: f64,
    /// How many samples make a result; below 1 when enlarging.
    pub(super) step: f64,
    /// How many results there are.
    pub(super) results: u32,
}

/// Lanczos3.
const LOBES: f64 = 3.0;

/// The weights of all results along one axis, for two samples at a time.
///
/// Samples are counted from the first that is needed. Pair *n* is samples 2*n* and 2*n* + 1; where a result begins or ends within
/// a pair, the other sample has the weight zero.
#[derive(Debug)]
pub(super) struct Axis<W> {
    geometry: Geometry,
    /// For each result its pairs, and how many samples there must be for it.
    taps: Vec<(Range<usize>, u32)>,
    /// How many weights are kept for each result.
    stride: usize,
    weights: Vec<[W; 2]>,
    fractional_bits: u32,
}

/// A number that weights are kept in.
pub(super) trait Weight: Copy + Default {
    /// Returns how many fractional bits weights can have, if none is larger than `largest`.
    fn fractional_bits(largest: f64) -> u32;

    /// Rounds the weights of one result, whose sum is one; the sum stays one.
    fn round(exact: &[f64], fractional_bits: u32, rounded: &mut [Self]);
}

impl Weight for f32 {
    fn fractional_bits(_: f64) -> u32 {
        0
    }

    fn round(exact: &[f64], _: u32, rounded: &mut [Self]) {
        for (rounded, &exact) in rounded.iter_mut().zip(exact) {
            *rounded = exact as f32;
        }
    }
}

impl Weight for i16 {
    fn fractional_bits(largest: f64) -> u32 {
        // The carry may add one.
        const MAX_WEIGHT: f64 = i16::MAX as f64 - 1.0;
        (MAX_WEIGHT / largest).log2() as u32
    }

    fn round(exact: &[f64], fractional_bits: u32, rounded: &mut [Self]) {
        let one = f64::from(1 << fractional_bits);
        let mut carried = 0.0;
        for (rounded, &exact) in rounded.iter_mut().zip(exact) {
            let wanted = exact * one + carried;
            *rounded = wanted.round() as i16;
            carried = wanted - wanted.round();
        }
    }
}

impl<W: Weight> Axis<W> {
    /// An axis without results.
    pub(super) fn new() -> Self {
        Self {
            geometry: Geometry {
                samples: 0,
                start: 0.0,
                step: 0.0,
                results: 0,
            },
            taps: Vec::new(),
            stride: 1,
            weights: Vec::new(),
            fractional_bits: 0,
        }
    }

    /// Computes the weights for `geometry`, unless it is the last one: photos of one camera share theirs.
    ///
    /// They get as many fractional bits as the largest allows, and not more than `max_bits`.
    pub(super) fn set_geometry(&mut self, geometry: Geometry, max_bits: u32) {
        if self.geometry == geometry {
            return;
        }
        self.geometry = geometry;
        let start = geometry.needed().start;
        self.taps.clear();
        self.taps.extend((0..geometry.results).map(|result| {
            let Range { start: first, end } = geometry.taps(result);
            let (first, end) = (first - start, end - start);
            (first as usize / 2..end.div_ceil(2) as usize, end)
        }));
        let pairs = self.taps.iter().map(|(pairs, _)| pairs.len());
        self.stride = pairs.max().unwrap_or(1);

        let mut exact = vec![[0.0; 2]; self.stride * geometry.results as usize];
        for (result, exact) in (0..).zip(exact.chunks_exact_mut(self.stride)) {
            let taps = geometry.taps(result);
            let odd = (taps.start - start) as usize % 2;
            let count = taps.len();
            geometry.weigh(result, taps, &mut exact.as_flattened_mut()[odd..][..count]);
        }
        let largest = exact
            .as_flattened()
            .iter()
            .fold(0.0_f64, |most, weight| most.max(weight.abs()));
        self.fractional_bits = W::fractional_bits(largest).min(max_bits);
        self.weights.clear();
        self.weights.resize(exact.len(), [W::default(); 2]);
        let rounded = self.weights.chunks_exact_mut(self.stride);
        for (exact, rounded) in exact.chunks_exact(self.stride).zip(rounded) {
            W::round(
                exact.as_flattened(),
                self.fractional_bits,
                rounded.as_flattened_mut(),
            );
        }
    }

    pub(super) fn results(&self) -> usize {
        self.taps.len()
    }

    /// The pairs of samples that a result needs; neither starts nor ends ever decrease.
    #[inline(always)]
    pub(super) fn pairs(&self, result: usize) -> Range<usize> {
        self.taps[result].0.clone()
    }

    /// How many samples there must be for a result; `None` if there are no more results.
    pub(super) fn end(&self, result: usize) -> Option<u32> {
        self.taps.get(result).map(|(_, end)| *end)
    }

    /// The weights of a result, one for each sample of its pairs.
    #[inline(always)]
    pub(super) fn weights(&self, result: usize) -> &[[W; 2]] {
        &self.weights[result * self.stride..][..self.taps[result].0.len()]
    }

    /// The most pairs that a result needs.
    pub(super) fn longest(&self) -> usize {
        self.stride
    }

    /// The most pairs from the first to the last that any `count` results in a row need.
    pub(super) fn longest_span(&self, count: usize) -> usize {
        let spans = (0..self.results()).step_by(count.max(1)).map(|first| {
            let last = (first + count).min(self.results()) - 1;
            self.taps[last].0.end - self.taps[first].0.start
        });
        spans.max().unwrap_or(0)
    }

    pub(super) fn fractional_bits(&self) -> u32 {
        self.fractional_bits
    }
}

impl Geometry {
    /// The samples that any result needs.
    pub(super) fn needed(&self) -> Range<u32> {
        match self.results {
            0 => 0..0,
            results => self.taps(0).start..self.taps(results - 1).end,
        }
    }

    fn center(&self, result: u32) -> f64 {
        self.start + (f64::from(result) + 0.5) * self.step
    }

    /// The samples that a result needs: at least one, all within the photo.
    fn taps(&self, result: u32) -> Range<u32> {
        let support = LOBES * self.step.max(1.0);
        let last = f64::from(self.samples - 1);
        let first = (self.center(result) - support).floor().clamp(0.0, last) as u32;
        let end = (self.center(result) + support).ceil();
        first..(end.clamp(0.0, last + 1.0) as u32).max(first + 1)
    }

    /// Computes weights that add up to 1: at the photo's edge those that are left make up for those that are missing.
    fn weigh(&self, result: u32, taps: Range<u32>, weights: &mut [f64]) {
        let center = self.center(result);
        if !(0.0..=f64::from(self.samples)).contains(&center) {
            // A result beyond the photo repeats its edge. What is left of the kernel could sum up to nothing.
            let edge = if center < 0.0 { 0 } else { weights.len() - 1 };
            weights[edge] = 1.0;
            return;
        }
        let stretch = self.step.max(1.0);
        for (weight, sample) in weights.iter_mut().zip(taps) {
            *weight = lanczos((f64::from(sample) + 0.5 - center) / stretch);
        }
        let sum: f64 = weights.iter().sum();
        for weight in weights {
            *weight /= sum;
        }
    }
}

/// One sine serves both factors: sin 3α = 3 sin α − 4 sin³ α.
fn lanczos(x: f64) -> f64 {
    if x.abs() >= LOBES {
        return 0.0;
    }
    if x.abs() < 1e-6 {
        return 1.0;
    }
    let sine = (PI * x / LOBES).sin();
    sine * (3.0 - 4.0 * sine * sine) * sine * LOBES / (PI * x * PI * x)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_is_the_product_of_its_two_sincs() {
        let sinc = |x: f64| (PI * x).sin() / (PI * x);
        for step in -350..350 {
            let x = f64::from(step) / 100.0 + 0.003;

            let expected = if x.abs() < 3.0 {
                sinc(x) * sinc(x / 3.0)
            } else {
                0.0
            };

            assert!((lanczos(x) - expected).abs() < 1e-12, "{x}");
        }
    }

    #[test]
    fn results_beyond_the_photo_repeat_its_edge() {
        let mut axis = Axis::<f32>::new();
        for (start, edge) in [(-100.0, 0), (-3.0, 0), (100.0, 9), (10.0, 9)] {
            let geometry = Geometry {
                samples: 10,
                start,
                step: 1.0,
                results: 3,
            };
            axis.set_geometry(geometry, 0);

            for result in 0..3 {
                let first = geometry.needed().start as usize + 2 * axis.pairs(result).start;
                let weights = axis.weights(result).as_flattened();
                assert_eq!(weights[edge - first], 1.0);
                assert_eq!(weights.iter().sum::<f32>(), 1.0);
            }
        }
    }

    /// Sums of products stay within 32 bits by what this proves.
    #[test]
    fn weights_in_integers_add_up_to_one_and_are_bounded() {
        let mut axis = Axis::<i16>::new();
        for samples in [1, 2, 3, 5, 40, 1000] {
            for step in [0.02, 0.5, 0.999, 1.0, 1.1, 1.7, 2.0, 4.725, 19.3, 156.25] {
                for start in [0.0, -0.5, 0.3, -5.0, f64::from(samples) - 3.2 * step] {
                    let geometry = Geometry {
                        samples,
                        start,
                        step,
                        results: 5,
                    };
                    axis.set_geometry(geometry, 22);

                    let one = 1_i32 << axis.fractional_bits();
                    for result in 0..5 {
                        let weights = axis.weights(result).as_flattened().iter();
                        let weights: Vec<i32> = weights.map(|&weight| weight.into()).collect();
                        let sizes: i32 = weights.iter().map(|weight| weight.abs()).sum();
                        assert_eq!(weights.iter().sum::<i32>(), one, "{geometry:?}");
                        assert!(
                            weights.iter().all(|w| w.abs() <= one + one / 2),
                            "{geometry:?}"
                        );
                        assert!(sizes < one / 8 * 13, "{geometry:?}: {sizes} of {one}");
                    }
                }
            }
        }
    }
}
