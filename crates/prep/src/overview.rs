//! Makes an overview: a small upright image of the whole photo.

use simd::Level;

use crate::geometry::Orientation;
use crate::turn::turn_pixels;

/// The upright photo in a few thousand pixels of sRGB.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Overview {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) pixels: Vec<[u8; 3]>,
}

/// The longer side of an overview in which salient content is searched for, in pixels.
pub(crate) const ANALYZED_SIDE: usize = 128;

/// Samples in rows, `N` of them a pixel.
#[derive(Clone, Copy)]
pub(crate) struct Grid<'a, const N: usize> {
    pub(crate) samples: &'a [[u8; N]],
    pub(crate) width: usize,
}

impl<const N: usize> Grid<'_, N> {
    fn height(self) -> usize {
        self.samples.len() / self.width
    }
}

impl Overview {
    /// Returns the Rec. 601 luma of each pixel, row by row.
    pub(crate) fn luma(&self) -> Vec<u8> {
        let mut luma = vec![0; self.pixels.len()];
        luma_of(Level::detect(), &self.pixels, &mut luma);
        luma
    }
}

/// Makes overviews, each in the memory of the last one. Half a megabyte that is allocated for each photo is given back to the system after
/// it, and its pages fault again: 0.7 to 0.8 ms of a photo's 20 (2026-11-27).
#[derive(Default)]
pub(crate) struct OverviewMaker {
    /// What was made last.
    pub(crate) overview: Overview,
    planes: [Vec<[u8; 1]>; 3],
    stored: Vec<[u8; 3]>,
}

impl OverviewMaker {
    /// Makes an overview of luma and chroma, each of its own size, or of luma alone.
    pub(crate) fn make_of_ycbcr(
        &mut self,
        y: Grid<'_, 1>,
        chroma: Option<[Grid<'_, 1>; 2]>,
        orientation: Orientation,
        longer: usize,
    ) {
        let (width, height) = size(y, longer);
        let level = Level::detect();
        let [luma, blue, red] = &mut self.planes;
        shrink(level, y, width, height, luma);
        self.stored.resize(luma.len(), [0; 3]);
        match chroma {
            Some([cb, cr]) => {
                shrink(level, cb, width, height, blue);
                shrink(level, cr, width, height, red);
                let (y, cb, cr) = (luma.as_flattened(), blue.as_flattened(), red.as_flattened());
                jpeg::ycbcr_to_rgb(level, y, cb, cr, &mut self.stored);
            }
            None => self
                .stored
                .iter_mut()
                .zip(luma)
                .for_each(|(pixel, [luma])| *pixel = [*luma; 3]),
        }
        self.turn_upright(width, orientation);
    }

    /// Makes an overview of pixels of sRGB.
    pub(crate) fn make_of_rgb(
        &mut self,
        rgb: Grid<'_, 3>,
        orientation: Orientation,
        longer: usize,
    ) {
        let (width, height) = size(rgb, longer);
        shrink(Level::detect(), rgb, width, height, &mut self.stored);
        self.turn_upright(width, orientation);
    }

    fn turn_upright(&mut self, width: usize, orientation: Orientation) {
        let height = self.stored.len() / width;
        let Self {
            overview, stored, ..
        } = self;
        (overview.width, overview.height) = match orientation.swaps_sides() {
            true => (height, width),
            false => (width, height),
        };
        if orientation == Orientation::Normal {
            std::mem::swap(&mut overview.pixels, stored);
            return;
        }
        overview.pixels.resize(stored.len(), [0; 3]);
        turn_pixels(stored, width, orientation, &mut overview.pixels);
    }
}

/// Returns the size of an overview with a longer side of at most `max`: no larger than the grid itself.
fn size<const N: usize>(grid: Grid<'_, N>, max: usize) -> (usize, usize) {
    let longer = grid.width.max(grid.height());
    let to = max.min(longer);
    let scaled = |side: usize| ((side * to + longer / 2) / longer).max(1);
    (scaled(grid.width), scaled(grid.height()))
}

simd::levels! {
    fn luma_of(level: Level, pixels: &[[u8; 3]], luma: &mut [u8]) {
        for (luma, pixel) in luma.iter_mut().zip(pixels) {
            let [red, green, blue] = pixel.map(u16::from);
            // The weights add up to 256.
            *luma = ((red * 77 + green * 150 + blue * 29) >> 8) as u8;
        }
    }

    /// Reduces by the mean of the samples that each result covers, partly covered samples by their share: exact integers.
    ///
    /// Along one axis, a result covers as many units as there are samples, and a sample as many as there are results:
    ///
    /// ```text
    /// 5 samples   |000|111|222|333|444|
    /// 3 results   |00000|11111|22222|
    /// ```
    pub(crate) fn shrink<const N: usize>(level: Level, from: Grid<'_, N>, width: usize, height: usize, pixels: &mut Vec<[u8; N]>) {
        let (from_width, from_height) = (from.width, from.height());
        let mean = Mean::of(from_width * from_height);
        let (across, down) = (edges(from_width, width), edges(from_height, height));
        let mut sums = vec![[0_u32; N]; from_width];
        // For each channel and column a unit of its sums, and for each column what is before it.
        let mut units = vec![[0.0; ROWS]; N * from_width];
        let mut before = vec![[0.0; ROWS]; from_width + 1];
        let mut results = vec![[0; ROWS]; width];
        pixels.resize(width * height, [0; N]);
        let mut down = down.windows(2);
        for lines in pixels.chunks_mut(ROWS * width) {
            for (place, edges) in down.by_ref().take(ROWS).enumerate() {
                sums.fill([0; N]);
                for (row, units) in covered(edges[0], edges[1], height) {
                    let row = &from.samples[row * from_width..][..from_width];
                    for (sum, sample) in sums.as_flattened_mut().iter_mut().zip(row.as_flattened()) {
                        *sum += u32::from(*sample) * units;
                    }
                }
                for (channel, units) in units.chunks_exact_mut(from_width).enumerate() {
                    for (units, sum) in units.iter_mut().zip(&sums) {
                        units[place % ROWS] = f64::from(sum[channel] as i32);
                    }
                }
            }
            for (channel, units) in units.chunks_exact(from_width).enumerate() {
                let mut sums = [0.0; ROWS];
                for (before, units) in before.iter_mut().zip(units) {
                    *before = sums;
                    sums = std::array::from_fn(|row| sums[row] + units[row] * width as f64);
                }
                before[from_width] = sums;
                // A result is what lies between two edges: before each are whole columns and a part of the next one.
                let mut last = [0.0; ROWS];
                for (results, edge) in results.iter_mut().zip(&across[1..]) {
                    let (before, part) = (before[edge.sample], f64::from(edge.units));
                    // There is no column behind the last edge.
                    let units = units.get(edge.sample).copied().unwrap_or_default();
                    let until: [f64; ROWS] = std::array::from_fn(|row| before[row] + units[row] * part);
                    *results = std::array::from_fn(|row| mean.of_sum(until[row] - last[row]));
                    last = until;
                }
                for (row, line) in lines.chunks_exact_mut(width).enumerate() {
                    for (pixel, results) in line.iter_mut().zip(&results) {
                        pixel[channel] = results[row % ROWS];
                    }
                }
            }
        }
    }
}

/// How many rows of results are made at once: in each column their sums lie side by side, as registers take them. All sums are whole
/// numbers, which an `f64` holds exactly up to 2⁵³.
///
/// This takes 0.55 to 0.7 of what one row at a time in integers took; to transpose rows that were summed before, 1.5. Sums of 32 bits take 0.85
/// of that, but hold no more than 8 million samples (2026-11-27).
const ROWS: usize = 8;

/// Where a result begins: in a sample, of whose units so many lie before.
#[derive(Clone, Copy)]
struct Edge {
    sample: usize,
    units: u32,
}

/// Returns where each result begins, and where the last one ends.
fn edges(samples: usize, results: usize) -> Vec<Edge> {
    let edge = |index: usize| {
        let at = index * samples;
        Edge {
            sample: at / results,
            units: (at % results) as u32,
        }
    };
    (0..=results).map(edge).collect()
}

/// Returns the samples between two edges, and how many of their units.
#[inline(always)]
fn covered(start: Edge, end: Edge, results: usize) -> impl Iterator<Item = (usize, u32)> {
    let units = move |sample: usize| {
        let from = match sample == start.sample {
            true => start.units,
            false => 0,
        };
        let to = match sample == end.sample {
            true => end.units,
            false => results as u32,
        };
        (sample, to - from)
    };
    let samples = start.sample..=end.sample;
    samples.map(units).filter(|(_, units)| *units > 0)
}

/// Divides by a number of units, rounding to the nearest and halves up: exact for up to 2³² units.
#[derive(Clone, Copy)]
struct Mean {
    reciprocal: f64,
}

impl Mean {
    fn of(units: usize) -> Self {
        Self {
            reciprocal: 1.0 / units as f64,
        }
    }

    /// What is added at the end leaves no bits for a fraction, so the lowest ones are the nearest whole number; a quarter of a unit moves
    /// halves up, and nothing else across a half.
    #[inline(always)]
    fn of_sum(self, sum: f64) -> u8 {
        const NO_FRACTION: f64 = (1_u64 << 52) as f64;
        ((sum + 0.25) * self.reciprocal + NO_FRACTION).to_bits() as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_result_is_the_mean_of_what_it_covers() {
        let samples: Vec<[u8; 2]> = (0..13 * 7)
            .map(|i| [(i * 37 % 256) as u8, (i * i % 251) as u8])
            .collect();
        let from = Grid {
            samples: &samples,
            width: 13,
        };
        for (width, height) in [(13, 7), (5, 3), (1, 1), (12, 6), (20, 9)] {
            let mut levels = Level::available().map(|level| {
                let mut shrunk = vec![[9; 2]; 300];
                shrink(level, from, width, height, &mut shrunk);
                shrunk
            });
            let shrunk = levels.next().unwrap();
            assert!(levels.all(|other| other == shrunk));

            // By the thousandth of a sample, in floating point.
            let fine =
                |at: f64, length: f64, of: usize| (at * length).min(of as f64 - 1e-9) as usize;
            for (index, pixel) in shrunk.iter().enumerate() {
                let (x, y) = ((index % width) as f64, (index / width) as f64);
                for channel in 0..2 {
                    let mut sum = 0.0;
                    for part in 0..10_000 {
                        let (across, down) = (
                            f64::from(part % 100) / 100.0 + 0.005,
                            f64::from(part / 100) / 100.0 + 0.005,
                        );
                        let column = fine(x + across, 13.0 / width as f64, 13);
                        let row = fine(y + down, 7.0 / height as f64, 7);
                        sum += f64::from(samples[row * 13 + column][channel]);
                    }
                    let mean = sum / 10_000.0;
                    assert!(
                        (f64::from(pixel[channel]) - mean).abs() < 2.0,
                        "{width}x{height} {x},{y}: {} {mean}",
                        pixel[channel]
                    );
                }
            }
        }
    }

    #[test]
    fn an_overview_is_upright_and_no_larger_than_needed() {
        let samples = vec![[90, 90, 90]; 600 * 400];
        let from = Grid {
            samples: &samples,
            width: 600,
        };

        for (orientation, size) in [
            (Orientation::Normal, (128, 85)),
            (Orientation::Rotate90, (85, 128)),
        ] {
            let mut maker = OverviewMaker::default();
            maker.make_of_rgb(from, orientation, ANALYZED_SIDE);

            let Overview {
                width,
                height,
                pixels,
            } = maker.overview;
            assert_eq!((width, height), size);
            assert_eq!(pixels, vec![[90; 3]; 128 * 85]);
        }
    }
}
