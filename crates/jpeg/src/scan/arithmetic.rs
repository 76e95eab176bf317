//! A scan with arithmetic coding, sequential or progressive (T.81, F.2.4, G.2).

mod refinement;

use self::refinement::refine;
use super::driver::{Done, McuSpan, ScanDecoder};
use super::mcu::{Block, McuLayout};
use super::{Scan, ScanKind};
use crate::arithmetic::{Decoder, Estimate, Registers, Statistics};
use crate::bits::Cursor;
use crate::coefficients::{Coefficients, Kept};
use crate::conditioning::Conditioning;
use crate::frame::Frame;
use crate::history::History;
use crate::stream::{Buffered, Stream};
use crate::{Damage, Error};

/// Decodes one scan.
pub(crate) struct Arithmetic<'t> {
    layout: McuLayout<Tables>,
    kind: ScanKind,
    /// Ss and Se, without the DC.
    band: (usize, usize),
    /// Al.
    low: u8,
    positions: &'static [u8; 256],
    conditioning: &'t Conditioning,
    statistics: Statistics,
    /// `None` at the beginning of an interval.
    registers: Option<Registers>,
    predictors: [i32; 4],
    /// The context of each component's next difference, which is what the last one was like.
    contexts: [usize; 4],
    /// What a refinement must know of earlier scans; `None` if no refinement is read.
    history: Option<&'t mut History>,
    /// Whether bits came that are no code: nothing more can be read from this interval.
    is_broken: bool,
    /// The row in which bytes of the current interval were missing first, and how many are.
    short_row: Option<usize>,
    missing: usize,
}

/// The most bytes of zeros that may have been omitted at an interval's end: 16 times those of the most blank blocks that fit
/// into a frame. Without a limit, a few bytes would decode to coefficients without an end.
const MAX_MISSING: usize = 1024;

/// The tables of a component.
#[derive(Clone, Copy)]
struct Tables {
    dc: usize,
    ac: usize,
}

impl<'t> Arithmetic<'t> {
    pub(crate) fn new(
        frame: &Frame,
        scan: &Scan,
        kept: Kept,
        conditioning: &'t Conditioning,
        history: Option<&'t mut History>,
    ) -> Result<Self, Error> {
        let layout = McuLayout::new(frame, scan, |chosen| {
            Ok(Tables {
                dc: chosen.dc.into(),
                ac: chosen.ac.into(),
            })
        })?;
        Ok(Self {
            layout,
            kind: scan.kind(frame),
            band: (scan.spectral.0.max(1).into(), scan.spectral.1.into()),
            low: scan.approximation.1,
            positions: kept.positions(),
            conditioning,
            statistics: Statistics::default(),
            registers: None,
            predictors: [0; 4],
            contexts: [0; 4],
            history,
            is_broken: false,
            short_row: None,
            missing: 0,
        })
    }

    /// Reads a block; returns whether its bits were a code.
    fn read_block(
        &mut self,
        decoder: &mut Decoder<'_>,
        block: &Block<Tables>,
        coefficients: &mut [i16],
        known: &mut u64,
    ) -> bool {
        let (positions, low) = (self.positions, self.low);
        let Tables { dc, ac } = block.tables;
        let mut put = |index: usize, value: i32| {
            if let Some(coefficient) = coefficients.get_mut(usize::from(positions[index])) {
                *coefficient = (value << low) as i16;
            }
        };
        let bound = self.conditioning.ac[ac];
        let estimates = &mut self.statistics.ac[ac];
        match self.kind {
            ScanKind::Sequential | ScanKind::DcFirst => {
                let difference = decoder.difference(
                    &mut self.statistics.dc[dc],
                    &mut self.contexts[block.component],
                    self.conditioning.dc[dc],
                );
                let predictor = &mut self.predictors[block.component];
                *predictor = predictor.wrapping_add(difference.unwrap_or(0));
                put(0, *predictor);
                difference.is_some()
                    && (self.kind == ScanKind::DcFirst
                        || decoder.band(estimates, (1, 63), bound, put))
            }
            ScanKind::DcRefinement => {
                let bit = decoder.decide(&mut Estimate::EVEN.clone());
                coefficients[0] |= i16::from(bit) << low;
                true
            }
            ScanKind::AcFirst => decoder.band(estimates, self.band, bound, |index, value| {
                put(index, value);
                *known |= 1 << index;
            }),
            ScanKind::AcRefinement => {
                refine(decoder, estimates, self.band, known, |index, is_new| {
                    let mut unkept = 0;
                    let coefficient = coefficients
                        .get_mut(usize::from(positions[index]))
                        .unwrap_or(&mut unkept);
                    let sign = is_new.unwrap_or(coefficient.signum());
                    *coefficient = coefficient.wrapping_add(sign << low);
                })
            }
        }
    }
}

impl ScanDecoder for Arithmetic<'_> {
    /// A restart resets everything, but blocks that are not kept may have a history.
    const CAN_SKIP_INTERVALS: bool = false;

    /// A decision takes at most 16 bits, and a coefficient 33 decisions.
    const BLOCK_BYTES: usize = 64 * 33 * 2;

    fn read(
        &mut self,
        buffered: Buffered<'_>,
        span: &McuSpan,
        coefficients: &mut Coefficients,
    ) -> Done {
        let blocks = self.layout.blocks(span.row, coefficients);
        let len = coefficients.kept.len();
        let row = match span.kept_from {
            Some(_) => coefficients.row_mut(span.mcu_row),
            None => &mut [],
        };
        let first = span.kept_from.unwrap_or(span.columns.start);
        let mut history = self.history.take();
        let bits = buffered.bits;
        let mut decoder = Decoder::new(bits.bytes(), bits.position(), self.registers);
        let mut mcus = 0;
        for mcu in span.columns.clone() {
            if decoder.position > buffered.safe_end {
                break;
            }
            for block in blocks.as_slice() {
                let mut unkept = ([0; 64], 0);
                let start = block.start(mcu - first);
                let coefficients = row
                    .get_mut(start..start + len)
                    .unwrap_or(&mut unkept.0[..len]);
                let known = match &mut history {
                    Some(history) => &mut history.row_mut(span.row, mcu..mcu + 1)[0],
                    None => &mut unkept.1,
                };
                let is_sequential = self.kind == ScanKind::Sequential;
                if is_sequential {
                    coefficients.fill(0);
                }
                self.is_broken |= self.missing + decoder.missing > MAX_MISSING;
                if !self.is_broken {
                    self.is_broken = !self.read_block(&mut decoder, block, coefficients, known);
                } else if is_sequential {
                    coefficients[0] = self.predictors[block.component] as i16;
                }
            }
            mcus += 1;
        }
        self.history = history;
        self.registers = Some(decoder.registers);
        if decoder.missing > 0 {
            self.missing += decoder.missing;
            self.short_row.get_or_insert(span.mcu_row);
        }
        Done {
            cursor: Cursor::at(decoder.position),
            mcus,
            is_bad: self.is_broken,
        }
    }

    /// The last DC goes on in scans that code it; what earlier scans brought stays.
    fn fill(&mut self, span: &McuSpan, coefficients: &mut Coefficients) {
        let (is_sequential, low) = (self.kind == ScanKind::Sequential, self.low);
        if !is_sequential && self.kind != ScanKind::DcFirst {
            return;
        }
        self.layout.fill(span, coefficients, |block, coefficients| {
            if is_sequential {
                coefficients.fill(0);
            }
            coefficients[0] = (self.predictors[block.component] << low) as i16;
        });
    }

    fn restart(&mut self) {
        self.statistics = Statistics::default();
        self.registers = None;
        self.predictors = [0; 4];
        self.contexts = [0; 4];
        self.is_broken = false;
        self.short_row = None;
        self.missing = 0;
    }

    /// If a marker ends the last interval, missing bytes are zeros that the writer omitted (T.81, D.1.8); if the photo ends,
    /// they are lost.
    fn judge(&self, damage: Damage, stream: &Stream<'_>) -> Damage {
        match self.short_row {
            Some(row) if stream.is_cut() => Damage {
                is_truncated: true,
                lost_rows: damage.lost_rows.max(damage.rows - row as u32),
                ..damage
            },
            _ => damage,
        }
    }
}
