//! Which square of the photo becomes the picture.

use image::imageops::{FilterType, crop_imm, resize};
use image::{Rgb, RgbImage};
use jpeg::encoder::{Coding, Input, encode};
use prep::{FocalPoint, Gravity, OnDamage, Options, Pipeline, Rule, Subsampling};

use crate::common::{difference, fixture, pixels, prepare};

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
    let mut pipeline = Pipeline::new(Options::new().gravity(Gravity::Auto)).unwrap();
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
        assert!(!plan.choice.cuts_text, "{name}");
    }
}

/// The astronaut, 300 × 300, somewhere on a plain picture of this size.
pub(crate) fn astronaut_on_gray(width: u32, height: u32, x: i64, y: i64) -> Vec<u8> {
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
        let photo = astronaut_on_gray(width, height, x, y);

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
    let photo = astronaut_on_gray(300, 400, 0, 96);
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

/// Halved chroma of an odd side has half a sample more than its share of a strip.
#[test]
fn colors_stay_with_their_places_where_the_side_is_odd() {
    // Stripes at the far end of a plain strip, as a JPEG of each shape.
    let stripe = |at: u32| [[250, 20, 30], [20, 60, 250], [240, 230, 20]][at as usize / 16 % 3];
    let plain = |at: u32, length: u32| at + 300 < length;
    let across = RgbImage::from_fn(1590, 401, |x, _| match plain(x, 1590) {
        true => Rgb([128; 3]),
        false => Rgb(stripe(x)),
    });
    let down = RgbImage::from_fn(401, 1590, |_, y| match plain(y, 1590) {
        true => Rgb([128; 3]),
        false => Rgb(stripe(y)),
    });
    for (photo, at) in [
        (across, FocalPoint::new(1.0, 0.5)),
        (down, FocalPoint::new(0.5, 1.0)),
    ] {
        let mut jpeg = std::io::Cursor::new(Vec::new());
        photo
            .write_to(&mut jpeg, image::ImageFormat::Jpeg)
            .expect("memory takes it");
        let jpeg = jpeg.into_inner();
        let options = Options::new().quality(95);

        let (prepared, picture) = prepare(&jpeg, options.gravity(Gravity::Attention)).unwrap();

        assert_eq!(prepared.plan.side, 401);
        let crop = prepared.plan.crop;
        assert!(crop.x.max(crop.y) > 1100.0, "{crop:?}");
        let end = Gravity::FocalPoint(at.unwrap());
        let (_, direct) = prepare(&jpeg, options.gravity(end)).unwrap();
        let direct = pixels(&direct);
        // The far end of both is the same but for the whole pixels that the crop was moved by.
        let moved = (1590.0 - 401.0 - crop.x.max(crop.y)) as u32;
        let (dx, dy) = if crop.x > crop.y {
            (moved, 0)
        } else {
            (0, moved)
        };
        let size = 401 - moved;
        let one = crop_imm(&pixels(&picture), dx, dy, size, size).to_image();
        let other = crop_imm(&direct, 0, 0, size, size).to_image();
        assert!(
            difference(&one, &other) < 3.0,
            "{}",
            difference(&one, &other)
        );
    }
}

#[test]
fn a_photo_of_one_pixel_across_may_be_looked_at() {
    for (width, height) in [(1, 200), (200, 1)] {
        let mut jpeg = std::io::Cursor::new(Vec::new());
        RgbImage::from_fn(width, height, |x, y| Rgb([(x + y) as u8; 3]))
            .write_to(&mut jpeg, image::ImageFormat::Jpeg)
            .expect("memory takes it");
        let options = Options::new().minimum_side(1).gravity(Gravity::Attention);

        let (prepared, _) = prepare(&jpeg.into_inner(), options).unwrap();

        assert_eq!(prepared.plan.side, 1);
    }
}

/// A cat beside nothing, so large that an eighth of its size is enough to look at.
fn large_jpeg(orientation: u8, coding: Coding) -> Vec<u8> {
    let cat =
        image::load_from_memory(&fixture("photos/chelsea.png")).expect("the fixture is an image");
    let cat = resize(&cat.to_rgb8(), 800, 532, FilterType::CatmullRom);
    let (width, height, x, y) = match orientation % 2 {
        0 => (1080, 1620, 140, 80),
        _ => (1620, 1080, 60, 240),
    };
    let mut large = RgbImage::from_pixel(width, height, Rgb([150, 160, 170]));
    image::imageops::overlay(&mut large, &cat, x, y);
    let picture = Input::Rgb(jpeg::encoder::RgbRef::new(
        large.as_raw(),
        width as usize,
        height as usize,
    ));
    let mut jpeg =
        encode(picture, jpeg::encoder::Options::new().coding(coding)).expect("it can be encoded");
    // Exif in big-endian order with nothing but the orientation.
    let mut exif =
        b"\xff\xe1\0\x22Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0"
            .to_vec();
    exif[29] = orientation;
    jpeg.splice(2..2, exif);
    jpeg
}

#[test]
fn a_photo_that_is_glanced_at_becomes_what_its_square_alone_becomes() {
    let mut warm = Pipeline::new(
        Options::new()
            .side(400)
            .quality(95)
            .gravity(Gravity::Attention),
    )
    .unwrap();
    let mut moved = 0;
    for orientation in 1..=8 {
        for coding in [Coding::Standard, Coding::Progressive] {
            let photo = large_jpeg(orientation, coding);
            let mut picture = Vec::new();

            let prepared = warm.prepare_into(&photo, &mut picture).unwrap();

            let (seen, crop) = (
                prepared.header.orientation.seen(prepared.header.size),
                prepared.plan.crop,
            );
            let square = prepared
                .header
                .orientation
                .seen_rect(prepared.header.size, crop.into());
            let center = |at: f64, length: u32| (at + square.width / 2.0) / f64::from(length);
            let point =
                FocalPoint::new(center(square.x, seen.width), center(square.y, seen.height))
                    .unwrap();
            let direct = Options::new()
                .side(400)
                .quality(95)
                .gravity(Gravity::FocalPoint(point));
            let (_, direct) = prepare(&photo, direct).unwrap();
            let difference = difference(&pixels(&picture), &pixels(&direct));
            assert!(difference < 0.5, "{orientation}, {coding:?}: {difference}");
            let (_, alone) = prepare(
                &photo,
                Options::new()
                    .side(400)
                    .quality(95)
                    .gravity(Gravity::Attention),
            )
            .unwrap();
            assert!(alone == picture, "{orientation}, {coding:?}");
            moved += usize::from((point.x() - 0.5).abs() + (point.y() - 0.5).abs() > 0.02);
        }
    }
    assert!(moved > 4, "{moved}");
}

#[test]
fn a_face_in_a_corner_gets_a_smaller_square_around_it() {
    let photo = astronaut_on_gray(400, 400, 160, -30);
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
    let mut warm = Pipeline::new(Options::new().gravity(Gravity::Auto)).unwrap();
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
        image::load_from_memory(&astronaut_on_gray(300, 380, 0, 0)).expect("it was just made");
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
    assert!(chosen.is_truncated);
}
