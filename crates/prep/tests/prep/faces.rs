//! No face is cut by the circle that messengers show where a square avoids it. Where the faces are was measured by hand in the
//! portraits, so the detector is not asked.

use image::imageops::{FilterType, crop_imm, overlay, resize};
use image::{ImageFormat, Rgb, RgbImage};
use jpeg::encoder::{Coding, Input, RgbRef as Rgb8, encode};
use prep::{Backdrop, Fit, Gravity, Options, Rule, Square};

use crate::common::{fixture, prepare};

/// A face in pixels of a picture: left, top, right, bottom.
type Area = [f64; 4];

/// A person from a portrait, and the face from below the hat or hair to the chin.
struct Person {
    pixels: RgbImage,
    face: Area,
}

impl Person {
    fn astronaut() -> Self {
        Self::cut(
            "photos/astronaut.png",
            [110, 40, 230, 230],
            [176.0, 78.0, 272.0, 182.0],
        )
    }

    fn admiral() -> Self {
        Self::cut(
            "people/hopper.jpg",
            [60, 0, 270, 320],
            [130.0, 100.0, 266.0, 250.0],
        )
    }

    fn cut(name: &str, [x, y, width, height]: [u32; 4], face: Area) -> Self {
        let photo = image::load_from_memory(&fixture(name)).expect("the fixture is an image");
        let (left, top) = (f64::from(x), f64::from(y));
        Self {
            pixels: crop_imm(&photo.to_rgb8(), x, y, width, height).to_image(),
            face: [face[0] - left, face[1] - top, face[2] - left, face[3] - top],
        }
    }

    /// Enlarged to this width.
    fn of_width(self, width: u32) -> Self {
        let scale = f64::from(width) / f64::from(self.pixels.width());
        let height = (f64::from(self.pixels.height()) * scale) as u32;
        Self {
            pixels: resize(&self.pixels, width, height, FilterType::CatmullRom),
            face: self.face.map(|edge| edge * scale),
        }
    }
}

/// A scene with people at these places, and where their faces are.
fn scene(width: u32, height: u32, people: &[(&Person, u32, u32)]) -> (RgbImage, Vec<Area>) {
    let mut scene = RgbImage::from_fn(width, height, |x, y| {
        Rgb([
            100 + (x * 40 / width) as u8,
            120,
            110 + (y * 40 / height) as u8,
        ])
    });
    let mut faces = Vec::new();
    for (person, x, y) in people {
        overlay(&mut scene, &person.pixels, i64::from(*x), i64::from(*y));
        let [left, top, right, bottom] = person.face;
        let (x, y) = (f64::from(*x), f64::from(*y));
        faces.push([left + x, top + y, right + x, bottom + y]);
    }
    (scene, faces)
}

fn png(scene: &RgbImage) -> Vec<u8> {
    let mut file = std::io::Cursor::new(Vec::new());
    scene
        .write_to(&mut file, ImageFormat::Png)
        .expect("memory takes it");
    file.into_inner()
}

fn jpeg(scene: &RgbImage, coding: Coding) -> Vec<u8> {
    let (width, height) = (scene.width() as usize, scene.height() as usize);
    let picture = Input::Rgb(Rgb8::new(scene.as_raw(), width, height));
    encode(picture, jpeg::encoder::Options::new().coding(coding)).expect("it can be encoded")
}

/// Whether all corners lie inside the square's circle, by Pythagoras.
fn is_in_circle(face: &Area, square: Square) -> bool {
    let radius = square.side / 2.0;
    let [left, top, right, bottom] = *face;
    [(left, top), (right, top), (left, bottom), (right, bottom)]
        .iter()
        .all(|corner| (corner.0 - square.x - radius).hypot(corner.1 - square.y - radius) <= radius)
}

/// Whether one of some thousand squares of at least half the shorter side has all faces in a circle a tenth smaller.
fn there_is_a_square(faces: &[Area], width: u32, height: u32) -> bool {
    let shorter = f64::from(width.min(height));
    (0..=10).any(|size| {
        let side = shorter * (0.5 + f64::from(size) / 20.0);
        (0..31 * 31).any(|place| {
            let along =
                |length: u32, part: u32| (f64::from(length) - side) * f64::from(part) / 30.0;
            let inner = Square {
                x: along(width, place % 31) + side * 0.05,
                y: along(height, place / 31) + side * 0.05,
                side: side * 0.9,
            };
            faces.iter().all(|face| is_in_circle(face, inner))
        })
    })
}

#[test]
fn a_face_anywhere_is_kept_whole() {
    let people = [
        Person::astronaut().of_width(600),
        Person::admiral().of_width(560),
    ];
    let (mut scenes, mut cut_by_the_middle) = (0, 0);
    for (width, height) in [(1500, 1000), (1000, 1500), (1024, 1024)] {
        for person in &people {
            for place in 0..9 {
                let x = (width - person.pixels.width()) * (place % 3) / 2;
                let y = (height - person.pixels.height()) * (place / 3) / 2;
                let (scene, faces) = scene(width, height, &[(person, x, y)]);
                let photo = match place % 4 {
                    0 => png(&scene),
                    1 => jpeg(&scene, Coding::Progressive),
                    _ => jpeg(&scene, Coding::Standard),
                };

                let (prepared, _) =
                    prepare(&photo, Options::new().side(320).gravity(Gravity::Auto)).unwrap();
                let (middle, _) = prepare(&photo, Options::new().side(320)).unwrap();

                assert!(there_is_a_square(&faces, width, height));
                let what = format!("{width}x{height}, {x}, {y}: {:?}", prepared.plan);
                assert_eq!(prepared.plan.choice.rule, Rule::Faces, "{what}");
                assert!(is_in_circle(&faces[0], prepared.plan.crop), "{what}");
                assert!(!prepared.plan.choice.is_doubtful(), "{what}");
                scenes += 1;
                cut_by_the_middle += usize::from(!is_in_circle(&faces[0], middle.plan.crop));
            }
        }
    }
    // Nothing would be shown if the middle kept them all.
    assert!(
        cut_by_the_middle * 4 > scenes,
        "{cut_by_the_middle} of {scenes}"
    );
}

#[test]
fn two_people_side_by_side_are_both_kept() {
    let (admiral, astronaut) = (
        Person::admiral().of_width(500),
        Person::astronaut().of_width(500),
    );
    for (width, height, x) in [(1500, 1000, 0), (1500, 1000, 480), (1100, 1400, 60)] {
        for y in [100, height - 750] {
            let people = [(&admiral, x, y), (&astronaut, x + 400, y + 60)];
            let (scene, faces) = scene(width, height, &people);
            assert!(there_is_a_square(&faces, width, height));
            for photo in [png(&scene), jpeg(&scene, Coding::Standard)] {
                let (prepared, _) = prepare(&photo, Options::new().gravity(Gravity::Auto)).unwrap();

                let plan = prepared.plan;
                assert_eq!(plan.choice.faces.len(), 2, "{plan:?}");
                assert!(
                    faces.iter().all(|face| is_in_circle(face, plan.crop)),
                    "{plan:?}"
                );
                assert_eq!(
                    (plan.choice.score, plan.choice.is_doubtful()),
                    (Some(1.0), false)
                );
            }
        }
    }
}

#[test]
fn of_two_people_far_apart_one_is_kept_and_the_other_told() {
    let (admiral, astronaut) = (
        Person::admiral().of_width(760),
        Person::astronaut().of_width(760),
    );
    let (scene, faces) = scene(2000, 900, &[(&admiral, 0, 0), (&astronaut, 1240, 100)]);
    assert!(!there_is_a_square(&faces, 2000, 900));
    for photo in [
        png(&scene),
        jpeg(&scene, Coding::Standard),
        jpeg(&scene, Coding::Progressive),
    ] {
        let (prepared, _) = prepare(&photo, Options::new().gravity(Gravity::Auto)).unwrap();

        let choice = prepared.plan.choice;
        assert_eq!((choice.faces.len(), choice.faces_outside()), (2, 1));
        assert!(choice.is_doubtful());
        assert!(
            choice
                .score
                .is_some_and(|score| (0.3..0.8).contains(&score))
        );
        let inside = faces
            .iter()
            .filter(|face| is_in_circle(face, prepared.plan.crop));
        assert_eq!(inside.count(), 1);
    }
}

#[test]
fn a_group_that_no_square_of_the_photo_keeps_is_shown_in_front_of_its_blur() {
    for scale in [1, 2] {
        let astronaut = Person::astronaut().of_width(420 * scale);
        let (width, height) = (1500 * scale, 900 * scale);
        let people = [
            (&astronaut, 150 * scale, 200 * scale),
            (&astronaut, 930 * scale, 200 * scale),
        ];
        let (scene, faces) = scene(width, height, &people);
        assert!(!there_is_a_square(&faces, width, height));
        for photo in [png(&scene), jpeg(&scene, Coding::Standard)] {
            let options = Options::new().gravity(Gravity::Auto);

            let (prepared, _) = prepare(&photo, options).unwrap();
            let (covered, _) = prepare(&photo, options.fit(Fit::Cover)).unwrap();

            let (plan, covered) = (prepared.plan, covered.plan);
            assert!(
                faces.iter().all(|face| is_in_circle(face, plan.crop)),
                "{plan:?}"
            );
            assert_eq!(plan.backdrop, Some(Backdrop::Blur));
            assert!(plan.crop.side <= f64::from(height) * 1.2);
            assert_eq!(
                (plan.choice.main_faces(), plan.choice.faces_outside()),
                (2, 0)
            );
            assert_eq!(
                (covered.backdrop, covered.choice.faces_outside()),
                (None, 1)
            );
            assert!(covered.crop.side <= f64::from(height));
        }
    }
}

#[test]
fn a_wordmark_is_shown_whole_on_its_own_background() {
    let background = Rgb([250, 240, 200]);
    // Eight letters H, 60 px wide and 90 px apart.
    let is_letter = |x: u32, y: u32| {
        let is_bar = |x: u32| (0..20).contains(&x) || (40..60).contains(&x);
        let is_ink = |x: u32| is_bar(x) || x < 60 && (150..170).contains(&y);
        (110..800).contains(&x) && (120..200).contains(&y) && is_ink((x - 110) % 90)
    };
    let wordmark = RgbImage::from_fn(900, 320, |x, y| match is_letter(x, y) {
        true => Rgb([20, 40, 160]),
        false => background,
    });
    let letters = [110.0, 120.0, 800.0, 200.0];
    for photo in [png(&wordmark), jpeg(&wordmark, Coding::Standard)] {
        let options = Options::new().gravity(Gravity::Auto);

        let (prepared, picture) = prepare(&photo, options).unwrap();
        let (covered, _) = prepare(&photo, options.fit(Fit::Cover)).unwrap();

        let plan = prepared.plan;
        assert_eq!(
            (plan.choice.rule, plan.choice.is_doubtful()),
            (Rule::Content, false)
        );
        assert!(is_in_circle(&letters, plan.crop), "{plan:?}");
        assert!((695.0..780.0).contains(&plan.crop.side), "{plan:?}");
        let picture = image::load_from_memory(&picture).unwrap().to_rgb8();
        let corner = picture.get_pixel(0, 0).0;
        assert!(
            corner
                .iter()
                .zip(background.0)
                .all(|(sample, flat)| sample.abs_diff(flat) < 6)
        );
        assert_eq!(picture.width(), plan.side);
        assert!(plan.side > 600);
        assert_eq!(
            (covered.plan.choice.rule, covered.plan.backdrop),
            (Rule::Attention, None)
        );
        assert!(covered.plan.choice.cuts_text && covered.plan.choice.is_doubtful());
    }
}
