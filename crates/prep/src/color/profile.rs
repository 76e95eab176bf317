//! ICC profiles: what they ask for, and the way from each to sRGB.

use std::sync::Arc;

use moxcms::{ColorProfile, DataColorSpace, Layout, Transform8BitExecutor, TransformOptions};

use crate::header::{Profile, Samples};

/// Reads profiles, and keeps the last one: photos of one camera share it.
#[derive(Default)]
pub(crate) struct Profiles {
    last: Option<Known>,
}

struct Known {
    icc: Vec<u8>,
    samples: Samples,
    profile: Profile,
    transform: Option<Arc<Transform8BitExecutor>>,
}

impl Profiles {
    /// Tells what a profile asks for.
    pub(crate) fn classify(&mut self, icc: Option<&[u8]>, samples: Samples) -> Profile {
        icc.map_or(Profile::None, |icc| self.known(icc, samples).profile)
    }

    /// The way to sRGB, where colours must be converted.
    ///
    /// From samples with opacity to red, green, blue and opacity; from others to red, green, blue.
    pub(super) fn transform(
        &mut self,
        icc: &[u8],
        samples: Samples,
    ) -> Option<&Transform8BitExecutor> {
        self.known(icc, samples).transform.as_deref()
    }

    fn known(&mut self, icc: &[u8], samples: Samples) -> &Known {
        let last = self
            .last
            .take()
            .filter(|last| last.samples == samples && last.icc == icc);
        self.last
            .insert(last.unwrap_or_else(|| Known::read(icc, samples)))
    }
}

impl Known {
    fn read(icc: &[u8], samples: Samples) -> Self {
        let transform = transform_to_srgb(icc, samples);
        let profile = match &transform {
            None => Profile::Unusable,
            Some(transform) if samples_are_srgb(&**transform, samples) => Profile::Srgb,
            Some(_) => Profile::Convert,
        };
        Self {
            icc: icc.to_vec(),
            samples,
            profile,
            transform: transform.filter(|_| profile == Profile::Convert),
        }
    }
}

fn transform_to_srgb(icc: &[u8], samples: Samples) -> Option<Arc<Transform8BitExecutor>> {
    let source = ColorProfile::new_from_slice(icc).ok()?;
    let (space, from, to) = match samples {
        Samples::Gray => (DataColorSpace::Gray, Layout::Gray, Layout::Rgb),
        Samples::GrayAlpha => (DataColorSpace::Gray, Layout::GrayAlpha, Layout::Rgba),
        Samples::Rgb => (DataColorSpace::Rgb, Layout::Rgb, Layout::Rgb),
        Samples::Rgba => (DataColorSpace::Rgb, Layout::Rgba, Layout::Rgba),
        Samples::Cmyk => (DataColorSpace::Cmyk, Layout::Rgba, Layout::Rgb),
    };
    if source.color_space != space {
        return None;
    }
    source
        .create_transform_8bit(
            from,
            &ColorProfile::new_srgb(),
            to,
            TransformOptions::default(),
        )
        .ok()
}

/// Whether no colour of a lattice of 17³ moves by more than one step.
///
/// Most profiles in photos are sRGB by one of its many names: those are not worth a conversion.
fn samples_are_srgb(transform: &Transform8BitExecutor, samples: Samples) -> bool {
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
    let source: Vec<u8> = match samples {
        Samples::Gray => lattice.iter().map(|color| color[0]).collect(),
        Samples::GrayAlpha => lattice.iter().flat_map(|color| [color[0], 255]).collect(),
        Samples::Rgba => lattice
            .iter()
            .flat_map(|&[red, green, blue]| [red, green, blue, 255])
            .collect(),
        _ => lattice.concat(),
    };
    let channels = if matches!(samples, Samples::GrayAlpha | Samples::Rgba) {
        4
    } else {
        3
    };
    let mut converted = vec![0; lattice.len() * channels];
    if transform.transform(&source, &mut converted).is_err() {
        return false;
    }
    let pairs = lattice.iter().zip(converted.chunks_exact(channels));
    pairs.into_iter().all(|(color, converted)| {
        color
            .iter()
            .zip(converted)
            .all(|(a, b)| a.abs_diff(*b) <= 1)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn srgb_by_another_name_asks_for_nothing() {
        let icc = ColorProfile::new_srgb().encode().unwrap();

        assert_eq!(
            Profiles::default().classify(Some(&icc), Samples::Rgb),
            Profile::Srgb
        );
        assert_eq!(
            Profiles::default().classify(Some(&icc), Samples::Rgba),
            Profile::Srgb
        );
    }

    #[test]
    fn a_profile_that_is_broken_or_for_other_samples_is_unusable() {
        let icc = ColorProfile::new_srgb().encode().unwrap();

        assert_eq!(
            Profiles::default().classify(Some(b"no profile"), Samples::Rgb),
            Profile::Unusable
        );
        assert_eq!(
            Profiles::default().classify(Some(&icc), Samples::Gray),
            Profile::Unusable
        );
    }

    #[test]
    fn a_profile_is_not_taken_for_the_one_before() {
        let mut profiles = Profiles::default();
        let srgb = ColorProfile::new_srgb().encode().unwrap();
        let wide = ColorProfile::new_display_p3().encode().unwrap();

        let found =
            [&srgb, &wide, &wide, &srgb].map(|icc| profiles.classify(Some(icc), Samples::Rgb));

        assert_eq!(
            found,
            [
                Profile::Srgb,
                Profile::Convert,
                Profile::Convert,
                Profile::Srgb
            ]
        );
    }
}
