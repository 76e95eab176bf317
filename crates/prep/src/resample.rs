//! Resizes rows as they are decoded.

mod axis;
mod floats;
mod integers;
mod passes;
#[cfg(test)]
mod tests;

use std::ops::Range;

use simd::Level;

use crate::cancel::Cancel;
use crate::geometry::{Resize, Size};
use crate::header::Samples;
use crate::pixels::{Pixels, Row, Values};
use axis::Geometry;
use floats::Floats;
use integers::Integers;
use passes::{Passes, ROWS};

/// Resamples with a Lanczos kernel of three lobes, on the stored values, as nearly every tool does.
///
/// A decoder gives it [the rows that it needs](Self::rows), from top to bottom; of each row only the columns that it needs are
/// read. A few rows at a time are reduced, and not kept. Nothing is rounded to whole pixels. Rows of 8 bits are summed in integers.
/// All others, and those with opacity, are summed in floating point, in one order: so every level gives the same bits. Colors are
/// weighted by their opacity, so that invisible ones leave no fringe.
pub(crate) struct Resampler {
    level: Level,
    /// Ends the decoder that gives rows.
    cancel: Cancel,
    samples: Samples,
    /// Where results lie along a row, and down a column.
    along: Geometry,
    down: Geometry,
    /// The row that comes next, and how many rows are lost before it.
    next: u32,
    lost_before: u32,
    lost: u32,
    sums: Sums,
    values: Values,
}

/// The numbers in which rows are summed; the first row determines them.
enum Sums {
    Integers(Passes<Integers>),
    Floats(Passes<Floats>),
}

/// Returns the most bytes that resizing takes beside the result.
pub(crate) fn memory_to_reduce(size: Size, samples: Samples) -> u64 {
    // In floats: the rows that wait, those that are reduced along them (of six lobes and of a batch), what is gathered of a tenth of
    // the rows, and the weights, six to a column, which take three times as much while they are computed.
    let rows = ROWS as u64 + 8 + 1 + 3 * 6;
    // Beside the square lie the lobes of its outermost pixels.
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
        let none = Geometry {
            samples: 0,
            start: 0.0,
            step: 0.0,
            results: 0,
        };
        Self {
            level,
            cancel: Cancel::new(),
            samples: Samples::Rgb,
            along: none,
            down: none,
            next: 0,
            lost_before: 0,
            lost: 0,
            sums: Sums::Integers(Passes::new(level)),
            values: Values::Narrow(Vec::new()),
        }
    }

    /// Sets the flag that ends the decoder which gives rows, at its next row.
    pub(crate) fn set_cancel(&mut self, cancel: Cancel) {
        self.cancel = cancel;
    }

    /// Begins to resize a photo of this size and samples; whatever was begun before is dropped.
    pub(crate) fn begin(&mut self, size: Size, samples: Samples, resize: Resize) {
        let axis = |samples, start, length, results| Geometry {
            samples,
            start,
            step: length / f64::from(results),
            results,
        };
        let Resize {
            rect,
            size: results,
        } = resize;
        self.samples = samples;
        self.along = axis(size.width, rect.x, rect.width, results.width);
        self.down = axis(size.height, rect.y, rect.height, results.height);
        self.next = self.rows().start;
        self.lost_before = 0;
        self.lost = 0;
        match &mut self.values {
            Values::Narrow(values) => values.clear(),
            Values::Wide(_) => self.values = Values::Narrow(Vec::new()),
        }
    }

    /// Gives results of 16 bits even of rows of 8, for what is computed with them: 0…65280, as a sample moved up is.
    #[cfg(any(feature = "avif", feature = "heic", feature = "webp"))]
    pub(crate) fn keep_wide(&mut self) {
        self.values = Values::Wide(Vec::new());
    }

    /// Returns how many pixels of the photo are reduced to one.
    #[cfg(feature = "jxl")]
    pub(crate) fn step(&self) -> f64 {
        self.along.step.min(self.down.step)
    }

    /// Returns the rows of the photo that the result needs.
    pub(crate) fn rows(&self) -> Range<u32> {
        self.down.needed()
    }

    /// Returns the columns of the photo that the result needs; all others may hold anything.
    pub(crate) fn columns(&self) -> Range<u32> {
        self.along.needed()
    }

    /// Adds the next row, from the photo's left edge on. It may end behind the columns that are [needed](Self::columns).
    pub(crate) fn push(&mut self, row: Row<'_>) {
        debug_assert!(self.next + self.lost_before < self.rows().end);
        self.cancel.leave_if_canceled();
        if self.next == self.rows().start {
            self.begin_sums(row);
        }
        self.put(row);
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
        self.reduce_rows();
        pixels.samples = self.samples;
        std::mem::swap(&mut pixels.values, &mut self.values);
        Some(self.lost as f32 / self.rows().len() as f32)
    }

    /// Chooses the numbers that are best for rows like this one.
    fn begin_sums(&mut self, row: Row<'_>) {
        let (along, down, channels) = (self.along, self.down, self.samples.channels());
        let is_narrow = matches!(row, Row::Narrow(_));
        if !is_narrow && matches!(self.values, Values::Narrow(_)) {
            self.values = Values::Wide(Vec::new());
        }
        let is_opaque = !matches!(self.samples, Samples::GrayAlpha | Samples::Rgba);
        match (is_narrow && is_opaque, &mut self.sums) {
            (true, Sums::Integers(sums)) => sums.begin(along, down, channels),
            (false, Sums::Floats(sums)) => sums.begin(along, down, channels),
            (true, sums) => {
                *sums = Sums::Integers(Passes::begun(self.level, along, down, channels));
            }
            (false, sums) => *sums = Sums::Floats(Passes::begun(self.level, along, down, channels)),
        }
    }

    /// Puts the columns that are needed where the sums want them.
    fn put(&mut self, row: Row<'_>) {
        let (level, max, channels) = (self.level, max_of(&self.values), self.samples.channels());
        let needed = self.columns();
        let columns = needed.start as usize * channels..needed.end as usize * channels;
        let to = match (&mut self.sums, row) {
            (Sums::Integers(sums), Row::Narrow(from)) => {
                sums.room().copy_from_slice(&from[columns]);
                return;
            }
            (Sums::Integers(_), _) => unreachable!("all rows of a photo are of one kind"),
            (Sums::Floats(sums), _) => sums.room(),
        };
        match row {
            Row::Narrow(from) => {
                let unit = match self.values {
                    Values::Narrow(_) => 1.0,
                    Values::Wide(_) => 256.0,
                };
                floats::widen_narrow(level, &from[columns], to, unit);
            }
            Row::Wide(from) => floats::widen_wide(level, &from[columns], to),
            Row::Float(from) => floats::widen_float(level, &from[columns], to),
        }
        match self.samples {
            Samples::GrayAlpha => floats::premultiply::<2>(level, to, max),
            Samples::Rgba => floats::premultiply::<4>(level, to, max),
            _ => {}
        }
    }

    /// Takes the last row once more.
    fn repeat_row(&mut self) {
        match &mut self.sums {
            Sums::Integers(sums) => sums.repeat(),
            Sums::Floats(sums) => sums.repeat(),
        }
        self.take_row();
    }

    /// Counts the row whose samples are in their place.
    fn take_row(&mut self) {
        self.next += 1;
        let is_batch = match &mut self.sums {
            Sums::Integers(sums) => sums.take(),
            Sums::Floats(sums) => sums.take(),
        };
        if is_batch {
            self.reduce_rows();
        }
    }

    /// Reduces the rows that wait, and finishes the results that are complete with them.
    fn reduce_rows(&mut self) {
        let (level, samples, values) = (self.level, self.samples, &mut self.values);
        match &mut self.sums {
            Sums::Integers(sums) => sums.reduce(|line, weight_bits| match values {
                Values::Narrow(values) => {
                    let to = extend(values, line.len());
                    integers::round_narrow(level, line, weight_bits, to);
                }
                Values::Wide(values) => {
                    let to = extend(values, line.len());
                    integers::round_wide(level, line, weight_bits, to);
                }
            }),
            Sums::Floats(sums) => sums.reduce(|line, _| {
                match samples {
                    Samples::GrayAlpha => floats::unpremultiply::<2>(level, line, max_of(values)),
                    Samples::Rgba => floats::unpremultiply::<4>(level, line, max_of(values)),
                    _ => {}
                }
                match values {
                    Values::Narrow(values) => {
                        floats::round_narrow(level, line, extend(values, line.len()));
                    }
                    Values::Wide(values) => {
                        floats::round_wide(level, line, extend(values, line.len()));
                    }
                }
            }),
        }
    }
}

/// Makes room for `count` more values.
fn extend<T: Copy + Default>(values: &mut Vec<T>, count: usize) -> &mut [T] {
    let end = values.len();
    values.resize(end + count, T::default());
    &mut values[end..]
}

/// The largest value of a sample.
fn max_of(values: &Values) -> f32 {
    match values {
        Values::Narrow(_) => 255.0,
        Values::Wide(_) => 65535.0,
    }
}
