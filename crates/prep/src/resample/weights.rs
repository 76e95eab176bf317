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
    /// How many interleaved values a sample has: the channels of a pixel.
    pub(super) channels: usize,
}

/// Lanczos3.
const LOBES: f64 = 3.0;

/// Each result has weights for a multiple of this many samples, which are summed a register at a time.
pub(super) const LANES: usize = 8;

/// The weights of all results along one axis.
#[derive(Debug)]
pub(super) struct Axis {
    geometry: Geometry,
    /// For each result the samples that it needs: at least one, all within the photo.
    taps: Vec<Range<u32>>,
    /// How many weights each result has, channels counted.
    stride: usize,
    weights: Vec<f32>,
}

impl Axis {
    /// An axis without results.
    pub(super) fn new() -> Self {
        Self {
            geometry: Geometry {
                samples: 0,
                start: 0.0,
                step: 0.0,
                results: 0,
                channels: 1,
            },
            taps: Vec::new(),
            stride: 1,
            weights: Vec::new(),
        }
    }

    /// Computes the weights for `geometry`, unless it is the last one: photos of one camera share theirs.
    pub(super) fn set_geometry(&mut self, geometry: Geometry) {
        if self.geometry == geometry {
            return;
        }
        self.geometry = geometry;
        self.taps.clear();
        self.taps
            .extend((0..geometry.results).map(|result| geometry.taps(result)));
        let longest = self.taps.iter().map(Range::len).max().unwrap_or(1);
        let channels = geometry.channels;
        self.stride = longest.next_multiple_of(LANES) * channels;
        self.weights.clear();
        self.weights
            .resize(self.stride * geometry.results as usize, 0.0);
        let mut exact = Vec::with_capacity(longest);
        let results = self.weights.chunks_exact_mut(self.stride);
        for ((result, taps), weights) in (0..).zip(&self.taps).zip(results) {
            geometry.weights(result, taps.clone(), &mut exact);
            for (weights, &exact) in weights.chunks_exact_mut(channels).zip(&exact) {
                weights.fill(exact as f32);
            }
        }
    }

    /// The samples that each result needs; neither starts nor ends ever decrease.
    pub(super) fn taps(&self) -> &[Range<u32>] {
        &self.taps
    }

    /// The samples that any result needs.
    pub(super) fn needed(&self) -> Range<u32> {
        match (self.taps.first(), self.taps.last()) {
            (Some(first), Some(last)) => first.start..last.end,
            _ => 0..0,
        }
    }

    /// How many results need one of so many samples in a row, at most.
    pub(super) fn overlap(&self, samples: usize) -> usize {
        // Neither starts nor ends ever decrease.
        let starting_before = |end| self.taps.partition_point(|taps| taps.start < end);
        self.taps
            .iter()
            .enumerate()
            .map(|(result, taps)| starting_before(taps.end + samples as u32 - 1) - result)
            .max()
            .unwrap_or(0)
    }

    /// The weights of each result: one for each channel of each sample, then zeros.
    pub(super) fn weights(&self) -> std::slice::ChunksExact<'_, f32> {
        self.weights.chunks_exact(self.stride)
    }

    /// How many weights each result has.
    pub(super) fn stride(&self) -> usize {
        self.stride
    }
}

impl Geometry {
    fn center(&self, result: u32) -> f64 {
        self.start + (f64::from(result) + 0.5) * self.step
    }

    fn taps(&self, result: u32) -> Range<u32> {
        let support = LOBES * self.step.max(1.0);
        let last = f64::from(self.samples - 1);
        let first = (self.center(result) - support).floor().clamp(0.0, last) as u32;
        let end = (self.center(result) + support).ceil();
        first..(end.clamp(0.0, last + 1.0) as u32).max(first + 1)
    }

    /// Weights that add up to 1: at the photo's edge those that are left make up for those that are missing.
    fn weights(&self, result: u32, taps: Range<u32>, weights: &mut Vec<f64>) {
        let center = self.center(result);
        let stretch = self.step.max(1.0);
        weights.clear();
        weights.extend(taps.map(|sample| lanczos((f64::from(sample) + 0.5 - center) / stretch)));
        let sum: f64 = weights.iter().sum();
        if sum.abs() < 1e-6 {
            // A result beyond the photo repeats its edge.
            let edge = if center < 0.0 { 0 } else { weights.len() - 1 };
            weights.fill(0.0);
            weights[edge] = 1.0;
            return;
        }
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
        let mut axis = Axis::new();
        for (start, edge) in [(-100.0, 0), (100.0, 9)] {
            axis.set_geometry(Geometry {
                samples: 10,
                start,
                step: 1.0,
                results: 3,
                channels: 1,
            });

            for result in 0..3 {
                let taps = axis.taps()[result].clone();
                let weights = axis.weights().nth(result).unwrap();
                assert!(taps.contains(&edge), "{taps:?}");
                assert_eq!(weights[(edge - taps.start) as usize], 1.0);
                assert_eq!(weights.iter().sum::<f32>(), 1.0);
            }
        }
    }
}
