//! SVG and SVGZ: drawn at the picture's size, and refused where that would cost too much or leave something out.

#![cfg(feature = "svg")]

use std::time::{Duration, Instant};

use image::Rgb;
use prep::{Color, ErrorKind, Format, Limits, Options};

use crate::common::{finest, fixture, pixels, prepare};

#[test]
fn a_drawing_is_as_sharp_as_the_picture_is_large() {
    // A disc of four tenths of the width, whatever width the drawing claims.
    for name in ["logo.svg", "logo-tiny.svg", "logo.svgz"] {
        for side in [192, 640] {
            let (prepared, picture) =
                prepare(&fixture(&format!("formats/{name}")), finest().side(side)).unwrap();

            assert_eq!(prepared.header.format, Format::SVG);
            assert_eq!(prepared.plan.side, side, "{name}");
            let middle = f64::from(side) / 2.0;
            for (x, y, &pixel) in pixels(&picture).enumerate_pixels() {
                let distance = (f64::from(x) + 0.5 - middle).hypot(f64::from(y) + 0.5 - middle);
                let expected = match distance / f64::from(side) * 400.0 {
                    // The edge may blur over two pixels, not more.
                    units if (units - 160.0).abs() < 1600.0 / f64::from(side) => continue,
                    ..160.0 => [200, 16, 46],
                    _ => [255, 255, 255],
                };
                let close = pixel
                    .0
                    .iter()
                    .zip(expected)
                    .all(|(a, e)| a.abs_diff(e) <= 4);
                assert!(close, "{name}, {side}: {pixel:?} at {x}, {y}");
            }
        }
    }
}

#[test]
fn the_background_shows_through_a_drawing() {
    let options = finest().background(Color::new(0, 0, 255));

    let (_, picture) = prepare(&fixture("formats/logo.svg"), options).unwrap();

    let Rgb([red, green, blue]) = *pixels(&picture).get_pixel(2, 2);
    assert!(red <= 3 && green <= 3 && blue >= 252);
}

#[test]
fn the_middle_square_of_fractions_is_drawn() {
    // Red, green and blue thirds of 3 × 1.5: the middle square is half a unit wide of red and blue, and all the green.
    let photo = fixture("formats/thirds.svg");

    let (_, picture) = prepare(&photo, finest().side(300)).unwrap();

    let picture = pixels(&picture);
    for (x, expected) in [
        (20, [255, 0, 0]),
        (44, [255, 0, 0]),
        (56, [0, 255, 0]),
        (244, [0, 255, 0]),
        (256, [0, 0, 255]),
    ] {
        let Rgb(actual) = *picture.get_pixel(x, 150);
        let close = actual.iter().zip(expected).all(|(a, e)| a.abs_diff(e) <= 6);
        assert!(close, "{actual:?} at {x}");
    }
}

#[test]
fn what_would_be_missing_is_told() {
    for name in ["text.svg", "external.svg"] {
        let error = prepare(&fixture(&format!("malformed/{name}")), Options::new()).unwrap_err();

        assert_eq!(error.kind(), ErrorKind::Unsupported, "{name}: {error}");
    }
}

#[test]
fn bombs_are_refused_at_once() {
    for name in [
        "bomb-entities.svg",
        "bomb-long-entity.svg",
        "bomb-uses.svg",
        "bomb-loop.svg",
        "bomb-depth.svg",
        "bomb-area.svg",
        "bomb-patterns.svg",
        "bomb.svgz",
    ] {
        let photo = fixture(&format!("malformed/{name}"));
        let start = Instant::now();

        let error = prepare(&photo, Options::new()).unwrap_err();

        assert!(
            matches!(error.kind(), ErrorKind::Damaged | ErrorKind::TooLarge),
            "{name}: {error}"
        );
        assert_eq!(error.to_string().lines().count(), 1, "{name}: {error}");
        // Generous, for busy machines: each would take minutes, or all memory.
        assert!(start.elapsed() < Duration::from_secs(5), "{name}");
    }
}

#[test]
fn every_beginning_is_a_picture_or_an_error() {
    for name in ["logo.svg", "logo.svgz"] {
        let photo = fixture(&format!("formats/{name}"));
        for length in 0..photo.len() {
            let result = prepare(&photo[..length], Options::new().side(64));

            assert!(
                result.is_err() || length + 1 >= photo.len(),
                "{name}, {length}"
            );
        }
    }
}

#[test]
fn limits_are_checked_before_anything_is_drawn() {
    let limits = Limits {
        memory: 1 << 20,
        ..Limits::default()
    };

    let error = prep::read_header(&fixture("formats/logo.svg"), &limits).unwrap_err();

    assert_eq!(error.kind(), ErrorKind::TooLarge, "{error}");
}
