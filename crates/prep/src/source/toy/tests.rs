//! The example of a format does what `CONTRIBUTING.md` promises, and is what stands there.

use crate::{Error, Format, Limit, Limits, Options, Pipeline, read_header};

/// A photo of one color.
fn toy(width: u8, height: u8, color: [u8; 3]) -> Vec<u8> {
    let mut photo = vec![b'T', b'O', b'Y', width, height];
    for _ in 0..u32::from(width) * u32::from(height) {
        photo.extend(color);
    }
    photo
}

#[test]
fn a_toy_becomes_a_picture() {
    let options = Options::new().side(96).minimum_side(1).quality(95);
    let mut picture = Vec::new();

    let prepared = Pipeline::new(options)
        .unwrap()
        .prepare_into(&toy(200, 100, [200, 40, 40]), &mut picture)
        .unwrap();

    assert_eq!(prepared.header.format, Format::TOY);
    assert_eq!((prepared.plan.side, prepared.lost), (96, 0.0));
    let decoded = image::load_from_memory(&picture).unwrap().to_rgb8();
    assert_eq!(decoded.dimensions(), (96, 96));
    let image::Rgb([red, green, blue]) = *decoded.get_pixel(48, 48);
    assert!(red.abs_diff(200) < 4 && green.abs_diff(40) < 4 && blue.abs_diff(40) < 4);
}

#[test]
fn a_toy_beyond_a_limit_is_rejected_by_its_header() {
    let header = toy(200, 100, [0; 3]);
    let limits = Limits {
        pixels: 19_999,
        ..Limits::default()
    };

    let result = read_header(&header[..5], &limits);

    let expected = matches!(
        result,
        Err(Error::TooLarge {
            what: Limit::Pixels,
            actual: 20_000,
            limit: 19_999,
        })
    );
    assert!(expected, "{result:?}");
}

#[test]
fn what_is_missing_of_a_toy_is_lost() {
    let mut photo = toy(200, 200, [90; 3]);
    photo.truncate(5 + 190 * 600);
    let options = Options::new().side(200).minimum_side(1);

    let prepared = Pipeline::new(options)
        .unwrap()
        .prepare_into(&photo, &mut Vec::new())
        .unwrap();

    assert_eq!(prepared.lost, 0.05);
}

#[test]
fn the_guide_shows_the_toy_as_it_is() {
    let guide = include_str!("../../../../../CONTRIBUTING.md");
    let code = include_str!("../toy.rs");

    assert!(guide.contains(&format!("```rust\n{code}```\n")));
}
