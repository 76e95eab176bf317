//! What has been read of a photo: its tables, and how far each component is known.

use simd::Level;

use crate::coefficients::{Coefficients, Kept};
use crate::dequantize::{dequantize, half_intervals, steps_as_stored, to_midpoint};
use crate::frame::Frame;
use crate::marker::Segment;
use crate::quantization::Quantization;
use crate::scan::{Progression, Scan};
use crate::{Damage, Error};

/// What has been read of a photo beside its coefficients.
#[derive(Debug)]
pub(super) struct State {
    pub(super) quantization: Quantization,
    pub(super) restart_interval: u32,
    /// The quantization steps of each component that has begun, in the order in which coefficients are stored.
    pub(super) steps: [Option<[i16; 64]>; 4],
    /// The lowest bit that is read of each component and zigzag index (Al of the last scan).
    pub(super) lowest: [[u8; 64]; 4],
    pub(super) progression: Progression,
    /// How many of several scans came, read or not.
    pub(super) scans: usize,
    /// Whether the last scan was read to its end.
    pub(super) last_is_read: bool,
    /// Whether EOI came.
    pub(super) has_ended: bool,
    /// The damage of the scans that were read; `None` before the first of several.
    pub(super) damage: Option<Damage>,
    /// Whether something was skipped that may have been a table or a scan.
    pub(super) is_doubtful: bool,
}

impl Default for State {
    fn default() -> Self {
        Self {
            quantization: Quantization::default(),
            restart_interval: 0,
            steps: [None; 4],
            lowest: [[0; 64]; 4],
            progression: Progression::default(),
            scans: 0,
            last_is_read: true,
            has_ended: false,
            damage: None,
            is_doubtful: false,
        }
    }
}

impl State {
    /// Takes the quantization tables of components that begin: a later definition does not apply to them (T.81, B.2.4.1).
    pub(super) fn begin_components(
        &mut self,
        segment: &Segment<'_>,
        scan: &Scan,
        frame: &Frame,
        kept: Kept,
    ) -> Result<(), Error> {
        for chosen in scan.components() {
            let table = self
                .quantization
                .table(frame.components()[chosen.index].quantization);
            let table = table.ok_or(segment.malformed("a quantization table before the scan"))?;
            self.steps[chosen.index].get_or_insert_with(|| steps_as_stored(kept, table));
        }
        Ok(())
    }

    /// Records the bits that a scan of AC coefficients brings.
    pub(super) fn record_bits(&mut self, scan: &Scan) {
        let (first, last) = (usize::from(scan.spectral.0), usize::from(scan.spectral.1));
        self.lowest[scan.components()[0].index][first..=last].fill(scan.approximation.1);
    }

    /// Dequantizes a row of MCUs.
    pub(super) fn finish_row(&self, level: Level, coefficients: &mut Coefficients, mcu_row: usize) {
        for (component, steps) in self.steps.iter().enumerate() {
            let Some(steps) = steps else { continue };
            let (kept, v) = (coefficients.kept, coefficients.layouts[component].v);
            let halves = half_intervals(kept, &self.lowest[component]);
            for block_row in mcu_row * v..(mcu_row + 1) * v {
                let blocks = coefficients.block_row_mut(component, block_row);
                match (kept, &halves) {
                    (Kept::Corner, Some(halves)) => to_midpoint::<16>(level, blocks, halves),
                    (Kept::All, Some(halves)) => to_midpoint::<64>(level, blocks, halves),
                    (_, None) => {}
                }
                match kept {
                    Kept::Corner => dequantize::<16>(level, blocks, steps),
                    Kept::All => dequantize::<64>(level, blocks, steps),
                }
            }
        }
    }
}
