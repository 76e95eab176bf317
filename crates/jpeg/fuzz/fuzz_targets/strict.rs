//! Any bytes, read to the letter: what passes decodes without damage, and its copy without metadata to the same samples; that
//! copy passes too, and is its own copy.
#![no_main]

use std::cell::RefCell;

use jpeg::{Decoder, read_header, read_strictly};
use libfuzzer_sys::{Corpus, fuzz_target};

/// Larger photos are slower and not different.
const MAX_PIXELS: u64 = 1 << 12;

#[derive(Default)]
struct Work {
    decoder: Decoder,
    samples: [Vec<u8>; 2],
    copies: [Vec<u8>; 2],
}

thread_local! {
    static WARM: RefCell<Work> = RefCell::default();
}

fuzz_target!(|photo: &[u8]| -> Corpus {
    let Ok(header) = read_header(photo) else {
        return Corpus::Keep;
    };
    if u64::from(header.width()) * u64::from(header.height()) > MAX_PIXELS {
        return Corpus::Reject;
    }
    let Some(strict) = read_strictly(photo) else {
        return Corpus::Keep;
    };
    WARM.with_borrow_mut(|Work { decoder, samples, copies }| {
        let mut decode = |photo: &[u8], samples: &mut Vec<u8>| {
            let header = read_header(photo).expect("it was read strictly");
            let damage = decoder.decode(photo, &header, samples).expect("it was read strictly");
            assert!(damage.is_none(), "{damage:?}");
        };
        let [samples, samples_of_copy] = samples;
        let [copy, copy_of_copy] = copies;
        decode(photo, samples);
        strict.write_into(copy);
        decode(copy, samples_of_copy);
        assert!(samples == samples_of_copy);

        read_strictly(copy).expect("it is a copy of what passed").write_into(copy_of_copy);
        assert!(copy == copy_of_copy);
    });
    Corpus::Keep
});
