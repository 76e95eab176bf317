//! A sequential scan (T.81, F.2).

use std::ops::Range;

use simd::Level;

use super::blocks::{Tables, keep, keep_dc};
use super::driver::{Done, McuSpan, ScanDecoder};
use super::mcu::{McuBlocks, McuLayout};
use super::{Scan, max_dc};
use crate::Error;
use crate::bits::Bits;
use crate::coefficients::{Coefficients, Kept};
use crate::frame::Frame;
use crate::huffman;
use crate::overview::{Overview, StoredSpan, dc_steps};
use crate::stream::Buffered;

/// Decodes a sequential scan with Huffman coding.
pub(crate) struct Sequential<'t> {
    level: Level,
    layout: McuLayout<Tables<'t>>,
    blocks: RowBlocks<'t>,
    predictors: [i32; 4],
    /// The largest magnitude of each predictor in a sound photo.
    max: [i32; 4],
    /// The quantization step of each component's DC.
    dc_steps: [i32; 4],
    /// Where the DC of all blocks is stored, also of those that are not kept.
    overview: Option<&'t mut Overview>,
}

/// The blocks of an MCU in the row that is read.
struct RowBlocks<'t> {
    /// Which of the scan's rows in an MCU they are of; `None` before the first row.
    row_in_mcu: Option<usize>,
    kept: McuBlocks<Tables<'t>>,
    /// In the overview.
    dc: McuBlocks<Tables<'t>>,
}

impl<'t> Sequential<'t> {
    /// Prepares for a scan, whose tables must be defined.
    pub(crate) fn new(
        level: Level,
        frame: &Frame,
        scan: &Scan,
        tables: &'t huffman::Tables,
        steps: &[Option<[i16; 64]>; 4],
    ) -> Result<Self, Error> {
        let layout = McuLayout::new(frame, scan, |chosen| {
            Ok(Tables {
                dc: tables.dc(chosen.dc)?,
                ac: tables.ac(chosen.ac)?,
            })
        })?;
        let blocks = RowBlocks {
            row_in_mcu: None,
            kept: layout.no_blocks(),
            dc: layout.no_blocks(),
        };
        let dc_steps = dc_steps(steps);
        Ok(Self {
            level,
            layout,
            blocks,
            predictors: [0; 4],
            max: dc_steps.map(max_dc),
            dc_steps,
            overview: None,
        })
    }

    /// Stores in an overview what it needs of all blocks.
    pub(crate) fn with_overview(self, overview: Option<&'t mut Overview>) -> Self {
        Self { overview, ..self }
    }

    /// Reads from a stored span the columns that are kept.
    pub(crate) fn read_stored(
        &mut self,
        overview: &Overview,
        stored: &StoredSpan,
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
        self.find_blocks(stored.row, coefficients);
        let span = |columns: Range<usize>, kept_from| McuSpan {
            row: stored.row,
            mcu_row,
            columns,
            kept_from,
        };
        if columns.start > stored.columns.start {
            let before = span(stored.columns.start..columns.start, None);
            cursor = self.read(Buffered::all(bits), &before, coefficients).cursor;
            bits = Bits::new(bytes, cursor);
        }
        let wanted = span(columns, Some(kept.start));
        self.read(Buffered::all(bits), &wanted, coefficients);
    }

    /// Reads a span that is kept.
    fn read_kept(
        &mut self,
        buffered: Buffered<'_>,
        span: &McuSpan,
        first: usize,
        coefficients: &mut Coefficients,
    ) -> Done {
        let mcus = span.columns.start - first..span.columns.end - first;
        let kept = coefficients.kept;
        let row = coefficients.row_mut(span.mcu_row);
        let keep = match kept {
            Kept::Corner => keep::<16>,
            Kept::All => keep::<64>,
        };
        keep(
            self.level,
            buffered,
            mcus,
            self.blocks.kept.as_slice(),
            &mut self.predictors,
            row,
        )
    }

    /// Finds the blocks of the MCUs of a row; they are the same in all rows, but of a lone component in several rows of blocks.
    fn find_blocks(&mut self, row: usize, coefficients: &Coefficients) {
        let row_in_mcu = Some(row % self.layout.per_mcu().1);
        if self.blocks.row_in_mcu == row_in_mcu {
            return;
        }
        self.blocks.row_in_mcu = row_in_mcu;
        self.blocks.kept = self.layout.blocks(row, coefficients);
        if let Some(overview) = &self.overview {
            self.blocks.dc = self.layout.blocks(row, &overview.dc);
        }
    }

    /// Reads a span that is not kept, for its DC.
    fn read_dc(&mut self, buffered: Buffered<'_>, span: &McuSpan) -> Done {
        let (blocks, row) = match &mut self.overview {
            Some(overview) => (&self.blocks.dc, overview.dc.row_mut(span.mcu_row)),
            None => (&self.blocks.kept, &mut [][..]),
        };
        let (columns, blocks) = (span.columns.clone(), blocks.as_slice());
        keep_dc(
            self.level,
            buffered,
            columns,
            blocks,
            &mut self.predictors,
            row,
        )
    }

    /// Stores the bits of a span that may be wanted later.
    fn store_bits(&mut self, span: &McuSpan, bits: Bits<'_>, before: [i32; 4], done: Done) {
        let columns = span.columns.start..span.columns.start + done.mcus;
        let (per_mcu, _) = self.layout.per_mcu();
        if let Some(overview) = self.overview.as_deref_mut()
            && overview.stores(span.mcu_row, columns.start / per_mcu)
        {
            let read = bits.cursor().consumed_bits()..done.cursor.consumed_bits();
            overview.store(span.row, columns, before, bits.bytes(), read);
        }
    }

    /// Finds fault if the differences add up to more than a photo can have: then they were none.
    fn check_predictors(&self, done: Done) -> Done {
        let mut predictors = self.predictors.iter().zip(self.max);
        let is_beyond = predictors.any(|(predictor, max)| predictor.unsigned_abs() > max as u32);
        Done {
            is_bad: done.is_bad | is_beyond,
            ..done
        }
    }
}

impl ScanDecoder for Sequential<'_> {
    const CAN_SKIP_INTERVALS: bool = true;

    fn reads_all(&self) -> bool {
        self.overview.is_some()
    }

    fn span_end(&self, column: usize) -> usize {
        let (per_mcu, _) = self.layout.per_mcu();
        let overview = self.overview.as_ref();
        overview.map_or(usize::MAX, |overview| {
            overview.cut_after(column / per_mcu).saturating_mul(per_mcu)
        })
    }

    fn begin_row(&mut self, row: usize, mcu_row: usize, coefficients: &Coefficients) {
        self.find_blocks(row, coefficients);
        if let Some(overview) = &mut self.overview {
            overview.begin_row(mcu_row);
        }
    }

    fn end_row(&mut self, row: usize, kept: Option<&Coefficients>) {
        if let Some(overview) = &mut self.overview {
            let per_mcu = self.layout.per_mcu();
            overview.draw_row(self.level, row, per_mcu, &self.dc_steps, kept);
        }
    }

    fn read(
        &mut self,
        buffered: Buffered<'_>,
        span: &McuSpan,
        coefficients: &mut Coefficients,
    ) -> Done {
        let before = self.predictors;
        let done = match span.kept_from {
            Some(first) => self.read_kept(buffered, span, first, coefficients),
            None => self.read_dc(buffered, span),
        };
        self.store_bits(span, buffered.bits, before, done);
        self.check_predictors(done)
    }

    /// The last DC goes on, without AC coefficients.
    fn fill(&mut self, span: &McuSpan, coefficients: &mut Coefficients) {
        if let Some(overview) = &mut self.overview {
            overview.leave_out(span.columns.clone());
        }
        self.layout.fill(span, coefficients, |block, coefficients| {
            coefficients.fill(0);
            coefficients[0] = self.predictors[block.component & 3] as i16;
        });
    }

    fn restart(&mut self) {
        self.predictors = [0; 4];
    }
}
