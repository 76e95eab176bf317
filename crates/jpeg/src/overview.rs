//! An overview of the whole photo, made while a part of it is decoded: the DC coefficient of every block, and the bits of the
//! blocks outside that part, so that they can be decoded later without reading the photo again.

use std::ops::Range;

use simd::Level;

use crate::bits::Cursor;
use crate::coefficients::{Coefficients, Kept};
use crate::frame::{Frame, Process};
use crate::scan::Scan;
use crate::{Plane, Planes};

/// An overview and the bits that were stored with it. Its memory is reused.
#[derive(Debug, Default)]
pub(crate) struct Overview {
    /// The overview itself.
    pub(crate) planes: Planes,
    /// The DC coefficients, not yet dequantized: all of a progressive photo, else those of the MCU row that is read and not decoded.
    pub(crate) dc: Coefficients,
    /// The scan's columns in the row that is read whose data is missing.
    missing: Vec<Range<usize>>,
    /// Where the search for the next marker begins after each scan of which `dc` was read, if all are sound.
    pub(crate) dc_ends: Vec<usize>,
    /// The photo's only scan; `None` if it has several.
    pub(crate) scan: Option<Scan>,
    /// The MCUs that only the decoded part needs, columns and rows: their bits are not stored.
    not_shared: [Range<usize>; 2],
    /// The columns at which spans end, so that reading one skips little that is not wanted.
    cuts: Vec<usize>,
    bytes: Vec<u8>,
    spans: Vec<StoredSpan>,
}

/// A span of MCUs whose bits are stored.
#[derive(Clone, Debug)]
pub(crate) struct StoredSpan {
    /// The scan's row and columns.
    pub(crate) row: usize,
    pub(crate) columns: Range<usize>,
    /// The predictors before it.
    pub(crate) predictors: [i32; 4],
    /// Its first bit.
    bit: usize,
}

/// How many spans are stored on either side of the middle.
const SPANS: usize = 4;

impl Overview {
    /// Makes room for a frame whose MCU columns `kept` are decoded. Only the decoded part needs `not_shared`, columns and rows.
    pub(crate) fn lay_out(
        &mut self,
        frame: &Frame,
        kept: Range<usize>,
        not_shared: [Range<usize>; 2],
    ) {
        let (columns, rows) = (frame.mcu_columns() as usize, frame.mcu_rows() as usize);
        let ring = (frame.process != Process::Progressive).then_some(1);
        self.dc
            .lay_out_dc(frame.components(), 0..columns, 0..rows, ring);
        let sizes = frame.components().iter().map(|component| {
            let (width, height) = frame.component_size(component);
            (width.div_ceil(8), height.div_ceil(8))
        });
        self.planes.reshape(sizes);
        self.dc_ends.clear();
        self.scan = None;
        self.cuts.clear();
        for (start, end) in [(0, kept.start), (kept.end, columns)] {
            let cut = |part: usize| start + (end - start) * part / SPANS;
            self.cuts.extend((0..=SPANS).map(cut));
        }
        self.cuts.extend([not_shared[0].start, not_shared[0].end]);
        self.cuts.sort_unstable();
        self.not_shared = not_shared;
        self.bytes.clear();
        self.spans.clear();
    }

    /// Returns where a span of MCUs of the frame that begins at this column must end.
    pub(crate) fn cut_after(&self, column: usize) -> usize {
        let next = self.cuts.partition_point(|cut| *cut <= column);
        self.cuts.get(next).copied().unwrap_or(usize::MAX)
    }

    /// Returns whether the bits of an MCU of the frame are stored.
    pub(crate) fn stores(&self, row: usize, column: usize) -> bool {
        !(self.not_shared[0].contains(&column) && self.not_shared[1].contains(&row))
    }

    /// Stores a span that was read from `bytes`.
    pub(crate) fn store(
        &mut self,
        row: usize,
        columns: Range<usize>,
        predictors: [i32; 4],
        bytes: &[u8],
        bits: Range<usize>,
    ) {
        if columns.is_empty() {
            return;
        }
        let (first, end) = (bits.start / 8, bits.end.div_ceil(8).min(bytes.len()));
        self.spans.push(StoredSpan {
            row,
            columns,
            predictors,
            bit: self.bytes.len() * 8 + bits.start % 8,
        });
        self.bytes
            .extend_from_slice(bytes.get(first..end).unwrap_or_default());
    }

    /// Returns the spans of a row of the scan.
    pub(crate) fn stored_in(&self, row: usize) -> &[StoredSpan] {
        let start = self.spans.partition_point(|stored| stored.row < row);
        let end = self.spans.partition_point(|stored| stored.row <= row);
        &self.spans[start..end]
    }

    /// Returns all stored bytes, where a span begins in them, and how many bits of its first byte to skip.
    pub(crate) fn bits_of(&self, stored: &StoredSpan) -> (&[u8], Cursor, u32) {
        let cursor = Cursor::at(stored.bit / 8);
        (&self.bytes, cursor, (stored.bit % 8) as u32)
    }

    /// Begins a row of the scan, in this row of MCUs.
    pub(crate) fn begin_row(&mut self, mcu_row: usize) {
        self.dc.row_mut(mcu_row).fill(0);
        self.missing.clear();
    }

    /// Leaves out decoded columns of the scan's row, whose data is missing.
    pub(crate) fn leave_out(&mut self, columns: Range<usize>) {
        self.missing.push(columns);
    }

    /// Draws a row of the scan: what is decoded of it by its coefficients, which are not yet dequantized, the rest by its DC. Of a
    /// component's columns and rows of blocks in an MCU the scan has `per_mcu`.
    pub(crate) fn draw_row(
        &mut self,
        level: Level,
        row: usize,
        per_mcu: (usize, usize),
        steps: &[i32; 4],
        decoded: Option<&Coefficients>,
    ) {
        for (component, step) in (0..self.planes.components().len()).zip(steps) {
            let (h, v) = (self.dc.layouts[component].h, self.dc.layouts[component].v);
            let Plane { height, .. } = self.planes.components()[component];
            let end = ((row + 1) * v / per_mcu.1).min(height as usize);
            for block_row in row * v / per_mcu.1..end {
                let samples = self.planes.row_mut(component, block_row);
                means::<1>(
                    level,
                    self.dc.block_row(component, block_row),
                    *step,
                    samples,
                );
                if let Some(decoded) = decoded {
                    let first = (decoded.columns.start * h).min(samples.len());
                    let blocks = decoded.block_row(component, block_row);
                    let means = match decoded.kept {
                        Kept::Corner => means::<16>,
                        Kept::All => means::<64>,
                    };
                    means(level, blocks, *step, &mut samples[first..]);
                }
                for missing in &self.missing {
                    let place = |column: usize| (column * h / per_mcu.0).min(samples.len());
                    let (start, end) = (place(missing.start), place(missing.end));
                    samples[start..end].fill(GRAY);
                }
            }
        }
    }

    /// Draws all rows by the DC coefficients.
    pub(crate) fn draw(&mut self, level: Level, steps: &[i32; 4]) {
        for (component, step) in (0..self.planes.components().len()).zip(steps) {
            for row in 0..self.planes.components()[component].height as usize {
                let blocks = self.dc.block_row(component, row);
                let samples = self.planes.row_mut(component, row);
                let there = samples.len().min(blocks.len());
                samples[there..].fill(GRAY);
                means::<1>(level, blocks, *step, samples);
            }
        }
    }
}

/// What is drawn where no data came: a DC of zero.
const GRAY: u8 = 128;

/// Returns the quantization step of each component's DC.
pub(crate) fn dc_steps(steps: &[Option<[i16; 64]>; 4]) -> [i32; 4] {
    steps.map(|steps| steps.map_or(1, |steps| i32::from(steps[0])))
}

simd::levels! {
    /// Makes samples of the DC coefficients of blocks, each of which is eight times the mean, less the level shift (T.81, A.3.1, A.3.3).
    fn means<const LEN: usize>(level: Level, blocks: &[i16], step: i32, samples: &mut [u8]) {
        for (sample, block) in samples.iter_mut().zip(blocks.as_chunks::<LEN>().0) {
            *sample = ((i32::from(block[0]) * step + 4 + 8 * 128) >> 3).clamp(0, 255) as u8;
        }
    }
}

/// Returns the kept MCUs that are not also needed for what comes before or after.
pub(crate) fn without_shared(
    kept: Range<usize>,
    before: Option<Range<usize>>,
    after: Option<Range<usize>>,
) -> Range<usize> {
    let start = before.map_or(kept.start, |before| before.end.max(kept.start));
    let end = after.map_or(kept.end, |after| after.start.min(kept.end));
    start..end.max(start)
}
