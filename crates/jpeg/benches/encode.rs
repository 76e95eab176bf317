//! Encoding a picture of 640 × 640 pixels at quality 85, against the jpeg-encoder crate.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use jpeg::Subsampling;
use jpeg::encoder::{Coding, Encoder, Input, Options, PlaneRef, RgbRef};
use simd::Level;

const SIDE: usize = 640;
const HALF: usize = SIDE / 2;

/// A picture whose file is about as long as a photo's: noise at four scales, the coarser the stronger.
fn samples(seed: usize, side: usize) -> Vec<u8> {
    let noise = |x: usize, y: usize| {
        let mixed = ((x + 4096 * y + seed) as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        ((mixed ^ mixed >> 31).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 56) as usize
    };
    let sample = |x: usize, y: usize| {
        let scales = [(64, 7), (16, 5), (4, 2), (1, 1)];
        scales
            .map(|(scale, weight)| noise(x / scale, y / scale) * weight)
            .iter()
            .sum::<usize>()
            / 15
    };
    (0..side * side)
        .map(|i| sample(i % side, i / side) as u8)
        .collect()
}

fn encode(criterion: &mut Criterion) {
    let y = samples(1, SIDE);
    let (cb, cr) = (samples(2, HALF), samples(3, HALF));
    let planes = Input::YCbCr {
        y: PlaneRef::new(&y, SIDE, SIDE),
        cb: PlaneRef::new(&cb, HALF, HALF),
        cr: PlaneRef::new(&cr, HALF, HALF),
    };
    let color = |x: usize, row: usize| {
        let chroma = row / 2 * HALF + x / 2;
        [y[row * SIDE + x], cb[chroma], cr[chroma]]
    };
    let interleaved: Vec<u8> = (0..SIDE * SIDE)
        .flat_map(|i| color(i % SIDE, i / SIDE))
        .collect();
    let rgb = Input::Rgb(RgbRef::new(&interleaved, SIDE, SIDE));

    let mut group = criterion.benchmark_group("encode 640");
    group.throughput(Throughput::Elements((SIDE * SIDE) as u64));
    let mut jpeg = Vec::new();
    for level in Level::available() {
        let mut encoder = Encoder::with_level(level);
        let mut run = |name: &str, picture, options| {
            group.bench_function(format!("{name} {level:?}"), |bencher| {
                bencher.iter(|| encoder.encode_into(black_box(picture), options, &mut jpeg));
            });
        };
        run("planes 4:2:0", planes, Options::new());
        run(
            "planes 4:2:0, optimized",
            planes,
            Options::new().coding(Coding::Optimized),
        );
        run(
            "planes 4:2:0, progressive",
            planes,
            Options::new().coding(Coding::Progressive),
        );
        run("rgb 4:2:0", rgb, Options::new());
        run(
            "rgb 4:4:4",
            rgb,
            Options::new().subsampling(Subsampling::S444),
        );
    }
    for (name, colors) in [
        ("ycbcr", jpeg_encoder::ColorType::Ycbcr),
        ("rgb", jpeg_encoder::ColorType::Rgb),
    ] {
        group.bench_function(format!("jpeg-encoder {name} 4:2:0"), |bencher| {
            bencher.iter(|| {
                jpeg.clear();
                let mut encoder = jpeg_encoder::Encoder::new(&mut jpeg, 85);
                encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::R_4_2_0);
                encoder.encode(black_box(&interleaved), SIDE as u16, SIDE as u16, colors)
            });
        });
    }
    group.finish();
}

criterion_group!(benches, encode);
criterion_main!(benches);
