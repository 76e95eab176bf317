//! AVIF and HEIC: the scene in every kind of samples, turned in every way, cut off, and claiming too much.

#![cfg(all(feature = "avif", feature = "heic"))]

use image::{Rgb, RgbImage};
use prep::{ErrorKind, Format, Gravity, Limits, OnDamage, Options, Orientation, Samples, Size};

use crate::common::{Random, difference, finest, finest_of, fixture, pixels, prepare};

#[test]
fn the_scene_is_close_in_every_depth_range_and_subsampling() {
    let scene = pixels(&finest_of("formats/rgb.png"));

    for (name, format, bits) in [
        ("rgb.avif", Format::AVIF, 8),
        ("grid.avif", Format::AVIF, 8),
        ("rgb10-422-limited.avif", Format::AVIF, 10),
        ("rgb12-444.avif", Format::AVIF, 12),
        ("rgb.heic", Format::HEIC, 8),
        ("rgb-422.heic", Format::HEIC, 8),
        ("rgb-444.heic", Format::HEIC, 8),
        ("rgb10.heic", Format::HEIC, 10),
    ] {
        let name = format!("formats/{name}");
        let header = prep::read_header(&fixture(&name), &Limits::default()).unwrap();
        assert_eq!((header.format, header.bits), (format, bits), "{name}");
        assert_eq!(header.samples, Samples::Rgb, "{name}");

        let picture = pixels(&finest_of(&name));

        let difference = difference(&picture, &scene);
        assert!(difference < 3.0, "{name}: {difference}");
        // A wrong matrix or range shifts all pixels one way, and is not hidden by the codec's noise.
        for channel in 0..3 {
            let mean = |image: &RgbImage| {
                let sum: u64 = image
                    .pixels()
                    .map(|pixel| u64::from(pixel.0[channel]))
                    .sum();
                sum as f64 / f64::from(image.width() * image.height())
            };
            let shift = mean(&picture) - mean(&scene);
            assert!(
                shift.abs() < 1.0,
                "{name}: channel {channel} shifted by {shift}"
            );
        }
    }
}

#[test]
fn what_is_coded_without_loss_is_the_scene() {
    let part = image::load_from_memory(&fixture("formats/rgb.png"))
        .unwrap()
        .to_rgb8();
    let part = image::imageops::crop_imm(&part, 0, 0, 160, 160).to_image();

    let picture = pixels(&finest_of("formats/lossless.avif"));

    // The picture is a JPEG, if of the finest quality.
    let worst = picture.iter().zip(part.iter()).map(|(a, b)| a.abs_diff(*b));
    assert!(worst.max() <= Some(8));
    let difference = difference(&picture, &part);
    assert!(difference < 1.0, "{difference}");
}

#[test]
fn gray_is_gray() {
    let scene = pixels(&finest_of("formats/gray-as-rgb.png"));

    for name in ["formats/gray.avif", "formats/gray.heic"] {
        let picture = pixels(&finest_of(name));

        assert!(
            picture.pixels().all(|Rgb([r, g, b])| r == g && g == b),
            "{name}"
        );
        let difference = difference(&picture, &scene);
        assert!(difference < 2.5, "{name}: {difference}");
    }
}

#[test]
fn all_eight_orientations_are_seen_upright_whatever_exif_says() {
    let upright = pixels(&finest_of("orientation/upright-small.png"));

    for extension in ["avif", "heic"] {
        for value in 1..=8 {
            let name = format!("orientation/{value}.{extension}");
            let header = prep::read_header(&fixture(&name), &Limits::default()).unwrap();

            assert_eq!(
                Some(header.orientation),
                Orientation::from_exif(value),
                "{name}"
            );
            let difference = difference(&pixels(&finest_of(&name)), &upright);
            assert!(difference < 6.0, "{name}: {difference}");
        }
    }
}

#[test]
fn a_clean_aperture_cuts_before_the_turn() {
    let name = "orientation/6-clap.avif";
    let header = prep::read_header(&fixture(name), &Limits::default()).unwrap();
    // Stored it is 160 × 120, turned anti-clockwise; 120 × 96 from (20, 10) are seen.
    let upright = image::load_from_memory(&fixture("orientation/upright-small.png"))
        .unwrap()
        .to_rgb8();
    let stored = image::imageops::rotate270(&upright);
    let seen =
        image::imageops::rotate90(&image::imageops::crop_imm(&stored, 20, 10, 120, 96).to_image());
    let square = image::imageops::crop_imm(&seen, 0, 12, 96, 96).to_image();

    let picture = pixels(&finest_of(name));

    assert_eq!(
        header.size,
        Size {
            width: 120,
            height: 96
        }
    );
    let difference = difference(&picture, &square);
    assert!(difference < 6.0, "{difference}");
}

#[test]
fn what_is_invisible_leaves_no_fringe() {
    // The logo is a red disc; its invisible pixels are pure green.
    for name in [
        "logo-alpha.avif",
        "logo-alpha-premultiplied.avif",
        "logo-alpha.heic",
    ] {
        for side in [400, 250, 192] {
            let photo = fixture(&format!("formats/{name}"));

            let (prepared, picture) = prepare(&photo, finest().side(side)).unwrap();

            assert_eq!(prepared.header.samples, Samples::Rgba, "{name}");
            let picture = pixels(&picture);
            let close = |x, y, expected: [u8; 3]| {
                let actual: &Rgb<u8> = picture.get_pixel(x, y);
                let worst = actual
                    .0
                    .iter()
                    .zip(expected)
                    .map(|(a, e)| a.abs_diff(e))
                    .max();
                assert!(worst <= Some(8), "{name}, {side}: {actual:?} at {x}, {y}");
            };
            close(1, 1, [255, 255, 255]);
            close(side / 2, side / 2, [200, 16, 46]);
            for (x, y, Rgb([red, green, _])) in picture.enumerate_pixels() {
                // Every mix of red and white has more red than green; lossy chroma bleeds a little.
                assert!(
                    green.saturating_sub(*red) <= 12,
                    "{name}, {side}: a green fringe at {x}, {y}"
                );
            }
        }
    }
}

#[test]
fn a_grid_that_is_cut_off_loses_its_last_tiles() {
    let whole = fixture("formats/grid.avif");
    let cut_off = &whole[..whole.len() - 100];

    let refused = prepare(cut_off, finest()).unwrap_err();
    let (prepared, _) = prepare(cut_off, finest().on_damage(OnDamage::Accept)).unwrap();

    // The square is rows 40 to 280 of 320; the lower tiles begin at row 160.
    assert_eq!(refused.kind(), ErrorKind::Damaged, "{refused}");
    assert!((0.45..0.55).contains(&prepared.lost), "{}", prepared.lost);
}

#[test]
fn every_beginning_is_a_picture_or_an_error() {
    for name in [
        "rgb.avif",
        "grid.avif",
        "logo-alpha.avif",
        "rgb.heic",
        "logo-alpha.heic",
    ] {
        let photo = fixture(&format!("formats/{name}"));
        for length in (0..photo.len()).step_by(97) {
            // Must return; only what is whole is a picture.
            let result = prepare(&photo[..length], finest().side(64));

            if let Err(error) = result {
                assert_eq!(
                    error.to_string().lines().count(),
                    1,
                    "{name}, {length}: {error}"
                );
            }
        }
    }
}

#[test]
fn a_damaged_stream_is_damage_and_no_failure_of_the_decoder() {
    let mut random = Random::new(1);
    for name in [
        "420.avif",
        "444-12.avif",
        "alpha.avif",
        "grid.avif",
        "alpha.heic",
    ] {
        let whole = fixture(&format!("tiny/{name}"));
        let mut rejected = 0;
        for _ in 0..100 {
            let mut photo = whole.clone();
            for _ in 0..1 + random.below(4) {
                let place = random.below(photo.len());
                photo[place] = random.below(256) as u8;
            }

            let Err(error) = prepare(&photo, finest().side(16)) else {
                continue;
            };

            assert_ne!(error.kind(), ErrorKind::Decoder, "{name}: {error}");
            rejected += 1;
        }
        assert!(rejected > 10, "{name}: {rejected}");
    }
}

/// The scene in one tile, whose last row of blocks begins at row 256 of 320.
#[test]
fn damage_below_the_square_is_not_reached() {
    let whole = fixture("formats/rgb.heic");
    let mut damaged = whole.clone();
    let end = damaged.len();
    damaged[end - 2000..].fill(0);
    let north = Options::new()
        .side(64)
        .minimum_side(1)
        .gravity(Gravity::North);

    let (_, picture) = prepare(&damaged, north).unwrap();
    let refused = prepare(&damaged, north.gravity(Gravity::South)).unwrap_err();

    let (_, undamaged) = prepare(&whole, north).unwrap();
    assert!(picture == undamaged);
    assert_eq!(refused.kind(), ErrorKind::Damaged, "{refused}");
}

#[test]
fn what_claims_too_much_is_refused_before_pixels() {
    let photo = fixture("malformed/bomb-grid.avif");

    let error = prepare(&photo, Options::new()).unwrap_err();

    assert_eq!(error.kind(), ErrorKind::TooLarge, "{error}");
}

#[test]
fn limits_are_checked_on_the_header() {
    let none = Limits::default();
    for name in ["formats/rgb.avif", "formats/rgb.heic"] {
        let photo = fixture(name);
        for limits in [
            Limits {
                pixels: 240 * 320 - 1,
                ..none
            },
            Limits { side: 319, ..none },
            Limits {
                memory: 240 * 320,
                ..none
            },
        ] {
            let error = prep::read_header(&photo, &limits).unwrap_err();

            assert_eq!(error.kind(), ErrorKind::TooLarge, "{name}: {error}");
        }
    }
}
