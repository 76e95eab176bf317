//! A progressive scan (T.81, annex G).

use std::ops::Range;

use simd::Level;

use super::Scan;
use super::bands::{self, Band};
use super::walk::{Coding, Done, Stretch};
use crate::Error;
use crate::bits::Bits;
use crate::coefficients::{Coefficients, Kept};
use crate::frame::Frame;
use crate::history::History;
use crate::huffman::{Ac, Dc, Tables};

/// The DC coefficients of one component or several (T.81, G.1.2.1).
pub(crate) struct DcScan<'t> {
    level: Level,
    sources: [Option<DcSource<'t>>; 4],
    is_alone: bool,
    low: u8,
    predictors: [i32; 4],
}

#[derive(Clone, Copy)]
struct DcSource<'t> {
    component: usize,
    h: usize,
    v: usize,
    /// None in a refinement, which has bits only.
    table: Option<&'t Dc>,
}

impl<'t> DcScan<'t> {
    pub(crate) fn new(
        level: Level,
        frame: &Frame,
        scan: &Scan,
        tables: &'t Tables,
    ) -> Result<Self, Error> {
        let (high, low) = scan.approximation;
        let mut sources = [None; 4];
        for (source, chosen) in sources.iter_mut().zip(scan.components()) {
            let component = &frame.components()[chosen.index];
            let table = if high == 0 {
                Some(tables.dc(chosen.dc)?)
            } else {
                None
            };
            let (h, v) = (usize::from(component.h), usize::from(component.v));
            *source = Some(DcSource {
                component: chosen.index,
                h,
                v,
                table,
            });
        }
        Ok(Self {
            level,
            sources,
            is_alone: scan.components().len() == 1,
            low,
            predictors: [0; 4],
        })
    }
}

impl Coding for DcScan<'_> {
    const MAY_JUMP: bool = true;

    fn read(
        &mut self,
        bits: Bits<'_>,
        safe: usize,
        stretch: &Stretch,
        coefficients: &mut Coefficients,
    ) -> Done {
        let mut blocks = [None; super::MCU_BLOCKS];
        let mut count = 0;
        for &DcSource {
            component,
            h,
            v,
            table,
        } in self.sources.iter().flatten()
        {
            let (across, rows) = if self.is_alone {
                (1, stretch.row % v..stretch.row % v + 1)
            } else {
                (h, 0..v)
            };
            for block_row in rows {
                for column in 0..across {
                    let offset = coefficients.offset(component, block_row, column);
                    let step = across * coefficients.block;
                    if let Some(slot) = blocks.get_mut(count) {
                        *slot = Some(bands::DcBlock {
                            table,
                            component,
                            offset,
                            step,
                        });
                        count += 1;
                    }
                }
            }
        }
        let (mcus, row) = match stretch.kept_from {
            Some(first) => {
                let row = coefficients.row_mut(stretch.mcu_row);
                (
                    stretch.columns.start - first..stretch.columns.end - first,
                    row,
                )
            }
            None => (stretch.columns.clone(), &mut [][..]),
        };
        bands::dc(
            self.level,
            bits,
            safe,
            mcus,
            &blocks[..count],
            self.low,
            &mut self.predictors,
            row,
        )
    }

    /// Where differences are missing the last value goes on; missing bits of a value are left as they are.
    fn fill(&mut self, stretch: &Stretch, coefficients: &mut Coefficients) {
        let Some(first) = stretch.kept_from else {
            return;
        };
        let len = coefficients.block;
        for &DcSource {
            component,
            h,
            v,
            table,
        } in self.sources.iter().flatten()
        {
            let (across, rows) = if self.is_alone {
                (1, stretch.row % v..stretch.row % v + 1)
            } else {
                (h, 0..v)
            };
            if table.is_none() {
                continue;
            }
            for block_row in rows {
                let start = coefficients.offset(
                    component,
                    block_row,
                    (stretch.columns.start - first) * across,
                );
                let blocks = stretch.columns.len() * across;
                let Some(row) = coefficients.fillable_row_mut(stretch.mcu_row) else {
                    return;
                };
                for block in row[start..start + blocks * len].chunks_exact_mut(len) {
                    block[0] = (self.predictors[component & 3] << self.low) as i16;
                }
            }
        }
    }

    fn restart(&mut self) {
        self.predictors = [0; 4];
    }
}

/// A band of one component's AC coefficients (T.81, G.1.2.2, G.1.2.3).
pub(crate) struct AcScan<'t> {
    level: Level,
    component: usize,
    v: usize,
    band: Band<'t>,
    /// Blocks to come that have nothing more in this band (EOBRUN).
    run: u32,
    /// What a later refinement must know of earlier scans; none where no refinement is read.
    history: Option<&'t mut History>,
}

impl<'t> AcScan<'t> {
    pub(crate) fn new(
        level: Level,
        frame: &Frame,
        scan: &Scan,
        tables: &'t Tables,
        places: &'t [u8; 256],
        last: &[usize; 4],
        history: Option<&'t mut History>,
    ) -> Result<Self, Error> {
        let chosen = scan.components()[0];
        let table: &Ac = tables.ac(chosen.ac)?;
        let (high, low) = scan.approximation;
        let (first, end) = (usize::from(scan.spectral.0), usize::from(scan.spectral.1));
        let v = usize::from(frame.components()[chosen.index].v);
        let wanted = last[chosen.index].min(end);
        let band = Band {
            table,
            first,
            last: end,
            wanted,
            low,
            is_refinement: high != 0,
            places,
        };
        Ok(Self {
            level,
            component: chosen.index,
            v,
            band,
            run: 0,
            history,
        })
    }
}

impl Coding for AcScan<'_> {
    /// Blocks that are not kept have a history, too.
    const MAY_JUMP: bool = false;

    fn read(
        &mut self,
        bits: Bits<'_>,
        safe: usize,
        stretch: &Stretch,
        coefficients: &mut Coefficients,
    ) -> Done {
        let offset = coefficients.offset(self.component, stretch.row % self.v, 0);
        let kept = coefficients.kept;
        let blocks: &mut [i16] = match stretch.kept_from {
            Some(first) => {
                let start = offset + (stretch.columns.start - first) * kept.len();
                &mut coefficients.row_mut(stretch.mcu_row)[start..]
            }
            None => &mut [],
        };
        let count = stretch.columns.len();
        let (level, band, run) = (self.level, self.band, &mut self.run);
        let Some(history) = self.history.as_deref_mut() else {
            return match (stretch.kept_from, kept) {
                (None, _) => bands::pass(level, bits, safe, count, band, run),
                (_, Kept::Corner) => {
                    bands::first::<32>(level, bits, safe, count, band, run, blocks)
                }
                (_, Kept::All) => bands::first::<128>(level, bits, safe, count, band, run, blocks),
            };
        };
        let history = history.row_mut(stretch.row, stretch.columns.clone());
        match (band.is_refinement, kept) {
            (false, Kept::Corner) => bands::first_with_history::<32>(
                level, bits, safe, count, band, run, blocks, history,
            ),
            (false, Kept::All) => bands::first_with_history::<128>(
                level, bits, safe, count, band, run, blocks, history,
            ),
            (true, Kept::Corner) => {
                bands::refine::<32>(level, bits, safe, count, band, run, blocks, history)
            }
            (true, Kept::All) => {
                bands::refine::<128>(level, bits, safe, count, band, run, blocks, history)
            }
        }
    }

    /// What earlier scans brought is all there is.
    fn fill(&mut self, _: &Stretch, _: &mut Coefficients) {}

    fn restart(&mut self) {
        self.run = 0;
    }
}

/// Of a range, how much a run covers; the run is shortened by it.
pub(super) fn take_run(run: &mut u32, blocks: Range<usize>) -> usize {
    let taken = blocks.len().min(*run as usize);
    *run -= taken as u32;
    taken
}
