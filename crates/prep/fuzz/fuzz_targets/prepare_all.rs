//! Photos of all formats, AVIF, HEIC, JPEG XL and SVG among them, whose decoders are large and slow.

#![no_main]

mod common;
mod panics;

libfuzzer_sys::fuzz_target!(init: panics::tell_ours_from_foreign(), |photo: &[u8]| common::prepare(photo));
