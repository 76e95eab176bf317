//! Photos of the formats whose decoders are small and fast: JPEG, PNG, WebP, GIF, BMP, TIFF, ICO, QOI, PNM, TGA, farbfeld.

#![no_main]

mod common;
mod panics;

libfuzzer_sys::fuzz_target!(init: panics::tell_ours_from_foreign(), |photo: &[u8]| common::prepare(photo));
