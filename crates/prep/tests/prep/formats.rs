//! Photos of every format and kind of pixel: equal scenes give equal pictures.

use image::{Rgb, RgbImage};
use prep::{Color, Options, Orientation, Route, Subsampling};

use crate::common::{difference, finest, finest_of, fixture, is_read, pixels, prepare};

#[test]
fn the_scene_is_the_same_in_every_lossless_form() {
    let expected = finest_of("formats/rgb.png");

    for name in [
        "rgb.bmp",
        "rgb.ppm",
        "rgb.tga",
        "rgb.qoi",
        "rgb.tif",
        "rgb-lzw.tif",
        "rgb-deflate.tif",
        "rgb-lossless.webp",
        "rgb16.png",
        "animated.png",
        "animated.webp",
        "icon.ico",
    ]
    .into_iter()
    .filter(|name| is_read(name))
    {
        assert!(
            finest_of(&format!("formats/{name}")) == expected,
            "{name} differs from rgb.png"
        );
    }
}

#[cfg(feature = "tiff")]
#[test]
fn fax_in_every_coding_is_the_same_page() {
    let expected = finest_of("formats/bilevel.png");

    for name in ["runs", "fax3", "fax3-2d", "fax4", "fax4-reversed"] {
        let name = format!("formats/bilevel-{name}.tif");
        assert!(finest_of(&name) == expected, "{name}");
    }
}

#[test]
fn a_cursor_is_an_icon() {
    let mut cursor = fixture("formats/icon.ico");
    cursor[2] = 2;

    let (_, picture) = prepare(&cursor, finest()).unwrap();

    assert!(picture == finest_of("formats/icon.ico"));
}

#[test]
fn gray_in_every_form_is_gray() {
    let expected = finest_of("formats/gray-as-rgb.png");

    for name in ["gray.png", "gray.pgm", "gray16.png"] {
        assert!(finest_of(&format!("formats/{name}")) == expected, "{name}");
    }
}

#[test]
fn a_gray_photo_becomes_a_picture_in_color_that_is_gray() {
    let (_, picture) = prepare(&fixture("formats/gray.jpg"), finest()).unwrap();

    let scene = pixels(&finest_of("formats/gray-as-rgb.png"));
    let picture = pixels(&picture);
    assert!(picture.pixels().all(|Rgb([r, g, b])| r == g && g == b));
    assert!(difference(&picture, &scene) < 2.0);
}

#[test]
fn the_two_routes_of_colors_meet() {
    // 4:2:0 from 4:2:0 keeps luma and chroma; 4:2:2 turned by a quarter must go through pixels.
    let direct = Options::new().quality(95).side(300);
    for value in [1, 6, 8] {
        let photo = fixture(&format!("orientation/{value}.jpg"));

        let (kept, halved) = prepare(&photo, direct).unwrap();
        let (turned, finer) = prepare(&photo, direct.subsampling(Subsampling::S422)).unwrap();

        assert_eq!(kept.plan.route, Route::YCbCr);
        assert_eq!(turned.plan.route == Route::Pixels, value != 1);
        let difference = difference(&pixels(&halved), &pixels(&finer));
        assert!(difference < 1.5, "{value}: {difference}");
    }
}

#[test]
fn an_odd_side_is_mirrored_without_moving_the_colors() {
    // How much is lost by halving the chroma: more, if the halves were not where the pixels are.
    let halving_costs = |value: u8, side: u32| {
        let photo = fixture(&format!("orientation/{value}.jpg"));
        let options = Options::new().side(side).quality(98);
        let [halved, whole] = [Subsampling::S420, Subsampling::S444].map(|subsampling| {
            pixels(&prepare(&photo, options.subsampling(subsampling)).unwrap().1)
        });
        difference(&halved, &whole)
    };
    let stored_as_seen = halving_costs(1, 300);

    for value in 1..=8 {
        for side in [300, 301] {
            let costs = halving_costs(value, side);

            assert!(
                costs < stored_as_seen * 1.1,
                "{value}, {side}: {costs}, not {stored_as_seen}"
            );
        }
    }
}

#[test]
fn a_palette_is_looked_up() {
    let expected = finest_of("formats/palette-as-rgb.png");

    for name in ["palette.png", "palette.gif", "animated.gif"]
        .into_iter()
        .filter(|name| is_read(name))
    {
        assert!(finest_of(&format!("formats/{name}")) == expected, "{name}");
    }
}

#[test]
fn a_blank_first_frame_is_passed_over_unless_it_is_asked_for() {
    // 20 × 26: nothing at all, then the scene half-transparent or in a palette, then other frames.
    for name in ["animated.gif", "animated.png", "animated.webp"]
        .into_iter()
        .filter(|name| is_read(name))
    {
        let photo = fixture(&format!("tiny/{name}"));
        let with = |frame: &str| {
            let options = finest().minimum_side(1).frame(frame.parse().unwrap());
            let (prepared, picture) = prepare(&photo, options).unwrap();
            assert_eq!(prepared.lost, 0.0, "{name} {frame}");
            pixels(&picture)
        };
        let is_blank = |picture: &RgbImage| {
            let first = picture.get_pixel(0, 0);
            picture.pixels().all(|pixel| close(pixel, first.0))
        };

        assert!(is_blank(&with("first")), "{name}");
        assert!(!is_blank(&with("best")), "{name}");
        assert!(with("1") == with("first"), "{name}");
        assert!(with("2") == with("best"), "{name}");
        assert!(with("3") == with("999"), "{name}: the last one");
    }
}

#[test]
fn lossy_forms_are_close_to_the_scene() {
    let scene = pixels(&finest_of("formats/rgb.png"));

    for name in [
        "baseline.jpg",
        "progressive.jpg",
        "444.jpg",
        "restarts.jpg",
        "rgb-lossy.webp",
        "rgb-jpeg.tif",
    ]
    .into_iter()
    .filter(|name| is_read(name))
    {
        let difference = difference(&pixels(&finest_of(&format!("formats/{name}"))), &scene);

        assert!(difference < 3.5, "{name}: {difference}");
    }
}

#[test]
fn lossy_forms_are_close_to_the_scene_where_filters_are_left_out() {
    // A third of the scene's side: from here on loop filters are left out, and planes are reduced one by one.
    let reduced = |name: &str| {
        let photo = fixture(&format!("formats/{name}"));
        let (prepared, picture) = prepare(&photo, finest().side(80)).unwrap();
        assert_eq!(prepared.lost, 0.0, "{name}");
        pixels(&picture)
    };
    let scene = reduced("rgb.png");

    for name in ["rgb-lossy.webp", "rgb.avif", "rgb.heic"]
        .into_iter()
        .filter(|name| is_read(name))
    {
        let picture = reduced(name);

        let difference = difference(&picture, &scene);
        assert!(difference < 2.0, "{name}: {difference}");
        for channel in 0..3 {
            let mean = |image: &RgbImage| {
                let samples = image.pixels().map(|pixel| u64::from(pixel.0[channel]));
                samples.sum::<u64>() as f64 / 6400.0
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
fn all_eight_orientations_are_seen_upright() {
    let upright = pixels(&finest_of("photos/coffee.png"));

    for value in 1..=8 {
        let photo = fixture(&format!("orientation/{value}.jpg"));
        let (prepared, picture) = prepare(&photo, finest()).unwrap();

        assert_eq!(
            Some(prepared.header.orientation),
            Orientation::from_exif(value)
        );
        let difference = difference(&pixels(&picture), &upright);
        assert!(difference < 3.0, "{value}: {difference}");
    }
}

#[test]
fn orientation_is_found_in_every_container() {
    let upright = finest_of("orientation/upright.png");

    for name in ["6.png", "6.webp", "6.tif"]
        .into_iter()
        .filter(|name| is_read(name))
    {
        assert!(
            finest_of(&format!("orientation/{name}")) == upright,
            "{name}"
        );
    }
}

#[test]
fn orientation_is_found_where_programs_put_it_against_the_standard() {
    let options = finest().minimum_side(1).side(96);
    let of = |name: &str| prepare(&fixture(&format!("orientation/{name}")), options).unwrap();
    let (_, upright) = of("upright-small.png");

    for name in [
        "long.jpg",
        "long.png",
        "long.tif",
        "long.webp",
        "count-2.jpg",
        "count-2.png",
        "count-2.tif",
        "count-2.webp",
        "prefix.png",
        "prefix.webp",
        "last.png",
    ]
    .into_iter()
    .filter(|name| is_read(name))
    {
        let (prepared, picture) = of(&format!("6-{name}"));

        assert_eq!(prepared.header.orientation, Orientation::Rotate90, "{name}");
        let difference = difference(&pixels(&picture), &pixels(&upright));
        // Rows are reduced before columns, and rounded between: turned, some samples differ by one.
        let most = if name.ends_with("jpg") { 3.0 } else { 0.1 };
        assert!(difference <= most, "{name}: {difference}");
    }
}

#[test]
fn the_largest_image_of_an_icon_is_taken_however_it_is_stored() {
    let (_, expected) = prepare(&fixture("formats/scene-96.png"), scene_96()).unwrap();

    for name in [
        "largest",
        "rgb-png",
        "palette-png",
        "24",
        "palette",
        "opacity-left-out",
    ] {
        let icon = fixture(&format!("formats/icon-{name}.ico"));

        let (prepared, picture) = prepare(&icon, scene_96()).unwrap();

        assert_eq!((prepared.header.size.width, prepared.lost), (96, 0.0));
        assert!(picture == expected, "{name}");
    }
    let (_, gray) = prepare(&fixture("formats/icon-gray-png.ico"), scene_96()).unwrap();
    let gray = pixels(&gray);
    assert!(gray.pixels().all(|Rgb([r, g, b])| r == g && g == b));
}

#[test]
fn the_mask_of_an_icon_says_what_is_seen() {
    let icon = fixture("formats/icon-mask.ico");
    let options = scene_96().background(Color::new(250, 200, 20));

    let (_, picture) = prepare(&icon, options).unwrap();

    let scene = prepare(&fixture("formats/scene-96.png"), scene_96()).unwrap();
    let (picture, scene) = (pixels(&picture), pixels(&scene.1));
    for y in 0..96 {
        assert!(close(picture.get_pixel(20, y), [250, 200, 20]), "{y}");
        let Rgb(seen) = *scene.get_pixel(70, y);
        assert!(close(picture.get_pixel(70, y), seen), "{y}");
    }
}

#[cfg(feature = "webp")]
#[test]
fn webp_flags_may_promise_what_is_not_there() {
    let (_, expected) = prepare(&fixture("formats/scene-96.png"), scene_96()).unwrap();

    for name in ["flags-without-chunks", "xmp-misnamed"] {
        let photo = fixture(&format!("formats/{name}.webp"));

        let (_, picture) = prepare(&photo, scene_96()).unwrap();

        assert!(picture == expected, "{name}");
    }
}

/// Options under which a scene of 96 × 96 is neither reduced nor refused.
fn scene_96() -> Options {
    finest().minimum_side(1).side(96)
}

#[test]
fn what_is_invisible_leaves_no_fringe() {
    // The logo is a red disc; its invisible pixels are pure green.
    for name in ["logo-alpha.png", "logo-alpha.webp", "logo-alpha16.png"]
        .into_iter()
        .filter(|name| is_read(name))
    {
        for side in [400, 250, 192] {
            let photo = fixture(&format!("formats/{name}"));

            let (_, picture) = prepare(&photo, finest().side(side)).unwrap();

            let picture = pixels(&picture);
            assert!(
                close(picture.get_pixel(1, 1), [255, 255, 255]),
                "{name}: the corner is white"
            );
            assert!(
                close(picture.get_pixel(side / 2, side / 2), [200, 16, 46]),
                "{name}: the middle is red"
            );
            for (x, y, Rgb([red, green, _])) in picture.enumerate_pixels() {
                // Every mix of red and white has more red than green.
                assert!(
                    green.saturating_sub(*red) <= 6,
                    "{name} at {x},{y}: green shines through"
                );
            }
        }
    }
}

#[test]
fn the_background_is_the_color_that_was_asked_for() {
    for name in ["palette-alpha.png", "palette-alpha.gif"]
        .into_iter()
        .filter(|name| is_read(name))
    {
        let options = finest().background(Color::new(250, 200, 20));

        let (_, picture) = prepare(&fixture(&format!("formats/{name}")), options).unwrap();

        let picture = pixels(&picture);
        assert!(
            close(picture.get_pixel(5, 5), [250, 200, 20]),
            "{name}: behind"
        );
        assert!(
            close(picture.get_pixel(160, 160), [20, 60, 160]),
            "{name}: before"
        );
    }
}

#[test]
fn a_profile_is_applied_before_it_is_dropped() {
    // The same bytes without the Adobe RGB profile that the photo has.
    let photo = fixture("photos/rocket.jpg");
    let icc = photo
        .windows(11)
        .position(|bytes| bytes == b"ICC_PROFILE")
        .unwrap();
    let mut bare = photo.clone();
    bare[icc] = b'X';

    let converted = pixels(&prepare(&photo, finest()).unwrap().1);
    let taken_as_srgb = pixels(&prepare(&bare, finest()).unwrap().1);

    // Adobe RGB is wider, so the sRGB numbers of the same colors are more saturated.
    let saturation = |picture: &RgbImage| -> u64 {
        picture
            .pixels()
            .map(|Rgb(rgb)| u64::from(rgb.iter().max().unwrap() - rgb.iter().min().unwrap()))
            .sum()
    };
    assert!(saturation(&converted) > saturation(&taken_as_srgb) * 11 / 10);
}

fn close(Rgb(actual): &Rgb<u8>, expected: [u8; 3]) -> bool {
    actual.iter().zip(expected).all(|(a, e)| a.abs_diff(e) <= 4)
}
