//! Transfer curves: from a sample, 0…1, to light, and for sRGB from light to a sample.

use std::sync::LazyLock;

/// From samples to light, both 0…1.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Curve {
    /// That of sRGB (IEC 61966-2-1).
    Srgb,
    /// A power: 1 is linear light.
    Gamma(f64),
    /// SMPTE 240M's inverse.
    Smpte240,
    /// The logarithmic ones: this many decades.
    Log(f64),
    /// As in ICC profiles (ICC.1, 10.18): g, a, b, c, d, e, f.
    Parametric([f64; 7]),
    /// Values at equal distances, from the first to the last sample (ICC.1, 10.6).
    Table(Vec<u16>),
}

impl Curve {
    /// Returns the curve of a code point (H.273, table 3) for light relative to white; `None` for one that is reserved,
    /// unspecified, or relative to something else (PQ and HLG, which need more than a curve).
    ///
    /// Television's camera curves are taken as sRGB: still images that name them were nearly always made of sRGB samples by
    /// video tools, and no viewer shows them otherwise.
    pub(super) fn from_cicp(code: u16) -> Option<Self> {
        Some(match code {
            1 | 6 | 11 | 12 | 13 | 14 | 15 => Self::Srgb,
            4 => Self::Gamma(2.2),
            5 => Self::Gamma(2.8),
            7 => Self::Smpte240,
            8 => Self::Gamma(1.0),
            9 => Self::Log(2.0),
            10 => Self::Log(2.5),
            17 => Self::Gamma(2.6),
            _ => return None,
        })
    }

    /// Returns the light of a sample; NaN is dark.
    pub(super) fn light(&self, sample: f64) -> f64 {
        let light = match self {
            Self::Srgb if sample <= 0.04045 => sample / 12.92,
            Self::Srgb => ((sample + 0.055) / 1.055).powf(2.4),
            Self::Gamma(gamma) => sample.powf(*gamma),
            Self::Smpte240 if sample < 0.0913 => sample / 4.0,
            Self::Smpte240 => ((sample + 0.1115) / 1.1115).powf(1.0 / 0.45),
            Self::Log(_) if sample <= 0.0 => 0.0,
            Self::Log(decades) => 10_f64.powf((sample - 1.0) * decades),
            Self::Parametric([g, a, b, c, d, e, f]) => match sample < *d {
                true => c * sample + f,
                false => (a * sample + b).max(0.0).powf(*g) + e,
            },
            Self::Table(values) => interpolated(values, sample),
        };
        if light.is_finite() {
            light.clamp(0.0, 1.0)
        } else {
            0.0
        }
    }
}

fn interpolated(values: &[u16], sample: f64) -> f64 {
    let Some(last) = values.len().checked_sub(1) else {
        return sample;
    };
    let place = sample.clamp(0.0, 1.0) * last as f64;
    let below = place as usize;
    let [from, to] = [below, (below + 1).min(last)].map(|index| f64::from(values[index]));
    (from + (to - from) * place.fract()) / 65_535.0
}

/// In conversions light is an integer up to this: a fifth of a step of sRGB where sRGB is finest.
pub(super) const LIGHT: i32 = 16_383;

/// Returns the sRGB sample of each step of light.
pub(super) fn encoded_srgb() -> &'static [u8; LIGHT as usize + 1] {
    static ENCODED: LazyLock<Box<[u8; LIGHT as usize + 1]>> = LazyLock::new(|| {
        let sample = |light: usize| srgb_sample(light as f64 / f64::from(LIGHT)) * 255.0;
        Box::new(std::array::from_fn(|light| sample(light).round() as u8))
    });
    &ENCODED
}

/// Returns the sRGB sample, 0…1, of light 0…1.
pub(super) fn srgb_sample(light: f64) -> f64 {
    match light <= 0.003_130_8 {
        true => light * 12.92,
        false => 1.055 * light.powf(1.0 / 2.4) - 0.055,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn srgb_goes_there_and_back() {
        for sample in 0..=255 {
            let sample = f64::from(sample) / 255.0;

            let back = srgb_sample(Curve::Srgb.light(sample));

            assert!((back - sample).abs() < 1e-6, "{sample}: {back}");
        }
    }

    #[test]
    fn a_table_is_joined_by_lines() {
        let curve = Curve::Table(vec![0, 13107, 65535]);

        for (sample, light) in [(0.0, 0.0), (0.25, 0.1), (0.5, 0.2), (0.75, 0.6), (1.0, 1.0)] {
            assert!((curve.light(sample) - light).abs() < 1e-9, "{sample}");
        }
    }

    #[test]
    fn nan_is_dark() {
        for curve in [
            Curve::Gamma(f64::NAN),
            Curve::Parametric([f64::NAN; 7]),
            Curve::Parametric([2.4, f64::INFINITY, f64::NEG_INFINITY, 0.0, 0.0, 0.0, 0.0]),
        ] {
            assert_eq!(curve.light(0.5), 0.0, "{curve:?}");
        }
    }
}
