//! What becomes of the whole photo where no square is cut from it: contained, on a backdrop, trimmed.

use image::{Rgb, RgbImage};
use prep::{Backdrop, Color, Fit, Gravity, Options, Subsampling};

use crate::common::{difference, fixture, pixels, prepare};
use crate::gravity::astronaut_on_gray;

/// A PNG of one color with a rectangle of another in it.
fn rectangle(
    size: (u32, u32),
    around: [u8; 3],
    [x, y, width, height]: [u32; 4],
    inside: [u8; 3],
) -> Vec<u8> {
    let is_inside = |at: u32, start: u32, length: u32| (start..start + length).contains(&at);
    let picture = RgbImage::from_fn(size.0, size.1, |column, row| {
        Rgb(
            if is_inside(column, x, width) && is_inside(row, y, height) {
                inside
            } else {
                around
            },
        )
    });
    let mut png = std::io::Cursor::new(Vec::new());
    picture
        .write_to(&mut png, image::ImageFormat::Png)
        .expect("memory takes it");
    png.into_inner()
}

fn is_near(pixel: &Rgb<u8>, color: [u8; 3]) -> bool {
    pixel.0.iter().zip(color).all(|(a, b)| a.abs_diff(b) <= 12)
}

const SHARP: fn() -> Options = || Options::new().quality(97).subsampling(Subsampling::S444);
const RED: [u8; 3] = [220, 30, 30];
const BLUE: [u8; 3] = [20, 40, 200];

#[test]
fn contain_shows_all_of_the_photo_between_bars_of_the_background() {
    let photo = rectangle((800, 400), RED, [0, 0, 0, 0], RED);
    let options = SHARP()
        .side(200)
        .fit(Fit::Contain)
        .background(Color::new(20, 40, 200));

    let (prepared, picture) = prepare(&photo, options).unwrap();

    // 800 × 400 becomes 200 × 100, with 50 above and below.
    let crop = prepared.plan.crop;
    assert_eq!((crop.x, crop.y, crop.side), (0.0, -200.0, 800.0));
    assert_eq!(prepared.plan.backdrop, Some(Backdrop::Color));
    for (x, y, pixel) in pixels(&picture).enumerate_pixels() {
        let is_bar = !(50..150).contains(&y);
        if !(48..=51).contains(&y) && !(148..=151).contains(&y) {
            assert!(
                is_near(pixel, if is_bar { BLUE } else { RED }),
                "{x},{y}: {pixel:?}"
            );
        }
    }
}

#[test]
fn a_blurred_backdrop_has_the_photo_s_own_colors() {
    let photo = rectangle((800, 400), RED, [0, 0, 0, 0], RED);
    let options = SHARP().side(200).fit(Fit::Contain).backdrop(Backdrop::Blur);

    let (_, picture) = prepare(&photo, options).unwrap();

    assert!(pixels(&picture).pixels().all(|pixel| is_near(pixel, RED)));
}

#[test]
fn contain_means_the_same_in_all_eight_orientations() {
    let options = SHARP().side(300).fit(Fit::Contain).background(Color::BLACK);
    let (_, upright) = prepare(&fixture("orientation/1.jpg"), options).unwrap();
    let upright = pixels(&upright);
    let bar = upright.rows().take(45).flatten();
    assert!(
        bar.into_iter().all(|pixel| is_near(pixel, [0; 3])),
        "600 × 400 has bars of a sixth"
    );
    for value in 2..=8 {
        let (_, picture) = prepare(&fixture(&format!("orientation/{value}.jpg")), options).unwrap();

        let difference = difference(&pixels(&picture), &upright);
        assert!(difference < 3.0, "orientation {value}: {difference}");
    }
}

#[test]
fn a_square_photo_has_nothing_around_it() {
    let photo = fixture("photos/retina.jpg");

    let (_, covering) = prepare(&photo, Options::new()).unwrap();
    let (contained, picture) = prepare(&photo, Options::new().fit(Fit::Contain)).unwrap();

    assert_eq!(contained.plan.backdrop, None);
    assert!(covering == picture);
}

#[test]
fn a_logo_has_its_corners_in_the_circle() {
    let photo = rectangle((600, 450), RED, [0, 0, 0, 0], RED);
    let options = SHARP().side(400).fit(Fit::CircleSafe);

    let (prepared, picture) = prepare(&photo, options).unwrap();

    // 3, 4, 5: the circle's diameter is 750.
    assert_eq!(prepared.plan.crop.side, 750.0);
    let mut red = 0;
    for (x, y, pixel) in pixels(&picture).enumerate_pixels() {
        let from_middle = (f64::from(x) - 199.5).hypot(f64::from(y) - 199.5);
        if from_middle > 203.0 {
            assert!(is_near(pixel, [255; 3]), "{x},{y}: {pixel:?}");
        }
        red += u32::from(is_near(pixel, RED));
    }
    let expected = 600.0 * 450.0 * (400.0_f64 / 750.0).powi(2);
    assert!(
        (f64::from(red) / expected - 1.0).abs() < 0.03,
        "{red}, not {expected}"
    );
}

#[test]
fn a_border_is_trimmed_before_anything_else() {
    let photo = rectangle((900, 700), [250; 3], [120, 90, 500, 400], RED);

    let (covering, picture) = prepare(&photo, SHARP().side(300).trim(10)).unwrap();
    let (contained, _) = prepare(&photo, SHARP().side(300).trim(10).fit(Fit::Contain)).unwrap();
    let (untouched, _) = prepare(&photo, SHARP().side(300)).unwrap();

    let content = covering.plan.content;
    assert_eq!(
        [content.x, content.y, content.width, content.height],
        [120.0, 90.0, 500.0, 400.0]
    );
    assert_eq!(
        [
            covering.plan.crop.x,
            covering.plan.crop.y,
            covering.plan.crop.side
        ],
        [170.0, 90.0, 400.0]
    );
    assert_eq!(
        [
            contained.plan.crop.x,
            contained.plan.crop.y,
            contained.plan.crop.side
        ],
        [120.0, 40.0, 500.0]
    );
    assert_eq!(untouched.plan.crop.side, 700.0);
    assert!(pixels(&picture).enumerate_pixels().all(|(x, y, pixel)| {
        let is_inside = |at: u32| (4..296).contains(&at);
        !is_inside(x) || !is_inside(y) || is_near(pixel, RED)
    }));
}

#[test]
fn faces_are_found_inside_a_border_and_told_where_they_are_in_the_photo() {
    let framed = |border: u32| {
        let inner = image::load_from_memory(&astronaut_on_gray(300, 380, 0, 60))
            .expect("it was just made")
            .to_rgb8();
        let mut photo = RgbImage::from_pixel(300 + 2 * border, 380 + 2 * border, Rgb([255; 3]));
        image::imageops::overlay(&mut photo, &inner, border.into(), border.into());
        let mut png = std::io::Cursor::new(Vec::new());
        photo
            .write_to(&mut png, image::ImageFormat::Png)
            .expect("memory takes it");
        png.into_inner()
    };
    let options = Options::new().gravity(Gravity::Auto);

    let (bare, _) = prepare(&framed(0), options).unwrap();
    let (trimmed, _) = prepare(&framed(200), options.trim(5)).unwrap();

    let [bare_at, at] = [bare, trimmed].map(|prepared| {
        prepared
            .plan
            .choice
            .faces
            .iter()
            .next()
            .expect("a face")
            .area
    });
    // The kernel reaches over the edge of the border, and sees a little of it.
    let crops = [bare, trimmed].map(|prepared| prepared.plan.crop);
    for moved in [
        at.x - bare_at.x,
        at.y - bare_at.y,
        crops[1].x - crops[0].x,
        crops[1].y - crops[0].y,
    ] {
        assert!((moved - 200.0).abs() <= 2.0, "{moved}");
    }
}
