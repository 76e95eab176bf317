//! A sequential scan (T.81, F.2).

use simd::Level;

use super::blocks::{Block, keep, pass};
use super::walk::{Coding, Done, Stretch};
use super::{MCU_BLOCKS, Scan};
use crate::Error;
use crate::bits::Bits;
use crate::coefficients::{Coefficients, Kept};
use crate::frame::Frame;
use crate::huffman::{Ac, Dc, Tables};

/// The coding of a sequential scan.
pub(crate) struct Sequential<'t> {
    level: Level,
    sources: [Option<Source<'t>>; 4],
    /// Whether the scan has but one component.
    is_alone: bool,
    places: [u8; 256],
    predictors: [i32; 4],
    /// How large each predictor can be in a sound photo.
    most: [i32; 4],
}

/// Where the symbols of a component's blocks come from.
#[derive(Clone, Copy)]
struct Source<'t> {
    component: usize,
    h: usize,
    v: usize,
    dc: &'t Dc,
    ac: &'t Ac,
    /// The last zigzag index that is wanted.
    last: usize,
}

impl<'t> Sequential<'t> {
    /// Makes ready for a scan, whose tables must be there.
    pub(crate) fn new(
        level: Level,
        frame: &Frame,
        scan: &Scan,
        tables: &'t Tables,
        last: &[usize; 4],
        kept: Kept,
        steps: &[Option<[i16; 64]>; 4],
    ) -> Result<Self, Error> {
        let is_alone = scan.components().len() == 1;
        let mut sources = [None; 4];
        for (source, chosen) in sources.iter_mut().zip(scan.components()) {
            let component = &frame.components()[chosen.index];
            let (h, v) = (usize::from(component.h), usize::from(component.v));
            let (dc, ac) = (tables.dc(chosen.dc)?, tables.ac(chosen.ac)?);
            *source = Some(Source {
                component: chosen.index,
                h,
                v,
                dc,
                ac,
                last: last[chosen.index],
            });
        }
        Ok(Self {
            level,
            sources,
            is_alone,
            places: kept.places(),
            predictors: [0; 4],
            most: steps
                .map(|steps| MOST_DC / steps.map_or(1, |steps| i32::from(steps[0]).max(1)) + 1),
        })
    }

    /// The blocks of an MCU, those of the row's first kept MCU, in their order (T.81, A.2).
    fn blocks<'b>(
        &self,
        row: usize,
        coefficients: &Coefficients,
        blocks: &'b mut [Option<Block<'t>>; MCU_BLOCKS],
    ) -> &'b [Option<Block<'t>>] {
        let mut count = 0;
        for &Source {
            component,
            h,
            v,
            dc,
            ac,
            last,
        } in self.sources.iter().flatten()
        {
            let (across, rows) = if self.is_alone {
                (1, row % v..row % v + 1)
            } else {
                (h, 0..v)
            };
            for block_row in rows {
                for column in 0..across {
                    let offset = coefficients.offset(component, block_row, column);
                    let step = across * coefficients.kept.len();
                    if let Some(slot) = blocks.get_mut(count) {
                        *slot = Some(Block {
                            dc,
                            ac,
                            component,
                            last,
                            offset,
                            step,
                        });
                        count += 1;
                    }
                }
            }
        }
        &blocks[..count]
    }
}

/// The DC coefficients of 8-bit samples are at most 1024 (T.81, A.3.1); some room is left for writers that sharpen.
const MOST_DC: i32 = 2048;

impl Sequential<'_> {
    /// Where differences add up to more than a photo can have, they were not differences.
    fn doubted(&self, done: Done) -> Done {
        let mut predictors = self.predictors.iter().zip(self.most);
        let is_beyond = predictors.any(|(predictor, most)| predictor.unsigned_abs() > most as u32);
        Done {
            is_bad: done.is_bad | is_beyond,
            ..done
        }
    }
}

impl Coding for Sequential<'_> {
    const MAY_JUMP: bool = true;

    fn read(
        &mut self,
        bits: Bits<'_>,
        safe: usize,
        stretch: &Stretch,
        coefficients: &mut Coefficients,
    ) -> Done {
        let mut storage = [None; MCU_BLOCKS];
        let blocks = self.blocks(stretch.row, coefficients, &mut storage);
        let (level, places, count) = (self.level, &self.places, stretch.columns.len());
        let Some(first) = stretch.kept_from else {
            let done = pass(level, bits, safe, count, blocks, &mut self.predictors);
            return self.doubted(done);
        };
        let mcus = stretch.columns.start - first..stretch.columns.end - first;
        let kept = coefficients.kept;
        let row = coefficients.row_mut(stretch.mcu_row);
        let done = match kept {
            Kept::Corner => keep::<32>(
                level,
                bits,
                safe,
                mcus,
                blocks,
                places,
                &mut self.predictors,
                row,
            ),
            Kept::All => keep::<128>(
                level,
                bits,
                safe,
                mcus,
                blocks,
                places,
                &mut self.predictors,
                row,
            ),
        };
        self.doubted(done)
    }

    /// Gives the blocks the DC that came last, and nothing else.
    fn fill(&mut self, stretch: &Stretch, coefficients: &mut Coefficients) {
        let mut storage = [None; MCU_BLOCKS];
        let blocks = self.blocks(stretch.row, coefficients, &mut storage);
        let len = coefficients.kept.len();
        let first = stretch.kept_from.unwrap_or(stretch.columns.start);
        let Some(row) = coefficients.fillable_row_mut(stretch.mcu_row) else {
            return;
        };
        for mcu in stretch.columns.clone() {
            for block in blocks.iter().flatten() {
                let at = block.offset + (mcu - first) * block.step;
                if let Some(place) = row.get_mut(at..at + len) {
                    place.fill(0);
                    place[0] = self.predictors[block.component & 3] as i16;
                }
            }
        }
    }

    fn restart(&mut self) {
        self.predictors = [0; 4];
    }
}
