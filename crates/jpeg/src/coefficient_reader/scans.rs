//! Reads the entropy-coded data of a photo: a single scan, or one of several.

use super::{CoefficientReader, Request};
use crate::coefficients::{Coefficients, Layout};
use crate::decode_plan::DecodePlan;
use crate::frame::{Frame, Process};
use crate::history::History;
use crate::marker::{Markers, code};
use crate::overview::Overview;
use crate::scan::{
    AcScan, Arithmetic, DcScan, Grid, Scan, ScanDriver, ScanKind, Script, Sequential,
};
use crate::stream::Stream;
use crate::{Damage, Error};

impl CoefficientReader {
    /// Reads the only scan and calls `on_row` for each row of MCUs that the plan wants.
    pub(super) fn read_single(
        &mut self,
        request: Request<'_>,
        offset: usize,
        scan: &Scan,
        mut overview: Option<&mut Overview>,
        mut on_row: impl FnMut(&Coefficients, usize),
    ) -> Result<Damage, Error> {
        let Request {
            photo, frame, plan, ..
        } = request;
        self.lay_out(frame, plan, Some(plan.rows_at_once))?;
        if let Some(overview) = &mut overview {
            overview.scan = Some(*scan);
        }
        let Self {
            level,
            tables,
            conditioning,
            buffer,
            coefficients,
            state,
            ..
        } = self;
        let stream = Stream::new(*level, photo, offset, buffer, frame.is_arithmetic);
        let mut driver = ScanDriver::new(frame, scan, state.restart_interval, stream);
        let on_row = |coefficients: &mut Coefficients, row| {
            state.finish_row(*level, coefficients, row);
            on_row(coefficients, row);
        };
        let mut damage = if frame.is_arithmetic {
            let mut decoder = Arithmetic::new(frame, scan, plan.kept, conditioning, None)?;
            driver.drive(&mut decoder, coefficients, on_row)
        } else {
            let decoder = Sequential::new(*level, frame, scan, tables, &state.steps)?;
            driver.drive(&mut decoder.with_overview(overview), coefficients, on_row)
        };
        damage.is_truncated |= stops_early(frame, plan) && !ends(photo, driver.offset());
        Ok(if state.is_doubtful {
            damage.everywhere()
        } else {
            damage
        })
    }

    /// Reads one scan of several, or skips it if the plan does not want it; returns where the search for the next marker begins.
    pub(super) fn read_one_of_several(
        &mut self,
        request: Request<'_>,
        offset: usize,
        scan: &Scan,
    ) -> Result<usize, Error> {
        let Request { frame, plan, .. } = request;
        if self.state.damage.is_none() {
            self.lay_out(frame, plan, None)?;
            for history in &mut self.history {
                history.forget();
            }
        }
        let is_progressive = frame.process == Process::Progressive;
        let is_wanted = !is_progressive || self.script.is_wanted(self.state.scans);
        self.state.last_is_read = is_wanted && !stops_early(frame, plan);
        let number = self.state.scans;
        self.state.scans += 1;
        if !is_wanted {
            return Ok(offset);
        }
        let (damage, end) = match request.known {
            Some(known) if number < known.dc_ends.len() && !self.state.is_doubtful => {
                (self.take_dc(frame, scan, known), known.dc_ends[number])
            }
            _ => self.read_scan(request, offset, scan)?,
        };
        self.state.damage.get_or_insert_default().merge(damage);
        Ok(end)
    }

    /// Takes what a sound scan of DC coefficients holds from an overview.
    fn take_dc(&mut self, frame: &Frame, scan: &Scan, known: &Overview) -> Damage {
        let coefficients = &mut self.coefficients;
        let (first, block) = (coefficients.columns.start, coefficients.block);
        for mcu_row in coefficients.rows.clone() {
            coefficients.row_mut(mcu_row);
            for component in scan.components() {
                let Layout { h, v, .. } = coefficients.layouts[component.index];
                for row in mcu_row * v..(mcu_row + 1) * v {
                    let from = known.dc.block_row(component.index, row);
                    let from = from.get(first * h..).unwrap_or_default();
                    let blocks = coefficients.block_row_mut(component.index, row);
                    for (block, dc) in blocks.chunks_exact_mut(block).zip(from) {
                        block[0] = *dc;
                    }
                }
            }
        }
        let grid = Grid::new(frame, scan);
        Damage {
            rows: grid.kept_mcu_rows(coefficients) as u32,
            ..Damage::default()
        }
    }

    /// Reads one scan of several; returns its damage and where the search for the next marker begins.
    fn read_scan(
        &mut self,
        request: Request<'_>,
        offset: usize,
        scan: &Scan,
    ) -> Result<(Damage, usize), Error> {
        let Request {
            photo, frame, plan, ..
        } = request;
        let Self {
            level,
            tables,
            conditioning,
            buffer,
            coefficients,
            state,
            history,
            script,
            ..
        } = self;
        let kind = scan.kind(frame);
        let history = match kind {
            ScanKind::AcFirst | ScanKind::AcRefinement => {
                state.record_bits(scan);
                history_of_scan(history, script, frame, scan)
            }
            _ => None,
        };
        let stream = Stream::new(*level, photo, offset, buffer, frame.is_arithmetic);
        let mut driver = ScanDriver::new(frame, scan, state.restart_interval, stream);
        let on_row = |_: &mut Coefficients, _| {};
        let damage = match kind {
            _ if frame.is_arithmetic => {
                let mut decoder = Arithmetic::new(frame, scan, plan.kept, conditioning, history)?;
                driver.drive(&mut decoder, coefficients, on_row)
            }
            ScanKind::Sequential => {
                let steps = &state.steps;
                let mut decoder = Sequential::new(*level, frame, scan, tables, steps)?;
                driver.drive(&mut decoder, coefficients, on_row)
            }
            ScanKind::DcFirst | ScanKind::DcRefinement => {
                let mut decoder = DcScan::new(*level, frame, scan, tables)?;
                driver.drive(&mut decoder, coefficients, on_row)
            }
            ScanKind::AcFirst | ScanKind::AcRefinement => {
                let mut decoder = AcScan::new(*level, frame, scan, tables, plan, history)?;
                driver.drive(&mut decoder, coefficients, on_row)
            }
        };
        Ok((damage, driver.offset()))
    }
}

/// Returns the history of the scan's component if a refinement will need it.
fn history_of_scan<'a>(
    history: &'a mut [History; 4],
    script: &Script,
    frame: &Frame,
    scan: &Scan,
) -> Option<&'a mut History> {
    let component = scan.components()[0].index;
    script.needs_history(component).then(|| {
        let history = &mut history[component];
        history.set_columns(Grid::new(frame, scan).columns);
        history
    })
}

/// Returns whether there are rows below those that the plan wants, whose data is not read.
fn stops_early(frame: &Frame, plan: &DecodePlan) -> bool {
    plan.rows.end < frame.mcu_rows() as usize
}

/// Returns whether entropy-coded data that is not read has an end. For most photos the last bytes tell.
fn ends(photo: &[u8], offset: usize) -> bool {
    let tail = &photo[photo.len().saturating_sub(MAX_PADDING)..];
    tail.windows(2).any(|bytes| bytes == [0xff, code::EOI])
        || Markers::at(photo, offset).next_segment().is_some()
}

/// How many bytes at a photo's end are searched for EOI: some memory cards and programs pad files.
const MAX_PADDING: usize = 64;
