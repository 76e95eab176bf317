//! A sequential scan (T.81, F.2).

use std::ops::Range;

use simd::Level;

use super::blocks::{Block, keep, keep_dc, pass};
use super::walk::{Coding, Done, Stretch};
use super::{MCU_BLOCKS, Scan};
use crate::Error;
use crate::bits::Bits;
use crate::coefficients::{Coefficients, Kept};
use crate::frame::Frame;
use crate::huffman::{Ac, Dc, Tables};
use crate::overview::{Overview, Stored};

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
    /// What is noted of all blocks, also of those that are not kept.
    overview: Option<&'t mut Overview>,
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
            most: steps.map(|steps| most_dc(steps.map_or(1, |steps| steps[0].into()))),
            overview: None,
        })
    }

    /// Notes what a overview wants of all blocks.
    pub(crate) fn with_overview(self, overview: Option<&'t mut Overview>) -> Self {
        Self { overview, ..self }
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
                    let step = across * coefficients.block;
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

/// How large a DC coefficient may be that is to be multiplied by a step: of 8-bit samples it is at most 1024 (T.81, A.3.1);
/// some room is left for writers that sharpen.
pub(crate) fn most_dc(step: i32) -> i32 {
    2048 / step.max(1) + 1
}

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

impl Sequential<'_> {
    /// Reads of a stretch that was stored the columns that are kept, of which `kept_from` is the first.
    pub(crate) fn read_stored(
        &mut self,
        overview: &Overview,
        stored: &Stored,
        mcu_row: usize,
        kept: &Range<usize>,
        coefficients: &mut Coefficients,
    ) {
        let columns = stored.columns.start.max(kept.start)..stored.columns.end.min(kept.end);
        if columns.is_empty() {
            return;
        }
        let (bytes, mut cursor, skipped) = overview.bits_of(stored);
        let mut bits = Bits::new(bytes, cursor);
        bits.refill();
        bits.consume(skipped);
        self.predictors = stored.predictors;
        let stretch = |columns: Range<usize>, kept_from| Stretch {
            row: stored.row,
            mcu_row,
            columns,
            kept_from,
        };
        if columns.start > stored.columns.start {
            let before = stretch(stored.columns.start..columns.start, None);
            cursor = self.read(bits, usize::MAX, &before, coefficients).cursor;
            bits = Bits::new(bytes, cursor);
        }
        let wanted = stretch(columns, Some(kept.start));
        self.read(bits, usize::MAX, &wanted, coefficients);
    }

    /// How many of the scan's columns make one of the frame's.
    fn per_mcu(&self) -> usize {
        match (&self.sources[0], self.is_alone) {
            (Some(source), true) => source.h,
            _ => 1,
        }
    }

    /// Notes what was read of a stretch: the DC coefficients of kept blocks, and the bits of those that may be wanted later.
    fn note(
        &mut self,
        stretch: &Stretch,
        bits: Bits<'_>,
        before: [i32; 4],
        done: Done,
        kept: &Coefficients,
    ) {
        let per_mcu = self.per_mcu();
        let columns = stretch.columns.start..stretch.columns.start + done.mcus;
        let Some(overview) = self.overview.take() else {
            return;
        };
        if let Some(first) = stretch.kept_from {
            let mut storage = [None; MCU_BLOCKS];
            let from = self.blocks(stretch.row, kept, &mut storage);
            let mut storage = [None; MCU_BLOCKS];
            let to = self.blocks(stretch.row, &overview.dc, &mut storage);
            let coefficients = kept.row(stretch.mcu_row);
            let row = overview.dc.row_mut(stretch.mcu_row);
            for (from, to) in from.iter().flatten().zip(to.iter().flatten()) {
                let from = coefficients[from.offset + (columns.start - first) * from.step..]
                    .iter()
                    .step_by(from.step);
                let to = row[to.offset + columns.start * to.step..]
                    .iter_mut()
                    .step_by(to.step);
                for (dc, place) in from.zip(to).take(columns.len()) {
                    *place = *dc;
                }
            }
        }
        if overview.stores(stretch.mcu_row, columns.start / per_mcu) {
            let read = bits.cursor().consumed_bits()..done.cursor.consumed_bits();
            overview.store(stretch.row, columns, before, bits.bytes(), read);
        }
        self.overview = Some(overview);
    }
}

impl Coding for Sequential<'_> {
    const MAY_JUMP: bool = true;

    fn reads_all(&self) -> bool {
        self.overview.is_some()
    }

    fn cut_after(&self, column: usize) -> usize {
        let per_mcu = self.per_mcu();
        let overview = self.overview.as_ref();
        overview.map_or(usize::MAX, |overview| {
            overview.cut_after(column / per_mcu).saturating_mul(per_mcu)
        })
    }

    fn read(
        &mut self,
        bits: Bits<'_>,
        safe: usize,
        stretch: &Stretch,
        coefficients: &mut Coefficients,
    ) -> Done {
        let mut storage = [None; MCU_BLOCKS];
        let before = self.predictors;
        let (level, places, count) = (self.level, &self.places, stretch.columns.len());
        let Some(first) = stretch.kept_from else {
            if let Some(noted) = self.overview.take() {
                let blocks = self.blocks(stretch.row, &noted.dc, &mut storage);
                let row = noted.dc.row_mut(stretch.mcu_row);
                let columns = stretch.columns.clone();
                let done = keep_dc(
                    level,
                    bits,
                    safe,
                    columns,
                    blocks,
                    &mut self.predictors,
                    row,
                );
                self.overview = Some(noted);
                self.note(stretch, bits, before, done, coefficients);
                return self.doubted(done);
            }
            let blocks = self.blocks(stretch.row, coefficients, &mut storage);
            let done = pass(level, bits, safe, count, blocks, &mut self.predictors);
            return self.doubted(done);
        };
        let blocks = self.blocks(stretch.row, coefficients, &mut storage);
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
        if self.overview.is_some() {
            self.note(stretch, bits, before, done, coefficients);
        }
        self.doubted(done)
    }

    /// Gives the blocks the DC that came last, and nothing else.
    fn fill(&mut self, stretch: &Stretch, coefficients: &mut Coefficients) {
        let mut storage = [None; MCU_BLOCKS];
        let blocks = self.blocks(stretch.row, coefficients, &mut storage);
        let len = coefficients.block;
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
