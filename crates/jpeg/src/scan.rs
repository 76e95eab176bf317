//! Scans: which components, which coefficients, which bits of them (T.81, B.2.3).

mod arithmetic;
mod bands;
mod blocks;
mod driver;
mod mcu;
mod progression;
mod progressive;
mod script;
mod sequential;
mod symbols;

pub(crate) use arithmetic::Arithmetic;
pub(crate) use driver::ScanDriver;
pub(crate) use progression::Progression;
pub(crate) use progressive::{AcScan, DcScan};
pub(crate) use script::Script;
pub(crate) use sequential::Sequential;

use std::ops::Range;

use crate::Error;
use crate::coefficients::Coefficients;
use crate::frame::{Frame, Process};
use crate::marker::Segment;

/// A scan header.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Scan {
    components: [ScanComponent; 4],
    count: usize,
    /// Ss and Se: the first and the last zigzag index.
    pub(crate) spectral: (u8, u8),
    /// Ah and Al: the bit positions before and after the scan.
    pub(crate) approximation: (u8, u8),
}

/// A component of a scan.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct ScanComponent {
    /// The index in the frame.
    pub(crate) index: usize,
    /// The DC table.
    pub(crate) dc: u8,
    /// The AC table.
    pub(crate) ac: u8,
}

impl Scan {
    /// Reads a scan header and checks it against its frame.
    pub(crate) fn read(segment: &Segment<'_>, frame: &Frame) -> Result<Self, Error> {
        let malformed = || segment.malformed("a scan header that fits its frame");
        let (&count, rest) = segment.payload.split_first().ok_or_else(malformed)?;
        let count = usize::from(count);
        let (selectors, rest) = rest.split_at_checked(2 * count).ok_or_else(malformed)?;
        let &[start, end, approximation] = rest else {
            return Err(malformed());
        };
        let mut components = [ScanComponent::default(); 4];
        let slots = components
            .get_mut(..count)
            .filter(|slots| !slots.is_empty())
            .ok_or_else(malformed)?;
        for (place, selector) in selectors.as_chunks::<2>().0.iter().enumerate() {
            let [id, tables] = *selector;
            // Some writers repeat an identifier: take the first component that is not taken.
            let index = (0..frame.components().len())
                .find(|&index| {
                    frame.components()[index].id == id
                        && !slots[..place].iter().any(|other| other.index == index)
                })
                .ok_or_else(malformed)?;
            slots[place] = ScanComponent {
                index,
                dc: tables >> 4,
                ac: tables & 15,
            };
            if tables >> 4 > 3 || tables & 15 > 3 {
                return Err(malformed());
            }
        }
        let blocks: u32 = slots
            .iter()
            .map(|slot| &frame.components()[slot.index])
            .map(|c| u32::from(c.h * c.v))
            .sum();
        if count > 1 && blocks > MCU_BLOCKS as u32 {
            return Err(segment.malformed("an MCU of at most 10 blocks"));
        }
        let mut scan = Self {
            components,
            count,
            spectral: (start, end),
            approximation: (approximation >> 4, approximation & 15),
        };
        if frame.process == Process::Progressive {
            let (high, low) = scan.approximation;
            let refines_by_one = high == 0 || high == low + 1;
            let is_dc = start == 0 && end == 0;
            let is_ac = start > 0 && start <= end && end < 64 && count == 1;
            if !(is_dc || is_ac) || low > 13 || !refines_by_one {
                return Err(segment.malformed("a progressive scan's parameters"));
            }
        } else {
            // Sequential scans have no choice here: writers that got it wrong are forgiven.
            (scan.spectral, scan.approximation) = ((0, 63), (0, 0));
        }
        Ok(scan)
    }

    /// Returns whether the scan codes all components of its frame.
    pub(crate) fn has_all_components(&self, frame: &Frame) -> bool {
        self.count == frame.components().len()
    }

    pub(crate) fn components(&self) -> &[ScanComponent] {
        &self.components[..self.count]
    }

    /// Returns what the scan codes of each block.
    pub(crate) fn kind(&self, frame: &Frame) -> ScanKind {
        match (frame.process, self.is_dc(), self.is_refinement()) {
            (Process::Progressive, true, false) => ScanKind::DcFirst,
            (Process::Progressive, true, true) => ScanKind::DcRefinement,
            (Process::Progressive, false, false) => ScanKind::AcFirst,
            (Process::Progressive, false, true) => ScanKind::AcRefinement,
            _ => ScanKind::Sequential,
        }
    }

    /// Returns whether a progressive scan codes DC coefficients.
    pub(crate) fn is_dc(&self) -> bool {
        self.spectral.0 == 0
    }

    /// Returns whether a progressive scan adds a bit to what earlier ones coded.
    pub(crate) fn is_refinement(&self) -> bool {
        self.approximation.0 > 0
    }
}

/// What a scan codes of each block (T.81, F.1.2, G.1.2).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ScanKind {
    /// All coefficients.
    Sequential,
    /// The DC coefficients without their low bits.
    DcFirst,
    /// One more bit of the DC coefficients.
    DcRefinement,
    /// A band of AC coefficients without their low bits.
    AcFirst,
    /// One more bit of a band.
    AcRefinement,
}

/// Returns the largest magnitude of a DC coefficient that is to be multiplied by a step. Of 8-bit samples it is at most 1024
/// (T.81, A.3.1); twice that leaves room for writers that sharpen.
pub(crate) fn max_dc(step: i32) -> i32 {
    2048 / step.max(1) + 1
}

/// The most blocks of an MCU (T.81, B.2.3).
pub(crate) const MCU_BLOCKS: usize = 10;

/// A scan's MCUs: those of a lone component are its blocks (T.81, A.2).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Grid {
    /// MCUs from left to right.
    pub(crate) columns: usize,
    /// MCUs from top to bottom.
    pub(crate) rows: usize,
    /// How many of the scan's MCUs make one of the frame's, from left to right and from top to bottom.
    pub(crate) per_mcu: (usize, usize),
}

impl Grid {
    pub(crate) fn new(frame: &Frame, scan: &Scan) -> Self {
        if let [only] = scan.components() {
            let component = &frame.components()[only.index];
            let (width, height) = frame.component_size(component);
            Self {
                columns: width.div_ceil(8) as usize,
                rows: height.div_ceil(8) as usize,
                per_mcu: (usize::from(component.h), usize::from(component.v)),
            }
        } else {
            Self {
                columns: frame.mcu_columns() as usize,
                rows: frame.mcu_rows() as usize,
                per_mcu: (1, 1),
            }
        }
    }

    /// Returns the scan's columns that are kept.
    pub(crate) fn kept_columns(&self, coefficients: &Coefficients) -> Range<usize> {
        let Range { start, end } = coefficients.columns;
        let across = self.per_mcu.0;
        (start * across).min(self.columns)..(end * across).min(self.columns)
    }

    /// Returns the row of MCUs of the frame behind the last that is kept.
    pub(crate) fn kept_mcu_rows(&self, coefficients: &Coefficients) -> usize {
        self.kept_rows(coefficients).end.div_ceil(self.per_mcu.1)
    }

    /// Returns the scan's rows that are kept.
    fn kept_rows(&self, coefficients: &Coefficients) -> Range<usize> {
        let Range { start, end } = coefficients.rows;
        start * self.per_mcu.1..(end * self.per_mcu.1).min(self.rows)
    }
}
