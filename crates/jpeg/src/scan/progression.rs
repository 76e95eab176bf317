//! Which bits a photo's scans have coded, and what is missing if it ends early.

use super::Scan;
use crate::decode_plan::DecodePlan;
use crate::frame::{Frame, Process};
use crate::quantization::Quantization;

/// The lowest bit of each component and zigzag index that a scan has coded, read or not.
#[derive(Debug)]
pub(crate) struct Progression([[u8; 64]; 4]);

/// No scan has coded it yet; no scan begins above bit 13.
const NEVER: u8 = 14;

impl Default for Progression {
    fn default() -> Self {
        Self([[NEVER; 64]; 4])
    }
}

impl Progression {
    /// Records a scan; returns whether it continues where earlier ones stopped (T.81, G.1.1.1).
    pub(crate) fn advance(&mut self, scan: &Scan, frame: &Frame) -> bool {
        let (first, last) = (usize::from(scan.spectral.0), usize::from(scan.spectral.1));
        // The DC of progressive scans comes alone.
        let last = match frame.process {
            Process::Progressive => last,
            _ => 63,
        };
        let (high, low) = scan.approximation;
        let mut continues = true;
        for component in scan.components() {
            let indices = &mut self.0[component.index];
            continues &= first == 0 || indices[0] != NEVER;
            for reached in &mut indices[first..=last] {
                let begins = *reached == NEVER && high == 0;
                continues &= begins || high == *reached && high != 0;
                *reached = low;
            }
        }
        continues
    }

    /// Returns whether a component is missing.
    pub(crate) fn lacks_a_component(&self, frame: &Frame) -> bool {
        let components = &self.0[..frame.components().len()];
        components.iter().any(|indices| indices[0] == NEVER)
    }

    /// Returns whether bits are missing.
    pub(crate) fn lacks_bits(&self, frame: &Frame) -> bool {
        let components = &self.0[..frame.components().len()];
        components.as_flattened().iter().any(|&low| low > 0)
    }

    /// Returns whether bits are missing that the plan's picture would show.
    pub(crate) fn lacks_seen_bits(
        &self,
        frame: &Frame,
        plan: &DecodePlan,
        quantization: &Quantization,
    ) -> bool {
        let mut components = frame.components().iter().zip(&self.0).zip(&plan.last);
        components.any(|((component, indices), &last)| {
            let steps = quantization.table(component.quantization);
            (0..=last).any(|index| {
                let step = steps.map_or(u32::from(u16::MAX), |steps| u32::from(steps[index]));
                match indices[index] {
                    0 => false,
                    low => step << low >> 1 >= plan.unseen,
                }
            })
        })
    }
}
