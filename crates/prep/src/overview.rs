//! Makes an overview: a small upright image of the whole photo.

use simd::Level;

use crate::geometry::Orientation;
use crate::turn::turn;

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
    /// Makes an overview of luma and chroma, each of its own size, or of luma alone.
    pub(crate) fn at_ycbcr(
        y: Grid<'_, 1>,
        chroma: Option<[Grid<'_, 1>; 2]>,
        orientation: Orientation,
        longer: usize,
    ) -> Self {
        let (width, height) = size(y, longer);
        let level = Level::detect();
        let luma = shrink(level, y, width, height);
        let mut pixels = vec![[0; 3]; luma.len()];
        match chroma.map(|chroma| chroma.map(|plane| shrink(level, plane, width, height))) {
            Some([cb, cr]) => {
                let (y, cb, cr) = (luma.as_flattened(), cb.as_flattened(), cr.as_flattened());
                jpeg::ycbcr_to_rgb(level, y, cb, cr, &mut pixels);
            }
            None => pixels
                .iter_mut()
                .zip(luma)
                .for_each(|(pixel, [luma])| *pixel = [luma; 3]),
        }
        Self::upright(pixels, width, orientation)
    }

    /// Makes an overview of pixels of sRGB.
    pub(crate) fn at_rgb(rgb: Grid<'_, 3>, orientation: Orientation, longer: usize) -> Self {
        let (width, height) = size(rgb, longer);
        Self::upright(
            shrink(Level::detect(), rgb, width, height),
            width,
            orientation,
        )
    }

    /// Returns the Rec. 601 luma of each pixel, row by row.
    pub(crate) fn luma(&self) -> impl Iterator<Item = u8> {
        let luma = |[red, green, blue]: [u32; 3]| (red * 77 + green * 150 + blue * 29) >> 8;
        let pixels = self.pixels.iter();
        pixels.map(move |pixel| luma(pixel.map(u32::from)) as u8)
    }

    fn upright(stored: Vec<[u8; 3]>, width: usize, orientation: Orientation) -> Self {
        let height = stored.len() / width;
        let mut seen = Vec::new();
        turn::<3>(stored.as_flattened(), width, orientation, &mut seen);
        let (width, height) = if orientation.swaps_sides() {
            (height, width)
        } else {
            (width, height)
        };
        Self {
            width,
            height,
            pixels: seen.as_chunks().0.to_vec(),
        }
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
    /// Reduces by the mean of the samples that each result covers, partly covered samples by their share: exact integers.
    ///
    /// Along one axis, a result covers as many units as there are samples, and a sample as many as there are results:
    ///
    /// ```text
    /// 5 samples   |000|111|222|333|444|
    /// 3 results   |00000|11111|22222|
    /// ```
    pub(crate) fn shrink<const N: usize>(level: Level, from: Grid<'_, N>, width: usize, height: usize) -> Vec<[u8; N]> {
        let (from_width, from_height) = (from.width, from.height());
        let mean = Mean::of((from_width * from_height) as u64);
        let (columns, rows) = (edges(from_width, width), edges(from_height, height));
        let mut sums = vec![[0_u32; N]; from_width + 1];
        let mut before = vec![[0_u64; N]; from_width + 1];
        let mut pixels = vec![[0; N]; width * height];
        for (line, rows) in pixels.chunks_exact_mut(width).zip(rows.windows(2)) {
            sums.fill([0; N]);
            for (row, units) in covered(rows[0], rows[1], height) {
                let row = &from.samples[row * from_width..][..from_width];
                for (sum, sample) in sums.as_flattened_mut().iter_mut().zip(row.as_flattened()) {
                    *sum += u32::from(*sample) * units;
                }
            }
            // The sums before each column.
            let mut sum = [0; N];
            for (before, column) in before.iter_mut().zip(&sums) {
                *before = sum;
                for (sum, column) in sum.iter_mut().zip(column) {
                    *sum += u64::from(*column);
                }
            }
            // A result is what lies between two edges: before each are whole columns and a part of the next one.
            let mut last = [0; N];
            for (pixel, &(column, units)) in line.iter_mut().zip(&columns[1..]) {
                let (whole, part) = (before[column], sums[column]);
                for at in 0..N {
                    let until = whole[at] * width as u64 + u64::from(part[at]) * u64::from(units);
                    pixel[at] = mean.of_sum(until - last[at]);
                    last[at] = until;
                }
            }
        }
        pixels
    }
}

/// Returns where each result begins, and where the last one ends: a sample, and how many of its units lie before.
fn edges(samples: usize, results: usize) -> Vec<(usize, u32)> {
    let edge = |index: usize| {
        let at = index * samples;
        (at / results, (at % results) as u32)
    };
    (0..=results).map(edge).collect()
}

/// Returns the samples between two edges, and how many of their units.
#[inline(always)]
fn covered(
    start: (usize, u32),
    end: (usize, u32),
    results: usize,
) -> impl Iterator<Item = (usize, u32)> {
    let units = move |sample: usize| {
        let from = if sample == start.0 { start.1 } else { 0 };
        let to = if sample == end.0 {
            end.1
        } else {
            results as u32
        };
        (sample, to - from)
    };
    (start.0..=end.0).map(units).filter(|(_, units)| *units > 0)
}

/// Divides by a number of units, rounding to the nearest: by a multiplication, exact for fewer than 2²⁷ units.
#[derive(Clone, Copy)]
struct Mean {
    half: u64,
    reciprocal: u64,
}

const SHIFT: u32 = 63;

impl Mean {
    fn of(units: u64) -> Self {
        Self {
            half: units / 2,
            reciprocal: (1 << SHIFT) / units + 1,
        }
    }

    #[inline(always)]
    fn of_sum(self, sum: u64) -> u8 {
        let product = u128::from(sum + self.half) * u128::from(self.reciprocal);
        (product >> SHIFT) as u8
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
            let mut levels = Level::available().map(|level| shrink(level, from, width, height));
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

        let normal = Overview::at_rgb(from, Orientation::Normal, ANALYZED_SIDE);
        let turned = Overview::at_rgb(from, Orientation::Rotate90, ANALYZED_SIDE);

        assert_eq!((normal.width, normal.height), (128, 85));
        assert_eq!((turned.width, turned.height), (85, 128));
        assert!(turned.pixels.iter().all(|pixel| *pixel == [90; 3]));
    }
}
