//! Any bytes are a picture or an error, in little time and memory.
//!
//!     cargo +nightly fuzz run prepare crates/prep/fuzz/corpus/prepare fixtures/tiny -- -max_len=8192 -timeout=2 -rss_limit_mb=512
//!
//! A panic in a foreign decoder is contained and is that file's error, so it is none here either; one in the
//! project's own code ends the run.

#![no_main]

use std::cell::RefCell;
use std::panic;

use libfuzzer_sys::fuzz_target;
use prep::{Limits, OnDamage, Options, Pipeline};

thread_local! {
    /// Kept from input to input, as it is in use.
    static PIPELINE: RefCell<Pipeline> = RefCell::new(Pipeline::new(options()));
    static PICTURE: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

fn options() -> Options {
    Options::new()
        .side(24)
        .minimum_side(1)
        .on_damage(OnDamage::Accept)
        .limits(Limits {
            bytes: 1 << 16,
            pixels: 1 << 16,
            side: 4096,
            memory: 8 << 20,
        })
}

/// Ends the process where a panic is ours; the fuzzer's own hook would end it for every panic.
fn tell_ours_from_foreign() {
    panic::set_hook(Box::new(|panic| {
        let foreign = |file: &str| file.contains("/registry/src/");
        if !panic.location().is_some_and(|place| foreign(place.file())) {
            eprintln!("{panic}");
            std::process::abort();
        }
    }));
}

fuzz_target!(init: tell_ours_from_foreign(), |photo: &[u8]| {
    PIPELINE.with_borrow_mut(|pipeline| {
        PICTURE.with_borrow_mut(|picture| match pipeline.prepare_into(photo, picture) {
            Ok(_) => assert!(picture.starts_with(&[0xFF, 0xD8]) && picture.ends_with(&[0xFF, 0xD9])),
            Err(error) => assert_eq!(error.to_string().lines().count(), 1, "{error}"),
        });
    });
});
