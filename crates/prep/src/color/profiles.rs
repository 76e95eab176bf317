//! What colour spaces ask for, remembered: photos of one camera share theirs.

use super::space::ColorSpace;
use super::transform::{Transform, Way};
use crate::header::{Profile, Samples};

/// As many ways are kept; a profile of a press and its tables take some megabytes.
const KEPT: usize = 4;

/// Finds the way from each colour space to sRGB, and keeps the last few.
#[derive(Default)]
pub(crate) struct Profiles {
    /// The last used comes first.
    known: Vec<Known>,
}

struct Known {
    space: ColorSpace<'static>,
    samples: Samples,
    way: Way,
}

impl Profiles {
    /// Tells what a colour space asks for.
    pub(crate) fn classify(&mut self, space: &ColorSpace<'_>, samples: Samples) -> Profile {
        if *space == ColorSpace::Untagged {
            return Profile::None;
        }
        match self.way(space, samples) {
            Way::Stay => Profile::Srgb,
            Way::Convert(_) => Profile::Convert,
            Way::Unusable => Profile::Unusable,
        }
    }

    /// The transform to sRGB, where colours must be converted.
    pub(super) fn transform(
        &mut self,
        space: &ColorSpace<'_>,
        samples: Samples,
    ) -> Option<&Transform> {
        match self.way(space, samples) {
            Way::Convert(transform) => Some(transform),
            Way::Stay | Way::Unusable => None,
        }
    }

    fn way(&mut self, space: &ColorSpace<'_>, samples: Samples) -> &Way {
        let place = self
            .known
            .iter()
            .position(|known| known.samples == samples && known.space == *space);
        let known = match place {
            Some(place) => self.known.remove(place),
            None => Known {
                space: space.clone().into_owned(),
                samples,
                way: Way::to_srgb(space, samples),
            },
        };
        self.known.truncate(KEPT - 1);
        self.known.insert(0, known);
        &self.known[0].way
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
    fn srgb_by_another_name_asks_for_nothing() {
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
    fn a_profile_is_not_taken_for_another_that_came_before() {
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
            assert!(profiles.known.len() <= KEPT);
        }
    }
}
