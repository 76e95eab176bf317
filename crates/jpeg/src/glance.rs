//! A glance at all of a photo while its middle is decoded: the DC coefficient of every block, and the bits of those beside the
//! middle, so that they can be decoded later without reading the photo again.

use std::ops::Range;

use crate::bits::Cursor;
use crate::coefficients::Coefficients;
use crate::frame::Frame;
use crate::scan::Scan;
use crate::{Plane, Planes};

/// What a glance leaves behind; its memory is used again.
#[derive(Debug, Default)]
pub(crate) struct Glance {
    /// The DC coefficients, not yet multiplied.
    pub(crate) dc: Coefficients,
    /// The scan that all came in; none where it came otherwise.
    pub(crate) scan: Option<Scan>,
    /// The MCUs that are decoded and that nothing beside them needs, columns and rows: their bits are not stored.
    middle: [Range<usize>; 2],
    /// Where stretches of MCUs end, so that no more than what is needed must be passed over.
    cuts: Vec<usize>,
    bytes: Vec<u8>,
    stretches: Vec<Stored>,
}

/// A stretch of MCUs whose bits are stored.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    /// The scan's row and columns.
    pub(crate) row: usize,
    pub(crate) columns: Range<usize>,
    /// The predictors before it.
    pub(crate) predictors: [i32; 4],
    /// Its first bit.
    bit: usize,
}

/// So many stretches are stored on either side of the middle.
const STRETCHES: usize = 4;

impl Glance {
    /// Makes room for a frame, of whose columns of MCUs `kept` are decoded; nothing beside `middle`, columns and rows, needs those
    /// in it.
    pub(crate) fn lay_out(&mut self, frame: &Frame, kept: Range<usize>, middle: [Range<usize>; 2]) {
        let (columns, rows) = (frame.mcu_columns() as usize, frame.mcu_rows() as usize);
        self.dc.lay_out_dc(frame.components(), 0..columns, 0..rows);
        self.scan = None;
        self.cuts.clear();
        for (start, end) in [(0, kept.start), (kept.end, columns)] {
            let cut = |part: usize| start + (end - start) * part / STRETCHES;
            self.cuts.extend((0..=STRETCHES).map(cut));
        }
        self.cuts.extend([middle[0].start, middle[0].end]);
        self.cuts.sort_unstable();
        self.middle = middle;
        self.bytes.clear();
        self.stretches.clear();
    }

    /// Where a stretch of MCUs of the frame that begins at this column must end.
    pub(crate) fn cut_after(&self, column: usize) -> usize {
        let next = self.cuts.partition_point(|cut| *cut <= column);
        self.cuts.get(next).copied().unwrap_or(usize::MAX)
    }

    /// Whether the bits of an MCU of the frame are stored.
    pub(crate) fn stores(&self, row: usize, column: usize) -> bool {
        !(self.middle[0].contains(&column) && self.middle[1].contains(&row))
    }

    /// Stores a stretch that was read from `bytes`.
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
        self.stretches.push(Stored {
            row,
            columns,
            predictors,
            bit: self.bytes.len() * 8 + bits.start % 8,
        });
        self.bytes
            .extend_from_slice(bytes.get(first..end).unwrap_or_default());
    }

    /// The stretches of a row of the scan.
    pub(crate) fn stored_in(&self, row: usize) -> &[Stored] {
        let start = self.stretches.partition_point(|stored| stored.row < row);
        let end = self.stretches.partition_point(|stored| stored.row <= row);
        &self.stretches[start..end]
    }

    /// All bytes that are stored, and where a stretch begins in them.
    pub(crate) fn bits_of(&self, stored: &Stored) -> (&[u8], Cursor, u32) {
        let cursor = Cursor::at(stored.bit / 8);
        (&self.bytes, cursor, (stored.bit % 8) as u32)
    }

    /// The photo, a sample for each block: its mean.
    pub(crate) fn picture(
        &self,
        frame: &Frame,
        steps: &[Option<[i16; 64]>; 4],
        picture: &mut Planes,
    ) {
        let sizes = frame.components().iter().map(|component| {
            let (width, height) = frame.component_size(component);
            (width.div_ceil(8), height.div_ceil(8))
        });
        picture.reshape(sizes);
        for (component, steps) in (0..frame.components().len()).zip(steps) {
            let step = steps.map_or(1, |steps| i32::from(steps[0]));
            let Plane { height, .. } = picture.components()[component];
            for row in 0..height as usize {
                let blocks = self.dc.block_row(component, row);
                let samples = picture.row_mut(component, row);
                samples.fill(128);
                for (sample, dc) in samples.iter_mut().zip(blocks) {
                    // A DC coefficient is eight times the mean, less the level shift (T.81, A.3.1, A.3.3).
                    *sample = ((i32::from(*dc) * step + 4 + 8 * 128) >> 3).clamp(0, 255) as u8;
                }
            }
        }
    }
}

/// Of MCUs that are kept those that are not also needed for what comes before or after.
pub(crate) fn without_shared(
    kept: Range<usize>,
    before: Option<Range<usize>>,
    after: Option<Range<usize>>,
) -> Range<usize> {
    let start = before.map_or(kept.start, |before| before.end.max(kept.start));
    let end = after.map_or(kept.end, |after| after.start.min(kept.end));
    start..end.max(start)
}
