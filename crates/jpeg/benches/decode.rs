//! Decoding the middle square of photos, by class, reduction and level.
//!
//! The photos are soft shapes with a little grain, about as dense as a camera's at this quality: 12 megapixels of each coding, and 109 in
//! one. Where `GROUP_PICTURE_CORPUS` names a folder, its JPEG photos are decoded too, all of a class in turn.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};
use jpeg::encoder::{Coding, Input, Options, RgbRef, encode};
use jpeg::{Decoder, Header, Planes, Process, Size, Square, Subsampling, Target, read_header};
use jpeg_encoder::{ColorType, SamplingFactor};
use simd::Level;

const WIDTH: usize = 4032;
const HEIGHT: usize = 3024;

/// How often the shapes are repeated in the very large photo, in each direction.
const TIMES: usize = 3;

/// As many MCUs as a row of the photo has, 4:2:0: a common restart interval.
const ROW_OF_MCUS: u16 = (WIDTH / 16) as u16;

/// The picture's side: of 12 megapixels the 4×4 coefficients of lowest frequency are kept.
const SIDE: u32 = 640;

/// A side for which all 64 are kept.
const LARGE_SIDE: u32 = 1600;

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

/// Encodes the pixels, repeated so many times in each direction.
fn photo(pixels: &[u8], times: usize, subsampling: Subsampling, coding: Coding) -> Vec<u8> {
    let wide: Vec<u8> = pixels
        .chunks(3 * WIDTH)
        .flat_map(|row| row.repeat(times))
        .collect();
    let repeated = wide.repeat(times);
    let options = Options::new()
        .quality(92)
        .subsampling(subsampling)
        .coding(coding);
    let rgb = RgbRef::new(&repeated, times * WIDTH, times * HEIGHT);
    encode(Input::Rgb(rgb), options).expect("the sizes fit")
}

/// Encodes the pixels with a restart marker after each row of MCUs.
fn photo_with_restarts(pixels: &[u8]) -> Vec<u8> {
    let mut photo = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut photo, 92);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    encoder.set_restart_interval(ROW_OF_MCUS);
    encoder
        .encode(pixels, WIDTH as u16, HEIGHT as u16, ColorType::Rgb)
        .expect("the sizes fit");
    photo
}

/// Decodes the middle square of photos of one class, one after the other.
fn decode_middle(
    group: &mut BenchmarkGroup<'_, criterion::measurement::WallTime>,
    photos: &[Vec<u8>],
    side: u32,
    level: Level,
) {
    let headers: Vec<Header<'_>> = photos.iter().flat_map(|photo| read_header(photo)).collect();
    let mut decoder = Decoder::with_level(level);
    let mut planes = Planes::default();
    group.bench_function(format!("to {side}, {level:?}"), |bencher| {
        bencher.iter(|| {
            for (photo, header) in photos.iter().zip(&headers) {
                let (width, height) = (f64::from(header.width()), f64::from(header.height()));
                let shorter = width.min(height);
                let square = Square {
                    x: (width - shorter) / 2.0,
                    y: (height - shorter) / 2.0,
                    side: shorter,
                };
                let target = Target::new(square, Size::square(side));
                let damage = decoder.decode_resized(black_box(photo), header, &target, &mut planes);
                damage.expect("the photo was decoded before");
            }
        });
    });
}

fn bytes(photos: &[Vec<u8>]) -> Throughput {
    Throughput::Bytes(photos.iter().map(|photo| photo.len() as u64).sum())
}

fn generated(criterion: &mut Criterion) {
    let pixels = pixels();
    let standard = |times, subsampling| photo(&pixels, times, subsampling, Coding::Standard);
    let progressive = photo(&pixels, 1, Subsampling::S420, Coding::Progressive);
    for (class, photo) in [
        ("4:2:0", standard(1, Subsampling::S420)),
        ("4:2:2", standard(1, Subsampling::S422)),
        ("4:4:4", standard(1, Subsampling::S444)),
        ("4:2:0 with restarts", photo_with_restarts(&pixels)),
        ("progressive 4:2:0", progressive),
        ("very large 4:2:0", standard(TIMES, Subsampling::S420)),
    ] {
        let photos = [photo];
        let mut group = criterion.benchmark_group(format!("decode {class}"));
        group
            .throughput(bytes(&photos))
            .sample_size(10)
            .measurement_time(Duration::from_secs(2));
        group.bench_function("header", |bencher| {
            bencher.iter(|| read_header(black_box(&photos[0])))
        });
        for level in Level::available() {
            for side in [SIDE, LARGE_SIDE] {
                decode_middle(&mut group, &photos, side, level);
            }
        }
    }
}

/// Returns what a photo's speed depends on.
fn class(header: &Header<'_>) -> String {
    let process = match header.process() {
        Process::Progressive => "progressive",
        _ => "baseline",
    };
    let luma = header.components().first();
    let sampling = luma.map_or(String::new(), |luma| format!("{}x{}", luma.h, luma.v));
    let restarts = match header.restart_interval() {
        0 => "",
        _ => " with restarts",
    };
    format!("{process} {sampling}{restarts}")
}

/// Reads the photos of a folder that decode without an error, by class.
fn photos_by_class(folder: &Path) -> BTreeMap<String, Vec<Vec<u8>>> {
    let mut classes: BTreeMap<String, Vec<Vec<u8>>> = BTreeMap::new();
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    for photo in paths.iter().flat_map(std::fs::read) {
        let class = read_header(&photo).ok().and_then(|header| {
            let decoded = Decoder::new().decode(&photo, &header, &mut Vec::new());
            decoded.is_ok().then(|| class(&header))
        });
        if let Some(class) = class {
            classes.entry(class).or_default().push(photo);
        }
    }
    classes
}

fn corpus(criterion: &mut Criterion) {
    let Some(folder) = std::env::var_os("GROUP_PICTURE_CORPUS") else {
        eprintln!("photos of a corpus: skipped, GROUP_PICTURE_CORPUS names no folder of photos");
        return;
    };
    for (class, photos) in photos_by_class(Path::new(&folder)) {
        let mut group =
            criterion.benchmark_group(format!("decode {} photos, {class}", photos.len()));
        group.throughput(bytes(&photos)).sample_size(10);
        decode_middle(&mut group, &photos, SIDE, Level::detect());
    }
}

criterion_group!(benches, generated, corpus);
criterion_main!(benches);
