//! TGA, QOI and farbfeld of every kind: pictures equal those of the same pixels as the `image` crate decodes them.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat};
use prep::Error;

use crate::common::{Random, finest, prepare};

const WIDTH: u16 = 21;
const HEIGHT: u16 = 17;

#[test]
fn targa_of_every_kind_is_read_as_others_read_it() {
    // Type, bits a pixel, bits of opacity, bits of a palette's entries.
    for (kind, bits, alpha, map_bits) in [
        (2, 24, 0, 0),
        (2, 32, 8, 0),
        (2, 32, 0, 0),
        (2, 16, 1, 0),
        (2, 16, 0, 0),
        (2, 15, 0, 0),
        (3, 8, 0, 0),
        (3, 16, 8, 0),
        (1, 8, 0, 15),
        (1, 8, 0, 16),
        (1, 8, 0, 24),
        (1, 8, 8, 32),
    ] {
        for origin in [0x00, 0x10, 0x20, 0x30] {
            for runs in [0, 8] {
                let photo = targa(kind | runs, bits, alpha | origin, map_bits);

                assert_same(
                    &photo,
                    ImageFormat::Tga,
                    &format!("{kind} {bits} {map_bits} {origin} {runs}"),
                );
            }
        }
    }
}

#[test]
fn targa_that_is_cut_off_keeps_its_rows() {
    for kind in [2, 10] {
        let mut photo = targa(kind, 24, 0x20, 0);
        photo.truncate(photo.len() * 3 / 4);

        assert!((0.2..0.4).contains(&lost(&photo)), "{kind}");
    }
}

#[test]
fn qoi_is_read_as_others_read_it() {
    for pixels in [
        DynamicImage::ImageRgba8(image::RgbaImage::from_fn(64, 48, |x, y| {
            let flat = (x / 8 + y / 8) % 3 == 0;
            let step = if flat { 8 } else { x * 3 + y * y };
            image::Rgba([
                step as u8,
                (step / 2) as u8,
                (y * 5) as u8,
                255 - (x / 9) as u8,
            ])
        })),
        DynamicImage::ImageRgb8(noise_image(64, 48)),
    ] {
        let photo = encoded(&pixels, ImageFormat::Qoi);

        assert_same(&photo, ImageFormat::Qoi, "qoi");

        assert!((0.2..0.8).contains(&lost(&photo[..photo.len() / 2])));
    }
}

#[test]
fn farbfeld_is_read_as_others_read_it() {
    let pixels = DynamicImage::ImageRgb8(noise_image(40, 30)).to_rgba16();
    let photo = encoded(&DynamicImage::ImageRgba16(pixels), ImageFormat::Farbfeld);

    assert_same(&photo, ImageFormat::Farbfeld, "farbfeld");

    assert!((0.4..0.6).contains(&lost(&photo[..photo.len() / 2])));
}

#[test]
fn headers_that_are_cut_off_are_damage() {
    for photo in [
        &targa(1, 8, 0, 24)[..20],
        b"qoif\0\0\0\x10\0\0",
        b"farbfeld\0\0\0\x10\0\0",
        b"\0\0\x01\0\x01\0\x10\x10",
    ] {
        let result = prepare(photo, small());

        assert!(matches!(result, Err(Error::Malformed { .. })), "{result:?}");
    }
}

fn small() -> prep::Options {
    finest().minimum_side(1).side(16)
}

/// The share that is lost of a photo that is cut off.
fn lost(photo: &[u8]) -> f32 {
    match prepare(photo, small()) {
        Err(Error::Lost { lost, .. }) => lost,
        other => panic!("{other:?}"),
    }
}

fn assert_same(photo: &[u8], format: ImageFormat, what: &str) {
    let decoded = image::load_from_memory_with_format(photo, format).expect("a valid photo");
    let png = encoded(&decoded, ImageFormat::Png);

    let (prepared, picture) = prepare(photo, small()).expect("a valid photo");

    assert_eq!(prepared.lost, 0.0, "{what}");
    assert!(
        picture == prepare(&png, small()).expect("a valid photo").1,
        "{what}"
    );
}

fn encoded(pixels: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    pixels.write_to(&mut bytes, format).expect("a valid photo");
    bytes.into_inner()
}

fn noise_image(width: u32, height: u32) -> image::RgbImage {
    let mut random = Random::new(1);
    image::RgbImage::from_fn(width, height, |_, _| {
        image::Rgb([random.byte(), random.byte(), random.byte()])
    })
}

/// A file of this type; its runs go on from row to row.
fn targa(kind: u8, bits: u8, descriptor: u8, map_bits: u8) -> Vec<u8> {
    let mut random = Random::new(1);
    let colors = if map_bits > 0 { 200_u16 } else { 0 };
    let mut file = vec![3, u8::from(colors > 0), kind];
    for value in [7, colors] {
        file.extend(value.to_le_bytes());
    }
    file.extend([map_bits, 0, 0, 0, 0]);
    file.extend([WIDTH, HEIGHT].map(u16::to_le_bytes).concat());
    file.extend([bits, descriptor]);
    file.extend(b"id:");
    file.extend(
        (0..usize::from(colors) * usize::from(map_bits.div_ceil(8))).map(|_| random.byte()),
    );
    let mut pixel = || -> Vec<u8> {
        let stored = (0..bits.div_ceil(8)).map(|_| random.byte());
        match colors {
            0 => stored.collect(),
            // Indices begin with 7.
            _ => stored.map(|byte| 7 + byte % 200).collect(),
        }
    };
    let mut left = usize::from(WIDTH) * usize::from(HEIGHT);
    let mut count = 0;
    while left > 0 {
        if kind & 8 == 0 {
            file.extend(pixel());
            left -= 1;
            continue;
        }
        count = (count * 5 + 3) % 128;
        let pixels = (count + 1).min(left);
        let is_run = count % 2 == 0;
        file.push((pixels - 1) as u8 | u8::from(is_run) << 7);
        for _ in 0..if is_run { 1 } else { pixels } {
            file.extend(pixel());
        }
        left -= pixels;
    }
    file
}

/// TGA of every kind whose opacity readers agree on, for [`crate::differential`].
pub(crate) fn variants() -> Vec<(String, Vec<u8>)> {
    let mut photos = Vec::new();
    for (kind, bits, alpha, map_bits) in [
        (2, 24, 0, 0),
        (2, 32, 8, 0),
        (2, 16, 0, 0),
        (3, 8, 0, 0),
        (1, 8, 0, 16),
        (1, 8, 0, 24),
    ] {
        for (origin, runs) in [(0x00, 0), (0x20, 0), (0x20, 8)] {
            let photo = targa(kind | runs, bits, alpha | origin, map_bits);
            photos.push((
                format!("{kind}-{bits}-{map_bits}-{origin}-{runs}.tga"),
                photo,
            ));
        }
    }
    photos
}
