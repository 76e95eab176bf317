//! The way through a scan, whatever it codes: rows, columns that are kept, restarts, damage (T.81, E.2.3 to E.2.5).

use std::ops::Range;

use super::{Grid, MCU_BLOCKS, Scan};
use crate::Damage;
use crate::bits::{Bits, Cursor};
use crate::coefficients::Coefficients;
use crate::frame::Frame;
use crate::restart::{Missing, Restarts};
use crate::stream::{BLOCK_BYTES, Stream};

/// A stretch of MCUs in a row of a scan.
#[derive(Clone, Debug)]
pub(crate) struct Stretch {
    /// The scan's row of MCUs.
    pub(crate) row: usize,
    /// The frame's row of MCUs.
    pub(crate) mcu_row: usize,
    /// The scan's columns.
    pub(crate) columns: Range<usize>,
    /// The first of the scan's columns that is kept, in a row and a stretch that are; columns are stored from it on.
    pub(crate) kept_from: Option<usize>,
}

/// What a stretch of MCUs left behind.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Done {
    pub(crate) cursor: Cursor,
    /// How many MCUs were read: fewer than asked for where more bits must be made ready first.
    pub(crate) mcus: usize,
    /// Whether bits came that are no code, or coefficients beyond the block.
    pub(crate) is_bad: bool,
}

/// A coding of MCUs.
pub(crate) trait Coding {
    /// Whether an interval that is not kept leaves nothing behind that is needed later.
    const MAY_JUMP: bool;

    /// The bytes that a block takes at most.
    const BLOCK_BYTES: usize = BLOCK_BYTES;

    /// Whether all rows are read, also those below the kept ones, and no interval is jumped over.
    fn reads_all(&self) -> bool {
        false
    }

    /// Where a stretch that begins at this column of the scan must end at the latest.
    fn cut_after(&self, _column: usize) -> usize {
        usize::MAX
    }

    /// Reads a stretch, or its beginning: it stops where `safe` is reached.
    fn read(
        &mut self,
        bits: Bits<'_>,
        safe: usize,
        stretch: &Stretch,
        coefficients: &mut Coefficients,
    ) -> Done;

    /// Does for a kept stretch that is missing what can be done.
    fn fill(&mut self, stretch: &Stretch, coefficients: &mut Coefficients);

    /// Forgets what a restart makes forgotten (T.81, E.2.4).
    fn restart(&mut self);
}

/// Reads a scan; `row_is_there` is called after each of the frame's MCU rows that is kept.
///
/// Rows below the kept ones are not read, unless the coding wants all.
pub(crate) fn walk<C: Coding>(
    coding: &mut C,
    frame: &Frame,
    scan: &Scan,
    restart_interval: u32,
    stream: &mut Stream<'_>,
    coefficients: &mut Coefficients,
    mut row_is_there: impl FnMut(&mut Coefficients, usize),
) -> Damage {
    let grid = Grid::new(frame, scan);
    let (across, down) = grid.per_mcu;
    let kept_columns = (coefficients.columns.start * across).min(grid.columns)
        ..(coefficients.columns.end * across).min(grid.columns);
    let kept_rows = coefficients.rows.start * down..(coefficients.rows.end * down).min(grid.rows);
    let reads_all = coding.reads_all();
    let rows_end = if reads_all { grid.rows } else { kept_rows.end };
    let mut damage = Damage {
        rows: rows_end.div_ceil(down) as u32,
        ..Damage::default()
    };
    let mut damaged_row = None;
    let mut restarts = Restarts::new(restart_interval);
    let mut is_sound = true;
    stream.fill();
    for row in 0..rows_end {
        let is_kept_row = kept_rows.contains(&row);
        let mcu_row = row / down;
        let mut row_is_sound = is_sound;
        let mut column = 0;
        while column < grid.columns {
            if restarts.is_due() {
                row_is_sound &= restarts.resume(stream, is_sound);
                is_sound = restarts.missing() == Missing::Nothing;
                coding.restart();
            }
            let zone_end = match column {
                _ if !is_kept_row => grid.columns,
                column if column < kept_columns.start => kept_columns.start,
                column if column < kept_columns.end => kept_columns.end,
                _ => grid.columns,
            };
            let zone_end = zone_end.min(coding.cut_after(column));
            let is_kept = is_kept_row && kept_columns.contains(&column);
            let count = restarts.limit(zone_end - column);
            let kept_from = is_kept.then_some(kept_columns.start);
            let stretch = Stretch {
                row,
                mcu_row,
                columns: column..column + count,
                kept_from,
            };
            let is_missing = restarts.missing() != Missing::Nothing;
            let may_jump = C::MAY_JUMP && !reads_all && !is_kept;
            if is_missing || (may_jump && restarts.may_jump(count)) {
                if is_kept {
                    coding.fill(&stretch, coefficients);
                }
                row_is_sound &= !is_missing;
                restarts.jump(count);
                column += count;
                continue;
            }
            let (bits, safe) = stream.ready(MCU_BLOCKS * C::BLOCK_BYTES);
            let Done {
                cursor,
                mcus,
                is_bad,
            } = coding.read(bits, safe, &stretch, coefficients);
            stream.cursor = cursor;
            if mcus < count {
                stream.fill();
            }
            is_sound &= !is_bad;
            restarts.advance(mcus);
            column += mcus;
        }
        if stream.is_overrun() && restarts.missing() != Missing::Rest {
            damage.is_truncated = true;
            restarts.end();
            row_is_sound = false;
        }
        if !(row_is_sound && is_sound) && damaged_row != Some(mcu_row) {
            damaged_row = Some(mcu_row);
            damage.lost_rows += 1;
        }
        if is_kept_row && (row % down == down - 1 || row + 1 == kept_rows.end) {
            row_is_there(coefficients, mcu_row);
        }
    }
    damage.is_truncated |= restarts.missing() == Missing::Rest;
    damage
}
