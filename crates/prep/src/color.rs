//! Converts decoded pixels to sRGB, and composites them onto the background.

mod colors;
mod curve;
mod exif;
mod hdr;
mod icc;
mod lab;
mod matrix;
mod press;
mod profiles;
mod shaper;
mod space;
mod tables;
mod transform;

pub(crate) use curve::Curve;
pub(crate) use matrix::Primaries;
pub(crate) use profiles::Profiles;
pub(crate) use space::{Cicp, ColorSpace, MAX_ICC};

use colors::Colors;
use simd::Level;

use crate::header::Samples;
use crate::options::Color;
use crate::pixels::{Pixels, Values, narrow};

/// Writes `pixels` to `rgb` as opaque sRGB.
///
/// Pixels of an untagged color space, or of an unusable one, are taken as sRGB.
pub(crate) fn flatten_to_srgb(
    profiles: &mut Profiles,
    pixels: &Pixels,
    space: &ColorSpace<'_>,
    background: Color,
    rgb: &mut Vec<[u8; 3]>,
) {
    let colors = Colors::of(pixels);
    match profiles.transform(space, pixels.samples) {
        Some(transform) => transform.convert(Level::detect(), &colors, rgb),
        None => copy_srgb(&colors, rgb),
    }
    match (pixels.samples, &pixels.values) {
        (Samples::GrayAlpha, Values::Narrow(values)) => {
            let alphas = values.as_chunks().0.iter().map(|&[_, alpha]| alpha);
            composite(background, rgb, alphas);
        }
        (Samples::GrayAlpha, Values::Wide(values)) => {
            let alphas = values.as_chunks().0.iter().map(|&[_, alpha]| narrow(alpha));
            composite(background, rgb, alphas);
        }
        (Samples::Rgba, Values::Narrow(values)) => {
            let alphas = values.as_chunks().0.iter().map(|&[_, _, _, alpha]| alpha);
            composite(background, rgb, alphas);
        }
        (Samples::Rgba, Values::Wide(values)) => {
            let alphas = values
                .as_chunks()
                .0
                .iter()
                .map(|&[_, _, _, alpha]| narrow(alpha));
            composite(background, rgb, alphas);
        }
        (Samples::Gray | Samples::Rgb | Samples::Cmyk, _) => {}
    }
}

fn copy_srgb(colors: &Colors<'_>, rgb: &mut Vec<[u8; 3]>) {
    rgb.clear();
    match colors {
        Colors::Narrow(pixels) => rgb.extend_from_slice(pixels),
        Colors::Wide(pixels) => rgb.extend(pixels.iter().map(|pixel| pixel.map(narrow))),
        Colors::Ink(_) => unreachable!("inks are always converted"),
    }
}

fn composite(background: Color, rgb: &mut [[u8; 3]], alphas: impl Iterator<Item = u8>) {
    let Color { red, green, blue } = background;
    for ([r, g, b], alpha) in rgb.iter_mut().zip(alphas) {
        *r = over(*r, alpha, red);
        *g = over(*g, alpha, green);
        *b = over(*b, alpha, blue);
    }
}

/// `color` with opacity `alpha` over `behind`, rounded to nearest.
fn over(color: u8, alpha: u8, behind: u8) -> u8 {
    let (color, alpha, behind) = (u32::from(color), u32::from(alpha), u32::from(behind));
    ((color * alpha + behind * (255 - alpha) + 127) / 255) as u8
}

#[cfg(test)]
mod tests;
