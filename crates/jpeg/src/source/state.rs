//! What has been read of a photo: its tables, and how far each component is known.

use simd::Level;

use crate::coefficients::{Coefficients, Kept};
use crate::dequantize::{dequantize, halves_in_places, in_places, lift};
use crate::frame::Frame;
use crate::marker::Segment;
use crate::quantization::Quantization;
use crate::scan::{Reached, Scan};
use crate::{Damage, Error};

/// What has been read of a photo beside its coefficients.
#[derive(Debug)]
pub(super) struct State {
    pub(super) quantization: Quantization,
    pub(super) restart_interval: u32,
    /// For each component the quantization steps in places, once it has begun.
    pub(super) steps: [Option<[i16; 64]>; 4],
    /// For each component and zigzag index the lowest bit that is known (Al of the last scan).
    pub(super) lowest: [[u8; 64]; 4],
    pub(super) reached: Reached,
    pub(super) damage: Option<Damage>,
    /// Whether something was passed over that may have been a table or a scan.
    pub(super) is_doubtful: bool,
}

impl Default for State {
    fn default() -> Self {
        Self {
            quantization: Quantization::default(),
            restart_interval: 0,
            steps: [None; 4],
            lowest: [[0; 64]; 4],
            reached: Reached::default(),
            damage: None,
            is_doubtful: false,
        }
    }
}

impl State {
    /// The quantization table that counts is the one that is there when the component begins.
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
            self.steps[chosen.index].get_or_insert_with(|| in_places(kept, table));
        }
        Ok(())
    }

    /// Turns what was read of a row of MCUs into coefficients.
    pub(super) fn finish_row(&self, level: Level, coefficients: &mut Coefficients, mcu_row: usize) {
        for (component, steps) in self.steps.iter().enumerate() {
            let Some(steps) = steps else { continue };
            let (kept, v) = (coefficients.kept, coefficients.lanes[component].v);
            let halves = halves_in_places(kept, &self.lowest[component]);
            for block_row in mcu_row * v..(mcu_row + 1) * v {
                let blocks = coefficients.block_row_mut(component, block_row);
                match (kept, &halves) {
                    (Kept::Corner, Some(halves)) => lift::<16>(level, blocks, halves),
                    (Kept::All, Some(halves)) => lift::<64>(level, blocks, halves),
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
