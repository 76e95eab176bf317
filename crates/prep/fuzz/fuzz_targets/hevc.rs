//! Intra pictures of HEVC in a byte stream (annex B): any bytes are a picture or an error, the same at every level, and leaving the
//! in-loop filters out changes neither which nor how large the picture is. Its rows, as they come, are those of the whole picture.

#![no_main]

mod panics;

use hevc::{Decoder, Error, Filters, Picture, Rows, annex_b};
use libfuzzer_sys::fuzz_target;
use simd::Level;

/// What is larger is slower and not different: 16 coding tree blocks of the smallest size, one of the largest.
const MAX_PIXELS: u64 = 1 << 12;

fuzz_target!(init: panics::tell_ours_from_foreign(), |stream: &[u8]| {
    let units = annex_b(stream);
    let open = |level| {
        let decoder = Decoder::new(&[]).expect("no parameter set is malformed");
        decoder.at_level(level).open(&units)
    };
    let Ok(coded) = open(Level::detect()) else {
        return;
    };
    let size = coded.header().coded;
    if u64::from(size.width) * u64::from(size.height) > MAX_PIXELS {
        return;
    }
    let again = |level| open(level).expect("it was opened before");
    // One of the three comparisons an execution, which the length chooses.
    match stream.len() % 3 {
        0 => {
            let scalar = again(Level::Scalar).decode(Filters::All);
            assert_same(&coded.decode(Filters::All), &scalar);
        }
        1 => {
            let unfiltered = again(Level::detect()).decode(Filters::None);
            assert_alike(&coded.decode(Filters::All), &unfiltered);
        }
        _ => {
            let filters = match stream.len() % 2 {
                0 => Filters::All,
                _ => Filters::None,
            };
            let rows = again(Level::detect()).rows(filters).expect("memory");
            assert_rows(&coded.decode(filters), rows);
        }
    }
});

fn assert_same(one: &Result<Picture, Error>, other: &Result<Picture, Error>) {
    assert_eq!(one.is_ok(), other.is_ok());
    let (Ok(one), Ok(other)) = (one, other) else {
        return;
    };
    for component in 0..one.chroma().components() {
        let max = (1_u32 << one.bits(component)) - 1;
        for row in 0..one.size(component).height {
            assert_eq!(one.row(component, row), other.row(component, row));
            assert!(one.row(component, row).iter().all(|sample| u32::from(*sample) <= max));
        }
    }
}

fn assert_alike(filtered: &Result<Picture, Error>, unfiltered: &Result<Picture, Error>) {
    assert_eq!(filtered.is_ok(), unfiltered.is_ok());
    if let (Ok(filtered), Ok(unfiltered)) = (filtered, unfiltered) {
        assert_eq!(filtered.header(), unfiltered.header());
    }
}

/// Reads each row again once the next one is there.
fn assert_rows(picture: &Result<Picture, Error>, mut rows: Rows) {
    let header = *rows.header();
    let height = header.size.height;
    for row in (0..height).flat_map(|row| [row, (row + 1).min(height - 1), row]) {
        for component in 0..header.chroma.components() {
            let [_, vertical] = header.chroma.halvings(component);
            let row = row >> vertical;
            match (picture, rows.row(component, row)) {
                (Ok(picture), row_alone) => assert_eq!(Ok(picture.row(component, row)), row_alone),
                (Err(_), Ok(_)) => {}
                (Err(_), Err(_)) => return,
            }
        }
    }
}
