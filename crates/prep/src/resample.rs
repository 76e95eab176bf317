//! Resizes rows as they are decoded.

mod kernels;
#[cfg(test)]
mod tests;
mod weights;

use std::ops::Range;

use simd::Level;

use crate::cancel::Cancel;
use crate::geometry::{Resize, Size};
use crate::header::Samples;
use crate::pixels::{Pixels, Row, Values};
use kernels::{
    ROWS, across, add_rows, premultiply, round_narrow, round_wide, unpremultiply, widen_float,
    widen_narrow, widen_wide,
};
use weights::{Axis, Geometry};

/// Resamples with a Lanczos kernel of three lobes, on the stored values, as nearly every tool does.
///
/// A decoder gives it [the rows that it needs](Self::rows), from top to bottom; of each row only the columns that it needs are
/// read. A few rows at a time are added to the results that they are part of, and not kept. Nothing is rounded to whole pixels.
/// Colors are weighted by their opacity, so that invisible ones leave no fringe. Sums are in floating point and in one order, so
/// every level gives the same bits.
pub(crate) struct Resampler {
    level: Level,
    /// Ends the decoder that gives rows.
    cancel: Cancel,
    samples: Samples,
    /// The weights along a row, and down a column.
    along: Axis,
    down: Axis,
    /// The row that comes next, and how many rows are lost before it.
    next: u32,
    lost_before: u32,
    lost: u32,
    /// The first result that is not finished.
    result: usize,
    /// Room for [`ROWS`] rows of samples, and how many of them wait to be added.
    rows: Vec<f32>,
    waiting: usize,
    /// What is to be added to the sums: the place of each, and the weights of the rows.
    steps: Vec<(usize, [f32; ROWS])>,
    /// The sums of rows for each unfinished result in turn, how many there is room for, and a line of results.
    sums: Vec<f32>,
    slots: usize,
    line: Vec<f32>,
    values: Values,
}

/// Returns the most bytes that resizing takes beside the result.
pub(crate) fn memory_to_reduce(size: Size, samples: Samples) -> u64 {
    // The rows that wait, the sums that they are added to (the kernel has six lobes, and reaches into whole pixels at both
    // ends), and the weights, which are six to a column. Beside the square lie the lobes of its outermost pixels.
    let rows = ROWS as u64 + (9 + ROWS as u64) + 7;
    let columns = u64::from(size.shorter()) + u64::from(size.shorter()) / 8 + 64;
    rows * columns * samples.channels() as u64 * size_of::<f32>() as u64
}

impl Default for Resampler {
    fn default() -> Self {
        Self::with_level(Level::detect())
    }
}

impl Resampler {
    fn with_level(level: Level) -> Self {
        Self {
            level,
            cancel: Cancel::new(),
            samples: Samples::Rgb,
            along: Axis::new(),
            down: Axis::new(),
            next: 0,
            lost_before: 0,
            lost: 0,
            result: 0,
            rows: Vec::new(),
            waiting: 0,
            steps: Vec::new(),
            sums: Vec::new(),
            slots: 0,
            line: Vec::new(),
            values: Values::Narrow(Vec::new()),
        }
    }

    /// Sets the flag that ends the decoder which gives rows, at its next row.
    pub(crate) fn set_cancel(&mut self, cancel: Cancel) {
        self.cancel = cancel;
    }

    /// Begins to resize a photo of this size and samples; whatever was begun before is dropped.
    pub(crate) fn begin(&mut self, size: Size, samples: Samples, resize: Resize) {
        let axis = |samples, (start, length), results, channels| Geometry {
            samples,
            start,
            step: length / f64::from(results),
            results,
            channels,
        };
        let rect = resize.rect;
        let channels = samples.channels();
        self.samples = samples;
        self.along.set_geometry(axis(
            size.width,
            (rect.x, rect.width),
            resize.size.width,
            channels,
        ));
        self.down.set_geometry(axis(
            size.height,
            (rect.y, rect.height),
            resize.size.height,
            1,
        ));
        self.next = self.rows().start;
        self.lost_before = 0;
        self.lost = 0;
        self.result = 0;
        self.rows.clear();
        self.rows.resize(ROWS * self.row_len(), 0.0);
        self.waiting = 0;
        self.sums.clear();
        self.slots = self.down.overlap(ROWS);
        self.sums.resize(self.slots * self.stride(), 0.0);
        self.line.clear();
        self.line.resize(resize.size.width as usize * channels, 0.0);
        match &mut self.values {
            Values::Narrow(values) => values.clear(),
            Values::Wide(_) => self.values = Values::Narrow(Vec::new()),
        }
    }

    /// Gives results of 16 bits even of rows of 8, for what is computed with them: 0…65280, as a sample moved up is.
    #[cfg(feature = "webp")]
    pub(crate) fn keep_wide(&mut self) {
        self.values = Values::Wide(Vec::new());
    }

    /// Returns the rows of the photo that the result needs.
    pub(crate) fn rows(&self) -> Range<u32> {
        self.down.needed()
    }

    /// Returns the columns of the photo that the result needs; all others may hold anything.
    pub(crate) fn columns(&self) -> Range<u32> {
        self.along.needed()
    }

    /// Adds the next row, from the photo's left edge on.
    pub(crate) fn push(&mut self, row: Row<'_>) {
        debug_assert!(self.next + self.lost_before < self.rows().end);
        self.cancel.leave_if_canceled();
        self.widen(row);
        self.take_row();
        // Rows that are lost before the first one repeat it.
        for _ in 0..std::mem::take(&mut self.lost_before) {
            self.repeat_row();
        }
    }

    /// Adds the next row, which may be corrupt: it counts as lost.
    pub(crate) fn push_doubtful(&mut self, row: Row<'_>) {
        self.lost += 1;
        self.push(row);
    }

    /// Marks the next `rows` as lost: they repeat the last row.
    pub(crate) fn lose(&mut self, rows: u32) {
        self.cancel.leave_if_canceled();
        self.repeat(rows);
    }

    fn repeat(&mut self, rows: u32) {
        let rows = rows.min(self.rows().end - self.next - self.lost_before);
        self.lost += rows;
        if self.next == self.rows().start {
            self.lost_before += rows;
            return;
        }
        for _ in 0..rows {
            self.repeat_row();
        }
    }

    /// Finishes the result; returns the share of its rows that was lost, 0…1. Rows that were never pushed are lost.
    ///
    /// Returns `None` if there was not one row.
    pub(crate) fn finish(&mut self, pixels: &mut Pixels) -> Option<f32> {
        if self.next == self.rows().start {
            return None;
        }
        self.repeat(self.rows().end - self.next);
        self.add_rows();
        pixels.samples = self.samples;
        std::mem::swap(&mut pixels.values, &mut self.values);
        Some(self.lost as f32 / self.rows().len() as f32)
    }

    /// Returns the length of a row with room behind it for a result's weights.
    fn stride(&self) -> usize {
        self.row_len() + self.along.stride()
    }

    /// Returns where the sums of a result begin.
    fn place(&self, result: usize) -> usize {
        result % self.slots * self.stride()
    }

    /// Returns how many samples are needed of a row.
    fn row_len(&self) -> usize {
        self.columns().len() * self.samples.channels()
    }

    /// Returns the room for a row: the `index`th of those that wait.
    fn row_range(&self, index: usize) -> Range<usize> {
        let len = self.row_len();
        index * len..(index + 1) * len
    }

    fn widen(&mut self, row: Row<'_>) {
        let channels = self.samples.channels();
        let needed = self.columns();
        let columns = needed.start as usize * channels..needed.end as usize * channels;
        let place = self.row_range(self.waiting);
        let to = &mut self.rows[place];
        match row {
            Row::Narrow(from) => {
                let unit = match self.values {
                    Values::Narrow(_) => 1.0,
                    Values::Wide(_) => 256.0,
                };
                widen_narrow(self.level, &from[columns], to, unit);
            }
            Row::Wide(from) => widen_wide(self.level, &from[columns], to),
            Row::Float(from) => widen_float(self.level, &from[columns], to),
        }
        if !matches!(row, Row::Narrow(_)) && matches!(self.values, Values::Narrow(_)) {
            self.values = Values::Wide(Vec::new());
        }
        match self.samples {
            Samples::GrayAlpha => premultiply::<2>(self.level, to, max_of(&self.values)),
            Samples::Rgba => premultiply::<4>(self.level, to, max_of(&self.values)),
            _ => {}
        }
    }

    /// Takes the last row once more.
    fn repeat_row(&mut self) {
        let last = (self.waiting + ROWS - 1) % ROWS;
        let (from, to) = (self.row_range(last), self.row_range(self.waiting).start);
        self.rows.copy_within(from, to);
        self.take_row();
    }

    /// Counts the row whose samples are in their place.
    fn take_row(&mut self) {
        self.next += 1;
        self.waiting += 1;
        if self.waiting == ROWS {
            self.add_rows();
        }
    }

    /// Adds the rows that wait to all results that they are part of, and finishes those that are complete.
    ///
    /// A tile of the rows is added to all results before the next tile, so that both stay in the fastest cache.
    fn add_rows(&mut self) {
        self.plan_steps();
        let len = self.row_len();
        let rows: [&[f32]; ROWS] = std::array::from_fn(|row| &self.rows[row * len..][..len]);
        for start in (0..len).step_by(TILE) {
            let tile = TILE.min(len - start);
            let rows = rows.map(|row| &row[start..][..tile]);
            for &(place, weights) in &self.steps {
                let sums = &mut self.sums[place + start..][..tile];
                add_rows(self.level, sums, rows, weights);
            }
        }
        self.waiting = 0;
        while let Some(taps) = self.down.taps().get(self.result)
            && taps.end <= self.next
        {
            self.finish_result(self.place(self.result)..);
            self.result += 1;
        }
    }

    /// Finds the sums that the waiting rows are part of. A row that is no part of one has the weight zero, which changes no
    /// bit of it: sums are never the negative zero.
    fn plan_steps(&mut self) {
        let first = self.next - self.waiting as u32;
        let open = self.down.taps()[self.result..]
            .iter()
            .zip(self.down.weights().skip(self.result));
        self.steps.clear();
        for (result, (taps, weights)) in (self.result..).zip(open) {
            if taps.start >= self.next {
                break;
            }
            let weights = std::array::from_fn(|row| {
                let row = first + row as u32;
                match taps.contains(&row) && row < self.next {
                    true => weights[(row - taps.start) as usize],
                    false => 0.0,
                }
            });
            self.steps.push((self.place(result), weights));
        }
    }

    fn finish_result(&mut self, slot: std::ops::RangeFrom<usize>) {
        let (level, max, first) = (self.level, max_of(&self.values), self.columns().start);
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
            Samples::GrayAlpha => unpremultiply::<2>(level, line, max),
            Samples::Rgba => unpremultiply::<4>(level, line, max),
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
}

/// The largest value of a sample.
fn max_of(values: &Values) -> f32 {
    match values {
        Values::Narrow(_) => 255.0,
        Values::Wide(_) => 65535.0,
    }
}

/// How many samples of the rows that wait are added at a time: those of [`ROWS`] rows and of the sums fill half of 32 KiB.
const TILE: usize = 512;
