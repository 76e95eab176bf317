//! The marker segments around the coded data (T.81, annex B; JFIF 1.01).

use super::component::Frame;
use super::huffman::Tables;
use super::quantization::Quantization;
use super::scan::{Scan, table_number};
use super::{Coding, ZIGZAG};

/// Start of image, JFIF header, quantization tables and frame header.
pub(super) fn write_start(
    jpeg: &mut Vec<u8>,
    frame: &Frame,
    quantization: &Quantization,
    coding: Coding,
) {
    write_jfif(jpeg);
    segment(jpeg, 0xdb, |body| {
        for (table, divisors) in (0..).zip(&quantization.tables[..frame.components.min(2)]) {
            body.push(table);
            body.extend(ZIGZAG.map(|place| divisors.steps[usize::from(place)]));
        }
    });
    let frame_marker = match coding {
        Coding::Standard | Coding::Optimized => 0xc0,
        Coding::Progressive => 0xc2,
    };
    segment(jpeg, frame_marker, |body| {
        const SAMPLE_BITS: u8 = 8;

        body.push(SAMPLE_BITS);
        body.extend_from_slice(&frame.height.to_be_bytes());
        body.extend_from_slice(&frame.width.to_be_bytes());
        body.push(frame.components as u8);
        for component in 0..frame.components {
            let (h, v) = frame.factors(component);
            body.extend_from_slice(&[
                identifier(component),
                (h << 4 | v) as u8,
                table_number(component) as u8,
            ]);
        }
    });
}

/// Start of image and JFIF header.
pub(crate) fn write_jfif(jpeg: &mut Vec<u8>) {
    const START_OF_IMAGE: [u8; 2] = [0xff, 0xd8];

    jpeg.extend_from_slice(&START_OF_IMAGE);
    // Version 1.01, no unit, a pixel as wide as it is high, no thumbnail.
    segment(jpeg, 0xe0, |body| {
        body.extend_from_slice(b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0")
    });
}

/// The Huffman tables that a scan needs, in one segment: each with its class (0 for DC, 1 for AC) and its number.
pub(super) fn write_tables(jpeg: &mut Vec<u8>, tables: &Tables, scan: Scan) {
    // A scan that refines DC coefficients has bits alone.
    let has_dc = scan.spectral.0 == 0 && scan.approximation.0 == 0;
    let has_ac = scan.spectral.1 > 0;
    if !has_dc && !has_ac {
        return;
    }
    segment(jpeg, 0xc4, |body| {
        let numbers = table_number(scan.components.0)..=table_number(scan.components.1 - 1);
        for number in numbers {
            let [dc, ac] = [&tables.dc[number], &tables.ac[number].table];
            for (class, table, is_needed) in [(0, dc, has_dc), (1, ac, has_ac)] {
                if is_needed {
                    body.push(class << 4 | number as u8);
                    body.extend_from_slice(&table.description.counts);
                    body.extend_from_slice(table.description.symbols());
                }
            }
        }
    });
}

/// A scan header. The coded data come after it.
pub(super) fn write_scan(jpeg: &mut Vec<u8>, scan: Scan) {
    segment(jpeg, 0xda, |body| {
        let (first, end) = scan.components;
        body.push((end - first) as u8);
        for component in first..end {
            let table = table_number(component) as u8;
            body.extend_from_slice(&[identifier(component), table << 4 | table]);
        }
        body.extend_from_slice(&[
            scan.spectral.0,
            scan.spectral.1,
            scan.approximation.0 << 4 | scan.approximation.1,
        ]);
    });
}

/// End of image.
pub(crate) fn write_end(jpeg: &mut Vec<u8>) {
    const END_OF_IMAGE: [u8; 2] = [0xff, 0xd9];

    jpeg.extend_from_slice(&END_OF_IMAGE);
}

/// JFIF numbers the components from 1.
fn identifier(component: usize) -> u8 {
    component as u8 + 1
}

/// A marker, its length, and what the body writes.
pub(crate) fn segment(jpeg: &mut Vec<u8>, marker: u8, write_body: impl FnOnce(&mut Vec<u8>)) {
    jpeg.extend_from_slice(&[0xff, marker, 0, 0]);
    let length_at = jpeg.len() - 2;
    write_body(jpeg);
    let length = (jpeg.len() - length_at) as u16;
    jpeg[length_at..][..2].copy_from_slice(&length.to_be_bytes());
}
