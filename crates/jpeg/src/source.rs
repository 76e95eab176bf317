//! The way through a photo: its tables and scans, up to the coefficients that a plan wants.

use simd::Level;

use crate::coefficients::{Coefficients, Kept};
use crate::conditioning::Conditioning;
use crate::decode_plan::DecodePlan;
use crate::frame::{Frame, Process};
use crate::header::read_restart_interval;
use crate::history::History;
use crate::huffman::Tables;
use crate::marker::{Markers, code};
use crate::overview::Overview;
use crate::scan::{AcScan, Arithmetic, DcScan, Grid, Scan, Script, Sequential, walk};
use crate::stream::{Buffer, Stream};
use crate::{Damage, Error};

mod state;

use self::state::State;

/// What it takes to read coefficients, kept from photo to photo.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) level: Level,
    /// How many bytes a photo's coefficients may take.
    pub(crate) memory: u64,
    tables: Tables,
    conditioning: Conditioning,
    buffer: Buffer,
    coefficients: Coefficients,
    history: [History; 4],
    script: Script,
    /// What has been read of the photo at hand.
    state: State,
}

impl Source {
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

    /// Reads the scans of a photo; `row_is_there` is told of each row of MCUs, from the first that the plan wants on.
    ///
    /// A photo with all in one scan goes through a few rows of memory, any other is collected first. Only of the former a
    /// overview is taken.
    pub(crate) fn read(
        &mut self,
        photo: &[u8],
        frame: &Frame,
        plan: &DecodePlan,
        overview: Option<&mut Overview>,
        mut row_is_there: impl FnMut(&Coefficients, usize),
    ) -> Result<Damage, Error> {
        self.tables.forget();
        self.conditioning = Conditioning::default();
        self.state = State::default();
        let is_progressive = frame.process == Process::Progressive;
        if is_progressive {
            self.script.read(photo, frame, plan)?;
        }
        let mut scans = 0;
        let mut has_ended = false;
        let mut last_is_read = true;
        let mut markers = Markers::new(photo)?;
        while let Some(segment) = markers.next_segment() {
            match segment.code {
                code::DQT => self.state.quantization.define(&segment)?,
                code::DHT => self.tables.define(&segment)?,
                code::DAC => self.conditioning.define(&segment)?,
                code::DRI => self.state.restart_interval = read_restart_interval(&segment)?,
                code::EOI => {
                    has_ended = true;
                    break;
                }
                code::SOS => {
                    let scan = Scan::read(&segment, frame)?;
                    if frame.is_arithmetic && scans == MAX_ARITHMETIC_SCANS {
                        return Err(segment.malformed("at most 32 scans"));
                    }
                    self.state
                        .begin_components(&segment, &scan, frame, plan.kept)?;
                    self.state.is_doubtful |= !self.state.reached.advance(&scan, frame);
                    let is_all = scan.components().len() == frame.components().len();
                    if is_all && !is_progressive {
                        self.lay_out(frame, plan, Some(plan.rows_at_once))?;
                        let offset = markers.offset;
                        let (mut damage, end) = self.read_in_one_pass(
                            photo,
                            offset,
                            frame,
                            &scan,
                            plan,
                            overview,
                            row_is_there,
                        )?;
                        damage.is_truncated |= stops_early(frame, plan) && !ends(photo, end);
                        return Ok(if self.state.is_doubtful {
                            damage.everywhere()
                        } else {
                            damage
                        });
                    }
                    if self.state.damage.is_none() {
                        self.lay_out(frame, plan, None)?;
                        for history in &mut self.history {
                            history.forget();
                        }
                    }
                    let is_wanted = !is_progressive || self.script.is_wanted(scans);
                    last_is_read = is_wanted && !stops_early(frame, plan);
                    if is_wanted {
                        let (damage, end) =
                            self.read_scan(photo, markers.offset, frame, &scan, plan)?;
                        self.state.damage.get_or_insert_default().join(damage);
                        markers.offset = end;
                    }
                    scans += 1;
                }
                code::SOF0..=code::SOF15 if scans == 0 => {}
                _ => self.state.is_doubtful |= !segment.is_harmless(),
            }
        }
        let mut damage = self.state.damage.ok_or(Error::Malformed {
            what: "a scan",
            offset: markers.offset,
        })?;
        let State {
            reached,
            quantization,
            ..
        } = &self.state;
        damage.is_truncated |= !has_ended && (!last_is_read || reached.lacks_bits(frame));
        let is_cut = !has_ended && reached.lacks_seen_bits(frame, plan, quantization);
        if is_cut || self.state.is_doubtful || reached.lacks_a_component(frame) {
            damage = damage.everywhere();
        }
        for row in plan.rows.clone() {
            self.state
                .finish_row(self.level, &mut self.coefficients, row);
            row_is_there(&self.coefficients, row);
        }
        Ok(damage)
    }

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

    /// Reads the only scan; tells where in the photo its reading ended.
    #[expect(
        clippy::too_many_arguments,
        reason = "a step of reading, for its length on its own"
    )]
    fn read_in_one_pass(
        &mut self,
        photo: &[u8],
        offset: usize,
        frame: &Frame,
        scan: &Scan,
        plan: &DecodePlan,
        mut overview: Option<&mut Overview>,
        mut row_is_there: impl FnMut(&Coefficients, usize),
    ) -> Result<(Damage, usize), Error> {
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
        let mut stream = Stream::new(photo, offset, buffer, frame.is_arithmetic);
        let interval = state.restart_interval;
        let row_is_there = |coefficients: &mut Coefficients, row| {
            state.finish_row(*level, coefficients, row);
            row_is_there(coefficients, row);
        };
        let damage = if frame.is_arithmetic {
            let mut coding = Arithmetic::new(frame, scan, plan.kept, conditioning, None);
            let damage = walk(
                &mut coding,
                frame,
                scan,
                interval,
                &mut stream,
                coefficients,
                row_is_there,
            );
            coding.judge(damage, &stream)
        } else {
            let coding = Sequential::new(
                *level,
                frame,
                scan,
                tables,
                &plan.last,
                plan.kept,
                &state.steps,
            )?;
            let mut coding = coding.with_overview(overview);
            walk(
                &mut coding,
                frame,
                scan,
                interval,
                &mut stream,
                coefficients,
                row_is_there,
            )
        };
        Ok((damage, stream.offset()))
    }

    /// Reads from the bits that a overview stored what a plan wants, all of which must be there.
    pub(crate) fn read_stored(
        &mut self,
        frame: &Frame,
        plan: &DecodePlan,
        overview: &Overview,
        mut row_is_there: impl FnMut(&Coefficients, usize),
    ) -> Result<(), Error> {
        let Some(scan) = overview.scan else {
            return Ok(());
        };
        self.lay_out(frame, plan, Some(plan.rows_at_once))?;
        let Self {
            level,
            tables,
            coefficients,
            state,
            ..
        } = self;
        let steps = &state.steps;
        let mut coding =
            Sequential::new(*level, frame, &scan, tables, &plan.last, plan.kept, steps)?;
        let grid = Grid::new(frame, &scan);
        let (across, down) = grid.per_mcu;
        let kept = plan.columns.start * across..(plan.columns.end * across).min(grid.columns);
        for mcu_row in plan.rows.clone() {
            for row in mcu_row * down..((mcu_row + 1) * down).min(grid.rows) {
                for stored in overview.stored_in(row) {
                    coding.read_stored(overview, stored, mcu_row, &kept, coefficients);
                }
            }
            state.finish_row(*level, coefficients, mcu_row);
            row_is_there(coefficients, mcu_row);
        }
        Ok(())
    }

    /// Takes a overview at a progressive photo, of whose scans only those of the DC coefficients are read; tells whether they come
    /// before all others.
    pub(crate) fn read_dc(
        &mut self,
        photo: &[u8],
        frame: &Frame,
        overview: &mut Overview,
    ) -> Result<bool, Error> {
        self.tables.forget();
        self.state = State::default();
        let Self {
            level,
            tables,
            buffer,
            state,
            ..
        } = self;
        let mut markers = Markers::new(photo)?;
        let mut missing = frame.components().len();
        while let Some(segment) = markers.next_segment() {
            match segment.code {
                code::DQT => state.quantization.define(&segment)?,
                code::DHT => tables.define(&segment)?,
                code::DRI => state.restart_interval = read_restart_interval(&segment)?,
                code::EOI => break,
                code::SOS => {
                    let scan = Scan::read(&segment, frame)?;
                    if !scan.is_dc() || scan.is_refinement() {
                        break;
                    }
                    state.begin_components(&segment, &scan, frame, Kept::Corner)?;
                    let mut stream = Stream::new(photo, markers.offset, buffer, false);
                    let mut coding = DcScan::new(*level, frame, &scan, tables)?;
                    let interval = state.restart_interval;
                    let dc = &mut overview.dc;
                    walk(
                        &mut coding,
                        frame,
                        &scan,
                        interval,
                        &mut stream,
                        dc,
                        |_, _| {},
                    );
                    markers.offset = stream.offset();
                    missing = missing.saturating_sub(scan.components().len());
                    if missing == 0 {
                        return Ok(true);
                    }
                }
                _ => {}
            }
        }
        Ok(false)
    }

    /// The quantization steps in places of the components that have begun.
    pub(crate) fn steps(&self) -> &[Option<[i16; 64]>; 4] {
        &self.state.steps
    }

    /// Reads one scan of several; tells where in the photo to go on.
    fn read_scan(
        &mut self,
        photo: &[u8],
        offset: usize,
        frame: &Frame,
        scan: &Scan,
        plan: &DecodePlan,
    ) -> Result<(Damage, usize), Error> {
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
        let mut stream = Stream::new(photo, offset, buffer, frame.is_arithmetic);
        let interval = state.restart_interval;
        let is_ac = frame.process == Process::Progressive && !scan.is_dc();
        let history = is_ac.then(|| {
            let component = scan.components()[0].index;
            let (first, last) = (usize::from(scan.spectral.0), usize::from(scan.spectral.1));
            state.lowest[component][first..=last].fill(scan.approximation.1);
            script.needs_history(component).then(|| {
                let history = &mut history[component];
                history.set_columns(Grid::new(frame, scan).columns);
                history
            })
        });
        let history = history.flatten();
        let damage = if frame.is_arithmetic {
            let mut coding = Arithmetic::new(frame, scan, plan.kept, conditioning, history);
            let damage = walk(
                &mut coding,
                frame,
                scan,
                interval,
                &mut stream,
                coefficients,
                |_, _| {},
            );
            coding.judge(damage, &stream)
        } else if frame.process != Process::Progressive {
            let mut coding = Sequential::new(
                *level,
                frame,
                scan,
                tables,
                &plan.last,
                plan.kept,
                &state.steps,
            )?;
            walk(
                &mut coding,
                frame,
                scan,
                interval,
                &mut stream,
                coefficients,
                |_, _| {},
            )
        } else if scan.is_dc() {
            let mut coding = DcScan::new(*level, frame, scan, tables)?;
            walk(
                &mut coding,
                frame,
                scan,
                interval,
                &mut stream,
                coefficients,
                |_, _| {},
            )
        } else {
            let places = plan.kept.places();
            let mut coding =
                AcScan::new(*level, frame, scan, tables, &places, &plan.last, history)?;
            walk(
                &mut coding,
                frame,
                scan,
                interval,
                &mut stream,
                coefficients,
                |_, _| {},
            )
        };
        Ok((damage, stream.offset()))
    }
}

/// More than writers make. Each may be a few bytes long and take a look at every block.
const MAX_ARITHMETIC_SCANS: usize = 32;

/// Whether there are rows below those that the plan wants, whose data is not looked at.
fn stops_early(frame: &Frame, plan: &DecodePlan) -> bool {
    plan.rows.end < frame.mcu_rows() as usize
}

/// Whether entropy-coded data that is not read has an end. One look at the photo's last bytes is enough for most.
fn ends(photo: &[u8], offset: usize) -> bool {
    let tail = &photo[photo.len().saturating_sub(MAX_PADDING)..];
    tail.windows(2).any(|bytes| bytes == [0xff, code::EOI])
        || Markers::at(photo, offset).next_segment().is_some()
}

/// What is looked through for EOI at a photo's end: some cards and programs pad it.
const MAX_PADDING: usize = 64;
