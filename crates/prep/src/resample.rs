//! Reduces the kept square of a decoded photo to the picture's size.

use fast_image_resize::images::Image;
use fast_image_resize::{FilterType, IntoImageView, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::DynamicImage;

use crate::geometry::Square;
use crate::header::Samples;
use crate::pixels::Pixels;

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
        bytes: match pixel {
            PixelType::U16 | PixelType::U16x2 | PixelType::U16x3 | PixelType::U16x4 => {
                narrow_u16(square.buffer())
            }
            PixelType::F32x3 | PixelType::F32x4 => narrow_f32(square.buffer()),
            _ => square.into_vec(),
        },
    }
}

/// 16 bits to 8: 65535 / 255 = 257 exactly, so this is the nearest value.
fn narrow_u16(bytes: &[u8]) -> Vec<u8> {
    let (samples, _) = bytes.as_chunks::<2>();
    samples
        .iter()
        .map(|&sample| ((u32::from(u16::from_ne_bytes(sample)) + 128) / 257) as u8)
        .collect()
}

/// 0…1 to 0…255; whatever lies outside is clipped, and what is not a number is black.
fn narrow_f32(bytes: &[u8]) -> Vec<u8> {
    let (samples, _) = bytes.as_chunks::<4>();
    samples
        .iter()
        .map(|&sample| (f32::from_ne_bytes(sample).clamp(0.0, 1.0) * 255.0).round() as u8)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixteen_bits_become_the_nearest_eight() {
        for wide in 0..=u16::MAX {
            let narrow = narrow_u16(&wide.to_ne_bytes())[0];

            let exact = f64::from(wide) * 255.0 / 65535.0;
            assert_eq!(f64::from(narrow), exact.round(), "{wide}");
        }
    }

    #[test]
    fn what_is_no_number_is_black() {
        let bytes: Vec<u8> = [f32::NAN, -1.0, 0.5, 9.0]
            .iter()
            .flat_map(|v| v.to_ne_bytes())
            .collect();

        assert_eq!(narrow_f32(&bytes), [0, 0, 128, 255]);
    }
}
