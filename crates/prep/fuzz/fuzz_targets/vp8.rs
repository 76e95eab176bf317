//! Key frames of VP8: any bytes are a picture or an error, and the loop filter changes neither which nor how many rows there are.
//!
//! Pixels are compared in `crates/vp8/tests`, of frames that encoders make: where coefficients are beyond 16 bits, as soon as
//! bytes are changed, libwebp, ffmpeg, `image-webp` and this decoder differ from each other.

#![no_main]

mod panics;

use libfuzzer_sys::fuzz_target;
use vp8::{Filter, Header, Plane};

/// What is larger is slower and not different.
const MAX_PIXELS: u32 = 1 << 12;

fuzz_target!(init: panics::tell_ours_from_foreign(), |frame: &[u8]| {
    let Ok(header) = Header::read(frame) else {
        return;
    };
    let (width, height) = (u32::from(header.width), u32::from(header.height));
    if width * height > MAX_PIXELS {
        return;
    }
    let [filtered, unfiltered] = [Filter::Applied, Filter::LeftOut].map(|filter| vp8::decode(frame, filter));
    assert_eq!(filtered.is_ok(), unfiltered.is_ok());
    let (Ok(filtered), Ok(unfiltered)) = (filtered, unfiltered) else {
        return;
    };
    assert_eq!(filtered.intact_rows(), unfiltered.intact_rows());
    assert!((1..=height).contains(&filtered.intact_rows()));
    for row in 0..filtered.intact_rows() {
        assert_eq!(filtered.row(Plane::Luma, row).len(), width as usize);
        assert_eq!(filtered.row(Plane::Cb, row / 2).len(), width.div_ceil(2) as usize);
    }
});
