//! Scans with arithmetic coding: sequential and progressive (T.81, F.2.4, G.2).

use super::walk::{Coding, Done, Stretch};
use super::{MCU_BLOCKS, Scan};
use crate::Damage;
use crate::arithmetic::{Decisions, Estimate, Progress, Statistics};
use crate::bits::{Bits, Cursor};
use crate::coefficients::{Coefficients, Kept};
use crate::conditioning::Conditioning;
use crate::frame::{Frame, Process};
use crate::history::History;
use crate::stream::Stream;

/// The coding of one scan.
pub(crate) struct Arithmetic<'t> {
    sources: [Option<Source>; 4],
    is_alone: bool,
    pass: Pass,
    /// Ss and Se, without the DC.
    band: (usize, usize),
    /// Al.
    low: u8,
    places: [u8; 256],
    conditioning: &'t Conditioning,
    statistics: Statistics,
    /// None where an interval begins.
    progress: Option<Progress>,
    predictors: [i32; 4],
    /// For each component what the last difference was like.
    contexts: [usize; 4],
    /// What a refinement must know of earlier scans; none where no refinement is read.
    history: Option<&'t mut History>,
    /// What came is no code; nothing more is to be had from this interval.
    is_broken: bool,
    /// The row in which bytes of the current interval were missing first, and how many are.
    short_row: Option<usize>,
    missing: usize,
}

/// So many bytes of zeros may have been left out at an interval's end: 16 times what blank blocks take that are as many as fit
/// into a frame. Without a limit a few bytes would be coefficients without an end.
const MAX_MISSING: usize = 1024;

/// What a scan brings.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Pass {
    All,
    Dc,
    DcRefinement,
    Ac,
    AcRefinement,
}

/// A component of the scan.
#[derive(Clone, Copy)]
struct Source {
    component: usize,
    h: usize,
    v: usize,
    dc: usize,
    ac: usize,
}

/// A block of an MCU.
#[derive(Clone, Copy)]
struct Block {
    source: Source,
    /// Where in the row the block of the first kept MCU lies.
    offset: usize,
    /// How far it is to the block of the next MCU.
    step: usize,
}

impl<'t> Arithmetic<'t> {
    pub(crate) fn new(
        frame: &Frame,
        scan: &Scan,
        kept: Kept,
        conditioning: &'t Conditioning,
        history: Option<&'t mut History>,
    ) -> Self {
        let mut sources = [None; 4];
        for (source, chosen) in sources.iter_mut().zip(scan.components()) {
            let component = &frame.components()[chosen.index];
            *source = Some(Source {
                component: chosen.index,
                h: component.h.into(),
                v: component.v.into(),
                dc: chosen.dc.into(),
                ac: chosen.ac.into(),
            });
        }
        let pass = match (frame.process, scan.is_dc(), scan.is_refinement()) {
            (Process::Progressive, true, false) => Pass::Dc,
            (Process::Progressive, true, true) => Pass::DcRefinement,
            (Process::Progressive, false, false) => Pass::Ac,
            (Process::Progressive, false, true) => Pass::AcRefinement,
            _ => Pass::All,
        };
        Self {
            sources,
            is_alone: scan.components().len() == 1,
            pass,
            band: (scan.spectral.0.max(1).into(), scan.spectral.1.into()),
            low: scan.approximation.1,
            places: kept.places(),
            conditioning,
            statistics: Statistics::default(),
            progress: None,
            predictors: [0; 4],
            contexts: [0; 4],
            history,
            is_broken: false,
            short_row: None,
            missing: 0,
        }
    }

    /// Where a marker ends the last interval, bytes that were missing were zeros left out; where the photo ends, they are lost.
    pub(crate) fn judge(&self, damage: Damage, stream: &Stream<'_>) -> Damage {
        match self.short_row {
            Some(row) if stream.is_cut() => Damage {
                is_truncated: true,
                lost_rows: damage.lost_rows.max(damage.rows - row as u32),
                ..damage
            },
            _ => damage,
        }
    }

    /// The blocks of an MCU, in their order (T.81, A.2).
    fn blocks(&self, row: usize, coefficients: &Coefficients) -> [Option<Block>; MCU_BLOCKS] {
        let mut blocks = [None; MCU_BLOCKS];
        let mut slots = blocks.iter_mut();
        for &source in self.sources.iter().flatten() {
            let (across, rows) = match self.is_alone {
                true => (1, row % source.v..row % source.v + 1),
                false => (source.h, 0..source.v),
            };
            for block_row in rows {
                for (column, slot) in (0..across).zip(&mut slots) {
                    *slot = Some(Block {
                        source,
                        offset: coefficients.offset(source.component, block_row, column),
                        step: across * coefficients.kept.len(),
                    });
                }
            }
        }
        blocks
    }

    /// Reads a block; whether all was well.
    fn block(
        &mut self,
        decisions: &mut Decisions<'_>,
        source: Source,
        block: &mut [i16],
        known: &mut u64,
    ) -> bool {
        let (places, low) = (&self.places, self.low);
        let mut put = |index: usize, value: i32| {
            if let Some(place) = block.get_mut(usize::from(places[index])) {
                *place = (value << low) as i16;
            }
        };
        let bound = self.conditioning.ac[source.ac];
        let estimates = &mut self.statistics.ac[source.ac];
        match self.pass {
            Pass::All | Pass::Dc => {
                let difference = decisions.difference(
                    &mut self.statistics.dc[source.dc],
                    &mut self.contexts[source.component],
                    self.conditioning.dc[source.dc],
                );
                let predictor = &mut self.predictors[source.component];
                *predictor = predictor.wrapping_add(difference.unwrap_or(0));
                put(0, *predictor);
                difference.is_some()
                    && (self.pass == Pass::Dc || decisions.band(estimates, (1, 63), bound, put))
            }
            Pass::DcRefinement => {
                let bit = decisions.decide(&mut Estimate::EVEN.clone());
                block[0] |= i16::from(bit) << low;
                true
            }
            Pass::Ac => decisions.band(estimates, self.band, bound, |index, value| {
                put(index, value);
                *known |= 1 << index;
            }),
            Pass::AcRefinement => {
                refine(decisions, estimates, self.band, known, |index, is_new| {
                    let place = block.get_mut(usize::from(places[index]));
                    let mut nowhere = 0;
                    let coefficient = place.unwrap_or(&mut nowhere);
                    let sign = is_new.unwrap_or(coefficient.signum());
                    *coefficient = coefficient.wrapping_add(sign << low);
                })
            }
        }
    }
}

/// A block's next bit (T.81, G.1.3.3).
///
/// `add` is told of each coefficient that grows away from zero, and of the sign of one that was zero.
fn refine(
    decisions: &mut Decisions<'_>,
    estimates: &mut [Estimate; 245],
    (first, last): (usize, usize),
    known: &mut u64,
    mut add: impl FnMut(usize, Option<i16>),
) -> bool {
    let before = *known;
    // Up to here the block has not ended, for earlier scans had something behind it.
    let reached = 63 - (before & u64::MAX >> (63 - last) | 1).leading_zeros() as usize;
    let mut index = first;
    while index <= last {
        if index > reached && decisions.decide(&mut estimates[3 * (index - 1)]) {
            return true;
        }
        loop {
            let at = 3 * (index - 1);
            if before >> index & 1 == 1 {
                if decisions.decide(&mut estimates[at + 2]) {
                    add(index, None);
                }
                break;
            }
            if decisions.decide(&mut estimates[at + 1]) {
                let is_negative = decisions.decide(&mut Estimate::EVEN.clone());
                add(index, Some(if is_negative { -1 } else { 1 }));
                *known |= 1 << index;
                break;
            }
            index += 1;
            if index > last {
                return false;
            }
        }
        index += 1;
    }
    true
}

impl Coding for Arithmetic<'_> {
    /// A restart makes all forgotten, but blocks that are not kept have a history, too: it is not asked whether one is wanted.
    const MAY_JUMP: bool = false;

    /// A decision takes at most 16 bits, and a coefficient 33 decisions.
    const BLOCK_BYTES: usize = 64 * 33 * 2;

    fn read(
        &mut self,
        bits: Bits<'_>,
        safe: usize,
        stretch: &Stretch,
        coefficients: &mut Coefficients,
    ) -> Done {
        let blocks = self.blocks(stretch.row, coefficients);
        let len = coefficients.kept.len();
        let row = match stretch.kept_from {
            Some(_) => coefficients.row_mut(stretch.mcu_row),
            None => &mut [],
        };
        let first = stretch.kept_from.unwrap_or(stretch.columns.start);
        let mut history = self.history.take();
        let mut decisions = Decisions::new(bits.bytes(), bits.position(), self.progress);
        let mut mcus = 0;
        for mcu in stretch.columns.clone() {
            if decisions.position > safe {
                break;
            }
            for block in blocks.iter().flatten() {
                let mut nowhere = ([0; 64], 0);
                let at = block.offset + (mcu - first) * block.step;
                let place = row.get_mut(at..at + len).unwrap_or(&mut nowhere.0[..len]);
                let known = match &mut history {
                    Some(history) => &mut history.row_mut(stretch.row, mcu..mcu + 1)[0],
                    None => &mut nowhere.1,
                };
                if self.pass == Pass::All {
                    place.fill(0);
                }
                self.is_broken |= self.missing + decisions.missing > MAX_MISSING;
                if !self.is_broken {
                    self.is_broken = !self.block(&mut decisions, block.source, place, known);
                } else if self.pass == Pass::All {
                    place[0] = self.predictors[block.source.component] as i16;
                }
            }
            mcus += 1;
        }
        self.history = history;
        self.progress = Some(decisions.progress);
        if decisions.missing > 0 {
            self.missing += decisions.missing;
            self.short_row.get_or_insert(stretch.mcu_row);
        }
        Done {
            cursor: Cursor::at(decisions.position),
            mcus,
            is_bad: self.is_broken,
        }
    }

    /// The DC that came last goes on, where there was one; what earlier scans brought stays.
    fn fill(&mut self, stretch: &Stretch, coefficients: &mut Coefficients) {
        let blocks = self.blocks(stretch.row, coefficients);
        let len = coefficients.kept.len();
        let first = stretch.kept_from.unwrap_or(stretch.columns.start);
        if !matches!(self.pass, Pass::All | Pass::Dc) {
            return;
        }
        let Some(row) = coefficients.fillable_row_mut(stretch.mcu_row) else {
            return;
        };
        for mcu in stretch.columns.clone() {
            for block in blocks.iter().flatten() {
                let at = block.offset + (mcu - first) * block.step;
                if let Some(place) = row.get_mut(at..at + len) {
                    if self.pass == Pass::All {
                        place.fill(0);
                    }
                    place[0] = (self.predictors[block.source.component] << self.low) as i16;
                }
            }
        }
    }

    fn restart(&mut self) {
        self.statistics = Statistics::default();
        self.progress = None;
        self.predictors = [0; 4];
        self.contexts = [0; 4];
        self.is_broken = false;
        self.short_row = None;
        self.missing = 0;
    }
}
