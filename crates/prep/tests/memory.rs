//! What decoding large photos takes is what their headers say it takes, and not much less: counted by the allocator.

#![cfg(all(feature = "avif", feature = "heic", feature = "jxl", feature = "webp"))]

#[allow(dead_code, reason = "it needs fixtures alone")]
#[path = "prep/common.rs"]
mod common;

use common::fixture;
use peak_alloc::PeakAlloc;
use prep::{Limits, Options, Pipeline};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const MIB: u64 = 1 << 20;

/// For the picture and its encoding, and a decoder's tables.
const LITTLE: u64 = 8 * MIB;

/// What a photo's header says that decoding takes, and what it takes, beside the file.
fn told_and_taken(photo: &[u8], limits: Limits) -> (u64, u64) {
    let mut pipeline = Pipeline::new(Options::new().limits(limits)).expect("options");
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let prepared = pipeline.prepare_into(photo, &mut Vec::new());
    let prepared = prepared.expect("a picture");
    let taken = MEMORY.peak_usage() - before;
    (prepared.header.memory, taken as u64)
}

#[test]
fn what_decoding_takes_is_what_the_header_says() {
    for name in [
        "12-444-12.avif",
        "12-444.heic",
        "12-alpha.heic",
        "12-lossless.webp",
        "12-rgba16.jxl",
        "28-gray.jxl",
        "28-lossless.jxl",
        "28-lossy.jxl",
        "28-modular.jxl",
        "51-420.heic",
    ] {
        let photo = fixture(&format!("large/{name}"));

        // At the limits that everybody has.
        let (told, taken) = told_and_taken(&photo, Limits::default());

        println!("{name}: {} MiB told, {} MiB taken", told / MIB, taken / MIB);
        assert!(taken <= told + LITTLE, "{name}: {taken} taken, {told} told");
        // The estimate is for the most costly coding of such pixels; this one may need less.
        assert!(
            told <= 3 * taken + LITTLE,
            "{name}: {taken} taken, {told} told"
        );
        if name == "51-420.heic" {
            // In one tile: its planes alone would take 146 MiB.
            assert!(taken < 24 * MIB, "{name}: {taken} taken");
        }
    }
}
