//! Progressive coding: the coefficients in several scans, the important bits first (T.81, annex G).
//!
//! Each scan is coded twice: once to count symbols, once with the tables that the counts ask for.

mod ac;
mod dc;

use super::bits::BitWriter;
use super::component::{Component, Frame};
use super::huffman::{Coder, Counter, Sink};
use super::markers;
use super::scan::Scan;

pub(super) use ac::Scratch;

/// The scans of a color picture.
///
/// DC first, to half; then luma's low frequencies to a quarter, chroma's to half, luma's high ones; then bit by bit what was cut off,
/// luma's last bit at the end, since it is the largest scan and the least seen.
const COLOR_SCRIPT: [Scan; 10] = [
    scan((0, 3), (0, 0), (0, 1)),
    scan((0, 1), (1, 5), (0, 2)),
    scan((2, 3), (1, 63), (0, 1)),
    scan((1, 2), (1, 63), (0, 1)),
    scan((0, 1), (6, 63), (0, 2)),
    scan((0, 1), (1, 63), (2, 1)),
    scan((0, 3), (0, 0), (1, 0)),
    scan((2, 3), (1, 63), (1, 0)),
    scan((1, 2), (1, 63), (1, 0)),
    scan((0, 1), (1, 63), (1, 0)),
];

/// The scans of a gray picture: the same without chroma.
const GRAY_SCRIPT: [Scan; 6] = [
    scan((0, 1), (0, 0), (0, 1)),
    scan((0, 1), (1, 5), (0, 2)),
    scan((0, 1), (6, 63), (0, 2)),
    scan((0, 1), (1, 63), (2, 1)),
    scan((0, 1), (0, 0), (1, 0)),
    scan((0, 1), (1, 63), (1, 0)),
];

const fn scan(components: (usize, usize), spectral: (u8, u8), approximation: (u8, u8)) -> Scan {
    Scan {
        components,
        spectral,
        approximation,
    }
}

/// Writes all scans of a picture whose coefficients are complete.
pub(super) fn write(
    components: &[Component],
    frame: &Frame,
    scratch: &mut Scratch,
    jpeg: &mut Vec<u8>,
) {
    let script: &[Scan] = if frame.components == 1 {
        &GRAY_SCRIPT
    } else {
        &COLOR_SCRIPT
    };
    for &scan in script {
        let mut counter = Counter::default();
        code_scan(components, frame, scan, scratch, &mut counter);
        let tables = counter.tables();
        markers::write_tables(jpeg, &tables, scan);
        markers::write_scan(jpeg, scan);
        let mut coder = Coder {
            tables: &tables,
            writer: BitWriter::new(jpeg),
        };
        code_scan(components, frame, scan, scratch, &mut coder);
        coder.writer.finish();
    }
}

fn code_scan(
    components: &[Component],
    frame: &Frame,
    scan: Scan,
    scratch: &mut Scratch,
    sink: &mut impl Sink,
) {
    let component = &components[scan.components.0];
    match scan {
        Scan {
            spectral: (0, _),
            approximation: (0, low),
            ..
        } => dc::code_first(components, frame, low, sink),
        Scan {
            spectral: (0, _),
            approximation: (_, low),
            ..
        } => dc::code_refinement(components, frame, low, sink),
        Scan {
            approximation: (0, _),
            ..
        } => ac::code_first(component, scan, scratch, sink),
        _ => ac::code_refinement(component, scan, scratch, sink),
    }
}
