//! The transform from a color space to sRGB, made once for all photos of that space.

use simd::Level;

use super::colors::Colors;
use super::curve::Curve;
use super::hdr::{Hdr, Transfer};
use super::icc::Icc;
use super::lab::lab_to_srgb;
use super::matrix::{Matrix, Primaries};
use super::press::Press;
use super::shaper::Shaper;
use super::space::{Cicp, ColorSpace};
use super::tables::Tables;
use crate::header::Samples;

/// Converts the samples of one color space to sRGB. Opacity is not its concern.
pub(super) enum Transform {
    /// Curves and a matrix.
    Shaper(Box<Shaper>),
    /// The tables of a profile.
    Tables(Tables),
    /// L\*a\*b\*.
    Lab,
    /// PQ or HLG.
    Hdr(Box<Hdr>),
    /// Inks (CMYK) without a profile.
    Press(Box<Press>),
}

impl Transform {
    /// Makes the transform for such samples of `space`; `None` if the space is unusable.
    pub(super) fn to_srgb(space: &ColorSpace<'_>, samples: Samples) -> Option<Self> {
        match space {
            ColorSpace::Untagged if samples == Samples::Cmyk => {
                Some(Self::Press(Box::new(Press::new())))
            }
            ColorSpace::Untagged | ColorSpace::Srgb => {
                Self::from_primaries(Primaries::SRGB, &Curve::Srgb, samples)
            }
            ColorSpace::Icc(icc) => Self::from_icc(icc, samples),
            ColorSpace::Cicp(cicp) => Self::from_cicp(*cicp, samples),
            ColorSpace::Primaries { primaries, curve } => {
                Self::from_primaries(*primaries, curve, samples)
            }
            ColorSpace::Lab => matches!(samples, Samples::Rgb | Samples::Rgba).then_some(Self::Lab),
        }
    }

    fn from_icc(icc: &[u8], samples: Samples) -> Option<Self> {
        match Icc::read(icc, samples)? {
            Icc::Matrix([red, green, blue], to_srgb) => {
                Self::shaper([&red, &green, &blue], &to_srgb)
            }
            Icc::Gray(curve) => Self::gray(&curve),
            Icc::Cicp(cicp) => Self::from_cicp(cicp, samples),
            Icc::Tables(profile) => Tables::new(&profile, samples).map(Self::Tables),
        }
    }

    /// Code point 2, "unspecified", is taken as sRGB's.
    fn from_cicp(cicp: Cicp, samples: Samples) -> Option<Self> {
        let primaries = match cicp.primaries {
            2 => Primaries::SRGB,
            code => Primaries::from_cicp(code)?,
        };
        if let Some(transfer) = Transfer::from_cicp(cicp.transfer) {
            let hdr = Hdr::new(primaries, transfer)?;
            return (samples != Samples::Cmyk).then(|| Self::Hdr(Box::new(hdr)));
        }
        let curve = match cicp.transfer {
            2 => Curve::Srgb,
            code => Curve::from_cicp(code)?,
        };
        Self::from_primaries(primaries, &curve, samples)
    }

    fn from_primaries(primaries: Primaries, curve: &Curve, samples: Samples) -> Option<Self> {
        match samples {
            Samples::Gray | Samples::GrayAlpha => Self::gray(curve),
            Samples::Rgb | Samples::Rgba => Self::shaper([curve; 3], &primaries.to_srgb()?),
            Samples::Cmyk => None,
        }
    }

    fn gray(curve: &Curve) -> Option<Self> {
        const IDENTITY: Matrix = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
        Self::shaper([curve; 3], &IDENTITY)
    }

    fn shaper(curves: [&Curve; 3], to_srgb: &Matrix) -> Option<Self> {
        Shaper::new(curves, to_srgb).map(|shaper| Self::Shaper(Box::new(shaper)))
    }

    /// Converts colors of the samples that the transform was made for.
    pub(super) fn convert(&self, level: Level, colors: &Colors<'_>, srgb: &mut Vec<[u8; 3]>) {
        srgb.clear();
        srgb.resize(colors.len(), [0; 3]);
        match (self, colors) {
            (Self::Shaper(shaper), Colors::Narrow(pixels)) => shaper.convert(level, pixels, srgb),
            (Self::Shaper(shaper), Colors::Wide(pixels)) => {
                shaper.convert_wide(level, pixels, srgb)
            }
            (Self::Lab, Colors::Narrow(pixels)) => {
                for (lab, srgb) in pixels.iter().zip(srgb) {
                    *srgb = lab_to_srgb(lab.map(|sample| f64::from(sample) / 255.0));
                }
            }
            (Self::Lab, Colors::Wide(pixels)) => {
                for (lab, srgb) in pixels.iter().zip(srgb) {
                    *srgb = lab_to_srgb(lab.map(|sample| f64::from(sample) / 65_535.0));
                }
            }
            (Self::Tables(tables), colors) => tables.convert(colors, srgb),
            (Self::Hdr(hdr), colors) => hdr.convert(colors, srgb),
            (Self::Press(press), Colors::Ink(pixels)) => {
                for (ink, srgb) in pixels.iter().zip(srgb) {
                    *srgb = press.srgb(*ink);
                }
            }
            (Self::Shaper(_) | Self::Lab, Colors::Ink(_)) | (Self::Press(_), _) => {
                unreachable!("a transform converts only the samples that it was made for")
            }
        }
    }

    /// Whether no color of a lattice of 17³ moves by more than one step.
    ///
    /// Most profiles in photos are sRGB by one of its many names: they need no conversion.
    pub(super) fn moves_nothing(&self, samples: Samples) -> bool {
        let steps = || (0..=16).map(|step| (step * 255 / 16) as u8);
        let lattice: Vec<[u8; 3]> = match samples {
            Samples::Rgb | Samples::Rgba => steps()
                .flat_map(|red| {
                    steps().flat_map(move |green| steps().map(move |blue| [red, green, blue]))
                })
                .collect(),
            Samples::Gray | Samples::GrayAlpha => (0..=255).map(|gray| [gray; 3]).collect(),
            Samples::Cmyk => return false,
        };
        let mut converted = Vec::new();
        self.convert(
            Level::detect(),
            &Colors::Narrow(lattice[..].into()),
            &mut converted,
        );
        lattice
            .as_flattened()
            .iter()
            .zip(converted.as_flattened())
            .all(|(before, after)| before.abs_diff(*after) <= 1)
    }
}
