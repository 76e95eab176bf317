//! Brings the small square to sRGB and puts it on its background.

mod profile;

pub(crate) use profile::Profiles;

use crate::header::Samples;
use crate::options::Color;
use crate::pixels::Pixels;

/// Writes `pixels` to `rgb` as opaque sRGB, three bytes a pixel.
///
/// Pixels without a profile, or with one that is of no use, are taken as sRGB.
pub(crate) fn flatten_to_srgb(
    profiles: &mut Profiles,
    pixels: &Pixels,
    icc: Option<&[u8]>,
    background: Color,
    rgb: &mut Vec<u8>,
) {
    rgb.clear();
    let Some(transform) = icc.and_then(|icc| profiles.transform(icc, pixels.samples)) else {
        put_on_background(pixels.samples, &pixels.bytes, background, rgb);
        return;
    };
    let (bytes, target, channels) = match pixels.samples {
        Samples::Gray => (1, Samples::Rgb, 3),
        Samples::GrayAlpha => (2, Samples::Rgba, 4),
        Samples::Rgb => (3, Samples::Rgb, 3),
        Samples::Rgba => (4, Samples::Rgba, 4),
        Samples::Cmyk => (4, Samples::Rgb, 3),
    };
    let mut converted = vec![0; pixels.bytes.len() / bytes * channels];
    match transform.transform(&pixels.bytes, &mut converted) {
        Ok(()) => put_on_background(target, &converted, background, rgb),
        Err(_) => put_on_background(pixels.samples, &pixels.bytes, background, rgb),
    }
}

/// Writes sRGB pixels of any kind as opaque ones.
fn put_on_background(samples: Samples, bytes: &[u8], background: Color, rgb: &mut Vec<u8>) {
    let Color { red, green, blue } = background;
    match samples {
        Samples::Rgb => rgb.extend_from_slice(bytes),
        Samples::Gray => rgb.extend(bytes.iter().flat_map(|&gray| [gray; 3])),
        Samples::GrayAlpha => rgb.extend(bytes.as_chunks().0.iter().flat_map(|&[gray, alpha]| {
            [
                over(gray, alpha, red),
                over(gray, alpha, green),
                over(gray, alpha, blue),
            ]
        })),
        Samples::Rgba => rgb.extend(bytes.as_chunks().0.iter().flat_map(|&[r, g, b, alpha]| {
            [
                over(r, alpha, red),
                over(g, alpha, green),
                over(b, alpha, blue),
            ]
        })),
        // Without a profile: the light that each ink lets through.
        Samples::Cmyk => rgb.extend(bytes.as_chunks().0.iter().flat_map(
            |&[cyan, magenta, yellow, black]| {
                let light = 255 - black;
                [
                    over(0, cyan, light),
                    over(0, magenta, light),
                    over(0, yellow, light),
                ]
            },
        )),
    }
}

/// `color` with opacity `alpha` over `behind`, rounded to nearest.
fn over(color: u8, alpha: u8, behind: u8) -> u8 {
    let (color, alpha, behind) = (u32::from(color), u32::from(alpha), u32::from(behind));
    ((color * alpha + behind * (255 - alpha) + 127) / 255) as u8
}

#[cfg(test)]
mod tests {
    use moxcms::ColorProfile;

    use super::*;

    fn convert(samples: Samples, bytes: &[u8], profile: &ColorProfile) -> Vec<u8> {
        let pixels = Pixels {
            samples,
            bytes: bytes.to_vec(),
        };
        let icc = profile.encode().unwrap();
        let mut rgb = Vec::new();
        flatten_to_srgb(
            &mut Profiles::default(),
            &pixels,
            Some(&icc),
            Color::WHITE,
            &mut rgb,
        );
        rgb
    }

    #[test]
    fn display_p3_becomes_srgb_by_the_matrices_of_both() {
        // CSS Color 4, 17: linear Display P3 to linear sRGB.
        const P3_TO_SRGB: [[f64; 3]; 3] = [
            [1.2249401, -0.2249402, 0.0],
            [-0.0420569, 1.0420571, 0.0],
            [-0.0196376, -0.0786361, 1.0982736],
        ];
        let linear = |v: u8| match f64::from(v) / 255.0 {
            v if v <= 0.04045 => v / 12.92,
            v => ((v + 0.055) / 1.055).powf(2.4),
        };
        let encoded = |v: f64| match v.clamp(0.0, 1.0) {
            v if v <= 0.0031308 => v * 12.92 * 255.0,
            v => (1.055 * v.powf(1.0 / 2.4) - 0.055) * 255.0,
        };
        for p3 in [
            [128, 128, 128],
            [200, 100, 50],
            [10, 60, 90],
            [250, 245, 240],
        ] {
            let expected =
                P3_TO_SRGB.map(|row| encoded((0..3).map(|i| row[i] * linear(p3[i])).sum()));

            let actual = convert(Samples::Rgb, &p3, &ColorProfile::new_display_p3());

            for (a, e) in actual.iter().zip(expected) {
                assert!(
                    (f64::from(*a) - e).abs() <= 1.5,
                    "{p3:?}: {actual:?}, not {expected:?}"
                );
            }
        }
    }

    #[test]
    fn a_broken_profile_leaves_the_pixels_as_they_are() {
        let pixels = Pixels {
            samples: Samples::Rgb,
            bytes: vec![1, 2, 3],
        };
        let mut rgb = Vec::new();

        flatten_to_srgb(
            &mut Profiles::default(),
            &pixels,
            Some(b"no profile"),
            Color::WHITE,
            &mut rgb,
        );

        assert_eq!(rgb, [1, 2, 3]);
    }

    #[test]
    fn opacity_mixes_with_the_background() {
        for color in [0, 77, 255] {
            for alpha in 0..=255 {
                for behind in [0, 100, 255] {
                    let share = f64::from(alpha) / 255.0;
                    let exact = f64::from(color) * share + f64::from(behind) * (1.0 - share);

                    assert!((f64::from(over(color, alpha, behind)) - exact).abs() <= 0.5 + 1e-9);
                }
            }
        }
    }
}
