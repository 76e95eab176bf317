//! The two ways to an overview's missing part: bits that it stored, and the DC scans of a progressive photo.

use super::{CoefficientReader, State};
use crate::Error;
use crate::coefficients::{Coefficients, Kept};
use crate::decode_plan::DecodePlan;
use crate::frame::Frame;
use crate::header::read_restart_interval;
use crate::marker::{Markers, code};
use crate::overview::{Overview, dc_steps};
use crate::scan::{DcScan, Grid, Scan, ScanDriver, ScanKind, Sequential};
use crate::stream::Stream;

impl CoefficientReader {
    /// Reads what a plan wants from the bits that an overview stored, all of which must be there.
    pub(crate) fn read_stored(
        &mut self,
        frame: &Frame,
        plan: &DecodePlan,
        overview: &Overview,
        mut on_row: impl FnMut(&Coefficients, usize),
    ) -> Result<(), Error> {
        let Some(scan) = overview.scan else {
            return Ok(());
        };
        self.lay_out(frame, plan, Some(plan.rows_at_once))?;
        let Self {
            level,
            tables,
            coefficients,
            state,
            ..
        } = self;
        let mut decoder = Sequential::new(*level, frame, &scan, tables, &state.steps)?;
        let grid = Grid::new(frame, &scan);
        let kept = grid.kept_columns(coefficients);
        let (_, down) = grid.per_mcu;
        for mcu_row in plan.rows.clone() {
            for row in mcu_row * down..((mcu_row + 1) * down).min(grid.rows) {
                for stored in overview.stored_in(row) {
                    decoder.read_stored(overview, stored, mcu_row, &kept, coefficients);
                }
            }
            state.finish_row(*level, coefficients, mcu_row);
            on_row(coefficients, mcu_row);
        }
        Ok(())
    }

    /// Makes an overview of a progressive photo, of which only the scans of DC coefficients are read; returns whether they come
    /// before all others.
    pub(crate) fn read_dc(
        &mut self,
        photo: &[u8],
        frame: &Frame,
        overview: &mut Overview,
    ) -> Result<bool, Error> {
        self.tables.forget();
        self.state = State::default();
        let Self {
            level,
            tables,
            buffer,
            state,
            ..
        } = self;
        let mut markers = Markers::new(photo)?;
        let mut missing = frame.components().len();
        let mut is_sound = true;
        while let Some(segment) = markers.next_segment() {
            match segment.code {
                code::DQT => state.quantization.define(&segment)?,
                code::DHT => tables.define(&segment)?,
                code::DRI => state.restart_interval = read_restart_interval(&segment)?,
                code::EOI => break,
                code::SOS => {
                    let scan = Scan::read(&segment, frame)?;
                    if scan.kind(frame) != ScanKind::DcFirst {
                        break;
                    }
                    state.begin_components(&segment, &scan, frame, Kept::Corner)?;
                    let stream = Stream::new(*level, photo, markers.offset, buffer, false);
                    let mut driver = ScanDriver::new(frame, &scan, state.restart_interval, stream);
                    let mut decoder = DcScan::new(*level, frame, &scan, tables)?;
                    let damage = driver.drive(&mut decoder, &mut overview.dc, |_, _| {});
                    is_sound &= damage.is_none();
                    markers.offset = driver.offset();
                    overview.dc_ends.push(markers.offset);
                    missing = missing.saturating_sub(scan.components().len());
                    if missing == 0 {
                        if !is_sound {
                            overview.dc_ends.clear();
                        }
                        overview.draw(*level, &dc_steps(&state.steps));
                        return Ok(true);
                    }
                }
                _ => {}
            }
        }
        overview.dc_ends.clear();
        Ok(false)
    }
}
