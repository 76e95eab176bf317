//! Whether two pictures show the same: an avatar is seldom byte for byte what was sent.

use jpeg::{Decoder, Planes, Size, Target};
use prep::{Options, Pipeline, Subsampling};

use crate::panics::catch_panic;

/// A picture so small that what a messenger does to it (another size, quality or format) does not show.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Thumbnail([Vec<u8>; 3]);

impl Thumbnail {
    /// Of any image file; `None` for what is none.
    pub(crate) fn of(image: &[u8]) -> Option<Self> {
        let mut small = Vec::new();
        catch_panic(|| {
            let options = Options::new()
                .side(4 * SIDE)
                .minimum_side(1)
                .quality(95)
                .subsampling(Subsampling::S444);
            Pipeline::new(options)?.prepare_into(image, &mut small)
        })
        .ok()?
        .ok()?;
        catch_panic(|| Self::decode(&small)).ok()?
    }

    fn decode(picture: &[u8]) -> Option<Self> {
        let header = jpeg::read_header(picture).ok()?;
        let square = jpeg::Square {
            x: 0.0,
            y: 0.0,
            side: f64::from(header.width().min(header.height())),
        };
        let mut planes = Planes::default();
        let target = Target::new(square, Size::square(SIDE)).subsampling(Subsampling::S444);
        Decoder::new()
            .decode_resized(picture, &header, &target, &mut planes)
            .ok()?;
        let [y, cb, cr] = [0, 1, 2].map(|component| {
            let plane = planes.components().get(component);
            // A gray picture has no color differences.
            plane.map_or_else(|| vec![128; AREA], |plane| plane.samples.clone())
        });
        Some(Self([y, cb, cr]))
    }

    /// Whether both show the same.
    ///
    /// A cell is an eighth of the side. In none of them may the pictures differ by more than a little on average: another
    /// photo differs in most, another name in the same logo in a few.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).all(|(ours, theirs)| {
            let mut cells = [0_u32; (CELLS * CELLS) as usize];
            for (place, (ours, theirs)) in (0..).zip(ours.iter().zip(theirs)) {
                let (x, y) = (place % SIDE, place / SIDE);
                let cell = (y * CELLS / SIDE) * CELLS + x * CELLS / SIDE;
                cells[cell as usize] += u32::from(ours.abs_diff(*theirs));
            }
            cells
                .into_iter()
                .all(|difference| difference <= MAX_DIFFERENCE * (AREA as u32) / (CELLS * CELLS))
        })
    }
}

/// Width and height of what is compared.
const SIDE: u32 = 32;
const AREA: usize = (SIDE * SIDE) as usize;

/// Cells across and down.
const CELLS: u32 = 8;

/// How much two pictures of the same may differ in a cell, of 255. JPEG at quality 30 differs by 3 at most.
const MAX_DIFFERENCE: u32 = 12;

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::codecs::jpeg::JpegEncoder;
    use image::imageops::{FilterType, resize};
    use image::{ImageFormat, RgbImage};

    use super::*;

    fn photo(name: &str) -> RgbImage {
        let path = format!("{}/fixtures/photos/{name}", env!("CARGO_MANIFEST_DIR"));
        image::open(path).unwrap().into_rgb8()
    }

    fn jpeg(picture: &RgbImage, quality: u8) -> Vec<u8> {
        let mut bytes = Vec::new();
        picture
            .write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, quality))
            .unwrap();
        bytes
    }

    fn square(picture: &RgbImage) -> RgbImage {
        let side = picture.width().min(picture.height());
        let (x, y) = ((picture.width() - side) / 2, (picture.height() - side) / 2);
        image::imageops::crop_imm(picture, x, y, side, side).to_image()
    }

    fn is_like(one: &[u8], other: &[u8]) -> bool {
        Thumbnail::of(one)
            .unwrap()
            .is_like(&Thumbnail::of(other).unwrap())
    }

    #[test]
    fn what_messengers_do_to_a_picture_leaves_it_the_same() {
        for name in PHOTOS {
            let picture = resize(&square(&photo(name)), 640, 640, FilterType::Lanczos3);
            let sent = jpeg(&picture, 85);
            let mut webp = Cursor::new(Vec::new());
            picture.write_to(&mut webp, ImageFormat::WebP).unwrap();

            assert!(is_like(&sent, &sent), "{name}");
            assert!(is_like(&sent, &jpeg(&picture, 30)), "{name}");
            assert!(is_like(&sent, &webp.into_inner()), "{name}");
            for side in [160, 320, 1024] {
                let other = resize(&picture, side, side, FilterType::Triangle);
                assert!(is_like(&sent, &jpeg(&other, 70)), "{name} {side}");
            }
        }
    }

    #[test]
    fn another_picture_is_another() {
        let pictures = PHOTOS.map(|name| jpeg(&square(&photo(name)), 85));
        for (place, one) in pictures.iter().enumerate() {
            for other in &pictures[place + 1..] {
                assert!(!is_like(one, other), "{place}");
            }
        }
        // The same photo, mirrored, turned, and with a small spot in a corner.
        for name in PHOTOS {
            let picture = square(&photo(name));
            let mut spotted = picture.clone();
            let side = picture.width() / 8;
            for (x, y, pixel) in spotted.enumerate_pixels_mut() {
                if x < side && y < side {
                    pixel.0 = pixel.0.map(|sample| sample ^ 0x80);
                }
            }
            let sent = jpeg(&picture, 85);

            assert!(
                !is_like(&sent, &jpeg(&image::imageops::rotate90(&picture), 85)),
                "{name}"
            );
            assert!(!is_like(&sent, &jpeg(&spotted, 85)), "{name}");
        }
    }

    #[test]
    fn what_is_no_picture_has_no_thumbnail() {
        assert_eq!(Thumbnail::of(b"<html>"), None);
        assert_eq!(Thumbnail::of(b""), None);
    }

    const PHOTOS: [&str; 3] = ["astronaut.png", "chelsea.png", "coffee.png"];
}
