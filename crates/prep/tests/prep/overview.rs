//! An overview of the whole photo, made while its picture is made.

use std::io::Cursor;

use image::{DynamicImage, GrayImage, ImageFormat, Rgb, RgbImage};
use prep::{Fit, FocalPoint, Gravity, Options, Pipeline, Prepared, Size};

/// A photo in which no two corners are alike.
fn photo(width: u32, height: u32) -> DynamicImage {
    let level = |part: f64| (40.0 + 170.0 * part) as u8;
    RgbImage::from_fn(width, height, |x, y| {
        let (across, down) = (
            f64::from(x) / f64::from(width),
            f64::from(y) / f64::from(height),
        );
        let wave = ((x / 90 + y / 70) % 2) as u8 * 30;
        Rgb([
            level(across) + wave,
            level(down),
            level((1.0 - across) * down) + wave,
        ])
    })
    .into()
}

fn jpeg(image: &DynamicImage) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image
        .write_to(&mut bytes, ImageFormat::Jpeg)
        .expect("a photo can be encoded");
    bytes.into_inner()
}

/// The same file with an orientation in its Exif.
fn oriented(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let mut exif =
        b"\xFF\xE1\x00\x22Exif\0\0MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0]);
    [&jpeg[..2], &exif, &jpeg[2..]].concat()
}

/// What is told of a photo, and its picture.
fn prepared(pipeline: &mut Pipeline, photo: &[u8]) -> Result<(Prepared, Vec<u8>), String> {
    let mut picture = Vec::new();
    let prepared = pipeline.prepare_into(photo, &mut picture);
    let prepared = prepared.map_err(|error| error.to_string())?;
    Ok((prepared, picture))
}

/// The mean difference of samples.
fn difference(one: &RgbImage, other: &RgbImage) -> f64 {
    assert_eq!(one.dimensions(), other.dimensions());
    let pairs = one.as_raw().iter().zip(other.as_raw());
    let sum: u64 = pairs.map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    sum as f64 / one.as_raw().len() as f64
}

#[test]
fn a_glance_changes_no_picture() {
    let wide = jpeg(&photo(2000, 1300));
    let gray =
        jpeg(&GrayImage::from_fn(1300, 1800, |x, y| image::Luma([(x / 9 + y / 13) as u8])).into());
    let point = FocalPoint::new(0.2, 0.9).unwrap();
    for photo in [
        &wide[..],
        &wide[..wide.len() / 2],
        &wide[..wide.len() - 40],
        &oriented(&wide, 6),
        &gray,
        &jpeg(&photo(900, 700)),
        b"no photo",
    ] {
        for options in [
            Options::new(),
            Options::new().side(333),
            Options::new().gravity(Gravity::FocalPoint(point)),
            Options::new().gravity(Gravity::Auto),
            Options::new().fit(Fit::Contain),
            Options::new().max_bytes(20_000),
        ] {
            let mut plain = Pipeline::new(options).unwrap();
            let mut with_overviews = Pipeline::new(options).unwrap().with_overviews();

            let (expected, actual) = (
                prepared(&mut plain, photo),
                prepared(&mut with_overviews, photo),
            );

            assert!(actual == expected, "{options:?}");
        }
    }
}

#[test]
fn an_overview_is_all_of_the_photo_upright_and_small() {
    let stored = photo(2400, 1600);
    let whole = image::imageops::thumbnail(&stored.to_rgb8(), 240, 160);
    let file = jpeg(&stored);
    let mut pipeline = Pipeline::new(Options::new()).unwrap().with_overviews();
    for (orientation, seen) in [
        (1, whole.clone()),
        (3, image::imageops::rotate180(&whole)),
        (6, image::imageops::rotate90(&whole)),
        (
            5,
            image::imageops::rotate270(&image::imageops::flip_horizontal(&whole)),
        ),
    ] {
        prepared(&mut pipeline, &oriented(&file, orientation)).unwrap();
        let mut overview = Vec::new();

        let header = pipeline.overview(240, 90, &mut overview).unwrap();

        let size = Size {
            width: 2400,
            height: 1600,
        };
        assert_eq!(
            (header.size, header.orientation.to_exif()),
            (size, orientation)
        );
        let overview = image::load_from_memory(&overview).unwrap().to_rgb8();
        let difference = difference(&overview, &seen);
        assert!(difference < 8.0, "{orientation}: {difference}");
        let turned = image::imageops::rotate180(&seen);
        assert!(
            self::difference(&overview, &turned) > 20.0,
            "the test tells them apart"
        );
    }
}

#[test]
fn there_is_no_overview_of_what_was_not_glanced_at() {
    let large = jpeg(&photo(2400, 1600));
    let mut overview = vec![1];
    let mut plain = Pipeline::new(Options::new()).unwrap();
    let mut with_overviews = Pipeline::new(Options::new()).unwrap().with_overviews();

    prepared(&mut plain, &large).unwrap();
    assert!(plain.overview(240, 90, &mut overview).is_none());
    assert!(overview.is_empty());

    prepared(&mut with_overviews, &large).unwrap();
    assert!(with_overviews.overview(240, 90, &mut overview).is_some());
    // An eighth of the photo is too little of this.
    assert!(with_overviews.overview(1000, 90, &mut overview).is_none());
    // The last photo is another.
    prepared(&mut with_overviews, b"no photo").unwrap_err();
    assert!(with_overviews.overview(240, 90, &mut overview).is_none());

    prepared(&mut with_overviews, &large).unwrap();
    with_overviews.read_header(b"no photo").unwrap_err();
    assert!(with_overviews.overview(240, 90, &mut overview).is_none());
}
