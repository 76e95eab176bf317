//! Which square of the photo becomes the picture.

mod common;

use common::{fixture, pixels, prepare};
use image::RgbImage;
use image::imageops::{FilterType, crop_imm, resize};
use prep::{FocalPoint, Gravity, Options, Subsampling};

/// The mean difference of the samples of two pictures of the same size.
fn difference(one: &RgbImage, other: &RgbImage) -> f64 {
    assert_eq!(one.dimensions(), other.dimensions());
    let samples = one.as_raw().iter().zip(other.as_raw());
    let sum: f64 = samples.map(|(a, b)| f64::from(a.abs_diff(*b))).sum();
    sum / one.as_raw().len() as f64
}

#[test]
fn gravity_means_the_same_square_in_all_eight_orientations() {
    let upright = image::load_from_memory(&fixture("photos/coffee.png"))
        .unwrap()
        .to_rgb8();
    let (width, height) = upright.dimensions();
    let point = Gravity::FocalPoint(FocalPoint::new(0.4, 0.9).unwrap());
    let middle = (f64::from(width) * 0.4 - f64::from(height) / 2.0).round() as u32;
    for (gravity, left) in [
        (Gravity::West, 0),
        (Gravity::SouthEast, width - height),
        (point, middle),
    ] {
        let square = crop_imm(&upright, left, 0, height, height).to_image();
        let expected = resize(&square, 200, 200, FilterType::Lanczos3);
        let options = Options::new()
            .side(200)
            .quality(95)
            .subsampling(Subsampling::S444)
            .gravity(gravity);
        for value in 1..=8 {
            let photo = fixture(&format!("orientation/{value}.jpg"));

            let (_, picture) = prepare(&photo, options).unwrap();

            let difference = difference(&pixels(&picture), &expected);
            assert!(
                difference < 3.0,
                "{gravity} in orientation {value}: {difference}"
            );
        }
    }
}
