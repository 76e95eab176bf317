//! Which square of the photo becomes the picture.

mod common;

use common::{fixture, pixels, prepare};
use image::imageops::{FilterType, crop_imm, resize};
use image::{Rgb, RgbImage};
use prep::{FocalPoint, Gravity, OnDamage, Options, Pipeline, Rule, Subsampling};

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

#[test]
fn the_astronaut_has_a_face_and_nothing_else_has() {
    let mut pipeline = Pipeline::new(Options::new().gravity(Gravity::Auto));
    for (name, faces) in [
        ("photos/astronaut.png", 1),
        ("photos/chelsea.png", 0),
        ("photos/coffee.png", 0),
        ("photos/hubble_deep_field.jpg", 0),
        ("photos/retina.jpg", 0),
        ("photos/rocket.jpg", 0),
    ] {
        let (_, plan) = pipeline.plan(&fixture(name)).unwrap();

        assert_eq!(plan.choice.faces.len(), faces, "{name}");
        let rule = if faces > 0 {
            Rule::Faces
        } else {
            Rule::Attention
        };
        assert_eq!(plan.choice.rule, rule, "{name}");
    }
}

/// The astronaut, 300 × 300, somewhere on a plain picture of this size.
fn astronaut_on_grey(width: u32, height: u32, x: i64, y: i64) -> Vec<u8> {
    let astronaut = image::load_from_memory(&fixture("photos/astronaut.png"))
        .expect("the fixture is an image")
        .to_rgb8();
    let mut picture = RgbImage::from_pixel(width, height, Rgb([128; 3]));
    image::imageops::overlay(
        &mut picture,
        &resize(&astronaut, 300, 300, FilterType::Lanczos3),
        x,
        y,
    );
    let mut png = std::io::Cursor::new(Vec::new());
    picture
        .write_to(&mut png, image::ImageFormat::Png)
        .expect("memory takes it");
    png.into_inner()
}

#[test]
fn a_face_is_found_where_it_is() {
    for (width, height, x, y) in [(300, 400, 0, 0), (300, 400, 0, 100), (400, 300, 100, 0)] {
        let photo = astronaut_on_grey(width, height, x, y);

        let (prepared, _) = prepare(&photo, Options::new().gravity(Gravity::Face)).unwrap();

        let faces: Vec<_> = prepared.plan.choice.faces.iter().collect();
        let [face] = faces[..] else {
            panic!("{faces:?}")
        };
        // Between the hair and the chin, measured by hand in the photo: 176…272 across, 78…182 down of 512.
        let expected = (
            x as f64 + 224.0 * 300.0 / 512.0,
            y as f64 + 130.0 * 300.0 / 512.0,
        );
        let middle = (
            face.area.x + face.area.width / 2.0,
            face.area.y + face.area.height / 2.0,
        );
        assert!(
            (middle.0 - expected.0).abs() < 12.0,
            "{middle:?}, not {expected:?}"
        );
        assert!(
            (middle.1 - expected.1).abs() < 12.0,
            "{middle:?}, not {expected:?}"
        );
        assert!(face.is_in_circle);
        assert!(!prepared.plan.choice.is_doubtful());
    }
}

#[test]
fn a_picture_that_is_a_part_of_the_look_is_what_its_square_shows() {
    let photo = astronaut_on_grey(300, 400, 0, 96);
    let options = Options::new().quality(95).subsampling(Subsampling::S444);

    let (prepared, picture) = prepare(&photo, options.gravity(Gravity::Auto)).unwrap();

    let crop = prepared.plan.crop;
    assert!(
        (10.0..40.0).contains(&crop.y) && crop.side == 300.0,
        "{crop:?}"
    );
    let point = FocalPoint::new(0.5, (crop.y + 150.0) / 400.0).unwrap();
    let (_, direct) = prepare(&photo, options.gravity(Gravity::FocalPoint(point))).unwrap();
    assert!(difference(&pixels(&picture), &pixels(&direct)) < 0.5);
}

#[test]
fn a_face_in_a_corner_gets_a_smaller_square_around_it() {
    let photo = astronaut_on_grey(400, 400, 160, -30);
    let options = Options::new().side(200).gravity(Gravity::Auto);

    let (prepared, picture) = prepare(&photo, options).unwrap();

    let crop = prepared.plan.crop;
    assert!(crop.side < 400.0 && crop.side >= 200.0, "{crop:?}");
    assert!(
        prepared
            .plan
            .choice
            .faces
            .iter()
            .all(|face| face.is_in_circle)
    );
    assert_eq!(pixels(&picture).width(), 200);
}

#[test]
fn looking_finds_the_same_square_in_all_eight_orientations() {
    for gravity in [Gravity::Attention, Gravity::Auto] {
        let options = Options::new().side(200).quality(95).gravity(gravity);
        let (_, upright) = prepare(&fixture("orientation/1.jpg"), options).unwrap();
        for value in 2..=8 {
            let photo = fixture(&format!("orientation/{value}.jpg"));

            let (_, picture) = prepare(&photo, options).unwrap();

            let difference = difference(&pixels(&picture), &pixels(&upright));
            assert!(
                difference < 6.0,
                "{gravity} in orientation {value}: {difference}"
            );
        }
    }
}

#[test]
fn looking_costs_no_picture_its_bytes() {
    let mut warm = Pipeline::new(Options::new().gravity(Gravity::Auto));
    let mut picture = Vec::new();
    for name in [
        "photos/rocket.jpg",
        "formats/progressive.jpg",
        "formats/gray.jpg",
        "photos/astronaut.png",
        "formats/rgb16.png",
        "formats/444.jpg",
        "photos/rocket.jpg",
    ] {
        warm.prepare_into(&fixture(name), &mut picture).unwrap();

        let (_, alone) = prepare(&fixture(name), Options::new().gravity(Gravity::Auto)).unwrap();

        assert!(picture == alone, "{name}");
    }
}

#[test]
fn a_loss_beside_the_square_is_none() {
    // A portrait, its lower third cut off; all of the face's square is there.
    let mut jpeg = std::io::Cursor::new(Vec::new());
    let portrait =
        image::load_from_memory(&astronaut_on_grey(300, 380, 0, 0)).expect("it was just made");
    portrait
        .to_rgb8()
        .write_to(&mut jpeg, image::ImageFormat::Jpeg)
        .expect("memory takes it");
    let mut photo = jpeg.into_inner();
    photo.truncate(photo.len() - 400);

    let options = Options::new().on_damage(OnDamage::Accept);
    let (whole, _) = prepare(&photo, options.gravity(Gravity::South)).unwrap();
    let (chosen, _) = prepare(&photo, options.gravity(Gravity::Auto)).unwrap();

    assert!(whole.lost > 0.0);
    assert_eq!((chosen.lost, chosen.plan.choice.rule), (0.0, Rule::Faces));
}
