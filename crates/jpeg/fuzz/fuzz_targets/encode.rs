//! Any picture, encoded: every level gives the same bytes, every coding tells the same coefficients, and a gray picture comes
//! back as near as its quantization table allows.
#![no_main]

use std::cell::RefCell;

use jpeg::encoder::{Coding, Encoder, Options, Input, PlaneRef, RgbRef};
use jpeg::{Decoder, Subsampling, read_header};
use libfuzzer_sys::{Corpus, fuzz_target};
use simd::Level;

#[derive(Default)]
struct Coders {
    encoders: Vec<Encoder>,
    /// Sees but one set of tables, which it makes once.
    standard: Decoder,
    fitted: Decoder,
}

thread_local! {
    static WARM: RefCell<Coders> = RefCell::new(Coders {
        encoders: Level::available().map(Encoder::with_level).collect(),
        ..Coders::default()
    });
}

fuzz_target!(|data: &[u8]| -> Corpus {
    let Some((&[width, height, quality, kind], rest)) = data.split_first_chunk::<4>() else {
        return Corpus::Reject;
    };
    let (width, height) = (usize::from(width) % 20 + 1, usize::from(height) % 20 + 1);
    let (subsampling, h, v) = [
        (Subsampling::S420, 2, 2),
        (Subsampling::S422, 2, 1),
        (Subsampling::S444, 1, 1),
    ][usize::from(kind >> 2) % 3];
    // Fitting tables, and making ready to read them, takes longer than all else: by lot, for the fuzzer would prefer it.
    let lot = data.iter().fold(0_u8, |lot, &byte| lot.wrapping_mul(31).wrapping_add(byte));
    let coding = match lot {
        0..8 => Coding::Optimized,
        8..16 => Coding::Progressive,
        _ => Coding::Standard,
    };
    let options = Options::new().quality(quality).subsampling(subsampling);
    // The bytes at hand, again and again.
    let samples: Vec<u8> = match rest {
        [] => vec![128; width * height * 3],
        rest => rest.iter().copied().cycle().take(width * height * 3).collect(),
    };
    let chroma = |start| PlaneRef::new(&samples[start..], width.div_ceil(h), height.div_ceil(v));
    let picture = match kind & 3 {
        0 | 1 => Input::Gray(PlaneRef::new(&samples, width, height)),
        2 => Input::Rgb(RgbRef::new(&samples, width, height)),
        _ => Input::YCbCr {
            y: PlaneRef::new(&samples, width, height),
            cb: chroma(width),
            cr: chroma(width * height),
        },
    };
    WARM.with_borrow_mut(|Coders { encoders, standard, fitted }| {
        let file = encode(encoders, picture, options);
        let pixels = decode(standard, &file, width, height);
        if coding != Coding::Standard {
            let other = encode(encoders, picture, options.coding(coding));
            assert!(decode(fitted, &other, width, height) == pixels);
        }
        if let Input::Gray(_) = picture {
            is_as_near_as_quantization_allows(&file, &samples, &pixels);
        }
    });
    Corpus::Keep
});

fn encode(encoders: &mut [Encoder], picture: Input<'_>, options: Options) -> Vec<u8> {
    let mut files = encoders.iter_mut().map(|encoder| {
        let mut file = Vec::new();
        encoder.encode_into(picture, options, &mut file).expect("the sizes fit");
        file
    });
    let file = files.next().expect("there is a scalar level");
    assert!(files.all(|other| other == file));
    file
}

fn decode(decoder: &mut Decoder, file: &[u8], width: usize, height: usize) -> Vec<u8> {
    let header = read_header(file).expect("it was just encoded");
    assert_eq!((header.width() as usize, header.height() as usize), (width, height));
    let mut pixels = Vec::new();
    let damage = decoder.decode(file, &header, &mut pixels).expect("it was just encoded");
    assert!(damage.is_none());
    pixels
}

/// The transform keeps distances, so no sample is further off than all rounding errors of its block together.
fn is_as_near_as_quantization_allows(file: &[u8], samples: &[u8], pixels: &[u8]) {
    let table = file.windows(2).position(|bytes| bytes == [0xff, 0xdb]).expect("a table") + 5;
    let squares: f64 = file[table..table + 64].iter().map(|&step| (f64::from(step) / 2.0).powi(2)).sum();
    // And what the transforms round.
    let most = squares.sqrt() + 2.0;
    for (&sample, &pixel) in samples.iter().zip(pixels) {
        assert!(f64::from(sample.abs_diff(pixel)) <= most);
    }
}
