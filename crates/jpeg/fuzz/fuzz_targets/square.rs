//! Any square of any bytes: every level gives the bits of the scalar one, and at its own size a part of a photo has the
//! samples that the whole has there.
#![no_main]

use std::cell::RefCell;

use jpeg::{Damage, Decoder, Error, Header, Planes, Size, Square, Subsampling, Target, read_header};
use libfuzzer_sys::{Corpus, fuzz_target};
use simd::Level;

/// Larger photos are slower and not different.
const MAX_PIXELS: u64 = 1 << 12;

/// The first bytes say which square is wanted: x, y and side in 1/256 of the photo's width, the picture's side, the
/// chroma.
const PARAMETERS: usize = 5;

struct Decoders {
    levels: Vec<(Decoder, Planes)>,
    whole: (Decoder, Planes),
}

thread_local! {
    static WARM: RefCell<Decoders> = RefCell::new(Decoders {
        levels: Level::available().map(|level| (Decoder::with_level(level), Planes::default())).collect(),
        whole: Default::default(),
    });
}

fuzz_target!(|data: &[u8]| -> Corpus {
    let Some((&parameters, photo)) = data.split_first_chunk::<PARAMETERS>() else {
        return Corpus::Reject;
    };
    let Ok(header) = read_header(photo) else {
        return Corpus::Keep;
    };
    if u64::from(header.width()) * u64::from(header.height()) > MAX_PIXELS {
        return Corpus::Reject;
    }
    WARM.with_borrow_mut(|decoders| {
        same_at_every_level(decoders, photo, &header, parameters);
        let has_full_resolution = header.components().iter().all(|c| (c.h, c.v) == (1, 1));
        if has_full_resolution && parameters[4] & 4 != 0 {
            part_is_as_in_the_whole(decoders, photo, &header, parameters);
        }
    });
    Corpus::Keep
});

fn same_at_every_level(decoders: &mut Decoders, photo: &[u8], header: &Header<'_>, parameters: [u8; PARAMETERS]) {
    let [x, y, extent, side, chroma] = parameters;
    let unit = f64::from(header.width()) / 256.0;
    // From a quarter beyond one edge to a quarter beyond the other.
    let place = |byte: u8| (f64::from(byte) * 1.5 - 64.0) * unit;
    let square = Square { x: place(x), y: place(y), side: (f64::from(extent) + 1.0) * unit };
    let subsampling = [Subsampling::S444, Subsampling::S422, Subsampling::S420, Subsampling::S420][usize::from(chroma & 3)];
    let mut expected: Option<(Result<Damage, Error>, &Planes)> = None;
    for (decoder, planes) in &mut decoders.levels {
        let outcome = decoder.decode_resized(photo, header, &Target::new(square, Size::square(u32::from(side) % 32 + 1)).subsampling(subsampling), planes);
        match &expected {
            Some((first, first_planes)) => {
                assert_eq!(*first, outcome);
                assert!(outcome.is_err() || *first_planes == planes);
            }
            None => expected = Some((outcome, planes)),
        }
    }
}

fn part_is_as_in_the_whole(decoders: &mut Decoders, photo: &[u8], header: &Header<'_>, parameters: [u8; PARAMETERS]) {
    let longest = header.width().max(header.height());
    let least = header.width().min(header.height());
    let side = u32::from(parameters[2]) % least.min(32) + 1;
    let x = u32::from(parameters[0]) % (header.width() - side + 1);
    let y = u32::from(parameters[1]) % (header.height() - side + 1);
    let (decoder, planes) = &mut decoders.levels[0];
    let square = |x: u32, y: u32, side: u32| Square { x: x.into(), y: y.into(), side: side.into() };
    let part = decoder.decode_resized(photo, header, &Target::new(square(x, y, side), Size::square(side)).subsampling(Subsampling::S444), planes);
    let (decoder, whole) = &mut decoders.whole;
    let outcome = decoder.decode_resized(photo, header, &Target::new(square(0, 0, longest), Size::square(longest)).subsampling(Subsampling::S444), whole);
    // What is lost below or beside the part is not seen by it.
    let (Ok(part), Ok(outcome)) = (part, outcome) else {
        return;
    };
    if !part.is_none() || !outcome.is_none() {
        return;
    }
    for (part, whole) in planes.components().iter().zip(whole.components()) {
        for (row, samples) in part.samples.chunks_exact(side as usize).enumerate() {
            let start = (y as usize + row) * longest as usize + x as usize;
            assert_eq!(samples, &whole.samples[start..start + side as usize]);
        }
    }
}
