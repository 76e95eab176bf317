//! Profiles with tables, evaluated by moxcms.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use moxcms::{ColorProfile, Layout, Transform16BitExecutor, TransformOptions};

use super::colors::Colors;
use super::curve::{Curve, srgb_sample};
use crate::header::Samples;
use crate::pixels::narrow;

/// The results of moxcms are looked up by their upper twelve bits.
const STEPS: u16 = 4096;
/// The most light that a black point may have: that of L\* 50.
const MAX_BLACK: f64 = 0.184;

/// Converts the samples of a profile with tables.
pub(super) struct Tables {
    tables: Arc<Transform16BitExecutor>,
    /// From sRGB of 12 bits to that of 8, the black point compensated.
    compensated: Vec<u8>,
}

impl Tables {
    /// Returns `None` if moxcms finds the profile unusable.
    pub(super) fn new(profile: &ColorProfile, samples: Samples) -> Option<Self> {
        let layout = match samples {
            Samples::Cmyk => Layout::Rgba,
            _ => Layout::Rgb,
        };
        let make = || {
            let (srgb, options) = (ColorProfile::new_srgb(), TransformOptions::default());
            profile
                .create_transform_16bit(layout, &srgb, Layout::Rgb, options)
                .ok()
        };
        // A panic of moxcms means that the profile is unusable.
        let tables = catch_unwind(AssertUnwindSafe(make)).ok()??;
        let black = match samples {
            Samples::Cmyk => light_of_all_inks(&*tables)?,
            // Displays and scanners are not compensated.
            _ => 0.0,
        };
        Some(Self {
            tables,
            compensated: (0..STEPS).map(|step| compensate(step, black)).collect(),
        })
    }

    pub(super) fn convert(&self, colors: &Colors<'_>, srgb: &mut [[u8; 3]]) {
        let mut converted = vec![0; srgb.len() * 3];
        self.tables
            .transform(&colors.words(), &mut converted)
            .expect("both have the same number of pixels, of the kinds it was made for");
        for (srgb, sample) in srgb.as_flattened_mut().iter_mut().zip(converted) {
            *srgb = self.compensated[usize::from(sample >> 4)];
        }
    }
}

/// The light, 0…1, that paper with all inks reflects: no press prints darker.
fn light_of_all_inks(tables: &Transform16BitExecutor) -> Option<f64> {
    let mut srgb = [0; 3];
    tables.transform(&[u16::MAX; 4], &mut srgb).ok()?;
    let [red, green, blue] = srgb.map(|sample| Curve::Srgb.light(f64::from(sample) / 65_535.0));
    let luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    Some(luminance.min(MAX_BLACK))
}

/// Black point compensation: scales light so that `black` becomes 0 and white stays.
fn compensate(step: u16, black: f64) -> u8 {
    let light = Curve::Srgb.light(f64::from(step) / f64::from(STEPS - 1));
    let scaled = ((light - black) / (1.0 - black)).max(0.0);
    narrow((srgb_sample(scaled) * 65_535.0).round() as u16)
}
