//! Intra pictures of HEVC in a byte stream (annex B): any bytes are a picture or an error, the same at every level, and leaving the
//! in-loop filters out changes neither which nor how large the picture is.

#![no_main]

mod panics;

use hevc::{Decoder, Error, Filters, Picture, annex_b};
use libfuzzer_sys::fuzz_target;
use simd::Level;

/// What is larger is slower and not different: 16 coding tree blocks of the smallest size, one of the largest.
const MAX_PIXELS: u64 = 1 << 12;

fuzz_target!(init: panics::tell_ours_from_foreign(), |stream: &[u8]| {
    let units = annex_b(stream);
    let decoder = || Decoder::new(&[]).expect("no parameter set is malformed");
    let Ok(header) = decoder().read_header(&units) else {
        return;
    };
    if u64::from(header.coded.width) * u64::from(header.coded.height) > MAX_PIXELS {
        return;
    }
    let decode = |filters, level| decoder().at_level(level).decode(&units, filters);
    let picture = decode(Filters::All, Level::detect());
    // One of the two comparisons an execution, which the length chooses.
    match stream.len() % 2 {
        0 => assert_same(&picture, &decode(Filters::All, Level::Scalar)),
        _ => assert_alike(&picture, &decode(Filters::None, Level::detect())),
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
