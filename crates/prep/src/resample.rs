//! Reduces the kept square to the picture's size, row by row as they are decoded.

mod kernels;
mod weights;

use std::ops::Range;

use simd::Level;

use crate::geometry::{Cut, Size};
use crate::header::Samples;
use crate::pixels::{Pixels, Row, Values};
use kernels::{
    across, add_row, premultiply, round_narrow, round_wide, unpremultiply, widen_float,
    widen_narrow, widen_wide,
};
use weights::{Axis, Geometry};

/// Resamples with a Lanczos kernel of three lobes, on the stored values, as nearly every tool does.
///
/// A decoder gives it [the rows that it needs](Self::rows), from the top to the bottom; of each row only the columns
/// that it needs are looked at. A row is added to the few results that it is part of, and forgotten. The square's
/// fractions are kept: nothing is rounded to whole pixels. Colours are weighted by their opacity, so that what is
/// invisible leaves no fringe. Sums are in floating point and in one order, so every level gives the same bits.
pub(crate) struct Resampler {
    level: Level,
    samples: Samples,
    /// The results along a row, and down a column.
    along: Axis,
    down: Axis,
    /// The row that comes next, and how many rows are lost before it.
    next: u32,
    lost_before: u32,
    lost: u32,
    /// The first result that is not finished.
    result: usize,
    /// A row of samples, the sums of rows for each unfinished result in turn, and a line of results.
    row: Vec<f32>,
    sums: Vec<f32>,
    line: Vec<f32>,
    values: Values,
}

/// The most bytes that reducing takes beside the picture.
pub(crate) fn memory_to_reduce(size: Size, samples: Samples) -> u64 {
    // A row, the sums that it is added to (the kernel has six lobes, and reaches into whole pixels at both ends), and
    // the weights, which are six to a column. Beside the square lie the lobes of its outermost pixels.
    let rows = 1 + 10 + 7;
    let columns = u64::from(size.shorter()) + u64::from(size.shorter()) / 8 + 64;
    rows * columns * samples.channels() as u64 * size_of::<f32>() as u64
}

impl Resampler {
    pub(crate) fn new() -> Self {
        Self::with_level(Level::detect())
    }

    fn with_level(level: Level) -> Self {
        Self {
            level,
            samples: Samples::Rgb,
            along: Axis::new(),
            down: Axis::new(),
            next: 0,
            lost_before: 0,
            lost: 0,
            result: 0,
            row: Vec::new(),
            sums: Vec::new(),
            line: Vec::new(),
            values: Values::Narrow(Vec::new()),
        }
    }

    /// Begins the pixels of a cut: what was begun before is forgotten.
    pub(crate) fn begin(&mut self, size: Size, samples: Samples, cut: Cut) {
        let axis = |samples, (start, length), results, channels| Geometry {
            samples,
            start,
            step: length / f64::from(results),
            results,
            channels,
        };
        let rect = cut.rect;
        let channels = samples.channels();
        self.samples = samples;
        self.along
            .become_axis(axis(size.width, (rect.x, rect.width), cut.width, channels));
        self.down
            .become_axis(axis(size.height, (rect.y, rect.height), cut.height, 1));
        self.next = self.rows().start;
        self.lost_before = 0;
        self.lost = 0;
        self.result = 0;
        self.row.clear();
        self.row.resize(self.columns().len() * channels, 0.0);
        self.sums.clear();
        self.sums.resize(self.down.overlap() * self.stride(), 0.0);
        self.line.clear();
        self.line.resize(cut.width as usize * channels, 0.0);
        match &mut self.values {
            Values::Narrow(values) => values.clear(),
            Values::Wide(_) => self.values = Values::Narrow(Vec::new()),
        }
    }

    /// The rows of the photo that the square needs.
    pub(crate) fn rows(&self) -> Range<u32> {
        self.down.needed()
    }

    /// The columns of the photo that the square needs; all others may hold anything.
    pub(crate) fn columns(&self) -> Range<u32> {
        self.along.needed()
    }

    /// Takes the next of the rows, from the photo's left edge on.
    pub(crate) fn push(&mut self, row: Row<'_>) {
        debug_assert!(self.next + self.lost_before < self.rows().end);
        self.widen(row);
        // What is lost before the first row is there repeats that row.
        for _ in 0..=std::mem::take(&mut self.lost_before) {
            self.add();
        }
    }

    /// Takes the next of the rows, of which it is not certain that it is as it was.
    pub(crate) fn push_doubtful(&mut self, row: Row<'_>) {
        self.lost += 1;
        self.push(row);
    }

    /// Takes note that the next `rows` are lost: they repeat what came last.
    pub(crate) fn lose(&mut self, rows: u32) {
        let rows = rows.min(self.rows().end - self.next - self.lost_before);
        self.lost += rows;
        if self.next == self.rows().start {
            self.lost_before += rows;
            return;
        }
        for _ in 0..rows {
            self.add();
        }
    }

    /// Ends the picture; returns the share of its rows that was lost, 0…1. What never came is lost.
    ///
    /// `None` where there was not one row.
    pub(crate) fn finish(&mut self, pixels: &mut Pixels) -> Option<f32> {
        if self.next == self.rows().start {
            return None;
        }
        self.lose(self.rows().end - self.next);
        pixels.samples = self.samples;
        std::mem::swap(&mut pixels.values, &mut self.values);
        Some(self.lost as f32 / self.rows().len() as f32)
    }

    /// How many elements a row has, and behind it room for a result's weights.
    fn stride(&self) -> usize {
        self.row.len() + self.along.stride()
    }

    fn widen(&mut self, row: Row<'_>) {
        let channels = self.samples.channels();
        let needed = self.columns();
        let columns = needed.start as usize * channels..needed.end as usize * channels;
        let to = &mut self.row[..];
        match row {
            Row::Narrow(from) => widen_narrow(self.level, &from[columns], to),
            Row::Wide(from) => widen_wide(self.level, &from[columns], to),
            Row::Float(from) => widen_float(self.level, &from[columns], to),
        }
        if !matches!(row, Row::Narrow(_)) && matches!(self.values, Values::Narrow(_)) {
            self.values = Values::Wide(Vec::new());
        }
        let most = self.most();
        match self.samples {
            Samples::GrayAlpha => premultiply::<2>(self.level, &mut self.row, most),
            Samples::Rgba => premultiply::<4>(self.level, &mut self.row, most),
            _ => {}
        }
    }

    /// Adds the row to all results that it is part of, and finishes those that need no more.
    fn add(&mut self) {
        let (stride, slots) = (self.stride(), self.down.overlap());
        let open = self.down.taps()[self.result..]
            .iter()
            .zip(self.down.weights().skip(self.result));
        for (result, (taps, weights)) in (self.result..).zip(open) {
            if taps.start > self.next {
                break;
            }
            let sum = &mut self.sums[result % slots * stride..][..self.row.len()];
            let weight = weights[(self.next - taps.start) as usize];
            add_row(self.level, sum, &self.row, weight);
        }
        self.next += 1;
        while let Some(taps) = self.down.taps().get(self.result)
            && taps.end <= self.next
        {
            self.finish_result(self.result % slots * stride..);
            self.result += 1;
        }
    }

    fn finish_result(&mut self, slot: std::ops::RangeFrom<usize>) {
        let (level, most, first) = (self.level, self.most(), self.columns().start);
        let stride = self.stride();
        let sum = &mut self.sums[slot][..stride];
        let (axis, line) = (&self.along, &mut self.line[..]);
        match self.samples {
            Samples::Gray => across::<1>(level, sum, first, axis, line),
            Samples::GrayAlpha => across::<2>(level, sum, first, axis, line),
            Samples::Rgb => across::<3>(level, sum, first, axis, line),
            Samples::Rgba | Samples::Cmyk => across::<4>(level, sum, first, axis, line),
        }
        sum.fill(0.0);
        match self.samples {
            Samples::GrayAlpha => unpremultiply::<2>(level, line, most),
            Samples::Rgba => unpremultiply::<4>(level, line, most),
            _ => {}
        }
        match &mut self.values {
            Values::Narrow(values) => {
                let end = values.len();
                values.resize(end + line.len(), 0);
                round_narrow(level, line, &mut values[end..]);
            }
            Values::Wide(values) => {
                let end = values.len();
                values.resize(end + line.len(), 0);
                round_wide(level, line, &mut values[end..]);
            }
        }
    }

    /// The most that a sample can be.
    fn most(&self) -> f32 {
        match self.values {
            Values::Narrow(_) => 255.0,
            Values::Wide(_) => 65535.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Square;

    /// Values in 0…`below`, which differ from pixel to pixel.
    fn noise(count: usize, below: u32) -> Vec<u32> {
        let mut state = 1_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) % below
        };
        (0..count).map(|_| next()).collect()
    }

    const SIZE: Size = Size {
        width: 157,
        height: 121,
    };

    /// From a few pixels to more than there are, with fractions, at the edges and beyond them.
    const CROPS: [(Square, u32); 6] = [
        (square(0.0, 0.0, 121.0), 17),
        (square(18.5, 0.25, 120.5), 64),
        (square(36.0, 0.0, 121.0), 121),
        (square(70.3, 50.7, 20.1), 50),
        (square(5.0, 6.0, 1.0), 8),
        (square(-20.0, -30.0, 180.0), 20),
    ];

    const fn square(x: f64, y: f64, side: f64) -> Square {
        Square { x, y, side }
    }

    fn reduce(level: Level, samples: Samples, crop: Square, side: u32, rows: &[Row<'_>]) -> Values {
        let mut resampler = Resampler::with_level(level);
        let mut pixels = Pixels::default();
        resampler.begin(SIZE, samples, Cut::square(crop, side));
        for y in resampler.rows() {
            resampler.push(rows[y as usize]);
        }
        assert_eq!(resampler.finish(&mut pixels), Some(0.0));
        pixels.values
    }

    /// The whole photo at once, by the definition: for each result all pixels of the photo, in double precision.
    fn by_definition(photo: &[f64], channels: usize, crop: Square, side: u32) -> Vec<f64> {
        let sinc = |x: f64| match x {
            0.0 => 1.0,
            _ => (std::f64::consts::PI * x).sin() / (std::f64::consts::PI * x),
        };
        let step = crop.side / f64::from(side);
        let stretch = step.max(1.0);
        let weights = |samples: u32, start: f64, result: u32| -> Vec<f64> {
            let center = start + (f64::from(result) + 0.5) * step;
            let all: Vec<f64> = (0..samples)
                .map(|sample| (f64::from(sample) + 0.5 - center) / stretch)
                .map(|x| {
                    if x.abs() < 3.0 {
                        sinc(x) * sinc(x / 3.0)
                    } else {
                        0.0
                    }
                })
                .collect();
            let sum: f64 = all.iter().sum();
            if sum.abs() < 1e-6 {
                let edge = if center < 0.0 { 0 } else { samples - 1 };
                return (0..samples)
                    .map(|sample| f64::from(u8::from(sample == edge)))
                    .collect();
            }
            all.iter().map(|weight| weight / sum).collect()
        };
        let mut results = Vec::new();
        for y in 0..side {
            let down = weights(SIZE.height, crop.y, y);
            for x in 0..side {
                let along = weights(SIZE.width, crop.x, x);
                for channel in 0..channels {
                    let mut sum = 0.0;
                    for (row, down) in down.iter().enumerate().filter(|(_, w)| **w != 0.0) {
                        for (column, along) in along.iter().enumerate().filter(|(_, w)| **w != 0.0)
                        {
                            let pixel = row * SIZE.width as usize + column;
                            sum += photo[pixel * channels + channel] * down * along;
                        }
                    }
                    results.push(sum);
                }
            }
        }
        results
    }

    #[test]
    fn row_by_row_is_the_same_as_the_whole_by_definition() {
        for (samples, channels) in [(Samples::Gray, 1), (Samples::Rgb, 3), (Samples::Cmyk, 4)] {
            let pixels = SIZE.pixels() as usize;
            let photo: Vec<u8> = noise(pixels * channels, 256)
                .iter()
                .map(|&v| v as u8)
                .collect();
            let exact: Vec<f64> = photo.iter().map(|&v| f64::from(v)).collect();
            let rows: Vec<_> = photo.chunks(157 * channels).map(Row::Narrow).collect();
            for (crop, side) in CROPS {
                let expected = by_definition(&exact, channels, crop, side);

                let Values::Narrow(actual) = reduce(Level::detect(), samples, crop, side, &rows)
                else {
                    panic!("8 bits stay 8 bits");
                };

                assert_eq!(actual.len(), expected.len());
                for (actual, expected) in actual.iter().zip(expected) {
                    let difference = f64::from(*actual) - expected.clamp(0.0, 255.0);
                    assert!(
                        difference.abs() < 0.501,
                        "{crop:?}: {actual}, not {expected}"
                    );
                }
            }
        }
    }

    #[test]
    fn sixteen_bits_and_floats_are_kept_to_the_end() {
        let photo: Vec<u16> = noise(SIZE.pixels() as usize, 65536)
            .iter()
            .map(|&v| v as u16)
            .collect();
        let floats: Vec<f32> = photo.iter().map(|&v| f32::from(v) / 65535.0).collect();
        let exact: Vec<f64> = photo.iter().map(|&v| f64::from(v)).collect();
        let wide: Vec<_> = photo.chunks(157).map(Row::Wide).collect();
        let float: Vec<_> = floats.chunks(157).map(Row::Float).collect();
        for (crop, side) in CROPS {
            let expected = by_definition(&exact, 1, crop, side);

            for rows in [&wide, &float] {
                let Values::Wide(actual) = reduce(Level::detect(), Samples::Gray, crop, side, rows)
                else {
                    panic!("16 bits stay 16 bits");
                };

                for (actual, expected) in actual.iter().zip(&expected) {
                    let difference = f64::from(*actual) - expected.clamp(0.0, 65535.0);
                    assert!(difference.abs() < 0.6, "{crop:?}: {actual}, not {expected}");
                }
            }
        }
    }

    #[test]
    fn colours_count_as_much_as_they_are_opaque() {
        let photo: Vec<u8> = noise(SIZE.pixels() as usize * 4, 256)
            .iter()
            .map(|&v| v as u8)
            .collect();
        let weighted: Vec<f64> = photo
            .as_chunks()
            .0
            .iter()
            .flat_map(|&[r, g, b, a]| {
                let weigh = |color: u8| f64::from(color) * f64::from(a) / 255.0;
                [weigh(r), weigh(g), weigh(b), f64::from(a)]
            })
            .collect();
        let rows: Vec<_> = photo.chunks(157 * 4).map(Row::Narrow).collect();
        for (crop, side) in CROPS {
            let expected = by_definition(&weighted, 4, crop, side);

            let Values::Narrow(actual) = reduce(Level::detect(), Samples::Rgba, crop, side, &rows)
            else {
                panic!("8 bits stay 8 bits");
            };

            for (actual, expected) in actual
                .as_chunks::<4>()
                .0
                .iter()
                .zip(expected.as_chunks::<4>().0)
            {
                let alpha = expected[3];
                if alpha < 1.0 {
                    continue;
                }
                for channel in 0..3 {
                    let expected = (expected[channel] * 255.0 / alpha).clamp(0.0, 255.0);
                    let difference = f64::from(actual[channel]) - expected;
                    assert!(
                        difference.abs() < 0.52,
                        "{crop:?}: {actual:?}, not {expected}"
                    );
                }
                assert!((f64::from(actual[3]) - alpha.clamp(0.0, 255.0)).abs() < 0.51);
            }
        }
    }

    #[test]
    fn all_levels_give_the_same_bits() {
        for (samples, channels) in [
            (Samples::Gray, 1),
            (Samples::GrayAlpha, 2),
            (Samples::Rgb, 3),
            (Samples::Rgba, 4),
        ] {
            let pixels = SIZE.pixels() as usize;
            let wide: Vec<u16> = noise(pixels * channels, 65536)
                .iter()
                .map(|&v| v as u16)
                .collect();
            let narrow: Vec<u8> = wide.iter().map(|&v| (v >> 8) as u8).collect();
            let float: Vec<f32> = wide.iter().map(|&v| f32::from(v) / 60000.0).collect();
            let rows: [Vec<Row<'_>>; 3] = [
                narrow.chunks(157 * channels).map(Row::Narrow).collect(),
                wide.chunks(157 * channels).map(Row::Wide).collect(),
                float.chunks(157 * channels).map(Row::Float).collect(),
            ];
            for (crop, side) in CROPS {
                for rows in &rows {
                    let expected = reduce(Level::Scalar, samples, crop, side, rows);

                    for level in Level::available() {
                        let actual = reduce(level, samples, crop, side, rows);

                        match (&actual, &expected) {
                            (Values::Narrow(a), Values::Narrow(e)) => assert!(a == e, "{level:?}"),
                            (Values::Wide(a), Values::Wide(e)) => assert!(a == e, "{level:?}"),
                            _ => panic!("{level:?}: another width"),
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn what_is_no_number_is_black() {
        let row = [f32::NAN, -1.0, 0.5, f32::INFINITY];
        let size = Size {
            width: 4,
            height: 4,
        };
        let mut resampler = Resampler::new();
        let mut pixels = Pixels::default();

        resampler.begin(size, Samples::Gray, Cut::square(square(0.0, 0.0, 4.0), 4));
        for _ in 0..4 {
            resampler.push(Row::Float(&row));
        }
        resampler.finish(&mut pixels);

        let Values::Wide(values) = pixels.values else {
            panic!("floats are wide");
        };
        assert_eq!(values[..4], [0, 0, 32768, 65535]);
    }

    #[test]
    fn what_is_lost_is_counted_and_repeats_what_is_there() {
        let crop = square(0.0, 0.0, 121.0);
        let row = |value| vec![value; 157];
        let (black, white) = (row(0), row(200));
        let mut resampler = Resampler::new();
        let mut pixels = Pixels::default();

        // Lost, then 60 black, of which 10 are doubtful, then 11 lost, then 20 white, and the rest never comes.
        resampler.begin(SIZE, Samples::Gray, Cut::square(crop, 121));
        resampler.lose(10);
        for _ in 0..50 {
            resampler.push(Row::Narrow(&black));
        }
        for _ in 0..10 {
            resampler.push_doubtful(Row::Narrow(&black));
        }
        resampler.lose(11);
        for _ in 0..20 {
            resampler.push(Row::Narrow(&white));
        }
        let lost = resampler.finish(&mut pixels);

        assert_eq!(lost, Some(51.0 / 121.0));
        let Values::Narrow(values) = pixels.values else {
            panic!("8 bits stay 8 bits");
        };
        let column: Vec<u8> = values.iter().copied().step_by(121).collect();
        assert_eq!(column[..81], [0; 81]);
        assert_eq!(column[81..], [200; 40]);
        resampler.begin(SIZE, Samples::Gray, Cut::square(crop, 121));
        assert_eq!(
            resampler.finish(&mut Pixels::default()),
            None,
            "nothing came"
        );
    }
}
