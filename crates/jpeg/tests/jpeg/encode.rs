//! The encoder against a decoder that is written by the letter of the standard.

pub(crate) mod reader;

use jpeg::Subsampling;
use jpeg::encoder::{
    Coding, EncodeError, Encoder, Input, Options, PlaneRef, RgbRef, encode, steps,
};
use reader::File;
use simd::Level;

const CODINGS: [Coding; 3] = [Coding::Standard, Coding::Optimized, Coding::Progressive];

const SUBSAMPLINGS: [(Subsampling, usize, usize); 3] = [
    (Subsampling::S420, 2, 2),
    (Subsampling::S422, 2, 1),
    (Subsampling::S444, 1, 1),
];

/// Samples of three planes.
struct Planes {
    width: usize,
    height: usize,
    chroma_width: usize,
    chroma_height: usize,
    samples: [Vec<u8>; 3],
}

impl Planes {
    fn new(
        width: usize,
        height: usize,
        (h, v): (usize, usize),
        mut sample: impl FnMut(usize, usize, usize) -> u8,
    ) -> Self {
        let (chroma_width, chroma_height) = (width.div_ceil(h), height.div_ceil(v));
        let mut plane = |index: usize, width: usize, height: usize| {
            (0..width * height)
                .map(|i| sample(index, i % width, i / width))
                .collect()
        };
        let samples = [
            plane(0, width, height),
            plane(1, chroma_width, chroma_height),
            plane(2, chroma_width, chroma_height),
        ];
        Self {
            width,
            height,
            chroma_width,
            chroma_height,
            samples,
        }
    }

    fn picture(&self) -> Input<'_> {
        let chroma = |samples| PlaneRef::new(samples, self.chroma_width, self.chroma_height);
        let [y, cb, cr] = &self.samples;
        Input::YCbCr {
            y: PlaneRef::new(y, self.width, self.height),
            cb: chroma(cb),
            cr: chroma(cr),
        }
    }
}

/// A number that looks like chance.
fn noise(seed: usize) -> usize {
    let mixed = (seed as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    ((mixed ^ mixed >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 40) as usize
}

/// Waves, an edge, and some noise: something like a photo.
fn photo_like(index: usize, x: usize, y: usize) -> u8 {
    let wave = (x as f64 / 17.0).sin() * 40.0 + (y as f64 / 9.0 + index as f64).cos() * 30.0;
    let edge = if x * 2 + y > 40 { 30.0 } else { -30.0 };
    (128.0 + wave + edge + (noise(x + 1000 * y + 7 * index) % 9) as f64) as u8
}

fn psnr(a: &[u8], b: &[u8]) -> f64 {
    assert_eq!(a.len(), b.len());
    let squares: f64 = a
        .iter()
        .zip(b)
        .map(|(a, b)| f64::from(a.abs_diff(*b)).powi(2))
        .sum();
    20.0 * 255f64.log10() - 10.0 * (squares / a.len() as f64).max(1e-9).log10()
}

#[test]
fn a_file_has_the_markers_it_needs_and_no_others() {
    let planes = Planes::new(40, 30, (2, 2), photo_like);
    let expected: [(Coding, &[u8]); 3] = [
        (
            Coding::Standard,
            &[0xd8, 0xe0, 0xdb, 0xc0, 0xc4, 0xda, 0xd9],
        ),
        (
            Coding::Optimized,
            &[0xd8, 0xe0, 0xdb, 0xc0, 0xc4, 0xda, 0xd9],
        ),
        (
            Coding::Progressive,
            &[
                0xd8, 0xe0, 0xdb, 0xc2, 0xc4, 0xda, 0xc4, 0xda, 0xc4, 0xda, 0xc4, 0xda, 0xc4, 0xda,
                0xc4, 0xda, 0xda, 0xc4, 0xda, 0xc4, 0xda, 0xc4, 0xda, 0xd9,
            ],
        ),
    ];
    for (coding, markers) in expected {
        let jpeg = encode(planes.picture(), Options::new().coding(coding)).unwrap();

        assert_eq!(File::read(&jpeg).markers, markers, "{coding:?}");
    }
}

#[test]
fn every_size_comes_back_in_every_subsampling_and_coding() {
    let mut encoder = Encoder::new();
    let mut jpeg = Vec::new();
    let sizes = (1..=40)
        .map(|side| (side, 41 - side))
        .chain((1..=40).map(|side| (side, side)));
    for (width, height) in sizes {
        for (subsampling, h, v) in SUBSAMPLINGS {
            let planes = Planes::new(width, height, (h, v), photo_like);
            let options = Options::new().quality(95).subsampling(subsampling);
            let mut first: Option<File> = None;
            for coding in CODINGS {
                encoder
                    .encode_into(planes.picture(), options.coding(coding), &mut jpeg)
                    .unwrap();

                let file = File::read(&jpeg);
                assert_eq!((file.width, file.height), (width, height));
                for (index, samples) in planes.samples.iter().enumerate() {
                    let psnr = psnr(samples, &file.plane(index));
                    assert!(
                        psnr > 34.0,
                        "{width}×{height} {subsampling:?} {coding:?}: {psnr}"
                    );
                }
                let first = first.get_or_insert_with(|| File::read(&jpeg));
                for (a, b) in first.components.iter().zip(&file.components) {
                    assert!(
                        blocks_with_samples(a).eq(blocks_with_samples(b)),
                        "{width}×{height} {subsampling:?} {coding:?}"
                    );
                }
            }
        }
    }
}

fn blocks_with_samples(component: &reader::Component) -> impl Iterator<Item = &[i32; 64]> {
    component
        .blocks
        .chunks(component.stride)
        .take(component.down)
        .flat_map(|row| &row[..component.across])
}

#[test]
fn extremes_come_back_at_every_quality() {
    let pictures: [fn(usize, usize, usize) -> u8; 5] = [
        |_, x, y| if (x / 8 + y / 8) % 2 == 0 { 0 } else { 255 },
        |_, x, y| if (x + y) % 2 == 0 { 0 } else { 255 },
        |index, x, y| (noise(index + 3 * x + 1999 * y) % 2 * 255) as u8,
        |index, x, y| noise(index + 3 * x + 1999 * y) as u8,
        |_, _, _| 255,
    ];
    for (number, sample) in pictures.into_iter().enumerate() {
        let planes = Planes::new(56, 48, (1, 1), sample);
        for quality in [1, 2, 10, 50, 90, 100] {
            for coding in CODINGS {
                let options = Options::new()
                    .quality(quality)
                    .subsampling(Subsampling::S444)
                    .coding(coding);

                let file = File::read(&encode(planes.picture(), options).unwrap());

                for (index, samples) in planes.samples.iter().enumerate() {
                    // Half a step in each coefficient, and what rounding adds.
                    let steps = file.quantization[&(index.min(1) as u8)];
                    let worst: f64 = steps
                        .iter()
                        .map(|&step| (f64::from(step) / 2.0).powi(2))
                        .sum::<f64>()
                        / 64.0
                        + 0.5;
                    let psnr = psnr(samples, &file.plane(index));
                    assert!(
                        psnr > 20.0 * 255f64.log10() - 10.0 * worst.log10(),
                        "picture {number}, {quality}: {psnr}"
                    );
                }
            }
        }
    }
}

#[test]
fn steps_take_the_place_of_a_quality() {
    let planes = Planes::new(64, 48, (2, 2), photo_like);
    let options = Options::new().coding(Coding::Optimized);
    let by_steps = |steps| encode(planes.picture(), options.steps(steps)).unwrap();

    for quality in [1, 50, 85, 100] {
        let by_quality = encode(planes.picture(), options.quality(quality)).unwrap();
        assert!(by_steps(steps(quality)) == by_quality, "{quality}");
    }
    let finest = File::read(&by_steps([[0; 64]; 2]));
    for (index, samples) in planes.samples.iter().enumerate() {
        assert!(psnr(samples, &finest.plane(index)) > 48.0, "{index}");
    }
}

#[test]
fn long_runs_of_empty_blocks_are_coded() {
    // 300 × 138 blocks, all but one with nothing but DC: before that one there are more than the longest run of a
    // progressive scan, 32767.
    let planes = Planes::new(2400, 1100, (1, 1), |_, x, y| {
        if (x, y) == (2000, 1080) { 250 } else { 77 }
    });
    for coding in CODINGS {
        let options = Options::new().subsampling(Subsampling::S444).coding(coding);

        let file = File::read(&encode(planes.picture(), options).unwrap());

        let plane = file.plane(0);
        assert!(plane[2000 + 2400 * 1080].abs_diff(250) < 60);
        assert!(
            plane[..2400 * 900]
                .iter()
                .all(|&sample| sample.abs_diff(77) <= 1)
        );
    }
}

#[test]
fn gray_pictures_have_one_component() {
    let samples: Vec<u8> = (0..37 * 21)
        .map(|i| photo_like(0, i % 37, i / 37))
        .collect();
    for coding in CODINGS {
        let picture = Input::Gray(PlaneRef::new(&samples, 37, 21));

        let file = File::read(&encode(picture, Options::new().quality(92).coding(coding)).unwrap());

        assert_eq!(file.components.len(), 1);
        assert_eq!(file.quantization.len(), 1);
        assert!(psnr(&samples, &file.plane(0)) > 34.0);
    }
}

#[test]
fn all_levels_and_warm_encoders_write_the_same_bytes() {
    let rgb: Vec<u8> = (0..101 * 67 * 3)
        .map(|i| photo_like(i % 3, i / 3 % 101, i / 303))
        .collect();
    let mut warm: Vec<_> = Level::available().map(Encoder::with_level).collect();
    let mut jpeg = Vec::new();
    for (subsampling, h, v) in SUBSAMPLINGS {
        let planes = Planes::new(101, 67, (h, v), photo_like);
        for picture in [
            planes.picture(),
            Input::Rgb(RgbRef::new(&rgb, 101, 67)),
            Input::Gray(PlaneRef::new(&rgb, 300, 60)),
        ] {
            for coding in CODINGS {
                let options = Options::new().subsampling(subsampling).coding(coding);
                let expected = encode(picture, options).unwrap();
                for encoder in &mut warm {
                    encoder.encode_into(picture, options, &mut jpeg).unwrap();

                    assert!(jpeg == expected, "{subsampling:?} {coding:?}");
                }
            }
        }
    }
}

#[test]
fn colors_come_back_from_rgb() {
    for (width, height) in [(1, 1), (2, 3), (15, 17), (16, 16), (33, 31)] {
        let rgb: Vec<u8> = (0..width * height * 3)
            .map(|i| photo_like(i % 3, i / 3 % width, i / 3 / width))
            .collect();
        for (subsampling, h, v) in SUBSAMPLINGS {
            let options = Options::new().quality(97).subsampling(subsampling);

            let file =
                File::read(&encode(Input::Rgb(RgbRef::new(&rgb, width, height)), options).unwrap());

            let expected = Planes::new(width, height, (h, v), |index, x, y| {
                let (h, v) = if index == 0 { (1, 1) } else { (h, v) };
                let inside = (0..h * v).map(|i| {
                    (
                        (x * h + i % h).min(width - 1),
                        (y * v + i / h).min(height - 1),
                    )
                });
                let mean: f64 = inside
                    .map(|(x, y)| component(&rgb[3 * (y * width + x)..], index))
                    .sum::<f64>()
                    / (h * v) as f64;
                mean.round() as u8
            });
            for (index, samples) in expected.samples.iter().enumerate() {
                let psnr = psnr(samples, &file.plane(index));
                assert!(
                    psnr > 38.0,
                    "{width}×{height} {subsampling:?} {index}: {psnr}"
                );
            }
        }
    }
}

/// Y, Cb or Cr of a pixel (JFIF 1.02).
fn component(rgb: &[u8], index: usize) -> f64 {
    let [red, green, blue] = [rgb[0], rgb[1], rgb[2]].map(f64::from);
    match index {
        0 => 0.299 * red + 0.587 * green + 0.114 * blue,
        1 => -0.168_736 * red - 0.331_264 * green + 0.5 * blue + 128.0,
        _ => 0.5 * red - 0.418_688 * green - 0.081_312 * blue + 128.0,
    }
}

#[test]
fn the_gap_between_rows_is_skipped() {
    let packed: Vec<u8> = (0..20 * 10)
        .map(|i| photo_like(0, i % 20, i / 20))
        .collect();
    let gapped: Vec<u8> = packed
        .chunks(20)
        .flat_map(|row| [row, &[99; 13]].concat())
        .collect();

    let expected = encode(Input::Gray(PlaneRef::new(&packed, 20, 10)), Options::new()).unwrap();
    let actual = encode(
        Input::Gray(PlaneRef::new(&gapped, 20, 10).stride(33)),
        Options::new(),
    )
    .unwrap();

    assert_eq!(actual, expected);
}

#[test]
fn the_longest_side_is_encoded() {
    let samples = vec![200; 65_535];
    for (width, height) in [(65_535, 1), (1, 65_535)] {
        let jpeg = encode(
            Input::Gray(PlaneRef::new(&samples, width, height)),
            Options::new(),
        )
        .unwrap();

        let file = File::read(&jpeg);
        assert_eq!((file.width, file.height), (width, height));
        assert!(file.plane(0).iter().all(|sample| sample.abs_diff(200) <= 1));
    }
}

#[test]
fn a_picture_that_does_not_fit_is_refused() {
    let samples = [0; 100];
    let plane = |width, height| PlaneRef::new(&samples, width, height);
    let color = |y, cb, cr| Input::YCbCr { y, cb, cr };
    let refused = |picture| encode(picture, Options::new()).unwrap_err();

    assert_eq!(
        refused(Input::Gray(plane(0, 5))),
        EncodeError::Side {
            width: 0,
            height: 5
        }
    );
    assert_eq!(
        refused(Input::Gray(plane(65_536, 1))),
        EncodeError::Side {
            width: 65_536,
            height: 1
        }
    );
    assert_eq!(
        refused(Input::Gray(plane(10, 11))),
        EncodeError::Samples {
            needed: 110,
            given: 100
        }
    );
    assert_eq!(
        refused(Input::Gray(plane(10, 5).stride(9))),
        EncodeError::Stride { stride: 9, row: 10 }
    );
    assert_eq!(
        refused(Input::Rgb(RgbRef::new(&samples, 6, 6))),
        EncodeError::Samples {
            needed: 108,
            given: 100
        }
    );
    assert_eq!(
        refused(Input::Gray(plane(1, 3).stride(usize::MAX))),
        EncodeError::Samples {
            needed: usize::MAX,
            given: 100
        }
    );
    assert_eq!(
        refused(color(plane(9, 9), plane(5, 5), plane(5, 4))),
        EncodeError::Chroma {
            width: 5,
            height: 4,
            needed_width: 5,
            needed_height: 5
        }
    );
}
