//! Whole photos through a warm pipeline, by format and size, and JPEG by class: `cargo bench --bench prepare`.
//!
//! The photos are one of the fixtures, enlarged and encoded again: their details are softer than a
//! camera's, so bytes a second say more than pixels a second for JPEG. For real photos beside other
//! tools see the README.

use std::hint::black_box;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use image::imageops::FilterType;
use image::{DynamicImage, ImageFormat};
use jpeg::Subsampling;
use jpeg::encoder::{Coding, Input, RgbRef};
use prep::{Options, Pipeline};

fn whole_photos(criterion: &mut Criterion) {
    let original = original();
    for (megapixels, width) in [(1, 1200), (12, 4243), (24, 6000)] {
        let photo = original.resize(width, width, FilterType::CatmullRom);
        for format in [
            ImageFormat::Jpeg,
            ImageFormat::Png,
            ImageFormat::WebP,
            ImageFormat::Tiff,
        ] {
            let mut file = Cursor::new(Vec::new());
            photo
                .write_to(&mut file, format)
                .expect("the format can be written");
            let name = format!("prepare/{}", format.extensions_str()[0]);
            let files = [file.into_inner()];
            prepare_all(criterion, &name, &format!("{megapixels} MP"), &files);
        }
    }
}

/// JPEG as cameras write it, and 109 megapixels of it.
fn classes(criterion: &mut Criterion) {
    let original = original();
    for (class, subsampling, coding, width) in [
        ("4:2:0", Subsampling::S420, Coding::Standard, 4243),
        ("4:2:2", Subsampling::S422, Coding::Standard, 4243),
        ("progressive", Subsampling::S420, Coding::Progressive, 4243),
        ("very large", Subsampling::S420, Coding::Standard, 12_785),
    ] {
        let photo = original
            .resize(width, width, FilterType::CatmullRom)
            .into_rgb8();
        let pixels = RgbRef::new(&photo, photo.width() as usize, photo.height() as usize);
        let options = jpeg::encoder::Options::new()
            .quality(92)
            .subsampling(subsampling)
            .coding(coding);
        let file = jpeg::encoder::encode(Input::Rgb(pixels), options).expect("the sizes fit");
        prepare_all(criterion, "prepare/jpeg", class, &[file]);
    }
}

/// The photos of a folder, one after the other.
fn corpus(criterion: &mut Criterion) {
    let Some(folder) = std::env::var_os("GROUP_PICTURE_CORPUS") else {
        eprintln!("photos of a corpus: skipped, GROUP_PICTURE_CORPUS names no folder of photos");
        return;
    };
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    let mut pipeline = Pipeline::new(Options::new()).expect("the defaults are within their ranges");
    let is_prepared = |file: &Vec<u8>| pipeline.prepare_into(file, &mut Vec::new()).is_ok();
    let files: Vec<Vec<u8>> = paths
        .iter()
        .flat_map(std::fs::read)
        .filter(is_prepared)
        .collect();
    let name = format!("{} photos", files.len());
    prepare_all(criterion, "prepare/corpus", &name, &files);
}

fn original() -> DynamicImage {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/photos/coffee.png");
    image::open(path).expect("the fixture is there")
}

/// Prepares files one after the other.
fn prepare_all(criterion: &mut Criterion, group: &str, name: &str, files: &[Vec<u8>]) {
    let mut pipeline = Pipeline::new(Options::new()).expect("the defaults are within their ranges");
    let mut picture = Vec::new();

    let mut group = criterion.benchmark_group(group);
    group.sample_size(10);
    let bytes = files.iter().map(|file| file.len() as u64).sum();
    group.throughput(Throughput::Bytes(bytes));
    group.bench_function(name, |bencher| {
        bencher.iter(|| {
            for file in files {
                pipeline
                    .prepare_into(black_box(file), &mut picture)
                    .expect("the photo is whole");
            }
        });
    });
}

criterion_group!(benches, whole_photos, classes, corpus);
criterion_main!(benches);
