//! Key frames of VP8: any bytes are a picture or an error, and a whole picture is what `image-webp` makes of them.

#![no_main]

#[path = "../../../vp8/tests/common/mod.rs"]
mod common;
mod panics;

use std::io::Cursor;
use std::panic::catch_unwind;

use image_webp::WebPDecoder;
use libfuzzer_sys::fuzz_target;
use vp8::{Filter, Header};

/// What is larger is slower and not different.
const MAX_PIXELS: u32 = 1 << 12;

fuzz_target!(init: panics::tell_ours_from_foreign(), |frame: &[u8]| {
    let Ok(header) = Header::read(frame) else {
        return;
    };
    let height = u32::from(header.height);
    if u32::from(header.width) * height > MAX_PIXELS {
        return;
    }
    let filtered = vp8::decode(frame, Filter::Applied);
    let unfiltered = vp8::decode(frame, Filter::LeftOut);
    assert_eq!(filtered.is_ok(), unfiltered.is_ok());
    let (Ok(filtered), Ok(unfiltered)) = (filtered, unfiltered) else {
        return;
    };
    assert_eq!(filtered.intact_rows(), unfiltered.intact_rows());
    assert!(filtered.intact_rows() <= height);
    if filtered.intact_rows() == height
        && let Ok(Some(expected)) = catch_unwind(|| decoded_elsewhere(frame))
    {
        assert!(common::rgb(&filtered) == expected);
    }
});

fn decoded_elsewhere(frame: &[u8]) -> Option<Vec<u8>> {
    let length = u32::try_from(frame.len()).ok()?;
    let padding = &[0][..frame.len() % 2];
    let chunk = [b"VP8 ", &length.to_le_bytes()[..], frame, padding].concat();
    let rest = u32::try_from(4 + chunk.len()).ok()?;
    let file = [b"RIFF", &rest.to_le_bytes()[..], b"WEBP", &chunk].concat();
    let mut decoder = WebPDecoder::new(Cursor::new(file)).ok()?;
    let mut pixels = vec![0; decoder.output_buffer_size()?];
    decoder.read_image(&mut pixels).ok()?;
    Some(pixels)
}
