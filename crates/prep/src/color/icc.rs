//! ICC profiles of every class, read by moxcms.

use std::panic::{AssertUnwindSafe, catch_unwind};

use moxcms::{
    ColorProfile, DataColorSpace, LutWarehouse, ParsingOptions, ToneReprCurve,
    TransferCharacteristics,
};

use super::curve::Curve;
use super::matrix::{Matrix, multiply, pcs_to_srgb, transpose};
use super::space::{Cicp, MAX_ICC};
use crate::header::Samples;

/// What of a profile the transform to sRGB needs.
pub(super) enum Icc {
    /// Three curves, and the matrix from their light to that of sRGB.
    Matrix([Curve; 3], Matrix),
    /// One curve to light.
    Gray(Curve),
    /// PQ or HLG, which one curve cannot describe.
    Cicp(Cicp),
    /// Tables, evaluated by moxcms.
    Tables(Box<ColorProfile>),
}

impl Icc {
    /// Reads a profile; `None` if it is broken or not for such samples.
    pub(super) fn read(icc: &[u8], samples: Samples) -> Option<Self> {
        if icc.len() > MAX_ICC {
            return None;
        }
        let limits = ParsingOptions {
            max_profile_size: MAX_ICC + 1,
            ..ParsingOptions::default()
        };
        let read = || ColorProfile::new_from_slice_with_options(icc, limits).ok();
        // A panic of the parser means that the profile is unusable.
        let profile = catch_unwind(AssertUnwindSafe(read)).ok()??;
        let space = match samples {
            Samples::Gray | Samples::GrayAlpha => DataColorSpace::Gray,
            Samples::Rgb | Samples::Rgba => DataColorSpace::Rgb,
            Samples::Cmyk => DataColorSpace::Cmyk,
        };
        if profile.color_space != space {
            return None;
        }
        if let Some(cicp) = brighter_than_white(&profile) {
            return Some(Self::Cicp(cicp));
        }
        let has_tables = device_to_pcs(&profile).is_some();
        match space {
            DataColorSpace::Gray if !has_tables => gray(&profile),
            DataColorSpace::Rgb if !has_tables => matrix(&profile),
            _ => has_tables.then(|| Self::Tables(Box::new(profile))),
        }
    }
}

/// The code points of a profile for PQ or HLG, whose curves stop at white.
fn brighter_than_white(profile: &ColorProfile) -> Option<Cicp> {
    let cicp = profile.cicp?;
    let transfer = cicp.transfer_characteristics;
    matches!(
        transfer,
        TransferCharacteristics::Smpte2084 | TransferCharacteristics::Hlg
    )
    .then_some(Cicp {
        primaries: cicp.color_primaries as u16,
        transfer: transfer as u16,
    })
}

fn device_to_pcs(profile: &ColorProfile) -> Option<&LutWarehouse> {
    profile
        .lut_a_to_b_perceptual
        .as_ref()
        .or(profile.lut_a_to_b_colorimetric.as_ref())
        .or(profile.lut_a_to_b_saturation.as_ref())
}

fn gray(profile: &ColorProfile) -> Option<Icc> {
    let curve = curve(profile.gray_trc.as_ref()?)?;
    Some(Icc::Gray(match profile.pcs {
        // The curve gives lightness, not light (ICC.1, 8.3.4).
        DataColorSpace::Lab => Curve::Table(
            (0..4096)
                .map(|i| curve.light(f64::from(i) / 4095.0) * 100.0)
                .map(|lightness| (light_of_lightness(lightness) * 65_535.0).round() as u16)
                .collect(),
        ),
        _ => curve,
    }))
}

/// Y of L\* (CIE 15, 8.2.1.1).
fn light_of_lightness(lightness: f64) -> f64 {
    match lightness > 8.0 {
        true => ((lightness + 16.0) / 116.0).powi(3),
        false => lightness * 27.0 / 24_389.0,
    }
}

fn matrix(profile: &ColorProfile) -> Option<Icc> {
    let curves = [
        curve(profile.red_trc.as_ref()?)?,
        curve(profile.green_trc.as_ref()?)?,
        curve(profile.blue_trc.as_ref()?)?,
    ];
    let colorants = transpose(
        &[
            profile.red_colorant,
            profile.green_colorant,
            profile.blue_colorant,
        ]
        .map(|colorant| [colorant.x, colorant.y, colorant.z]),
    );
    is_invertible(&colorants).then(|| Icc::Matrix(curves, multiply(&pcs_to_srgb(), &colorants)))
}

/// Whether light can come back from it: a colorant that is missing or of another type is read as zero.
fn is_invertible(colorants: &Matrix) -> bool {
    let [[a, b, c], [d, e, f], [g, h, i]] = *colorants;
    let determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
    determinant.abs() > MIN_DETERMINANT
}

/// Next to nothing: even the colorants of sRGB and of gamuts far smaller have more than a tenth.
const MIN_DETERMINANT: f64 = 1e-6;

/// Reads the curve of a tag; `None` if its parameters are of no known type (ICC.1, 10.6 and 10.18).
fn curve(tag: &ToneReprCurve) -> Option<Curve> {
    let parameters = match tag {
        ToneReprCurve::Lut(values) => {
            return Some(match values[..] {
                [] => Curve::Gamma(1.0),
                [gamma] => Curve::Gamma(f64::from(gamma) / 256.0),
                _ => Curve::Table(values.clone()),
            });
        }
        ToneReprCurve::Parametric(parameters) => parameters,
    };
    let parameters: Vec<f64> = parameters.iter().map(|&value| f64::from(value)).collect();
    Some(match parameters[..] {
        [g] => Curve::Gamma(g),
        [g, a, b] => Curve::Parametric([g, a, b, 0.0, -b / a, 0.0, 0.0]),
        [g, a, b, c] => Curve::Parametric([g, a, b, 0.0, -b / a, c, c]),
        [g, a, b, c, d] => Curve::Parametric([g, a, b, c, d, 0.0, 0.0]),
        [g, a, b, c, d, e, f] => Curve::Parametric([g, a, b, c, d, e, f]),
        _ => return None,
    })
}
