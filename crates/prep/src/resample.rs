//! Reduces the kept square of a decoded photo to the picture's size.

use fast_image_resize::images::Image;
use fast_image_resize::{FilterType, IntoImageView, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::DynamicImage;

use crate::geometry::Square;
use crate::header::Samples;
use crate::pixels::{Pixels, Values};

/// Resamples with a Lanczos kernel of three lobes, on the stored values, as nearly every tool does.
///
/// The square's fractions are kept: nothing is rounded to whole pixels. Colours are weighted by
/// their opacity, so that what is invisible leaves no fringe.
pub(crate) fn resample(
    resizer: &mut Resizer,
    photo: &DynamicImage,
    crop: Square,
    side: u32,
) -> Pixels {
    let wide;
    let (source, pixel) = match photo.pixel_type() {
        Some(pixel) => (photo, pixel),
        None => {
            wide = DynamicImage::ImageRgba8(photo.to_rgba8());
            (&wide, PixelType::U8x4)
        }
    };
    let mut square = Image::new(side, side, pixel);
    let options = ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3))
        .crop(crop.x, crop.y, crop.side, crop.side);
    resizer
        .resize(source, &mut square, &options)
        .expect("the square lies inside the photo and both have the same kind of pixel");
    Pixels {
        samples: match pixel {
            PixelType::U8 | PixelType::U16 => Samples::Gray,
            PixelType::U8x2 | PixelType::U16x2 => Samples::GrayAlpha,
            PixelType::U8x4 | PixelType::U16x4 | PixelType::F32x4 => Samples::Rgba,
            _ => Samples::Rgb,
        },
        values: match pixel {
            PixelType::U16 | PixelType::U16x2 | PixelType::U16x3 | PixelType::U16x4 => {
                Values::Wide(words(square.buffer()))
            }
            PixelType::F32x3 | PixelType::F32x4 => Values::Wide(words_of_f32(square.buffer())),
            _ => Values::Narrow(square.into_vec()),
        },
    }
}

fn words(bytes: &[u8]) -> Vec<u16> {
    let (samples, _) = bytes.as_chunks();
    samples
        .iter()
        .map(|&sample| u16::from_ne_bytes(sample))
        .collect()
}

/// 0…1 to 0…65535; whatever lies outside is clipped, and what is not a number is black.
fn words_of_f32(bytes: &[u8]) -> Vec<u16> {
    let (samples, _) = bytes.as_chunks();
    samples
        .iter()
        .map(|&sample| (f32::from_ne_bytes(sample).clamp(0.0, 1.0) * 65_535.0).round() as u16)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_number_is_black() {
        let bytes: Vec<u8> = [f32::NAN, -1.0, 0.5, 9.0]
            .iter()
            .flat_map(|v| v.to_ne_bytes())
            .collect();

        assert_eq!(words_of_f32(&bytes), [0, 0, 32768, 65535]);
    }
}
