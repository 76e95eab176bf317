//! An overview of the whole photo, made while a part of it is decoded: the DC coefficient of every block, and the bits of the
//! blocks outside that part, so that they can be decoded later without reading the photo again.

use std::ops::Range;

use simd::Level;

use crate::bits::Cursor;
use crate::coefficients::Coefficients;
use crate::frame::Frame;
use crate::scan::Scan;
use crate::{Plane, Planes};

/// An overview and the bits that were stored with it. Its memory is reused.
#[derive(Debug, Default)]
pub(crate) struct Overview {
    /// The overview itself.
    pub(crate) planes: Planes,
    /// The DC coefficients, not yet dequantized.
    pub(crate) dc: Coefficients,
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
        self.dc.lay_out_dc(frame.components(), 0..columns, 0..rows);
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

    /// Makes the overview from the DC coefficients.
    pub(crate) fn draw(&mut self, level: Level, frame: &Frame, steps: &[Option<[i16; 64]>; 4]) {
        let planes = &mut self.planes;
        let sizes = frame.components().iter().map(|component| {
            let (width, height) = frame.component_size(component);
            (width.div_ceil(8), height.div_ceil(8))
        });
        planes.reshape(sizes);
        for (component, steps) in (0..frame.components().len()).zip(steps) {
            let step = steps.map_or(1, |steps| i32::from(steps[0]));
            let Plane { height, .. } = planes.components()[component];
            for row in 0..height as usize {
                let blocks = self.dc.block_row(component, row);
                let samples = planes.row_mut(component, row);
                let there = samples.len().min(blocks.len());
                samples[there..].fill(128);
                means(level, blocks, step, &mut samples[..there]);
            }
        }
    }
}

simd::levels! {
    /// Makes samples of DC coefficients, each of which is eight times the mean, less the level shift (T.81, A.3.1, A.3.3).
    fn means(level: Level, dc: &[i16], step: i32, samples: &mut [u8]) {
        for (sample, dc) in samples.iter_mut().zip(dc) {
            *sample = ((i32::from(*dc) * step + 4 + 8 * 128) >> 3).clamp(0, 255) as u8;
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
