//! Which scans of a progressive photo are read: those with frequencies and bits that the picture shows.

use super::Scan;
use crate::Error;
use crate::decode_plan::DecodePlan;
use crate::frame::Frame;
use crate::marker::{Markers, code};
use crate::quantization::Quantization;

/// The scans of a photo, and which of them are wanted.
#[derive(Debug, Default)]
pub(crate) struct Script {
    scans: Vec<(Scan, bool)>,
}

impl Script {
    /// Reads all scan headers of a photo.
    pub(crate) fn read(
        &mut self,
        photo: &[u8],
        frame: &Frame,
        plan: &DecodePlan,
    ) -> Result<(), Error> {
        self.scans.clear();
        let mut quantization = Quantization::default();
        let mut markers = Markers::new(photo)?;
        while let Some(segment) = markers.next_segment() {
            match segment.code {
                code::DQT => quantization.define(&segment)?,
                code::EOI => break,
                code::SOS => {
                    let scan = Scan::read(&segment, frame)?;
                    let is_seen = is_seen(&scan, frame, plan, &quantization);
                    self.scans.push((scan, is_seen));
                    if self.scans.len() > MAX_SCANS {
                        return Err(segment.malformed("at most 1000 scans"));
                    }
                }
                _ => {}
            }
        }
        self.want_what_refinements_need();
        Ok(())
    }

    /// A refinement can be read only after all that it refines.
    fn want_what_refinements_need(&mut self) {
        for index in (0..self.scans.len()).rev() {
            let (later, is_wanted) = self.scans[index];
            if is_wanted && later.is_refinement() && !later.is_dc() {
                for (earlier, is_wanted) in &mut self.scans[..index] {
                    *is_wanted |= is_same_band(earlier, &later);
                }
            }
        }
    }

    /// Returns whether the scan of this number is to be read.
    pub(crate) fn is_wanted(&self, number: usize) -> bool {
        self.scans
            .get(number)
            .is_some_and(|(_, is_wanted)| *is_wanted)
    }

    /// Returns whether the history of a component must be recorded.
    pub(crate) fn needs_history(&self, component: usize) -> bool {
        self.scans.iter().any(|(scan, is_wanted)| {
            *is_wanted
                && scan.is_refinement()
                && !scan.is_dc()
                && scan.components()[0].index == component
        })
    }
}

/// More scans than any writer makes: 64 bands of 14 bits would be 896 a component.
const MAX_SCANS: usize = 1000;

fn is_seen(scan: &Scan, frame: &Frame, plan: &DecodePlan, quantization: &Quantization) -> bool {
    if scan.is_dc() {
        return true;
    }
    let component = scan.components()[0].index;
    let wanted =
        usize::from(scan.spectral.0)..=usize::from(scan.spectral.1).min(plan.last[component]);
    if !scan.is_refinement() {
        return !wanted.is_empty();
    }
    let Some(table) = quantization.table(frame.components()[component].quantization) else {
        return true;
    };
    wanted
        .into_iter()
        .any(|index| u32::from(table[index]) << scan.approximation.1 >= plan.unseen)
}

fn is_same_band(a: &Scan, b: &Scan) -> bool {
    let overlap = a.spectral.0 <= b.spectral.1 && b.spectral.0 <= a.spectral.1;
    !a.is_dc() && overlap && a.components()[0].index == b.components()[0].index
}
