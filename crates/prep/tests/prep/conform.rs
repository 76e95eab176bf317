//! A photo that is such a picture already keeps its coded data; whatever is not quite one is encoded, and nothing is smuggled.

use image::{Rgb, RgbImage};
use jpeg::encoder::{self, Input};
use prep::{
    Backdrop, Coding, Color, Enlarge, Fit, Gravity, OnDamage, Options, Reencode, Rule, Subsampling,
    Treatment,
};

use crate::common::{fixture, pixels, prepare};

/// A square of the coffee, as another program would write it.
fn foreign(side: u32, quality: u8, subsampling: Subsampling) -> Vec<u8> {
    let photo = image::load_from_memory(&fixture("photos/coffee.png")).expect("an image");
    let square = photo
        .crop_imm(60, 0, 400, 400)
        .resize_exact(side, side, image::imageops::FilterType::Lanczos3)
        .to_rgb8();
    written(&square, quality, subsampling, encoder::Coding::Standard)
}

fn written(
    square: &RgbImage,
    quality: u8,
    subsampling: Subsampling,
    coding: encoder::Coding,
) -> Vec<u8> {
    let side = square.width() as usize;
    let options = encoder::Options::new()
        .quality(quality)
        .subsampling(subsampling)
        .coding(coding);
    let rgb = encoder::RgbRef::new(square.as_raw(), side, side);
    encoder::encode(Input::Rgb(rgb), options).expect("sizes that fit")
}

const S420: Subsampling = Subsampling::S420;

fn segment(marker: u8, payload: &[u8]) -> Vec<u8> {
    let length = (payload.len() as u16 + 2).to_be_bytes();
    [&[0xff, marker], &length[..], payload].concat()
}

/// The same file with something behind SOI.
fn with(file: &[u8], what: &[u8]) -> Vec<u8> {
    [&file[..2], what, &file[2..]].concat()
}

fn exif(orientation: u8) -> Vec<u8> {
    let entry = [0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0];
    let tiff = [&b"Exif\0\0II*\0\x08\0\0\0\x01\0"[..], &entry, &[0; 4]].concat();
    segment(0xe1, &tiff)
}

fn icc(profile: &[u8]) -> Vec<u8> {
    segment(0xe2, &[b"ICC_PROFILE\0\x01\x01", profile].concat())
}

fn treatment(photo: &[u8], options: Options) -> Treatment {
    let (prepared, _) = prepare(photo, options).expect("a whole photo");
    prepared.plan.treatment
}

/// The markers of a file, each after the other without a gap, up to the last byte.
fn markers(file: &[u8]) -> Vec<u8> {
    let (mut found, mut at) = (vec![], 0);
    while at < file.len() {
        assert_eq!(file[at], 0xff, "a marker at {at}");
        found.push(file[at + 1]);
        at += 2;
        if !matches!(found.last(), Some(0xd8 | 0xd9)) {
            at += usize::from(file[at]) << 8 | usize::from(file[at + 1]);
        }
        if found.last() == Some(&0xda) {
            let mut pairs = file[at..].windows(2);
            at += pairs
                .position(|pair| pair[0] == 0xff && pair[1] != 0)
                .expect("an end");
        }
    }
    found
}

#[test]
fn a_picture_of_another_program_comes_through_as_it_is() {
    for (side, quality) in [(640, 85), (500, 75), (192, 30), (201, 60)] {
        let photo = foreign(side, quality, S420);

        let (prepared, picture) = prepare(&photo, Options::new()).unwrap();

        assert_eq!(prepared.plan.treatment, Treatment::PassedThrough);
        assert_eq!((prepared.plan.side, prepared.lost), (side, 0.0));
        assert!(picture == photo);
    }
}

#[test]
fn metadata_go_and_the_coded_data_stay() {
    let bare = foreign(400, 80, S420);
    let srgb = moxcms::ColorProfile::new_srgb().encode().unwrap();
    let thumbnail = segment(0xe0, b"JFIF\0\x01\x02\x01\0\x48\0\x48\x01\x01RGB");
    for (what, photo) in [
        ("Exif, upright", with(&bare, &exif(1))),
        (
            "Exif without an orientation",
            with(&bare, &segment(0xe1, b"Exif\0\0II*\0\x08\0\0\0\0\0")),
        ),
        (
            "XMP",
            with(&bare, &segment(0xe1, b"http://ns.adobe.com/xap/1.0/\0<x/>")),
        ),
        ("a profile of sRGB", with(&bare, &icc(&srgb))),
        ("a profile of no use", with(&bare, &icc(b"nothing"))),
        (
            "Adobe's marker",
            with(&bare, &segment(0xee, b"Adobe\0\x64\0\0\0\0\x01")),
        ),
        ("a comment", with(&bare, &segment(0xfe, b"a secret"))),
        (
            "a density and a thumbnail",
            [&bare[..2], &thumbnail, &bare[20..]].concat(),
        ),
        ("bytes after the end", [&bare[..], b"a secret"].concat()),
        (
            "a second picture after the end",
            [&bare[..], &bare[..]].concat(),
        ),
        (
            "all of it",
            [
                &with(&bare, &[exif(1), icc(&srgb), segment(0xfe, b"hi")].concat())[..],
                b"tail",
            ]
            .concat(),
        ),
    ] {
        let (prepared, picture) = prepare(&photo, Options::new()).unwrap();

        assert_eq!(
            prepared.plan.treatment,
            Treatment::MetadataStripped,
            "{what}"
        );
        assert!(picture == bare, "{what}");
    }
}

#[test]
fn what_is_not_quite_such_a_picture_is_encoded() {
    let bare = foreign(640, 80, S420);
    let display_p3 = moxcms::ColorProfile::new_display_p3().encode().unwrap();
    let gray = fixture("formats/gray.jpg");
    let square = pixels(&bare);
    let coded = |coding| written(&square, 80, S420, coding);
    for (what, photo, options) in [
        ("it lies on its side", with(&bare, &exif(6)), Options::new()),
        ("it is mirrored", with(&bare, &exif(2)), Options::new()),
        (
            "its colors are others",
            with(&bare, &icc(&display_p3)),
            Options::new(),
        ),
        ("it is finer", foreign(640, 86, S420), Options::new()),
        (
            "it is finer than asked",
            bare.clone(),
            Options::new().quality(70),
        ),
        ("it is larger", foreign(656, 80, S420), Options::new()),
        (
            "it is smaller",
            foreign(400, 80, S420),
            Options::new().enlarge(Enlarge::WhenSmaller),
        ),
        (
            "its chroma is whole",
            foreign(640, 80, Subsampling::S444),
            Options::new(),
        ),
        (
            "its chroma is not",
            bare.clone(),
            Options::new().subsampling(Subsampling::S444),
        ),
        (
            "it is progressive",
            coded(encoder::Coding::Progressive),
            Options::new(),
        ),
        (
            "it is not",
            bare.clone(),
            Options::new().coding(Coding::Progressive),
        ),
        (
            "it has no chroma",
            gray,
            Options::new().side(64).minimum_side(1),
        ),
        (
            "it has too many bytes",
            bare.clone(),
            Options::new().max_bytes(bare.len() as u64 - 1),
        ),
        (
            "that was asked for",
            bare.clone(),
            Options::new().reencode(Reencode::Always),
        ),
    ] {
        let (prepared, picture) = prepare(&photo, options).unwrap();

        assert_eq!(prepared.plan.treatment, Treatment::Encoded, "{what}");
        assert!(picture != photo, "{what}");
    }
    for (what, options) in [
        ("as asked", Options::new().quality(80)),
        ("coarser than asked", Options::new().quality(95)),
        (
            "within the bytes",
            Options::new().max_bytes(bare.len() as u64),
        ),
        (
            "whole, in any square",
            Options::new().gravity(Gravity::NorthWest),
        ),
        (
            "whole, contained",
            Options::new().fit(Fit::Contain).backdrop(Backdrop::Blur),
        ),
        ("progressive, as asked", Options::new()),
    ] {
        assert_eq!(
            treatment(&bare, options),
            Treatment::PassedThrough,
            "{what}"
        );
    }
    let progressive = coded(encoder::Coding::Progressive);
    let as_asked = Options::new().coding(Coding::Progressive);
    assert_eq!(treatment(&progressive, as_asked), Treatment::PassedThrough);
}

#[test]
fn a_damaged_picture_never_comes_through() {
    let bare = foreign(192, 80, S420);
    let options = Options::new().on_damage(OnDamage::Accept);
    for length in (0..bare.len()).step_by(7) {
        if let Ok((prepared, _)) = prepare(&bare[..length], options) {
            assert_eq!(prepared.plan.treatment, Treatment::Encoded, "{length}");
        }
    }
    let scan = bare
        .windows(2)
        .position(|pair| pair == [0xff, 0xda])
        .unwrap()
        + 14;
    let mut changed = 0;
    for at in (scan..bare.len() - 2).step_by(5) {
        let mut wrong = bare.clone();
        wrong[at] ^= 0x10;
        if let Ok((prepared, picture)) = prepare(&wrong, options) {
            // What is still a file to the letter shows something else, and nobody can know.
            match prepared.plan.treatment {
                Treatment::Encoded => changed += 1,
                _ => assert_eq!(picture, wrong),
            }
            markers(&picture);
        }
    }
    assert!(changed > 20, "{changed}");
}

/// Whatever is put where, a picture has the markers of a picture and no byte of what was put there.
#[test]
fn nothing_is_smuggled_through() {
    let secret = b"a secret that nobody may see";
    let bare = foreign(192, 80, S420);
    let square = pixels(&bare);
    let progressive = written(&square, 80, S420, encoder::Coding::Progressive);
    let mut encoded = 0;
    for bare in [bare, progressive] {
        let starts: Vec<usize> = bare
            .windows(2)
            .enumerate()
            .filter(|(_, pair)| pair[0] == 0xff && matches!(pair[1], 0xc0..=0xc4 | 0xd9..=0xdd))
            .map(|(at, _)| at)
            .chain([bare.len()])
            .collect();
        let table = [&[0x13, 0, 28][..], &[0; 14], secret].concat();
        let steps = [&[3][..], &[7; 36], secret].concat();
        for at in starts {
            for what in [
                segment(0xe5, secret),
                segment(0xfe, secret),
                segment(0xf0, secret),
                segment(0xdc, &[0, 192]),
                segment(0xdd, &[9, 9]),
                segment(0xdd, secret),
                segment(0xc4, &table),
                segment(0xdb, &steps),
                segment(0xdb, secret),
                [&[0xff; 5], &segment(0xe1, secret)[..]].concat(),
                secret.to_vec(),
                vec![0xff; 6],
                vec![0xff, 0],
                vec![0xff, 0xd3],
                vec![0],
            ] {
                let photo = [&bare[..at], &what, &bare[at..]].concat();
                let coding = match bare.windows(2).any(|pair| pair == [0xff, 0xc2]) {
                    true => Coding::Progressive,
                    false => Coding::Baseline,
                };
                let options = Options::new().coding(coding).on_damage(OnDamage::Accept);
                let Ok((prepared, picture)) = prepare(&photo, options) else {
                    continue;
                };

                let found = markers(&picture);
                assert_eq!(found[..2], [0xd8, 0xe0]);
                let rest = &found[2..found.len() - 1];
                assert!(
                    rest.iter()
                        .all(|marker| matches!(marker, 0xdb | 0xc0 | 0xc2 | 0xc4 | 0xda)),
                    "{found:02x?}"
                );
                let is_there = picture.windows(secret.len()).any(|bytes| bytes == secret);
                assert!(!is_there, "{what:?} at {at}");
                match prepared.plan.treatment {
                    Treatment::Encoded => encoded += 1,
                    _ => assert!(picture == bare, "{what:?} at {at}"),
                }
            }
        }
    }
    assert!(encoded > 20, "{encoded}");
}

#[test]
fn a_picture_that_comes_through_is_looked_at_all_the_same() {
    let options = Options::new().gravity(Gravity::Auto);
    let (made, picture) = prepare(&fixture("photos/astronaut.png"), options).unwrap();

    let (prepared, _) = prepare(&picture, options).unwrap();

    assert_eq!(prepared.plan.treatment, Treatment::PassedThrough);
    assert_eq!(prepared.plan.choice.rule, Rule::Faces);
    assert_eq!(
        prepared.plan.choice.faces.len(),
        made.plan.choice.faces.len()
    );
    assert_eq!(prepared.plan.crop.side, 512.0);
}

/// A page with a badge on it.
fn badge(page: [u8; 3], badge: [u8; 3]) -> RgbImage {
    RgbImage::from_fn(400, 400, |x, y| {
        let inside = |more: u32| {
            (40 + more..360 - more).contains(&x) && (70 + more..330 - more).contains(&y)
        };
        match (inside(60), inside(0)) {
            (true, _) => Rgb([(x % 64 * 4) as u8, 0, (y % 32 * 8) as u8]),
            (_, true) => Rgb(badge),
            _ => Rgb(page),
        }
    })
}

#[test]
fn a_border_goes_once() {
    let square = badge([255; 3], [20, 40, 160]);
    let options = Options::new().trim(10);
    let foreign = written(&square, 80, S420, encoder::Coding::Standard);

    let (trimmed, picture) = prepare(&foreign, options).unwrap();
    let (again, same) = prepare(&picture, options).unwrap();

    assert_eq!(trimmed.plan.treatment, Treatment::Encoded);
    // To where the border's noise begins.
    assert!((260.0..280.0).contains(&trimmed.plan.content.height));
    assert_eq!(again.plan.treatment, Treatment::PassedThrough);
    // The badge's own field is a border like any other, and stays.
    assert!(same == picture);
    let corner = pixels(&same).get_pixel(30, 30).0;
    assert!(corner[2] > 120 && corner[0] < 60, "{corner:?}");
}

#[test]
fn what_has_no_border_comes_through_where_borders_are_trimmed() {
    let photo = foreign(300, 80, S420);

    let options = Options::new().trim(10);

    assert_eq!(treatment(&photo, options), Treatment::PassedThrough);
    assert_eq!(
        treatment(&with(&photo, &exif(1)), options),
        Treatment::MetadataStripped
    );
}

#[test]
fn a_circle_is_drawn_once_and_only_around_what_lies_in_it() {
    let square = badge([250, 240, 20], [20, 40, 160]);
    let full = image::load_from_memory(&fixture("photos/coffee.png")).unwrap();
    let full = full.crop_imm(60, 0, 400, 400).to_rgb8();
    for backdrop in [Backdrop::Color, Backdrop::Blur] {
        for photo in [&square, &full] {
            let options = Options::new()
                .backdrop(backdrop)
                .background(Color::new(250, 240, 20));
            let circle_safe = options.fit(Fit::CircleSafe);
            let foreign = written(photo, 80, S420, encoder::Coding::Standard);
            let (_, plain) = prepare(&foreign, options.reencode(Reencode::Always)).unwrap();

            // By this crate's encoder, but not with its corners in the circle.
            let (around, picture) = prepare(&plain, circle_safe).unwrap();
            let (again, same) = prepare(&picture, circle_safe).unwrap();

            if std::ptr::eq(photo, &full) {
                assert_eq!(around.plan.treatment, Treatment::Encoded, "{backdrop:?}");
                assert_eq!(around.plan.side, 565);
            }
            assert_eq!(
                again.plan.treatment,
                Treatment::PassedThrough,
                "{backdrop:?}"
            );
            assert!(same == picture);
            assert_eq!(
                treatment(&foreign, circle_safe),
                Treatment::Encoded,
                "{backdrop:?}"
            );
        }
    }
    let circle_safe = Options::new().fit(Fit::CircleSafe);
    let (_, on_white) = prepare(&fixture("photos/coffee.png"), circle_safe).unwrap();
    let on_black = circle_safe.background(Color::BLACK);
    assert_eq!(treatment(&on_white, circle_safe), Treatment::PassedThrough);
    assert_eq!(treatment(&on_white, on_black), Treatment::Encoded);
}

#[test]
fn a_picture_made_to_fit_counts_as_no_better_than_any_quality() {
    let photo = fixture("photos/retina.jpg");
    let options = Options::new().quality(85).max_bytes(20_000);
    let (made, picture) = prepare(&photo, options).unwrap();
    assert!(made.fitted.is_some());

    assert_eq!(treatment(&picture, options), Treatment::PassedThrough);
    assert_eq!(
        treatment(&picture, Options::new().max_bytes(20_000)),
        Treatment::PassedThrough
    );
    assert_eq!(
        treatment(&picture, Options::new().max_bytes(19_000)),
        Treatment::Encoded
    );
    // A finer one of another program, of as many bytes, is not.
    let fine = foreign(192, 95, S420);
    let roomy = Options::new().quality(85).max_bytes(200_000);
    assert_eq!(treatment(&fine, roomy), Treatment::Encoded);
}
