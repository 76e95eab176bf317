//! Tone mapping of PQ and HLG (BT.2100), whose light is brighter than white, to sRGB.
//!
//! White is the reference of BT.2408, 203 cd/m². What is darker than about 90 stays as it is; what is
//! brighter, up to the 1000 of a reference display, is rolled off by the curve of BT.2408, annex 5, applied to
//! the brightest of red, green and blue, so that no hue turns. Gain maps are ignored on purpose: the
//! image beside them is what its maker graded for ordinary displays.

use super::colors::Colors;
use super::curve::{LIGHT, encoded_srgb};
use super::matrix::Primaries;

/// Entries of each table, whether it is indexed by samples or by roots of light.
const STEPS: usize = 4096;
const LAST: f32 = (STEPS - 1) as f32;
/// The brightest light that is distinguished, and white, in cd/m².
const PEAK: f64 = 1000.0;
const WHITE: f64 = 203.0;

/// The two transfer functions of BT.2100.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Transfer {
    /// Perceptual quantization: absolute light.
    Pq,
    /// Hybrid log-gamma: the light of the scene.
    Hlg,
}

impl Transfer {
    /// That of a code point (H.273, table 3).
    pub(super) fn from_cicp(code: u16) -> Option<Self> {
        match code {
            16 => Some(Self::Pq),
            18 => Some(Self::Hlg),
            _ => None,
        }
    }

    /// Returns the light of a sample: of the display for PQ, of the scene for HLG; 1 is the peak of each.
    fn light(self, sample: f64) -> f64 {
        match self {
            Self::Pq => (pq_to_light(sample) / PEAK).min(1.0),
            // BT.2100, table 5.
            Self::Hlg if sample <= 0.5 => sample * sample / 3.0,
            Self::Hlg => (((sample - 0.559_910_73) / 0.178_832_77).exp() + 0.284_668_92) / 12.0,
        }
    }
}

/// Converts samples of PQ or HLG.
pub(super) struct Hdr {
    /// Light by sample.
    light: Vec<f32>,
    /// How much a display brightens the scene, by the root of its luminance; `None` for PQ.
    brightened: Option<Vec<f32>>,
    /// The primaries' shares in luminance.
    luminance: [f32; 3],
    /// The tone-mapped brightest component, 1 being white, by the root of its light.
    rolled_off: Vec<f32>,
    to_srgb: [[f32; 3]; 3],
    encoded: &'static [u8; LIGHT as usize + 1],
}

impl Hdr {
    /// Returns `None` if the primaries are collinear.
    pub(super) fn new(primaries: Primaries, transfer: Transfer) -> Option<Self> {
        let table = |value: &dyn Fn(f64) -> f64| {
            let steps = (0..STEPS).map(|step| value(step as f64 / f64::from(LAST)) as f32);
            steps.collect()
        };
        // The system gamma of BT.2100 for a display of 1000 cd/m² is 1.2: luminance to the power of 0.2.
        let brightened = |root: f64| root.powf(0.4);
        Some(Self {
            light: table(&|sample| transfer.light(sample)),
            brightened: (transfer == Transfer::Hlg).then(|| table(&brightened)),
            luminance: primaries.luminance()?.map(|share| share as f32),
            rolled_off: table(&|root| roll_off(root * root * PEAK) / WHITE),
            to_srgb: primaries
                .to_srgb()?
                .map(|row| row.map(|factor| factor as f32)),
            encoded: encoded_srgb(),
        })
    }

    /// Converts pixels of three samples.
    pub(super) fn convert(&self, colors: &Colors<'_>, srgb: &mut [[u8; 3]]) {
        match colors {
            Colors::Narrow(pixels) => {
                for (pixel, srgb) in pixels.iter().zip(srgb) {
                    *srgb = self.srgb(pixel.map(|sample| usize::from(sample) * (STEPS - 1) / 255));
                }
            }
            Colors::Wide(pixels) => {
                for (pixel, srgb) in pixels.iter().zip(srgb) {
                    *srgb = self.srgb(pixel.map(|sample| usize::from(sample >> 4)));
                }
            }
            Colors::Ink(_) => unreachable!("no ink is brighter than white"),
        }
    }

    fn srgb(&self, samples: [usize; 3]) -> [u8; 3] {
        let mut light = samples.map(|sample| self.light[sample]);
        if let Some(brightened) = &self.brightened {
            let factor = at_root(brightened, dot(self.luminance, light));
            light = light.map(|component| component * factor);
        }
        let brightest = light[0].max(light[1]).max(light[2]);
        if brightest <= 0.0 {
            return [0; 3];
        }
        let factor = at_root(&self.rolled_off, brightest) / brightest;
        self.to_srgb.map(|row| {
            let light = dot(row, light) * factor;
            self.encoded[(light.clamp(0.0, 1.0) * LIGHT as f32 + 0.5) as usize]
        })
    }
}

/// Looks `value`, 0…1, up in a table over its root, interpolated linearly.
fn at_root(table: &[f32], value: f32) -> f32 {
    let place = value.clamp(0.0, 1.0).sqrt() * LAST;
    let below = place as usize;
    let above = table[(below + 1).min(STEPS - 1)];
    table[below] + (above - table[below]) * place.fract()
}

fn dot(a: [f32; 3], b: [f32; 3]) -> f32 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

/// The curve of BT.2408, annex 5, from a peak of 1000 to white, in cd/m²: up to its knee nothing changes.
fn roll_off(light: f64) -> f64 {
    let source = light_to_pq(PEAK);
    let target = light_to_pq(WHITE) / source;
    let knee = 1.5 * target - 0.5;
    let value = light_to_pq(light) / source;
    if value < knee {
        return light;
    }
    let t = (value - knee) / (1.0 - knee);
    let (t2, t3) = (t * t, t * t * t);
    let rolled = (2.0 * t3 - 3.0 * t2 + 1.0) * knee
        + (t3 - 2.0 * t2 + t) * (1.0 - knee)
        + (3.0 * t2 - 2.0 * t3) * target;
    pq_to_light(rolled * source)
}

// SMPTE ST 2084, 5.
const M1: f64 = 2610.0 / 16_384.0;
const M2: f64 = 2523.0 / 4096.0 * 128.0;
const C1: f64 = 3424.0 / 4096.0;
const C2: f64 = 2413.0 / 4096.0 * 32.0;
const C3: f64 = 2392.0 / 4096.0 * 32.0;

/// The light of a PQ sample, in cd/m².
fn pq_to_light(sample: f64) -> f64 {
    let power = sample.max(0.0).powf(1.0 / M2);
    10_000.0 * ((power - C1).max(0.0) / (C2 - C3 * power)).powf(1.0 / M1)
}

/// The PQ sample of light in cd/m².
fn light_to_pq(light: f64) -> f64 {
    let power = (light / 10_000.0).powf(M1);
    ((C1 + C2 * power) / (1.0 + C3 * power)).powf(M2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn srgb(transfer: Transfer, sample: f64) -> u8 {
        let hdr = Hdr::new(Primaries::from_cicp(9).unwrap(), transfer).unwrap();
        let sample = (sample * 65_535.0).round() as u16;
        let mut srgb = [[0; 3]];
        hdr.convert(&Colors::Wide((&[[sample; 3]][..]).into()), &mut srgb);
        let [[red, green, blue]] = srgb;
        assert!(
            red.abs_diff(green) <= 1 && green.abs_diff(blue) <= 1,
            "gray stays gray"
        );
        green
    }

    #[test]
    fn pq_is_as_its_standard_tabulates_it() {
        // BT.2408, table 1 and BT.2100: 58 % is 203 cd/m², 75.2 % is 1000, 50.8 % is 100.
        for (sample, light) in [
            (0.5807, 203.0),
            (0.7518, 1000.0),
            (0.5081, 100.0),
            (1.0, 10_000.0),
        ] {
            assert!(
                (pq_to_light(sample) / light - 1.0).abs() < 0.002,
                "{sample}"
            );
            assert!((light_to_pq(light) - sample).abs() < 0.0002, "{light}");
        }
    }

    #[test]
    fn what_is_dark_stays_and_what_is_bright_is_told_apart() {
        // Half of white is 188 in sRGB, a fifth 124.
        assert!(srgb(Transfer::Pq, light_to_pq(WHITE * 0.2)).abs_diff(124) <= 1);
        let of = |light: f64| srgb(Transfer::Pq, light_to_pq(light));

        assert_eq!(of(0.0), 0);
        assert!(of(100.0) < of(203.0) && of(203.0) < of(400.0) && of(400.0) < of(990.0));
        assert!((215..245).contains(&of(203.0)), "{}", of(203.0));
        assert!(of(1000.0) >= 254 && of(10_000.0) >= 254);
    }

    #[test]
    fn the_same_light_is_the_same_in_both_systems() {
        // BT.2408, table 1: HLG's 75 % is 203 cd/m² on a display of 1000; 38 % is 26, the 18 % gray card.
        for (hlg, pq) in [(0.75, 0.58), (0.38, 0.38), (1.0, 0.7518)] {
            let (hlg, pq) = (srgb(Transfer::Hlg, hlg), srgb(Transfer::Pq, pq));

            assert!(hlg.abs_diff(pq) <= 3, "{hlg} {pq}");
        }
    }
}
