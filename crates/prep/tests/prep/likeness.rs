//! Pictures are told from one another, whatever a messenger did to them.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::imageops::{FilterType, resize};
use image::{ImageFormat, RgbImage};
use prep::Likeness;

use crate::common::{fixture, is_read};

fn photo(name: &str) -> RgbImage {
    let photo = fixture(&format!("photos/{name}"));
    image::load_from_memory(&photo)
        .expect("it is an image")
        .into_rgb8()
}

fn jpeg(picture: &RgbImage, quality: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    picture
        .write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, quality))
        .expect("a vector takes any bytes");
    bytes
}

fn square(picture: &RgbImage) -> RgbImage {
    let side = picture.width().min(picture.height());
    let (x, y) = ((picture.width() - side) / 2, (picture.height() - side) / 2);
    image::imageops::crop_imm(picture, x, y, side, side).to_image()
}

fn is_like(one: &[u8], other: &[u8]) -> bool {
    Likeness::of(one)
        .expect("it is an image")
        .is_like(&Likeness::of(other).expect("it is an image"))
}

#[test]
fn what_messengers_do_to_a_picture_leaves_it_the_same() {
    for name in PHOTOS {
        let picture = resize(&square(&photo(name)), 640, 640, FilterType::Lanczos3);
        let sent = jpeg(&picture, 85);
        let mut webp = Cursor::new(Vec::new());
        picture.write_to(&mut webp, ImageFormat::WebP).unwrap();

        assert!(is_like(&sent, &sent), "{name}");
        assert!(is_like(&sent, &jpeg(&picture, 30)), "{name}");
        let webp = webp.into_inner();
        assert!(!is_read("a.webp") || is_like(&sent, &webp), "{name}");
        for side in [160, 320, 1024] {
            let other = resize(&picture, side, side, FilterType::Triangle);
            assert!(is_like(&sent, &jpeg(&other, 70)), "{name} {side}");
        }
    }
}

#[test]
fn another_picture_is_another() {
    let pictures = PHOTOS.map(|name| jpeg(&square(&photo(name)), 85));
    for (place, one) in pictures.iter().enumerate() {
        for other in &pictures[place + 1..] {
            assert!(!is_like(one, other), "{place}");
        }
    }
    // The same photo, mirrored, turned, and with a small spot in a corner.
    for name in PHOTOS {
        let picture = square(&photo(name));
        let mut spotted = picture.clone();
        let side = picture.width() / 8;
        for (x, y, pixel) in spotted.enumerate_pixels_mut() {
            if x < side && y < side {
                pixel.0 = pixel.0.map(|sample| sample ^ 0x80);
            }
        }
        let sent = jpeg(&picture, 85);

        assert!(
            !is_like(&sent, &jpeg(&image::imageops::rotate90(&picture), 85)),
            "{name}"
        );
        assert!(!is_like(&sent, &jpeg(&spotted, 85)), "{name}");
    }
}

#[test]
fn what_is_no_picture_is_like_nothing() {
    assert!(Likeness::of(b"<html>").is_err() && Likeness::of(b"").is_err());
}

const PHOTOS: [&str; 3] = ["astronaut.png", "chelsea.png", "coffee.png"];
