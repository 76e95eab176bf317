//! Drives a decoder of MCUs through a scan: rows, kept columns, restart intervals, damage (T.81, E.2.3 to E.2.5).

use std::ops::Range;

use super::{Grid, MCU_BLOCKS, Scan};
use crate::Damage;
use crate::bits::Cursor;
use crate::coefficients::Coefficients;
use crate::frame::Frame;
use crate::restart::{Missing, Restarts};
use crate::stream::{BLOCK_BYTES, Buffered, Stream};

/// Consecutive MCUs in a row of a scan.
#[derive(Clone, Debug)]
pub(crate) struct McuSpan {
    /// The scan's row of MCUs.
    pub(crate) row: usize,
    /// The frame's row of MCUs.
    pub(crate) mcu_row: usize,
    /// The scan's columns.
    pub(crate) columns: Range<usize>,
    /// The first kept column of the scan, which is stored first in its row; `None` if the span is not kept.
    pub(crate) kept_from: Option<usize>,
}

/// The result of reading a span.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Done {
    pub(crate) cursor: Cursor,
    /// How many MCUs were read: fewer than requested if the buffer must be filled first.
    pub(crate) mcus: usize,
    /// Whether bits came that are no code, or coefficients beyond the block.
    pub(crate) is_bad: bool,
}

/// Decodes the MCUs of one kind of scan.
pub(crate) trait ScanDecoder {
    /// Whether a restart interval that is not kept can be skipped because nothing later depends on it.
    const CAN_SKIP_INTERVALS: bool;

    /// The most bytes that a block takes.
    const BLOCK_BYTES: usize = BLOCK_BYTES;

    /// Returns whether all rows are read, even those below the kept ones, and no interval is skipped.
    fn reads_all(&self) -> bool {
        false
    }

    /// Returns the column before which a span that begins at `column` must end.
    fn span_end(&self, _column: usize) -> usize {
        usize::MAX
    }

    /// Begins a row of the scan, in this row of MCUs of the frame.
    fn begin_row(&mut self, _row: usize, _mcu_row: usize, _coefficients: &Coefficients) {}

    /// Ends a row of the scan, whose kept coefficients, if there are any, are not yet dequantized.
    fn end_row(&mut self, _row: usize, _kept: Option<&Coefficients>) {}

    /// Reads a span, or its beginning if the buffer must be filled first.
    fn read(
        &mut self,
        buffered: Buffered<'_>,
        span: &McuSpan,
        coefficients: &mut Coefficients,
    ) -> Done;

    /// Fills a kept span whose data is missing.
    fn fill(&mut self, span: &McuSpan, coefficients: &mut Coefficients);

    /// Resets what a restart marker resets (T.81, E.2.4).
    fn restart(&mut self);

    /// Corrects the damage that was found, once the scan is read.
    fn judge(&self, damage: Damage, _stream: &Stream<'_>) -> Damage {
        damage
    }
}

/// One scan and how far it has been read.
pub(crate) struct ScanDriver<'a> {
    grid: Grid,
    stream: Stream<'a>,
    restarts: Restarts,
    /// Whether the current restart interval has been sound so far.
    is_sound: bool,
    is_truncated: bool,
}

impl<'a> ScanDriver<'a> {
    pub(crate) fn new(
        frame: &Frame,
        scan: &Scan,
        restart_interval: u32,
        stream: Stream<'a>,
    ) -> Self {
        Self {
            grid: Grid::new(frame, scan),
            stream,
            restarts: Restarts::new(restart_interval),
            is_sound: true,
            is_truncated: false,
        }
    }

    /// Reads the scan and calls `on_row` after each kept MCU row of the frame.
    ///
    /// Rows below the kept ones are not read, unless the decoder wants all.
    pub(crate) fn drive<D: ScanDecoder>(
        &mut self,
        decoder: &mut D,
        coefficients: &mut Coefficients,
        mut on_row: impl FnMut(&mut Coefficients, usize),
    ) -> Damage {
        let (_, down) = self.grid.per_mcu;
        let kept_rows = self.grid.kept_rows(coefficients);
        let rows_end = if decoder.reads_all() {
            self.grid.rows
        } else {
            kept_rows.end
        };
        let mut damage = Damage {
            rows: rows_end.div_ceil(down) as u32,
            ..Damage::default()
        };
        let mut damaged_row = None;
        self.stream.fill();
        for row in 0..rows_end {
            if self.stream.is_stopped() {
                self.is_truncated = true;
                self.restarts.end();
            }
            let mcu_row = row / down;
            let is_kept = kept_rows.contains(&row);
            decoder.begin_row(row, mcu_row, coefficients);
            // Several rows of the scan may lie in one of the frame: it counts once.
            if !self.read_row(decoder, row, is_kept, coefficients) && damaged_row != Some(mcu_row) {
                damaged_row = Some(mcu_row);
                damage.lost_rows += 1;
            }
            decoder.end_row(row, is_kept.then_some(&*coefficients));
            if is_kept && (row % down == down - 1 || row + 1 == kept_rows.end) {
                on_row(coefficients, mcu_row);
            }
        }
        damage.is_truncated = self.is_truncated || self.restarts.missing() == Missing::Rest;
        decoder.judge(damage, &self.stream)
    }

    /// Returns where in the photo the search for the next marker may begin.
    pub(crate) fn offset(&self) -> usize {
        self.stream.offset()
    }

    /// Reads a row of MCUs; returns whether it is sound.
    fn read_row<D: ScanDecoder>(
        &mut self,
        decoder: &mut D,
        row: usize,
        is_kept: bool,
        coefficients: &mut Coefficients,
    ) -> bool {
        let kept_columns = match is_kept {
            true => self.grid.kept_columns(coefficients),
            false => 0..0,
        };
        let mut row_is_sound = self.is_sound;
        let mut column = 0;
        while column < self.grid.columns {
            if self.restarts.is_due() {
                row_is_sound &= self.restarts.resume(&mut self.stream, self.is_sound);
                self.is_sound = self.restarts.missing() == Missing::Nothing;
                decoder.restart();
            }
            let span = self.span(row, column, &kept_columns, decoder.span_end(column));
            let count = span.columns.len();
            let is_missing = self.restarts.missing() != Missing::Nothing;
            let is_wanted = span.kept_from.is_some() || decoder.reads_all();
            let can_skip = D::CAN_SKIP_INTERVALS && !is_wanted && self.restarts.may_skip(count);
            if is_missing || can_skip {
                if span.kept_from.is_some() {
                    decoder.fill(&span, coefficients);
                }
                row_is_sound &= !is_missing;
                self.restarts.skip(count);
                column += count;
                continue;
            }
            let buffered = self.stream.buffered(MCU_BLOCKS * D::BLOCK_BYTES);
            let done = decoder.read(buffered, &span, coefficients);
            self.stream.cursor = done.cursor;
            if done.mcus < count {
                self.stream.fill();
            }
            self.is_sound &= !done.is_bad;
            self.restarts.advance(done.mcus);
            column += done.mcus;
        }
        if self.stream.is_overrun() && self.restarts.missing() != Missing::Rest {
            self.is_truncated = true;
            self.restarts.end();
            return false;
        }
        row_is_sound && self.is_sound
    }

    /// Returns the MCUs from `column` on that are kept or not kept alike, in the current restart interval, up to `end`.
    fn span(&self, row: usize, column: usize, kept: &Range<usize>, end: usize) -> McuSpan {
        let is_kept = kept.contains(&column);
        let zone_end = match column {
            _ if is_kept => kept.end,
            column if column < kept.start => kept.start,
            _ => self.grid.columns,
        };
        let count = self.restarts.limit(zone_end.min(end) - column);
        McuSpan {
            row,
            mcu_row: row / self.grid.per_mcu.1,
            columns: column..column + count,
            kept_from: is_kept.then_some(kept.start),
        }
    }
}
