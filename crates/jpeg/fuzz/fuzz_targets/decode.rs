//! Any bytes, decoded whole: an error or a picture of the size that the header says, the same from a decoder that has
//! seen other photos as from a new one.
#![no_main]

use std::cell::RefCell;

use jpeg::{Decoder, read_header};
use libfuzzer_sys::{Corpus, fuzz_target};

/// Larger photos are slower and not different.
const MAX_PIXELS: u64 = 1 << 12;

thread_local! {
    static WARM: RefCell<(Decoder, Vec<u8>)> = RefCell::default();
}

fuzz_target!(|photo: &[u8]| -> Corpus {
    let Ok(header) = read_header(photo) else {
        return Corpus::Keep;
    };
    let pixels = u64::from(header.width()) * u64::from(header.height());
    if pixels > MAX_PIXELS {
        return Corpus::Reject;
    }
    WARM.with_borrow_mut(|(decoder, samples)| {
        let outcome = decoder.decode(photo, &header, samples);

        if let Ok(damage) = outcome {
            assert_eq!(samples.len() as u64, pixels * header.components().len() as u64);
            assert!(damage.lost_rows <= damage.rows);
        }
        // A new decoder makes all its tables anew, which takes longer than all else.
        if photo.len() % 64 == 0 {
            let mut cold = Vec::new();
            assert_eq!(Decoder::new().decode(photo, &header, &mut cold), outcome);
            assert!(outcome.is_err() || cold == *samples);
        }
    });
    Corpus::Keep
});
