//! A progressive scan (T.81, annex G).

use std::ops::Range;

use simd::Level;

use super::bands::{self, Band};
use super::driver::{Done, McuSpan, ScanDecoder};
use super::mcu::{Block, McuLayout};
use super::symbols::SymbolReader;
use super::{Scan, ScanKind};
use crate::Error;
use crate::coefficients::{Coefficients, Kept};
use crate::decode_plan::DecodePlan;
use crate::frame::Frame;
use crate::history::History;
use crate::huffman::{Dc, Tables};
use crate::stream::Buffered;

/// Decodes the DC coefficients of one component or several (T.81, G.1.2.1).
pub(crate) struct DcScan<'t> {
    level: Level,
    layout: McuLayout<DcBits<'t>>,
    predictors: [i32; 4],
}

/// How the DC bits of a component are coded.
#[derive(Clone, Copy)]
struct DcBits<'t> {
    /// `None` in a refinement, which has bits only.
    table: Option<&'t Dc>,
    /// Al.
    low: u8,
}

impl<'t> DcScan<'t> {
    pub(crate) fn new(
        level: Level,
        frame: &Frame,
        scan: &Scan,
        tables: &'t Tables,
    ) -> Result<Self, Error> {
        let layout = McuLayout::new(frame, scan, |chosen| {
            let table = match scan.kind(frame) {
                ScanKind::DcRefinement => None,
                _ => Some(tables.dc(chosen.dc)?),
            };
            let low = scan.approximation.1;
            Ok(DcBits { table, low })
        })?;
        Ok(Self {
            level,
            layout,
            predictors: [0; 4],
        })
    }
}

impl ScanDecoder for DcScan<'_> {
    const CAN_SKIP_INTERVALS: bool = true;

    fn read(
        &mut self,
        buffered: Buffered<'_>,
        span: &McuSpan,
        coefficients: &mut Coefficients,
    ) -> Done {
        let blocks = self.layout.blocks(span.row, coefficients);
        let Range { start, end } = span.columns;
        let (mcus, row) = match span.kept_from {
            Some(first) => (
                start - first..end - first,
                coefficients.row_mut(span.mcu_row),
            ),
            None => (start..end, &mut [][..]),
        };
        let blocks = blocks.as_slice();
        read_dc(
            self.level,
            buffered,
            mcus,
            blocks,
            &mut self.predictors,
            row,
        )
    }

    /// The last DC goes on; missing bits of a value are left as they are.
    fn fill(&mut self, span: &McuSpan, coefficients: &mut Coefficients) {
        self.layout.fill(span, coefficients, |block, coefficients| {
            if block.tables.table.is_some() {
                let predictor = self.predictors[block.component & 3];
                coefficients[0] = (predictor << block.tables.low) as i16;
            }
        });
    }

    fn restart(&mut self) {
        self.predictors = [0; 4];
    }
}

simd::levels! {
    /// Reads DC differences or refining bits; if `row` is empty, nothing is kept.
    fn read_dc(
        level: Level,
        buffered: Buffered<'_>,
        mcus: Range<usize>,
        blocks: &[Block<DcBits<'_>>],
        predictors: &mut [i32; 4],
        row: &mut [i16],
    ) -> Done {
        let mut reader = SymbolReader::new(buffered.bits);
        for (done, mcu) in mcus.clone().enumerate() {
            if reader.bits.position() > buffered.safe_end {
                return reader.done(done);
            }
            for block in blocks {
                let dc = row.get_mut(block.start(mcu));
                let DcBits { table, low } = block.tables;
                if let Some(table) = table {
                    let predictor = &mut predictors[block.component & 3];
                    *predictor = predictor.wrapping_add(reader.difference(table));
                    if let Some(dc) = dc {
                        *dc = (*predictor << low) as i16;
                    }
                } else {
                    reader.bits.refill();
                    let bit = reader.bits.take(1) as i16;
                    if let Some(dc) = dc {
                        *dc |= bit << low;
                    }
                }
            }
        }
        reader.done(mcus.len())
    }
}

/// Decodes a band of one component's AC coefficients (T.81, G.1.2.2, G.1.2.3).
pub(crate) struct AcScan<'t> {
    level: Level,
    component: usize,
    v: usize,
    band: Band<'t>,
    /// Blocks to come that have nothing more in this band (EOBRUN).
    run: u32,
    /// What a later refinement must know of earlier scans; `None` if no refinement is read.
    history: Option<&'t mut History>,
}

impl<'t> AcScan<'t> {
    pub(crate) fn new(
        level: Level,
        frame: &Frame,
        scan: &Scan,
        tables: &'t Tables,
        plan: &DecodePlan,
        history: Option<&'t mut History>,
    ) -> Result<Self, Error> {
        let chosen = scan.components()[0];
        let (first, last) = (usize::from(scan.spectral.0), usize::from(scan.spectral.1));
        let band = Band {
            table: tables.ac(chosen.ac)?,
            first,
            last,
            wanted: plan.last[chosen.index].min(last),
            low: scan.approximation.1,
            is_refinement: scan.is_refinement(),
            positions: plan.kept.positions(),
        };
        Ok(Self {
            level,
            component: chosen.index,
            v: usize::from(frame.components()[chosen.index].v),
            band,
            run: 0,
            history,
        })
    }
}

impl ScanDecoder for AcScan<'_> {
    /// Blocks that are not kept have a history, too.
    const CAN_SKIP_INTERVALS: bool = false;

    fn read(
        &mut self,
        buffered: Buffered<'_>,
        span: &McuSpan,
        coefficients: &mut Coefficients,
    ) -> Done {
        let offset = coefficients.offset(self.component, span.row % self.v, 0);
        let kept = coefficients.kept;
        let blocks: &mut [i16] = match span.kept_from {
            Some(first) => {
                let start = offset + (span.columns.start - first) * kept.len();
                &mut coefficients.row_mut(span.mcu_row)[start..]
            }
            None => &mut [],
        };
        let (level, band, run) = (self.level, self.band, &mut self.run);
        let Some(history) = self.history.as_deref_mut() else {
            let count = span.columns.len();
            return match (span.kept_from, kept) {
                (None, _) => bands::skip(level, buffered, band, run, count),
                (_, Kept::Corner) => bands::first::<32>(level, buffered, band, run, count, blocks),
                (_, Kept::All) => bands::first::<128>(level, buffered, band, run, count, blocks),
            };
        };
        let history = history.row_mut(span.row, span.columns.clone());
        let read = match (band.is_refinement, kept) {
            (false, Kept::Corner) => bands::first_with_history::<32>,
            (false, Kept::All) => bands::first_with_history::<128>,
            (true, Kept::Corner) => bands::refine::<32>,
            (true, Kept::All) => bands::refine::<128>,
        };
        read(level, buffered, band, run, blocks, history)
    }

    /// What earlier scans brought is all there is.
    fn fill(&mut self, _: &McuSpan, _: &mut Coefficients) {}

    fn restart(&mut self) {
        self.run = 0;
    }
}
