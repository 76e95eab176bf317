//! Photos of every format against at least two programs that others wrote: Pillow, libvips, ImageMagick, ffmpeg, and the
//! reference decoders of AVIF, HEIC, JPEG XL and WebP.
//!
//! Each photo is as large as its picture, and its upper left square is compared. A picture that differs from those of the
//! first two programs that open its photo fails. Needs programs that need not be installed: without two of them the test
//! says so, and compares nothing. `CONTRIBUTING.md` says how to get them.

mod photos;
mod readers;

use image::{Rgb, RgbImage, RgbaImage};
use prep::{Frame, Gravity, Options};

use crate::common::{finest, pixels, prepare};
use photos::Photo;
use readers::Readers;

/// The most that pictures may differ on average: a JPEG of the finest quality, and the codecs' own freedom.
const TOLERANCE: f64 = 2.5;

/// The most that any 16 × 16 pixels may, so that no row or corner hides behind the rest.
const BLOCK_TOLERANCE: f64 = 10.0;
const BLOCK: u32 = 16;

/// How many programs must agree that a picture is wrong.
const WITNESSES: usize = 2;

#[test]
fn pictures_are_what_other_programs_make_of_the_same_photos() {
    let photos = photos::all();
    let Some(readers) = Readers::find() else {
        return;
    };
    readers.read_at_once(&photos);
    let (mut compared, mut wrong) = (0, Vec::new());

    for photo in &photos {
        let mut verdicts = Vec::new();
        for (reader, expected) in readers.pictures_of(photo).take(WITNESSES) {
            verdicts.push((reader, difference(photo, &expected)));
        }
        match &verdicts[..] {
            [] => println!("{}: no program opens it", photo.name),
            _ if verdicts.iter().any(|(_, verdict)| verdict.is_ok()) => compared += 1,
            _ => wrong.push(format!("{}: {verdicts:?}", photo.name)),
        }
    }

    println!(
        "{compared} of {} photos are as others read them",
        photos.len()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(compared >= 100, "only {compared} were compared");
}

/// Compares our picture with the upper left square of another program's.
fn difference(photo: &Photo, expected: &RgbaImage) -> Result<(), String> {
    let side = expected.width().min(expected.height());
    let options: Options = finest()
        .side(side)
        .gravity(Gravity::NorthWest)
        .frame(Frame::First);
    let (_, picture) = prepare(&photo.bytes, options).map_err(|error| error.to_string())?;
    let picture = pixels(&picture);
    if picture.width() != side {
        return Err(format!("{} and not {side} pixels", picture.width()));
    }
    let expected = RgbImage::from_fn(side, side, |x, y| on_white(expected.get_pixel(x, y).0));
    let mean = mean_difference(&picture, &expected, [0, 0], side);
    let worst = (0..side.div_ceil(BLOCK).pow(2))
        .map(|block| {
            let across = side.div_ceil(BLOCK);
            let corner = [block % across, block / across].map(|at| at * BLOCK);
            mean_difference(&picture, &expected, corner, BLOCK)
        })
        .fold(0.0, f64::max);
    match mean <= TOLERANCE && worst <= BLOCK_TOLERANCE {
        true => Ok(()),
        false => Err(format!("{mean:.1} on average, {worst:.1} at most")),
    }
}

fn on_white([red, green, blue, alpha]: [u8; 4]) -> Rgb<u8> {
    let alpha = f64::from(alpha) / 255.0;
    Rgb([red, green, blue]
        .map(|value| (f64::from(value) * alpha + 255.0 * (1.0 - alpha)).round() as u8))
}

/// The mean difference within a square.
fn mean_difference(one: &RgbImage, other: &RgbImage, [left, top]: [u32; 2], side: u32) -> f64 {
    let (mut sum, mut count) = (0_u64, 0_u64);
    for y in top..(top + side).min(one.height()) {
        for x in left..(left + side).min(one.width()) {
            let pairs = one
                .get_pixel(x, y)
                .0
                .into_iter()
                .zip(other.get_pixel(x, y).0);
            sum += pairs.map(|(a, b)| u64::from(a.abs_diff(b))).sum::<u64>();
            count += 3;
        }
    }
    sum as f64 / count as f64
}
