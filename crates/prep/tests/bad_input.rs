//! No input crashes us: each bad file is one clear error.

mod common;

use common::{fixture, prepare};
use prep::{ErrorKind, Limits, OnDamage, Options};

#[test]
fn each_bad_file_has_its_own_error() {
    for (name, expected) in [
        ("empty.jpg", ErrorKind::NotAnImage),
        ("text.jpg", ErrorKind::NotAnImage),
        ("truncated-in-the-header.jpg", ErrorKind::Damaged),
        ("truncated.jpg", ErrorKind::Damaged),
        ("truncated.png", ErrorKind::Damaged),
        ("truncated.webp", ErrorKind::Damaged),
        ("wrong-checksum.png", ErrorKind::Damaged),
        ("too-small.png", ErrorKind::TooSmall),
        ("not-decodable.heic", ErrorKind::Unsupported),
        ("bomb.png", ErrorKind::TooLarge),
        ("bomb.gif", ErrorKind::TooLarge),
        ("bomb.jpg", ErrorKind::TooLarge),
    ] {
        let error = prepare(&fixture(&format!("malformed/{name}")), Options::new()).unwrap_err();

        assert_eq!(error.kind(), expected, "{name}: {error}");
        assert_eq!(error.to_string().lines().count(), 1, "{name}: {error}");
    }
}

#[test]
fn damage_is_told_and_the_caller_chooses() {
    let photo = fixture("orientation/1.jpg");
    let (whole, _) = prepare(&photo, Options::new()).unwrap();
    let almost_whole = &photo[..photo.len() - photo.len() / 50];
    let half = &photo[..photo.len() / 2];
    let with = |on_damage| Options::new().on_damage(on_damage);

    assert_eq!(whole.lost, 0.0);
    assert_eq!(
        prepare(almost_whole, with(OnDamage::Refuse))
            .unwrap_err()
            .kind(),
        ErrorKind::Damaged
    );
    let (little, _) = prepare(almost_whole, with(OnDamage::AcceptSmall)).unwrap();
    assert!((0.001..0.1).contains(&little.lost), "{}", little.lost);
    assert_eq!(
        prepare(half, with(OnDamage::AcceptSmall))
            .unwrap_err()
            .kind(),
        ErrorKind::Damaged
    );
    let (much, _) = prepare(half, with(OnDamage::Accept)).unwrap();
    assert!((0.3..0.7).contains(&much.lost), "{}", much.lost);
}

#[test]
fn limits_are_checked_on_the_header() {
    let photo = fixture("photos/coffee.png");
    let none = Limits::default();
    let memory = prep::read_header(&photo, &none).unwrap().memory;

    for limits in [
        Limits {
            bytes: 1000,
            ..none
        },
        Limits {
            pixels: 600 * 400 - 1,
            ..none
        },
        Limits { side: 599, ..none },
        Limits {
            memory: memory - 1,
            ..none
        },
    ] {
        let error = prep::read_header(&photo, &limits).unwrap_err();

        assert_eq!(error.kind(), ErrorKind::TooLarge, "{error}");
    }
    let exactly = Limits {
        pixels: 600 * 400,
        side: 600,
        memory,
        ..none
    };
    assert!(prep::read_header(&photo, &exactly).is_ok());
}

#[test]
fn every_beginning_of_every_fixture_is_a_picture_or_an_error() {
    for name in [
        "formats/baseline.jpg",
        "formats/progressive.jpg",
        "formats/palette.png",
        "formats/rgb-lossy.webp",
        "formats/palette.gif",
        "formats/icon.ico",
        "formats/logo-alpha.webp",
        "formats/rgb.qoi",
    ] {
        let photo = fixture(name);
        for length in (0..200).chain((200..photo.len()).step_by(photo.len() / 40)) {
            // Must return; what it returns is for other tests.
            let _ = prepare(&photo[..length], Options::new().side(192));
        }
    }
}

#[test]
fn flipped_bytes_are_a_picture_or_an_error() {
    // A small generator of pseudo-random numbers (Numerical Recipes' constants): the same run everywhere.
    let mut state = 1_u32;
    let mut next = |below: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as usize % below
    };
    for name in [
        "formats/baseline.jpg",
        "formats/progressive.jpg",
        "formats/restarts.jpg",
        "formats/palette.png",
        "formats/rgb-lossy.webp",
        "formats/palette.gif",
        "formats/rgb-lzw.tif",
        "formats/rgb.tga",
        "formats/rgb.bmp",
    ] {
        let whole = fixture(name);
        for round in 0..60 {
            let mut photo = whole.clone();
            // Headers are hit more often than pixels.
            let reach = if round % 2 == 0 { 400 } else { photo.len() };
            for _ in 0..=round % 5 {
                let at = next(reach);
                photo[at] = next(256) as u8;
            }
            let _ = prepare(&photo, Options::new().side(192));
        }
    }
}
