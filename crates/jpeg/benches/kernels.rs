//! The decoder's kernels, for eight rows of a picture of a 4032 pixels wide photo, by level.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use jpeg::kernels::{Bench, idct};
use jpeg::ycbcr_to_rgb;
use simd::Level;

/// Runs a kernel.
type Kernel = fn(&mut Bench, Level);

const KERNELS: [(&str, Kernel); 4] = [
    ("dequantize", Bench::dequantize),
    ("to_midpoint", Bench::to_midpoint),
    ("vertical", Bench::vertical),
    ("horizontal", Bench::horizontal),
];

fn kernels(criterion: &mut Criterion) {
    // 640: the 4×4 of lowest frequencies are kept; 1600: all 64.
    for results in [640, 1600] {
        let mut group = criterion.benchmark_group(format!("4032 to {results}"));
        for (name, kernel) in KERNELS {
            for level in Level::available() {
                let mut bench = Bench::new(4032, results);
                group.bench_function(format!("{name}, {level:?}"), |bencher| {
                    bencher.iter(|| kernel(black_box(&mut bench), level));
                });
            }
        }
    }
    let block = std::array::from_fn(|place| (place as i16 * 37 % 64) - 32);
    criterion.bench_function("idct", |bencher| bencher.iter(|| idct(black_box(&block))));
    let (y, cb, cr) = ([90; 640], [100; 640], [150; 640]);
    let mut rgb = [[0; 3]; 640];
    for level in Level::available() {
        criterion.bench_function(&format!("ycbcr_to_rgb 640, {level:?}"), |bencher| {
            bencher.iter(|| ycbcr_to_rgb(level, black_box(&y), &cb, &cr, &mut rgb));
        });
    }
}

criterion_group!(benches, kernels);
criterion_main!(benches);
