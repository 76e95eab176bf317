//! A sequential scan from its first MCU to the last that is wanted (T.81, F.2.1).

use simd::Level;

use super::blocks::{Block, Done, Wanted, keep, pass};
use super::{Grid, MCU_BLOCKS, Scan};
use crate::coefficients::Coefficients;
use crate::frame::Frame;
use crate::huffman::Tables;
use crate::restart::{Missing, Restarts};
use crate::stream::{BLOCK_BYTES, Stream};
use crate::{Damage, Error};

/// Reads a scan; `row_is_there` is called after each of the frame's MCU rows that is kept.
///
/// Blocks outside the kept columns and rows cost only their DC differences; rows below the kept ones are not read.
#[expect(clippy::too_many_arguments, reason = "all that a scan touches, each of its own lifetime")]
pub(crate) fn read_scan(
    level: Level,
    frame: &Frame,
    scan: &Scan,
    tables: &Tables,
    restart_interval: u32,
    stream: &mut Stream<'_>,
    last_wanted: &[usize; 4],
    coefficients: &mut Coefficients,
    mut row_is_there: impl FnMut(&mut Coefficients, usize),
) -> Result<Damage, Error> {
    let grid = Grid::new(frame, scan);
    let places = coefficients.kept.places();
    let wanted = Wanted { places: &places };
    let (across, down) = grid.per_mcu;
    let kept_columns = (coefficients.columns.start * across).min(grid.columns)
        ..(coefficients.columns.end * across).min(grid.columns);
    let kept_rows = coefficients.rows.start * down..(coefficients.rows.end * down).min(grid.rows);
    let mut damage = Damage { rows: (kept_rows.end.div_ceil(down)) as u32, ..Damage::default() };
    let mut damaged_row = None;

    let mut restarts = Restarts::new(restart_interval);
    let mut predictors = [0; 4];
    let mut is_sound = true;
    stream.fill();
    for row in 0..kept_rows.end {
        let is_kept_row = kept_rows.contains(&row);
        let before = predictors;
        let (storage, count) = plan_blocks(frame, scan, tables, last_wanted, coefficients, row, down)?;
        let blocks = &storage[..count];
        let mut row_is_sound = is_sound;
        let mut column = 0;
        while column < grid.columns {
            if restarts.is_due() {
                is_sound = restarts.resume(stream, is_sound);
                row_is_sound &= is_sound;
                // What came before the marker may have been lost in the row before, too; it was counted there.
                is_sound |= restarts.missing() == Missing::Nothing;
                predictors = [0; 4];
            }
            let zone_end = match column {
                _ if !is_kept_row => grid.columns,
                column if column < kept_columns.start => kept_columns.start,
                column if column < kept_columns.end => kept_columns.end,
                _ => grid.columns,
            };
            let is_kept = is_kept_row && kept_columns.contains(&column);
            let count = restarts.limit(zone_end - column);
            let may_jump = !is_kept && restarts.may_jump(count);
            if may_jump || restarts.missing() != Missing::Nothing {
                if is_kept {
                    let mcus = column - kept_columns.start..column - kept_columns.start + count;
                    fill(blocks, mcus, &before, coefficients, row / down);
                }
                row_is_sound &= may_jump;
                restarts.advance(count);
                column += count;
                continue;
            }
            let (bits, safe) = stream.ready(MCU_BLOCKS * BLOCK_BYTES);
            let done = if is_kept {
                let start = column - kept_columns.start;
                let mcus = start..start + count;
                let kept = coefficients.kept;
                let row = coefficients.row_mut(row / down);
                match kept {
                    crate::coefficients::Kept::Corner => {
                        keep::<32>(level, bits, safe, mcus, blocks, wanted, &mut predictors, row)
                    }
                    crate::coefficients::Kept::All => {
                        keep::<128>(level, bits, safe, mcus, blocks, wanted, &mut predictors, row)
                    }
                }
            } else {
                pass(level, bits, safe, count, blocks, &mut predictors)
            };
            let Done { cursor, mcus, is_bad } = done;
            stream.cursor = cursor;
            if mcus < count {
                stream.fill();
            }
            is_sound &= !is_bad;
            restarts.advance(mcus);
            column += mcus;
        }
        row_is_sound &= is_sound;
        if stream.is_overrun() {
            damage.is_truncated = true;
            restarts.end();
            row_is_sound = false;
        }
        if !row_is_sound && damaged_row != Some(row / down) {
            damaged_row = Some(row / down);
            damage.lost_rows += 1;
        }
        if is_kept_row && (row % down == down - 1 || row + 1 == kept_rows.end) {
            row_is_there(coefficients, row / down);
        }
    }
    damage.is_truncated |= restarts.missing() == Missing::Rest;
    Ok(damage)
}

/// Where the symbols of an MCU's blocks come from and where their coefficients go, in one row.
fn plan_blocks<'t>(
    frame: &Frame,
    scan: &Scan,
    tables: &'t Tables,
    last_wanted: &[usize; 4],
    coefficients: &Coefficients,
    row: usize,
    down: usize,
) -> Result<([Block<'t>; MCU_BLOCKS], usize), Error> {
    let missing = Error::Malformed { what: "the Huffman tables of a scan", offset: 0 };
    let mut blocks = None;
    let mut count = 0;
    for chosen in scan.components() {
        let component = &frame.components()[chosen.index];
        if !tables.has_dc(chosen.dc) || !tables.has_ac(chosen.ac) {
            return Err(missing);
        }
        let dc = tables.dc[usize::from(chosen.dc)].as_ref().ok_or(missing)?;
        let ac = tables.ac[usize::from(chosen.ac)].as_ref().ok_or(missing)?;
        let is_alone = scan.components().len() == 1;
        let (h, v) = if is_alone { (1, 1) } else { (usize::from(component.h), usize::from(component.v)) };
        for block_row in 0..v {
            for block_column in 0..h {
                let in_mcu = if is_alone { row % down } else { block_row };
                let offset = coefficients.offset(chosen.index, in_mcu, block_column);
                let step = h * coefficients.kept.len();
                let last = last_wanted[chosen.index];
                let block = Block { dc, ac, component: chosen.index, last, offset, step };
                blocks.get_or_insert([block; MCU_BLOCKS])[count] = block;
                count += 1;
            }
        }
    }
    Ok((blocks.ok_or(missing)?, count))
}

/// Gives MCUs that are lost the DC that came last, and nothing else.
fn fill(
    blocks: &[Block<'_>],
    mcus: std::ops::Range<usize>,
    predictors: &[i32; 4],
    coefficients: &mut Coefficients,
    mcu_row: usize,
) {
    let len = coefficients.kept.len();
    let row = coefficients.row_mut(mcu_row);
    for mcu in mcus {
        for block in blocks {
            let at = block.offset + mcu * block.step;
            if let Some(place) = row.get_mut(at..at + len) {
                place.fill(0);
                place[0] = predictors[block.component & 3] as i16;
            }
        }
    }
}
