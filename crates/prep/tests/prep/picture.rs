//! What a picture is: its geometry, its bytes, and nothing but pixels.

use image::RgbImage;
use prep::{Enlarge, Options, Pipeline, Subsampling};

use crate::common::{fixture, pixels, prepare};

/// The markers of a JPEG file, each with its segment's bytes, up to the first scan; then the rest.
fn segments(jpeg: &[u8]) -> (Vec<(u8, &[u8])>, &[u8]) {
    assert_eq!(jpeg[..2], [0xFF, 0xD8], "SOI");
    let (mut found, mut at) = (Vec::new(), 2);
    loop {
        assert_eq!(jpeg[at], 0xFF, "a marker at {at}");
        let (marker, length) = (
            jpeg[at + 1],
            usize::from(jpeg[at + 2]) << 8 | usize::from(jpeg[at + 3]),
        );
        found.push((marker, &jpeg[at + 4..at + 2 + length]));
        at += 2 + length;
        if marker == 0xDA {
            return (found, &jpeg[at..]);
        }
    }
}

#[test]
fn a_picture_holds_nothing_but_pixels() {
    for name in [
        "orientation/6.jpg",
        "photos/hubble_deep_field.jpg",
        "photos/rocket.jpg",
        "orientation/6.png",
    ] {
        let (_, picture) = prepare(&fixture(name), Options::new()).unwrap();

        let (segments, scan) = segments(&picture);
        let kinds: Vec<u8> = segments.iter().map(|(marker, _)| *marker).collect();
        assert!(
            kinds
                .iter()
                .all(|marker| [0xE0, 0xDB, 0xC0, 0xC4, 0xDA].contains(marker)),
            "{name}: {kinds:02X?}"
        );
        assert_eq!(
            kinds.iter().filter(|marker| **marker == 0xE0).count(),
            1,
            "one JFIF segment"
        );
        assert!(segments[0].1.starts_with(b"JFIF\0"));
        assert_eq!(segments[0].1[12..14], [0, 0], "{name}: no thumbnail");
        assert!(
            scan.ends_with(&[0xFF, 0xD9]),
            "{name}: nothing after the end"
        );
        let ends = scan
            .windows(2)
            .filter(|pair| pair[0] == 0xFF && pair[1] != 0)
            .count();
        assert_eq!(ends, 1, "{name}: one scan, one end");
        for secret in [
            &b"Exif"[..],
            b"GPS",
            b"ICC_PROFILE",
            b"http://ns.adobe.com",
            b"group-picture",
        ] {
            assert!(
                !picture.windows(secret.len()).any(|bytes| bytes == secret),
                "{name}"
            );
        }
    }
}

#[test]
fn a_picture_is_baseline_with_the_subsampling_asked_for() {
    for (subsampling, factors) in [
        (Subsampling::S420, 0x22),
        (Subsampling::S422, 0x21),
        (Subsampling::S444, 0x11),
    ] {
        let options = Options::new().subsampling(subsampling);

        let (_, picture) = prepare(&fixture("photos/retina.jpg"), options).unwrap();

        let (segments, _) = segments(&picture);
        let (_, frame) = segments
            .iter()
            .find(|(marker, _)| *marker == 0xC0)
            .expect("a baseline frame");
        // Precision, height, width, components; then id, factors, table of each (T.81, B.2.2).
        assert_eq!(
            frame[..6],
            [8, 2, 128, 2, 128, 3],
            "8 bits, 640 × 640, three components"
        );
        assert_eq!([frame[7], frame[10], frame[13]], [factors, 0x11, 0x11]);
    }
}

/// A square of `photo` resampled by Lanczos-3 in double precision, straight from its definition.
fn lanczos_by_definition(photo: &RgbImage, left: f64, top: f64, crop: f64, side: u32) -> RgbImage {
    let scale = crop / f64::from(side);
    let kernel = |t: f64| {
        let sinc = |t: f64| {
            if t == 0.0 {
                1.0
            } else {
                (t * std::f64::consts::PI).sin() / (t * std::f64::consts::PI)
            }
        };
        if t.abs() < 3.0 {
            sinc(t) * sinc(t / 3.0)
        } else {
            0.0
        }
    };
    let weights = |start: f64, length: u32, at: u32| -> Vec<f64> {
        let middle = start + (f64::from(at) + 0.5) * scale;
        // Beyond the square's edge there is nothing: that is how the resampler sees it.
        let inside = |i: u32| f64::from(i) + 0.5 > start && f64::from(i) + 0.5 < start + crop;
        let raw: Vec<f64> = (0..length)
            .map(|i| {
                if inside(i) {
                    kernel((f64::from(i) + 0.5 - middle) / scale.max(1.0))
                } else {
                    0.0
                }
            })
            .collect();
        let sum: f64 = raw.iter().sum();
        raw.iter().map(|w| w / sum).collect()
    };
    RgbImage::from_fn(side, side, |x, y| {
        let (across, down) = (
            weights(left, photo.width(), x),
            weights(top, photo.height(), y),
        );
        let mut sum = [0.0; 3];
        for (row, wy) in (0..).zip(&down).filter(|(_, w)| **w != 0.0) {
            for (column, wx) in (0..).zip(&across).filter(|(_, w)| **w != 0.0) {
                let pixel = photo.get_pixel(column, row).0;
                for i in 0..3 {
                    sum[i] += wx * wy * f64::from(pixel[i]);
                }
            }
        }
        image::Rgb(sum.map(|v| v.round().clamp(0.0, 255.0) as u8))
    })
}

#[test]
fn the_square_is_where_it_should_be_to_a_fraction_of_a_pixel() {
    // 451 × 300: the square begins at x = 75.5.
    let photo = fixture("photos/chelsea.png");
    let decoded = image::load_from_memory(&photo).unwrap().to_rgb8();
    let options = Options::new()
        .side(64)
        .quality(100)
        .subsampling(Subsampling::S444);

    let (prepared, picture) = prepare(&photo, options).unwrap();

    assert_eq!(
        (
            prepared.plan.crop.x,
            prepared.plan.crop.y,
            prepared.plan.crop.side
        ),
        (75.5, 0.0, 300.0)
    );
    let expected = lanczos_by_definition(&decoded, 75.5, 0.0, 300.0, 64);
    let actual = pixels(&picture);
    let inside = |x: &u32, y: &u32| (3..61).contains(x) && (3..61).contains(y);
    let worst = expected
        .enumerate_pixels()
        .filter(|(x, y, _)| inside(x, y))
        .map(|(x, y, pixel)| {
            let found = actual.get_pixel(x, y).0;
            (0..3).map(|i| pixel.0[i].abs_diff(found[i])).max().unwrap()
        })
        .max()
        .unwrap();
    assert!(worst <= 5, "{worst}");
}

#[test]
fn a_small_photo_keeps_its_size_unless_asked() {
    let photo = fixture("photos/chelsea.png");

    let (kept, picture) = prepare(&photo, Options::new()).unwrap();
    let (enlarged, large) = prepare(&photo, Options::new().enlarge(Enlarge::WhenSmaller)).unwrap();

    assert_eq!(
        (kept.plan.side, pixels(&picture).dimensions()),
        (300, (300, 300))
    );
    assert_eq!(
        (enlarged.plan.side, pixels(&large).dimensions()),
        (640, (640, 640))
    );
}

#[test]
fn what_came_before_changes_nothing() {
    let names = [
        "photos/rocket.jpg",
        "formats/logo-alpha.png",
        "malformed/truncated.png",
        "formats/gray16.png",
    ];
    let mut warm = Pipeline::new(Options::new()).unwrap();
    let mut picture = Vec::new();

    for name in names.iter().cycle().take(8) {
        let photo = fixture(name);
        let alone = prepare(&photo, Options::new())
            .map(|(_, picture)| picture)
            .ok();

        let after = warm
            .prepare_into(&photo, &mut picture)
            .ok()
            .map(|_| picture.clone());

        assert!(after == alone, "{name}");
    }
}

#[test]
fn an_option_outside_its_range_is_named_before_there_is_a_photo() {
    let mut warm = Pipeline::new(Options::new()).unwrap();
    for options in [
        Options::new().side(0),
        Options::new().side(9000),
        Options::new().quality(0),
        Options::new().quality(101),
    ] {
        for error in [
            options.check().unwrap_err(),
            Pipeline::new(options).unwrap_err(),
            warm.set_options(options).unwrap_err(),
            prep::prepare_with(b"", &options).unwrap_err(),
        ] {
            assert_eq!(error.kind(), prep::ErrorKind::Option, "{error}");
        }
    }
    let debug = format!("{warm:?}");
    assert!(debug.contains("side: 640"), "the options stay: {debug}");
}

#[test]
fn one_photo_by_options_is_the_picture_of_a_pipeline() {
    let photo = fixture("photos/coffee.png");
    let options = Options::new().side(200);

    let picture = prep::prepare_with(&photo, &options).unwrap();

    assert!(picture == prepare(&photo, options).unwrap().1);
    assert!(prep::prepare(&photo).unwrap() == prepare(&photo, Options::new()).unwrap().1);
}
