//! The weights along one axis: Lanczos3 stretched by the reduction, folded with the cosines of the DCT.

use std::f64::consts::PI;
use std::ops::Range;

use simd::Level;

use super::{RESULTS_AT_ONCE, WEIGHT_BITS};

/// The geometry of the resampling along one axis. Positions are in the component's own samples; sample *n* covers
/// *n* to *n* + 1.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Geometry {
    /// How many samples there are.
    pub(crate) samples: u32,
    /// Where the first result begins.
    pub(crate) start: f64,
    /// How many samples make a result; below 1 where it is enlarged.
    pub(crate) step: f64,
    /// How many results there are.
    pub(crate) results: u32,
    /// How many frequencies of each block are kept.
    pub(crate) kept: usize,
}

impl Geometry {
    /// Returns how far the kernel reaches to either side, in samples.
    fn support(&self) -> f64 {
        LOBES * self.step.max(1.0)
    }

    /// Returns the center of a result and the samples that it needs: at least one, all within the photo.
    fn taps(&self, result: u32) -> (f64, Range<u32>) {
        let center = self.start + (f64::from(result) + 0.5) * self.step;
        let first = (center - self.support())
            .floor()
            .clamp(0.0, f64::from(self.samples - 1)) as u32;
        let end = (center + self.support())
            .ceil()
            .clamp(0.0, f64::from(self.samples)) as u32;
        (center, first..end.max(first + 1))
    }

    /// Returns the blocks that any result needs.
    pub(crate) fn blocks(&self) -> Range<u32> {
        self.taps(0).1.start / 8..self.taps(self.results.max(1) - 1).1.end.div_ceil(8)
    }
}

/// Lanczos3.
const LOBES: f64 = 3.0;

/// The folded weights along one axis.
#[derive(Debug)]
pub(crate) struct Axis {
    pub(crate) geometry: Geometry,
    /// For each result its first block, counted from the photo's edge.
    pub(crate) first: Vec<u32>,
    /// For each result how many blocks it needs.
    pub(crate) count: Vec<u32>,
    /// How many weights each result has: those of the most blocks.
    pub(crate) stride: usize,
    /// For each result and block, the weights of the kept frequencies.
    pub(crate) weights: Vec<i16>,
}

impl Axis {
    fn new() -> Self {
        let geometry = Geometry {
            samples: 0,
            start: 0.0,
            step: 0.0,
            results: 0,
            kept: 0,
        };
        Self {
            geometry,
            first: Vec::new(),
            count: Vec::new(),
            stride: 0,
            weights: Vec::new(),
        }
    }

    /// Computes the axis of another geometry, in the same memory.
    fn become_axis(&mut self, level: Level, geometry: Geometry) {
        self.geometry = geometry;
        self.first.clear();
        self.count.clear();
        for result in 0..geometry.results {
            let taps = geometry.taps(result).1;
            self.first.push(taps.start / 8);
            self.count.push(taps.end.div_ceil(8) - taps.start / 8);
        }
        let max_blocks = self.count.iter().copied().max().unwrap_or(1) as usize;
        self.stride = max_blocks * geometry.kept;
        self.weights.clear();
        self.weights
            .resize(self.stride * geometry.results as usize, 0);
        weigh(level, &geometry, self.stride, &mut self.weights);
    }

    /// Returns the next results that are summed together; `None` if there are no more.
    pub(crate) fn results_from(&self, next: usize) -> Option<Range<usize>> {
        let end = self.first.len().min(next + RESULTS_AT_ONCE);
        (next < end).then_some(next..end)
    }

    /// Returns the block behind the last that a result needs.
    pub(crate) fn end(&self, result: usize) -> usize {
        (self.first[result] + self.count[result]) as usize
    }

    /// Returns a block's weights in a result; none if the result does not need the block.
    pub(crate) fn weights_of_block(&self, result: usize, block: usize) -> &[i16] {
        let kept = self.geometry.kept;
        let place = block.wrapping_sub(self.first[result] as usize);
        let mut blocks = self.weights_of(result).chunks_exact(kept);
        blocks.nth(place).unwrap_or_default()
    }

    /// Returns the weights of one result: those of the kept frequencies of each of its blocks.
    #[inline]
    pub(crate) fn weights_of(&self, result: usize) -> &[i16] {
        let len = self.count[result] as usize * self.geometry.kept;
        &self.weights[result * self.stride..][..len]
    }
}

simd::levels! {
    /// Computes the weights of all results, `stride` each. Every level computes the same numbers in the same order.
    fn weigh(level: Level, geometry: &Geometry, stride: usize, weights: &mut [i16]) {
        let cosines = cosines();
        let mut folded = vec![0.0; stride];
        for (result, weights) in (0..).zip(weights.chunks_exact_mut(stride)) {
            fold(geometry, result, &cosines, &mut folded);
            round(&folded, geometry.kept, weights);
        }
    }
}

/// Folds the kernel's weights with the cosines.
#[inline(always)]
fn fold(geometry: &Geometry, result: u32, cosines: &[[f64; 8]; 8], folded: &mut [f64]) {
    let (center, taps) = geometry.taps(result);
    folded.fill(0.0);
    let first_block = taps.start / 8;
    let kernel = Kernel::new(
        (f64::from(taps.start) + 0.5 - center) / geometry.step.max(1.0),
        geometry.step.max(1.0),
    );
    let mut sum = 0.0;
    for (sample, weight) in taps.zip(kernel) {
        sum += weight;
        let place = (sample / 8 - first_block) as usize * geometry.kept;
        for (folded, cosine) in folded[place..]
            .iter_mut()
            .zip(&cosines[sample as usize % 8][..geometry.kept])
        {
            *folded += weight * cosine;
        }
    }
    if sum.abs() < 1e-6 {
        // A result outside the photo repeats its edge.
        let sample = center.clamp(0.0, f64::from(geometry.samples - 1)) as u32;
        let place = (sample / 8).saturating_sub(first_block) as usize * geometry.kept;
        for (folded, cosine) in folded[place..]
            .iter_mut()
            .zip(&cosines[sample as usize % 8][..geometry.kept])
        {
            *folded = *cosine;
        }
        sum = 1.0;
    }
    // At the photo's edge the remaining weights make up for those that are missing.
    let gain = f64::from(1 << WEIGHT_BITS) / sum;
    for folded in folded {
        *folded *= gain;
    }
}

/// Rounds so that the weights of the DC coefficients still sum to one: a flat area keeps its level.
#[inline(always)]
fn round(folded: &[f64], kept: usize, weights: &mut [i16]) {
    let mut carried = 0.0;
    for (index, (&exact, weight)) in folded.iter().zip(weights).enumerate() {
        if index % kept == 0 {
            let rounded = (exact + carried).round();
            carried += exact - rounded;
            *weight = rounded as i16;
        } else {
            *weight = exact.round() as i16;
        }
    }
}

/// The values of Lanczos3 at equal distances. One sine serves both factors, and rotations replace all further ones:
/// sin 3α = 3 sin α − 4 sin³ α.
struct Kernel {
    at: f64,
    distance: f64,
    /// Sine and cosine of π·`at`/3.
    sine: f64,
    cosine: f64,
    /// Sine and cosine of the rotation from one value to the next.
    rotation: (f64, f64),
}

impl Kernel {
    fn new(start: f64, stretch: f64) -> Self {
        let distance = 1.0 / stretch;
        let (sine, cosine) = (PI * start / LOBES).sin_cos();
        Self {
            at: start,
            distance,
            sine,
            cosine,
            rotation: (PI * distance / LOBES).sin_cos(),
        }
    }
}

impl Iterator for Kernel {
    type Item = f64;

    #[inline(always)]
    fn next(&mut self) -> Option<f64> {
        let (at, sine) = (self.at, self.sine);
        self.at += self.distance;
        (self.sine, self.cosine) = (
            self.sine * self.rotation.1 + self.cosine * self.rotation.0,
            self.cosine * self.rotation.1 - self.sine * self.rotation.0,
        );
        Some(if at.abs() >= LOBES {
            0.0
        } else if at.abs() < 1e-6 {
            1.0
        } else {
            let outer = sine * LOBES / (PI * at);
            let inner = sine * (3.0 - 4.0 * sine * sine) / (PI * at);
            inner * outer
        })
    }
}

/// Returns what a coefficient of each frequency contributes to each sample of its row (T.81, A.3.3).
fn cosines() -> [[f64; 8]; 8] {
    std::array::from_fn(|sample| {
        std::array::from_fn(|frequency| match frequency {
            0 => 0.125_f64.sqrt(),
            _ => 0.5 * (PI * (2 * sample + 1) as f64 * frequency as f64 / 16.0).cos(),
        })
    })
}

/// A cache of axes: photos of the same size share theirs.
#[derive(Debug, Default)]
pub(crate) struct Axes {
    axes: Vec<(Axis, u64)>,
    clock: u64,
}

/// How many axes are cached: twice what four components can need, so that no photo evicts its own.
const AXES: usize = 16;

impl Axes {
    /// Returns the index of the axis of this geometry; if it is not cached, it replaces the least recently used one.
    pub(crate) fn find(&mut self, level: Level, geometry: Geometry) -> usize {
        self.clock += 1;
        let found = self
            .axes
            .iter()
            .position(|(axis, _)| axis.geometry == geometry);
        let index = found.unwrap_or_else(|| self.replace(level, geometry));
        self.axes[index].1 = self.clock;
        index
    }

    fn replace(&mut self, level: Level, geometry: Geometry) -> usize {
        if self.axes.len() < AXES {
            self.axes.push((Axis::new(), 0));
        }
        let oldest = (0..self.axes.len())
            .min_by_key(|&index| self.axes[index].1)
            .unwrap_or(0);
        self.axes[oldest].0.become_axis(level, geometry);
        oldest
    }

    pub(crate) fn axis(&self, index: usize) -> &Axis {
        &self.axes[index].0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axes_of_one_photo_never_evict_each_other() {
        let geometry = |start: usize| Geometry {
            samples: 100,
            start: start as f64,
            step: 2.0,
            results: 3,
            kept: 4,
        };
        let mut axes = Axes::default();

        for photo in 0..50 {
            let mine: Vec<usize> = (0..8)
                .map(|axis| axes.find(Level::Scalar, geometry(photo * 5 % 23 + axis)))
                .collect();

            for (axis, &index) in mine.iter().enumerate() {
                assert_eq!(axes.axis(index).geometry, geometry(photo * 5 % 23 + axis));
            }
        }
    }

    #[test]
    fn every_level_computes_the_same_weights() {
        for (step, kept) in [(4.725, 4), (1.0, 8), (0.4, 8), (19.5, 4)] {
            let geometry = Geometry {
                samples: 1501,
                start: 7.3,
                step,
                results: 70,
                kept,
            };
            let mut expected = Axis::new();
            expected.become_axis(Level::Scalar, geometry);

            for level in Level::available() {
                let mut actual = Axis::new();
                actual.become_axis(level, geometry);

                assert!(actual.weights == expected.weights, "{level:?}, step {step}");
            }
        }
    }

    /// Weights sample by sample, by the definition.
    fn plain(geometry: &Geometry, result: u32) -> Vec<f64> {
        let stretch = geometry.step.max(1.0);
        let center = geometry.start + (f64::from(result) + 0.5) * geometry.step;
        let sinc = |x: f64| {
            if x == 0.0 {
                1.0
            } else {
                (PI * x).sin() / (PI * x)
            }
        };
        let weights: Vec<f64> = (0..geometry.samples)
            .map(|sample| (f64::from(sample) + 0.5 - center) / stretch)
            .map(|x| {
                if x.abs() < 3.0 {
                    sinc(x) * sinc(x / 3.0)
                } else {
                    0.0
                }
            })
            .collect();
        let sum: f64 = weights.iter().sum();
        weights.iter().map(|weight| weight / sum).collect()
    }

    #[test]
    fn folded_weights_give_back_the_plain_ones() {
        for (start, step) in [(0.0, 4.725), (3.3, 1.0), (10.25, 0.4), (-0.2, 15.0)] {
            let geometry = Geometry {
                samples: 301,
                start,
                step,
                results: 20,
                kept: 8,
            };
            let mut axes = Axes::default();
            let index = axes.find(Level::Scalar, geometry);
            let axis = axes.axis(index);

            for result in 0..20 {
                let plain = plain(&geometry, result);
                let cosines = cosines();
                for (sample, expected) in plain.iter().enumerate() {
                    let block = (sample / 8).wrapping_sub(axis.first[result as usize] as usize);
                    let weights = axis.weights_of(result as usize).chunks_exact(8).nth(block);
                    // The cosines are orthonormal, so their transpose unfolds.
                    let actual: f64 = weights.map_or(0.0, |weights| {
                        weights
                            .iter()
                            .zip(cosines[sample % 8])
                            .map(|(&weight, cosine)| f64::from(weight) * cosine)
                            .sum()
                    });
                    assert!(
                        (actual / 32768.0 - expected).abs() < 6e-5,
                        "{start} {step}: {actual} {expected}"
                    );
                }
            }
        }
    }
}
