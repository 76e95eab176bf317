//! Reads a scan's blocks: all of them, and no more than their coefficients.

use super::coded::{Coded, Interval};
use super::tables::Tables;
use crate::frame::Frame;
use crate::huffman::extend;
use crate::scan::{Grid, Scan, ScanKind, max_dc};

/// What the scans have coded so far, and what reading the next one needs.
pub(super) struct Progression {
    /// The lowest bit of each component and coefficient that was coded; `None` if no scan did.
    lowest: [[Option<u8>; 64]; 3],
    /// Which coefficients of each component and block are not zero; for progressive files only.
    nonzero: [Vec<u64>; 3],
    was_restarted: bool,
}

impl Default for Progression {
    fn default() -> Self {
        Self {
            lowest: [[None; 64]; 3],
            nonzero: Default::default(),
            was_restarted: false,
        }
    }
}

impl Progression {
    /// Records a scan, which must continue where those before it stopped (T.81, G.1.1.1).
    pub(super) fn advance(&mut self, scan: &Scan) -> Option<()> {
        let (high, low) = scan.approximation;
        for chosen in scan.components() {
            let known = self.lowest.get_mut(chosen.index)?;
            if !scan.is_dc() && known[0].is_none() {
                return None;
            }
            let (first, last) = scan.spectral;
            for known in &mut known[first.into()..=last.into()] {
                if known.replace(low) != scan.is_refinement().then_some(high) {
                    return None;
                }
            }
        }
        Some(())
    }

    /// Returns whether every bit of every coefficient was coded.
    pub(super) fn is_complete(&self) -> bool {
        self.lowest.as_flattened().iter().all(|low| *low == Some(0))
    }

    /// Returns whether a restart interval ended before its scan did.
    pub(super) fn was_restarted(&self) -> bool {
        self.was_restarted
    }

    /// Reads a scan whose components have these DC quantization steps; returns `None` unless it is complete and nothing is left
    /// over.
    pub(super) fn read(
        &mut self,
        frame: &Frame,
        scan: &Scan,
        steps: [i32; 3],
        tables: &mut Tables,
        coded: &mut Coded<'_>,
    ) -> Option<()> {
        let grid = Grid::new(frame, scan);
        let mcus = grid.columns * grid.rows;
        let mut blocks = Blocks {
            scan,
            kind: scan.kind(frame),
            per_mcu: std::array::from_fn(|index| match (scan.components(), frame.components()) {
                ([_lone], _) => 1,
                (_, components) => components[index].h * components[index].v,
            }),
            tables,
            // A band is of one component.
            nonzero: &mut self.nonzero[scan.components()[0].index],
            predictors: [0; 3],
            max: steps.map(max_dc),
            run: 0,
        };
        if !scan.is_dc() {
            blocks.nonzero.resize(mcus, 0);
        }
        let interval = match coded.restart_interval() {
            0 => mcus,
            interval => interval as usize,
        };
        for (number, first) in (0..mcus).step_by(interval).enumerate() {
            if let Some(before) = number.checked_sub(1) {
                coded.restart((before % 8) as u8)?;
                self.was_restarted = true;
            }
            let mut data = coded.interval();
            blocks.predictors = [0; 3];
            for mcu in first..mcus.min(first + interval) {
                blocks.read_mcu(mcu, &mut data)?;
            }
            if blocks.run > 0 || !data.is_used_up() {
                return None;
            }
        }
        Some(())
    }
}

/// The blocks of a scan, one after the other.
struct Blocks<'s> {
    scan: &'s Scan,
    kind: ScanKind,
    /// For each component the blocks in an MCU of the scan.
    per_mcu: [u8; 3],
    tables: &'s mut Tables,
    nonzero: &'s mut Vec<u64>,
    predictors: [i32; 3],
    /// The largest magnitude of each predictor that the decoder accepts.
    max: [i32; 3],
    /// Blocks to come that have nothing more in the band (EOBRUN).
    run: u32,
}

/// A run of 16 zeros.
const ZERO_RUN: u8 = 0xf0;

/// The DC values of 8-bit samples.
const DC_VALUES: std::ops::Range<i32> = -1024..1024;
const MAX_DC_BITS: u8 = 11;
const MAX_AC_BITS: u8 = 10;

impl Blocks<'_> {
    fn read_mcu(&mut self, mcu: usize, data: &mut Interval<'_>) -> Option<()> {
        for chosen in self.scan.components() {
            for _ in 0..self.per_mcu[chosen.index] {
                match self.kind {
                    ScanKind::Sequential => {
                        self.read_dc(chosen.index, chosen.dc, data)?;
                        self.read_ac(chosen.ac, data)?;
                    }
                    ScanKind::DcFirst => self.read_dc(chosen.index, chosen.dc, data)?,
                    ScanKind::DcRefinement => drop(data.bits(1)),
                    ScanKind::AcFirst => self.read_band(mcu, chosen.ac, data)?,
                    ScanKind::AcRefinement => self.refine_band(mcu, chosen.ac, data)?,
                }
            }
        }
        Some(())
    }

    /// T.81, F.2.2.1; G.1.2.1.
    fn read_dc(&mut self, component: usize, table: u8, data: &mut Interval<'_>) -> Option<()> {
        let size = data.symbol(self.tables.dc(table)?)?;
        if size > MAX_DC_BITS {
            return None;
        }
        let difference = extend(data.bits(size), size.into());
        let predictor = &mut self.predictors[component];
        *predictor += difference;
        let value = *predictor << self.scan.approximation.1;
        (DC_VALUES.contains(&value) && value.abs() <= self.max[component]).then_some(())
    }

    /// T.81, F.2.2.2.
    fn read_ac(&mut self, table: u8, data: &mut Interval<'_>) -> Option<()> {
        let table = self.tables.ac(table)?;
        let mut k = 1;
        let mut is_run_open = false;
        while k < 64 {
            let symbol = data.symbol(table)?;
            let (run, size) = (symbol >> 4, symbol & 15);
            match symbol {
                // End of block: a run of zeros before it would be redundant.
                0 => return (!is_run_open).then_some(()),
                ZERO_RUN => k += 16,
                _ => {
                    k += u32::from(run) + 1;
                    if !(1..=MAX_AC_BITS).contains(&size) || k > 64 {
                        return None;
                    }
                    data.bits(size);
                }
            }
            is_run_open = symbol == ZERO_RUN;
        }
        (!is_run_open).then_some(())
    }

    /// T.81, G.1.2.2.
    fn read_band(&mut self, block: usize, table: u8, data: &mut Interval<'_>) -> Option<()> {
        if self.run > 0 {
            self.run -= 1;
            return Some(());
        }
        let table = self.tables.ac(table)?;
        let (first, last) = self.scan.spectral;
        let mut k = first;
        let mut is_run_open = false;
        while k <= last {
            let symbol = data.symbol(table)?;
            let (run, size) = (symbol >> 4, symbol & 15);
            if symbol == ZERO_RUN {
                k += 16;
            } else if size == 0 {
                self.run = (1 << run) - 1 + data.bits(run);
                return (!is_run_open).then_some(());
            } else {
                k += run;
                if size > MAX_AC_BITS || k > last {
                    return None;
                }
                data.bits(size);
                self.nonzero[block] |= 1 << k;
                k += 1;
            }
            is_run_open = symbol == ZERO_RUN;
        }
        (!is_run_open).then_some(())
    }

    /// T.81, G.1.2.3.
    fn refine_band(&mut self, block: usize, table: u8, data: &mut Interval<'_>) -> Option<()> {
        let table = self.tables.ac(table)?;
        let nonzero = &mut self.nonzero[block];
        let (first, last) = self.scan.spectral;
        let mut k = first;
        while self.run == 0 && k <= last {
            let symbol = data.symbol(table)?;
            let (mut zeros, size) = (symbol >> 4, symbol & 15);
            if size > 1 {
                return None;
            }
            if size == 0 && symbol != ZERO_RUN {
                self.run = (1 << zeros) + data.bits(zeros);
                break;
            }
            data.bits(size);
            // Skips coefficients that are known, each with a correction bit, and `zeros` others; the new one comes next.
            loop {
                if k > last {
                    return None;
                }
                if *nonzero & 1 << k != 0 {
                    data.bits(1);
                } else if zeros == 0 {
                    break;
                } else {
                    zeros -= 1;
                }
                k += 1;
            }
            *nonzero |= u64::from(size) << k;
            k += 1;
        }
        if self.run > 0 {
            for known in k..=last {
                data.bits((*nonzero >> known & 1) as u8);
            }
            self.run -= 1;
        }
        Some(())
    }
}
