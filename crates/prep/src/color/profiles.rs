//! A cache of color transforms: photos of one camera share their profile.

use super::space::ColorSpace;
use super::transform::Transform;
use crate::header::{Profile, Samples};

/// How many transforms are kept; a press profile and its tables take some megabytes.
const MAX_KEPT: usize = 4;

/// Makes the transform from each color space to sRGB, and keeps the last few.
#[derive(Default)]
pub(crate) struct Profiles {
    /// The most recently used first.
    known: Vec<Known>,
}

struct Known {
    space: ColorSpace<'static>,
    samples: Samples,
    profile: Profile,
    transform: Option<Transform>,
}

impl Profiles {
    /// Returns what a color space demands.
    pub(crate) fn classify(&mut self, space: &ColorSpace<'_>, samples: Samples) -> Profile {
        match space {
            ColorSpace::Untagged => Profile::None,
            ColorSpace::Srgb => Profile::Srgb,
            _ => self.known(space, samples).profile,
        }
    }

    /// Returns the transform to sRGB, if colors must be converted.
    pub(super) fn transform(
        &mut self,
        space: &ColorSpace<'_>,
        samples: Samples,
    ) -> Option<&Transform> {
        match space {
            ColorSpace::Untagged | ColorSpace::Srgb if samples != Samples::Cmyk => None,
            _ => self.known(space, samples).transform.as_ref(),
        }
    }

    fn known(&mut self, space: &ColorSpace<'_>, samples: Samples) -> &Known {
        let place = self
            .known
            .iter()
            .position(|known| known.samples == samples && known.space == *space);
        let known = match place {
            Some(place) => self.known.remove(place),
            None => Known::find(space, samples),
        };
        self.known.truncate(MAX_KEPT - 1);
        self.known.insert(0, known);
        &self.known[0]
    }
}

impl Known {
    fn find(space: &ColorSpace<'_>, samples: Samples) -> Self {
        let (profile, transform) = match Transform::to_srgb(space, samples) {
            Some(transform) if transform.moves_nothing(samples) => (Profile::Srgb, None),
            Some(transform) => (Profile::Convert, Some(transform)),
            // An unusable profile is ignored.
            None if samples == Samples::Cmyk => {
                let press = Transform::to_srgb(&ColorSpace::Untagged, samples);
                (Profile::Unusable, press)
            }
            None => (Profile::Unusable, None),
        };
        Self {
            space: space.clone().into_owned(),
            samples,
            profile,
            transform,
        }
    }
}

#[cfg(test)]
mod tests {
    use moxcms::ColorProfile;

    use super::*;

    fn icc(profile: &ColorProfile) -> ColorSpace<'static> {
        ColorSpace::from_icc(Some(profile.encode().unwrap()))
    }

    #[test]
    fn srgb_by_another_name_needs_no_conversion() {
        let space = icc(&ColorProfile::new_srgb());

        for samples in [Samples::Rgb, Samples::Rgba] {
            assert_eq!(Profiles::default().classify(&space, samples), Profile::Srgb);
        }
    }

    #[test]
    fn a_profile_that_is_broken_or_for_other_samples_is_unusable() {
        for (space, samples) in [
            (ColorSpace::Icc(b"no profile".into()), Samples::Rgb),
            (icc(&ColorProfile::new_srgb()), Samples::Gray),
            (icc(&ColorProfile::new_srgb()), Samples::Cmyk),
        ] {
            assert_eq!(
                Profiles::default().classify(&space, samples),
                Profile::Unusable
            );
        }
    }

    #[test]
    fn a_profile_is_not_mistaken_for_an_earlier_one() {
        let mut profiles = Profiles::default();
        let spaces = [
            icc(&ColorProfile::new_srgb()),
            icc(&ColorProfile::new_display_p3()),
            icc(&ColorProfile::new_adobe_rgb()),
            icc(&ColorProfile::new_bt2020()),
            icc(&ColorProfile::new_pro_photo_rgb()),
            icc(&ColorProfile::new_srgb()),
        ];

        for _ in 0..2 {
            let found = spaces
                .each_ref()
                .map(|space| profiles.classify(space, Samples::Rgb));

            assert_eq!(found[0], Profile::Srgb);
            assert_eq!(found[1..5], [Profile::Convert; 4]);
            assert_eq!(found[5], Profile::Srgb);
            assert!(profiles.known.len() <= MAX_KEPT);
        }
    }
}
