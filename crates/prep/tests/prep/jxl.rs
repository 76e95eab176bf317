//! JPEG XL: the scene in every kind of samples, turned in every way, cut off, and claiming too much.

#![cfg(feature = "jxl")]

use std::io::Cursor;

use image::Rgb;
use jxl::api::{
    Event, JxlColorType, JxlDataFormat, JxlDecoder, JxlDecoderOptions, JxlOutputBuffer,
};
use prep::{ErrorKind, Format, Gravity, Limits, Options, Orientation, Samples};

use crate::common::{difference, finest, finest_of, fixture, pixels, prepare};

#[test]
fn the_scene_is_close_in_every_lossy_form() {
    let scene = pixels(&finest_of("formats/rgb.png"));

    for (name, bits) in [
        ("rgb.jxl", 8),
        ("rgb16.jxl", 16),
        ("from-jpeg.jxl", 8),
        ("animated.jxl", 8),
    ] {
        let name = format!("formats/{name}");
        let header = prep::read_header(&fixture(&name), &Limits::default()).unwrap();
        assert_eq!((header.format, header.bits), (Format::JXL, bits), "{name}");

        let difference = difference(&pixels(&finest_of(&name)), &scene);

        assert!(difference < 3.5, "{name}: {difference}");
    }
}

#[test]
fn what_is_coded_without_loss_is_the_scene() {
    let scene = image::load_from_memory(&fixture("formats/rgb.png"))
        .unwrap()
        .to_rgb8();
    let part = image::imageops::crop_imm(&scene, 0, 0, 160, 160).to_image();

    for name in ["formats/lossless.jxl", "formats/lossless-container.jxl"] {
        let picture = pixels(&finest_of(name));

        // The picture is a JPEG, if of the finest quality.
        let worst = picture.iter().zip(part.iter()).map(|(a, b)| a.abs_diff(*b));
        assert!(worst.max() <= Some(8), "{name}");
        let difference = difference(&picture, &part);
        assert!(difference < 1.0, "{name}: {difference}");
    }
}

#[test]
fn groups_beside_the_square_are_not_missed() {
    for name in ["groups", "groups-from-jpeg"] {
        let photo = fixture(&format!("jxl/{name}.jxl"));
        let whole = as_png(&photo, (720, 960));
        for gravity in [Gravity::North, Gravity::Center, Gravity::South] {
            // Reduced by less than three, so that no filter is left out.
            for side in [250, 720] {
                let options = Options::new().side(side).gravity(gravity);

                let (_, picture) = prepare(&photo, options).unwrap();

                let (_, expected) = prepare(&whole, options).unwrap();
                assert!(picture == expected, "{name}, {side}, {gravity:?}");
            }
        }
    }
}

/// All samples of a photo, as the decoder gives them without options.
fn as_png(photo: &[u8], size: (u32, u32)) -> Vec<u8> {
    let mut rest = photo;
    let mut decoder = JxlDecoder::new(JxlDecoderOptions::default());
    while !matches!(
        decoder.process(&mut rest, None, None).expect("a header"),
        Event::BasicInfo
    ) {}
    let mut format = decoder.current_pixel_format().expect("a header").clone();
    format.color_type = JxlColorType::Rgb;
    format.color_data_format = Some(JxlDataFormat::U8 { bit_depth: 8 });
    decoder
        .set_pixel_format(format)
        .expect("a format that there is");
    let mut samples = vec![0; 3 * size.0 as usize * size.1 as usize];
    let rows = size.1 as usize;
    let mut buffer = [JxlOutputBuffer::new(
        &mut samples,
        rows,
        3 * size.0 as usize,
    )];
    while !matches!(
        decoder
            .process(&mut rest, Some(&mut buffer), None)
            .expect("a frame"),
        Event::FrameComplete { .. }
    ) {}
    let image = image::RgbImage::from_raw(size.0, size.1, samples).expect("all samples");
    let mut png = Cursor::new(Vec::new());
    image
        .write_to(&mut png, image::ImageFormat::Png)
        .expect("a PNG");
    png.into_inner()
}

#[test]
fn gray_is_gray() {
    let picture = pixels(&finest_of("formats/gray.jxl"));

    assert!(picture.pixels().all(|Rgb([r, g, b])| r == g && g == b));
    let difference = difference(&picture, &pixels(&finest_of("formats/gray-as-rgb.png")));
    assert!(difference < 2.5, "{difference}");
}

#[test]
fn all_eight_orientations_are_applied_once() {
    // The codestream and Exif both say it.
    let upright = pixels(&finest_of("orientation/upright-small.png"));

    for value in 1..=8 {
        let name = format!("orientation/{value}.jxl");
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

#[test]
fn what_is_invisible_leaves_no_fringe() {
    // The logo is a red disc; its invisible pixels are pure green.
    for side in [400, 250, 192] {
        let photo = fixture("formats/logo-alpha.jxl");

        let (prepared, picture) = prepare(&photo, finest().side(side)).unwrap();

        assert_eq!(prepared.header.samples, Samples::Rgba);
        for (x, y, Rgb([red, green, _])) in pixels(&picture).enumerate_pixels() {
            // Every mix of red and white has more red than green.
            assert!(
                green.saturating_sub(*red) <= 12,
                "{side}: a green fringe at {x}, {y}"
            );
        }
    }
}

#[test]
fn a_file_that_is_cut_off_is_an_error_of_one_line() {
    for name in ["rgb.jxl", "lossless.jxl", "logo-alpha.jxl", "from-jpeg.jxl"] {
        let photo = fixture(&format!("formats/{name}"));
        for length in (2..photo.len() * 9 / 10).step_by(photo.len() / 25) {
            let error = prepare(&photo[..length], finest().side(64)).unwrap_err();

            assert!(
                matches!(error.kind(), ErrorKind::Damaged | ErrorKind::NotAnImage),
                "{name}, {length}: {error}"
            );
            assert_eq!(error.to_string().lines().count(), 1, "{error}");
        }
    }
}

#[test]
fn what_claims_too_much_is_refused_before_pixels() {
    let photo = fixture("malformed/bomb.jxl");

    let error = prepare(&photo, Options::new()).unwrap_err();

    assert_eq!(error.kind(), ErrorKind::TooLarge, "{error}");
}
