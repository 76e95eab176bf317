//! Reads a photo's tables and scans, up to the coefficients that a plan wants.

mod scans;
mod state;
mod stored;

use simd::Level;

use self::state::State;
use crate::coefficients::Coefficients;
use crate::conditioning::Conditioning;
use crate::decode_plan::DecodePlan;
use crate::frame::{Frame, Process};
use crate::header::read_restart_interval;
use crate::history::History;
use crate::huffman::Tables;
use crate::marker::{Markers, Segment, code};
use crate::overview::Overview;
use crate::scan::{Scan, Script};
use crate::stream::Buffer;
use crate::{Damage, Error};

/// Reads coefficients. Its memory is reused from photo to photo.
#[derive(Debug)]
pub(crate) struct CoefficientReader {
    pub(crate) level: Level,
    /// The most bytes that a photo's coefficients may take.
    pub(crate) memory: u64,
    tables: Tables,
    conditioning: Conditioning,
    pub(crate) buffer: Buffer,
    coefficients: Coefficients,
    history: [History; 4],
    script: Script,
    /// What has been read of the current photo.
    state: State,
}

/// A photo and what is wanted of it.
#[derive(Clone, Copy)]
pub(crate) struct Request<'a> {
    pub(crate) photo: &'a [u8],
    pub(crate) frame: &'a Frame,
    pub(crate) plan: &'a DecodePlan,
    /// The photo's overview if it has one: of a progressive photo it has the DC.
    pub(crate) known: Option<&'a Overview>,
}

impl CoefficientReader {
    pub(crate) fn new(level: Level) -> Self {
        Self {
            level,
            memory: u64::MAX,
            tables: Tables::default(),
            conditioning: Conditioning::default(),
            buffer: Buffer::default(),
            coefficients: Coefficients::default(),
            history: Default::default(),
            script: Script::default(),
            state: State::default(),
        }
    }

    /// Reads the scans of a photo and calls `on_row` for each row of MCUs that the plan wants.
    ///
    /// If a single scan has everything, its rows pass through a ring of a few; otherwise all are collected first. Only from a
    /// single scan is an overview taken.
    pub(crate) fn read(
        &mut self,
        request: Request<'_>,
        overview: Option<&mut Overview>,
        mut on_row: impl FnMut(&Coefficients, usize),
    ) -> Result<Damage, Error> {
        let Request {
            photo, frame, plan, ..
        } = request;
        let is_progressive = frame.process == Process::Progressive;
        self.tables.forget();
        self.conditioning = Conditioning::default();
        self.state = State::default();
        if is_progressive {
            self.script.read(photo, frame, plan)?;
        }
        let mut markers = Markers::new(photo)?;
        while let Some(segment) = markers.next_segment() {
            match segment.code {
                code::EOI => {
                    self.state.has_ended = true;
                    break;
                }
                code::SOS => {
                    let scan = self.begin_scan(&segment, request)?;
                    if scan.has_all_components(frame) && !is_progressive {
                        return self.read_single(request, markers.offset, &scan, overview, on_row);
                    }
                    markers.offset = self.read_one_of_several(request, markers.offset, &scan)?;
                }
                _ => self.read_segment(&segment)?,
            }
        }
        let damage = self.judge(request, markers.offset)?;
        for row in plan.rows.clone() {
            self.state
                .finish_row(self.level, &mut self.coefficients, row);
            on_row(&self.coefficients, row);
        }
        Ok(damage)
    }

    /// Reads a segment other than a scan.
    fn read_segment(&mut self, segment: &Segment<'_>) -> Result<(), Error> {
        match segment.code {
            code::DQT => self.state.quantization.define(segment)?,
            code::DHT => self.tables.define(segment)?,
            code::DAC => self.conditioning.define(segment)?,
            code::DRI => self.state.restart_interval = read_restart_interval(segment)?,
            code::SOF0..=code::SOF15 if self.state.scans == 0 => {}
            _ => self.state.is_doubtful |= !segment.is_harmless(),
        }
        Ok(())
    }

    /// Reads a scan header and records what it begins.
    fn begin_scan(&mut self, segment: &Segment<'_>, request: Request<'_>) -> Result<Scan, Error> {
        let Request { frame, plan, .. } = request;
        let scan = Scan::read(segment, frame)?;
        if frame.process != Process::Progressive && !frame.is_arithmetic {
            self.tables.supply_standard(&scan);
        }
        if frame.is_arithmetic && self.state.scans == MAX_ARITHMETIC_SCANS {
            return Err(segment.malformed("at most 32 scans"));
        }
        self.state
            .begin_components(segment, &scan, frame, plan.kept)?;
        self.state.is_doubtful |= !self.state.progression.advance(&scan, frame);
        Ok(scan)
    }

    /// Judges a photo of several scans, which is read up to `offset`.
    fn judge(&self, request: Request<'_>, offset: usize) -> Result<Damage, Error> {
        let Request { frame, plan, .. } = request;
        let State {
            has_ended,
            last_is_read,
            is_doubtful,
            ref progression,
            ref quantization,
            ..
        } = self.state;
        let mut damage = self.state.damage.ok_or(Error::Malformed {
            what: "a scan",
            offset,
        })?;
        damage.is_truncated |= !has_ended && (!last_is_read || progression.lacks_bits(frame));
        let is_cut = !has_ended && progression.lacks_seen_bits(frame, plan, quantization);
        Ok(
            if is_cut || is_doubtful || progression.lacks_a_component(frame) {
                damage.everywhere()
            } else {
                damage
            },
        )
    }

    /// Makes room for the coefficients: a ring of so many MCU rows, or all of them.
    fn lay_out(
        &mut self,
        frame: &Frame,
        plan: &DecodePlan,
        ring: Option<usize>,
    ) -> Result<(), Error> {
        let (columns, rows) = (plan.columns.clone(), plan.rows.clone());
        self.coefficients
            .lay_out(frame.components(), plan.kept, columns, rows, ring);
        let (needed, allowed) = (self.coefficients.bytes(), self.memory);
        if needed > allowed {
            Err(Error::Memory { needed, allowed })
        } else {
            Ok(())
        }
    }
}

/// More than writers make. Each may be a few bytes long and visit every block.
const MAX_ARITHMETIC_SCANS: usize = 32;
