//! A sequential scan (T.81, F.2).

use std::ops::Range;

use simd::Level;

use super::blocks::{Tables, keep, keep_dc};
use super::driver::{Done, McuSpan, ScanDecoder};
use super::mcu::McuLayout;
use super::{Scan, max_dc};
use crate::Error;
use crate::bits::Bits;
use crate::coefficients::{Coefficients, Kept};
use crate::frame::Frame;
use crate::huffman;
use crate::overview::{Overview, StoredSpan};
use crate::stream::Buffered;

/// Decodes a sequential scan with Huffman coding.
pub(crate) struct Sequential<'t> {
    level: Level,
    layout: McuLayout<Tables<'t>>,
    predictors: [i32; 4],
    /// The largest magnitude of each predictor in a sound photo.
    max: [i32; 4],
    /// Where the DC of all blocks is stored, also of those that are not kept.
    overview: Option<&'t mut Overview>,
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
        Ok(Self {
            level,
            layout,
            predictors: [0; 4],
            max: steps.map(|steps| max_dc(steps.map_or(1, |steps| steps[0].into()))),
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
        let blocks = self.layout.blocks(span.row, coefficients);
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
            blocks.as_slice(),
            &mut self.predictors,
            row,
        )
    }

    /// Reads a span that is not kept, for its DC.
    fn read_dc(
        &mut self,
        buffered: Buffered<'_>,
        span: &McuSpan,
        coefficients: &Coefficients,
    ) -> Done {
        let predictors = &mut self.predictors;
        let columns = span.columns.clone();
        match &mut self.overview {
            Some(overview) => {
                let blocks = self.layout.blocks(span.row, &overview.dc);
                let row = overview.dc.row_mut(span.mcu_row);
                let blocks = blocks.as_slice();
                keep_dc(self.level, buffered, columns, blocks, predictors, row)
            }
            None => {
                let blocks = self.layout.blocks(span.row, coefficients);
                let blocks = blocks.as_slice();
                keep_dc(self.level, buffered, columns, blocks, predictors, &mut [])
            }
        }
    }

    /// Copies the DC coefficients of kept MCUs to the overview.
    fn copy_dc(&mut self, span: &McuSpan, first: usize, mcus: usize, kept: &Coefficients) {
        let Some(overview) = self.overview.as_deref_mut() else {
            return;
        };
        let from = self.layout.blocks(span.row, kept);
        let to = self.layout.blocks(span.row, &overview.dc);
        let coefficients = kept.row(span.mcu_row);
        let row = overview.dc.row_mut(span.mcu_row);
        for (from, to) in from.as_slice().iter().zip(to.as_slice()) {
            let from = coefficients[from.start(span.columns.start - first)..]
                .iter()
                .step_by(from.step);
            let to = row[to.start(span.columns.start)..]
                .iter_mut()
                .step_by(to.step);
            for (from, to) in from.zip(to).take(mcus) {
                *to = *from;
            }
        }
    }

    /// Stores the bits of a span that may be wanted later.
    fn store_bits(&mut self, span: &McuSpan, bits: Bits<'_>, before: [i32; 4], done: Done) {
        let columns = span.columns.start..span.columns.start + done.mcus;
        let per_mcu = self.layout.columns_per_mcu();
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
        let per_mcu = self.layout.columns_per_mcu();
        let overview = self.overview.as_ref();
        overview.map_or(usize::MAX, |overview| {
            overview.cut_after(column / per_mcu).saturating_mul(per_mcu)
        })
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
            None => self.read_dc(buffered, span, coefficients),
        };
        if let Some(first) = span.kept_from {
            self.copy_dc(span, first, done.mcus, coefficients);
        }
        self.store_bits(span, buffered.bits, before, done);
        self.check_predictors(done)
    }

    /// The last DC goes on, without AC coefficients.
    fn fill(&mut self, span: &McuSpan, coefficients: &mut Coefficients) {
        self.layout.fill(span, coefficients, |block, coefficients| {
            coefficients.fill(0);
            coefficients[0] = self.predictors[block.component & 3] as i16;
        });
    }

    fn restart(&mut self) {
        self.predictors = [0; 4];
    }
}
