//! No input crashes us: each bad file is one clear error.

use std::io::Cursor;

use prep::{Error, ErrorKind, Limits, OnDamage, Options, Photo, Pipeline, Prepared};

use crate::common::{Random, fixture, is_read, pixels, prepare};

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
        ("no-image.heic", ErrorKind::Damaged),
        ("bomb.png", ErrorKind::TooLarge),
        ("bomb.gif", ErrorKind::TooLarge),
        ("bomb.jpg", ErrorKind::TooLarge),
    ] {
        let error = prepare(&fixture(&format!("malformed/{name}")), Options::new()).unwrap_err();

        // A build without the format rejects it by its name.
        let expected = match is_read(name) {
            true => expected,
            false => ErrorKind::Unsupported,
        };
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
fn repairing_moves_the_square_before_the_loss() {
    let repair = Options::new().on_damage(OnDamage::Repair);
    // 600 × 400, and what of its rows is there when so much of the file is.
    for (name, there) in [("orientation/1.jpg", 0.8), ("photos/coffee.png", 0.7)] {
        let whole = fixture(name);
        let photo = &whole[..(whole.len() as f64 * there) as usize];
        let (accepted, _) = prepare(photo, Options::new().on_damage(OnDamage::Accept)).unwrap();

        let (repaired, picture) = prepare(photo, repair).unwrap();

        let (square, before) = (repaired.plan.crop, accepted.plan.crop);
        assert_eq!(repaired.lost, accepted.lost, "{name}: the loss is told");
        assert!(repaired.lost > 0.0, "{name}");
        assert!(
            square.side < before.side && square.side * 2.0 >= before.side,
            "{name}: {square:?}"
        );
        let sound = before.y + before.side * (1.0 - f64::from(accepted.lost));
        assert!(square.y + square.side <= sound, "{name}: {square:?}");
        // What the square shows is what the whole photo shows there.
        let rest = pixels(&picture);
        let whole = image::load_from_memory(&whole).unwrap().to_rgb8();
        let (x, y) = (square.x + square.side / 2.0, square.y + square.side / 2.0);
        let (at, middle) = (rest.width() / 2, whole.get_pixel(x as u32, y as u32));
        let found = rest.get_pixel(at, at);
        let apart = found
            .0
            .iter()
            .zip(middle.0)
            .map(|(a, b)| a.abs_diff(b))
            .max();
        assert!(apart.unwrap() < 40, "{name}: {found:?} {middle:?}");
    }
}

#[test]
fn a_border_that_is_trimmed_does_not_come_back_where_a_loss_is_repaired() {
    // Noise in a white border, 30 pixels wide.
    let page = image::RgbImage::from_fn(320, 420, |x, y| {
        let is_inside = (30..290).contains(&x) && (30..390).contains(&y);
        let noise = ((x * 7919 + y * 104_729) % 97) as u8;
        image::Rgb(if is_inside {
            [30 + noise, 60, 120 - noise]
        } else {
            [255; 3]
        })
    });
    let mut whole = std::io::Cursor::new(Vec::new());
    page.write_to(&mut whole, image::ImageFormat::Jpeg).unwrap();
    let whole = whole.into_inner();
    let photo = &whole[..whole.len() * 7 / 10];
    let options = Options::new()
        .minimum_side(1)
        .trim(40)
        .on_damage(OnDamage::Repair);

    let (repaired, picture) = prepare(photo, options).unwrap();

    let plan = repaired.plan;
    assert!(repaired.lost > 0.05, "{}", repaired.lost);
    assert!((130.0..250.0).contains(&plan.crop.side), "{plan:?}");
    // To where the border's noise begins.
    assert!((22.0..=30.0).contains(&plan.content.x) && (22.0..=30.0).contains(&plan.content.y));
    let picture = pixels(&picture);
    let last = picture.width() - 1;
    for at in 8..last - 8 {
        for (x, y) in [(at, 8), (at, last), (8, at), (last - 8, at)] {
            let [red, green, blue] = picture.get_pixel(x, y).0;
            assert!(
                green < 110 && red < 190 && blue < 190,
                "{x}, {y}: {red} {green} {blue}"
            );
        }
    }
}

#[test]
fn what_is_too_little_to_repair_is_accepted() {
    let whole = fixture("orientation/1.jpg");
    let photo = &whole[..whole.len() * 2 / 5];
    let with = |on_damage| prepare(photo, Options::new().on_damage(on_damage)).unwrap();

    let (repaired, picture) = with(OnDamage::Repair);
    let (accepted, same) = with(OnDamage::Accept);

    assert!(repaired.lost > 0.5);
    assert_eq!(
        (repaired.lost, repaired.plan.crop),
        (accepted.lost, accepted.plan.crop)
    );
    assert!(picture == same);
}

#[test]
fn a_repaired_picture_keeps_within_its_bytes() {
    let whole = fixture("orientation/1.jpg");
    let photo = &whole[..whole.len() * 4 / 5];
    let repair = Options::new().on_damage(OnDamage::Repair);
    let (plain, picture) = prepare(photo, repair).unwrap();
    let bytes = picture.len() as u64;

    for (options, fits_as_it_is) in [
        (repair.max_bytes(bytes / 2), false),
        (repair.max_bytes(bytes / 2).quality(85), false),
        (repair.max_bytes(bytes * 2).quality(85), true),
    ] {
        let (repaired, picture) = prepare(photo, options).unwrap();

        assert_eq!(repaired.plan.crop, plain.plan.crop);
        assert_eq!(repaired.fitted.is_none(), fits_as_it_is);
        assert!(picture.len() as u64 <= repaired.plan.budget.unwrap().bytes);
    }
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
    let mut random = Random::new(1);
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
                let at = random.below(reach);
                photo[at] = random.below(256) as u8;
            }
            let _ = prepare(&photo, Options::new().side(192));
        }
    }
}

#[cfg(feature = "gif")]
#[test]
fn bombs_of_frames_and_directories_cost_no_more_than_their_bytes() {
    // 300 × 300; a frame of one invisible pixel, as often as will be.
    let screen = b"GIF89a\x2C\x01\x2C\x01\x80\0\0\0\0\0\xFF\xFF\xFF";
    let frame = b"\x21\xF9\x04\x01\x0A\0\0\0\x2C\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0";
    let frames = [&screen[..], &frame.repeat(200_000), b";"].concat();
    let blocks = [
        &screen[..],
        &b"\x21\xFE\x01a\0".repeat(200_000),
        frame,
        b";",
    ]
    .concat();
    // Exif whose directories are all the same one.
    let pointer = |tag: [u8; 2]| [tag[0], tag[1], 4, 0, 1, 0, 0, 0, 8, 0, 0, 0];
    let directory = [
        pointer([0x69, 0x87]),
        pointer([0x25, 0x88]),
        pointer([0x05, 0xA0]),
    ]
    .concat();
    let exif = [
        &b"Exif\0\0II*\0\x08\0\0\0\x03\0"[..],
        &directory,
        b"\x08\0\0\0",
    ]
    .concat();
    let photo = fixture("orientation/1.jpg");
    let length = (exif.len() as u16 + 2).to_be_bytes();
    let loops = [&photo[..2], b"\xFF\xE1", &length, &exif, &photo[2..]].concat();

    for (name, photo) in [("frames", frames), ("blocks", blocks), ("loops", loops)] {
        let prepared = prepare(&photo, Options::new());

        assert!(prepared.is_ok(), "{name}: {prepared:?}");
    }
    // The same frames by number: their pixels are counted.
    let options = Options::new().frame("4000".parse().unwrap());
    let many = [&screen[..], &frame.repeat(4000), b";"].concat();
    let error = prepare(&many, options).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge, "{error}");
}

#[test]
fn a_file_makes_the_same_picture_as_its_bytes() {
    for folder in ["formats", "orientation", "photos", "malformed"] {
        let path = format!("{}/../../fixtures/{folder}", env!("CARGO_MANIFEST_DIR"));
        for entry in std::fs::read_dir(path).unwrap() {
            let path = entry.unwrap().path();
            let bytes = std::fs::read(&path).unwrap();
            let mut pipeline = Pipeline::new(Options::new().on_damage(OnDamage::Accept)).unwrap();
            let (mut from_bytes, mut from_file) = (Vec::new(), Vec::new());

            let of_bytes = pipeline.prepare_into(&bytes, &mut from_bytes);
            let photo = Photo::open(Cursor::new(bytes), Vec::new()).unwrap();
            let of_file = pipeline.prepare_photo(&photo, &mut from_file);

            let told = |result: &Result<Prepared, Error>| match result {
                Ok(prepared) => format!("{prepared:?}"),
                Err(error) => error.to_string(),
            };
            assert_eq!(told(&of_bytes), told(&of_file), "{}", path.display());
            assert!(from_bytes == from_file, "{}", path.display());
        }
    }
}
