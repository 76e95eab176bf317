//! Whole photos through a warm pipeline, by format and size: `cargo bench --bench prepare`.
//!
//! The photos are one of the fixtures, enlarged and encoded again: their details are softer than a
//! camera's, so bytes a second say more than pixels a second for JPEG. For real photos beside other
//! tools see the README.

use std::hint::black_box;
use std::io::Cursor;
use std::path::Path;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use image::imageops::FilterType;
use image::{DynamicImage, ImageFormat};
use prep::{Options, Pipeline};

fn whole_photos(criterion: &mut Criterion) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/photos/coffee.png");
    let original = image::open(path).expect("the fixture is there");
    for (megapixels, width) in [(1, 1200), (12, 4243), (24, 6000)] {
        let photo = original.resize(width, width, FilterType::CatmullRom);
        for format in [
            ImageFormat::Jpeg,
            ImageFormat::Png,
            ImageFormat::WebP,
            ImageFormat::Tiff,
        ] {
            prepare_one(criterion, &format!("{megapixels} MP"), format, &photo);
        }
    }
}

fn prepare_one(criterion: &mut Criterion, size: &str, format: ImageFormat, photo: &DynamicImage) {
    let mut file = Cursor::new(Vec::new());
    photo
        .write_to(&mut file, format)
        .expect("the format can be written");
    let file = file.into_inner();
    let pixels = u64::from(photo.width()) * u64::from(photo.height());
    let mut pipeline = Pipeline::new(Options::new()).expect("the defaults are within their ranges");
    let mut picture = Vec::new();
    let name = format.extensions_str()[0];

    let mut group = criterion.benchmark_group(format!("prepare/{name}"));
    group.sample_size(10);
    group.throughput(Throughput::ElementsAndBytes {
        elements: pixels,
        bytes: file.len() as u64,
    });
    group.bench_function(size, |bencher| {
        bencher.iter(|| {
            pipeline
                .prepare_into(black_box(&file), &mut picture)
                .expect("the photo is whole")
        });
    });
}

criterion_group!(benches, whole_photos);
criterion_main!(benches);
