//! Decoding the middle square of a 12-megapixel photo, by coding, reduction and level.
//!
//! The photo is made of noise at several scales, as dense as a camera's at this quality; see `notes.md` for real ones.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use jpeg::encoder::{Coding, Input, Options, RgbRef, encode};
use jpeg::{Decoder, Planes, Size, Square, Subsampling, Target, read_header};
use simd::Level;

const WIDTH: usize = 4032;
const HEIGHT: usize = 3024;

/// Soft shapes with a little grain: neighboring pixels are alike, as in photos.
fn pixels() -> Vec<u8> {
    let grain = |x: usize, y: usize| {
        let mixed = ((x + 8192 * y) as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed >> 59) as f64 - 16.0
    };
    let wave = |x: usize, y: usize, length: f64, phase: f64| {
        ((x as f64 / length + phase).sin() + (y as f64 / length - phase).cos()) * 28.0
    };
    let sample = |x, y, phase| {
        let sum = wave(x, y, 310.0, phase) + wave(x, y, 23.0, phase * 2.0) + grain(x, y) * 0.5;
        (sum + 128.0).clamp(0.0, 255.0) as u8
    };
    (0..WIDTH * HEIGHT)
        .flat_map(|i| [0.0, 0.7, 1.9].map(|phase| sample(i % WIDTH, i / WIDTH, phase)))
        .collect()
}

fn decode(criterion: &mut Criterion) {
    let pixels = pixels();
    let square = Square {
        x: (WIDTH - HEIGHT) as f64 / 2.0,
        y: 0.0,
        side: HEIGHT as f64,
    };
    let photo = |subsampling, coding| {
        let options = Options::new()
            .quality(92)
            .subsampling(subsampling)
            .coding(coding);
        encode(Input::Rgb(RgbRef::new(&pixels, WIDTH, HEIGHT)), options).expect("the sizes fit")
    };
    for (name, photo) in [
        ("4:2:0", photo(Subsampling::S420, Coding::Standard)),
        ("4:4:4", photo(Subsampling::S444, Coding::Standard)),
        (
            "progressive 4:2:0",
            photo(Subsampling::S420, Coding::Progressive),
        ),
    ] {
        let header = read_header(&photo).expect("it was just encoded");
        let mut group = criterion.benchmark_group(format!("decode {name}"));
        group
            .throughput(Throughput::Bytes(photo.len() as u64))
            .sample_size(20);
        group.bench_function("header", |bencher| {
            bencher.iter(|| read_header(black_box(&photo)))
        });
        for level in Level::available() {
            // 640: the 4×4 of lowest frequencies are kept; 1600: all 64.
            for side in [640, 1600] {
                let mut decoder = Decoder::with_level(level);
                let mut planes = Planes::default();
                group.bench_function(format!("to {side}, {level:?}"), |bencher| {
                    bencher.iter(|| {
                        decoder.decode_resized(
                            black_box(&photo),
                            &header,
                            &Target::new(square, Size::square(side)),
                            &mut planes,
                        )
                    });
                });
            }
        }
    }
}

criterion_group!(benches, decode);
criterion_main!(benches);
