//! Intra pictures of HEVC in a byte stream (annex B): any bytes are a picture or an error, the same at every level, and leaving the
//! in-loop filters out changes neither which nor how large the picture is.

#![no_main]

mod panics;

use hevc::{Decoder, Filters, Picture, annex_b};
use libfuzzer_sys::fuzz_target;
use simd::Level;

/// What is larger is slower and not different: a few coding tree blocks of the largest size.
const MAX_PIXELS: u64 = 1 << 14;

fuzz_target!(init: panics::tell_ours_from_foreign(), |stream: &[u8]| {
    let units = annex_b(stream);
    let decoder = || Decoder::new(&[]).expect("no parameter set is malformed");
    let Ok(header) = decoder().read_header(&units) else {
        return;
    };
    if u64::from(header.coded.width) * u64::from(header.coded.height) > MAX_PIXELS {
        return;
    }
    let decode = |filters| decoder().decode(&units, filters);
    let (filtered, unfiltered) = (decode(Filters::All), decode(Filters::None));
    assert_eq!(filtered.is_ok(), unfiltered.is_ok());
    let (Ok(filtered), Ok(unfiltered)) = (filtered, unfiltered) else {
        return;
    };
    assert_eq!(filtered.header(), unfiltered.header());
    for level in Level::available() {
        let other = decoder().at_level(level).decode(&units, Filters::All);
        assert_same(&filtered, &other.expect("another level decodes it"));
    }
});

fn assert_same(one: &Picture, other: &Picture) {
    for component in 0..one.chroma().components() {
        let max = (1_u32 << one.bits(component)) - 1;
        for row in 0..one.size(component).height {
            assert_eq!(one.row(component, row), other.row(component, row));
            assert!(one.row(component, row).iter().all(|sample| u32::from(*sample) <= max));
        }
    }
}
