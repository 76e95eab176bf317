//! The color space that a camera's Exif names: sRGB, or Adobe RGB by the rules of DCF.

use super::curve::Curve;
use super::matrix::Primaries;
use super::space::ColorSpace;
use crate::exif::Tiff;

const EXIF_IFD: u16 = 0x8769;
const INTEROPERABILITY_IFD: u16 = 0xA005;
const COLOR_SPACE: u16 = 0xA001;
const INTEROPERABILITY_INDEX: u16 = 0x0001;

impl ColorSpace<'static> {
    /// Returns the color space of a camera's photo without a profile.
    ///
    /// DCF writes Adobe RGB as "uncalibrated" with the interoperability index R03; some cameras write 2.
    pub(crate) fn of_exif(exif: &[u8]) -> Self {
        let adobe_rgb = Self::Primaries {
            primaries: Primaries::ADOBE_RGB,
            curve: Curve::Gamma(563.0 / 256.0),
        };
        match Tiff::new(exif).and_then(color_space) {
            Some(1) => Self::Srgb,
            Some(2) => adobe_rgb,
            Some(0xFFFF) if Tiff::new(exif).is_some_and(is_r03) => adobe_rgb,
            _ => Self::Untagged,
        }
    }
}

fn color_space(tiff: Tiff<'_>) -> Option<u16> {
    let exif = tiff.pointer(tiff.first()?, EXIF_IFD)?;
    tiff.u16(tiff.entry(exif, COLOR_SPACE)? + 8)
}

fn is_r03(tiff: Tiff<'_>) -> bool {
    let index = || {
        let exif = tiff.pointer(tiff.first()?, EXIF_IFD)?;
        let interoperability = tiff.pointer(exif, INTEROPERABILITY_IFD)?;
        // Four bytes fit the entry itself.
        let at = tiff.entry(interoperability, INTEROPERABILITY_INDEX)? + 8;
        tiff.bytes.get(at..at + 3)
    };
    index() == Some(b"R03")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three directories, each pointing to the next: IFD0, Exif, interoperability.
    fn exif(little: bool, color_space: u16, index: &[u8; 4]) -> Vec<u8> {
        let u16 = |v: u16| match little {
            true => v.to_le_bytes(),
            false => v.to_be_bytes(),
        };
        let u32 = |v: u32| match little {
            true => v.to_le_bytes(),
            false => v.to_be_bytes(),
        };
        let entry = |tag: u16, kind: u16, value: [u8; 4]| {
            [&u16(tag)[..], &u16(kind), &u32(1), &value].concat()
        };
        let [low, high] = u16(color_space);
        [
            if little { &b"II*\0"[..] } else { b"MM\0*" },
            &u32(8),
            &u16(1),
            &entry(EXIF_IFD, 4, u32(26)),
            &u32(0),
            &u16(2),
            &entry(COLOR_SPACE, 3, [low, high, 0, 0]),
            &entry(INTEROPERABILITY_IFD, 4, u32(56)),
            &u32(0),
            &u16(1),
            &entry(INTEROPERABILITY_INDEX, 2, *index),
            &u32(0),
        ]
        .concat()
    }

    #[test]
    fn adobe_rgb_is_found_as_cameras_write_it() {
        for little in [true, false] {
            let of = |color_space, index| ColorSpace::of_exif(&exif(little, color_space, index));
            let is_adobe = |space| matches!(space, ColorSpace::Primaries { primaries, .. } if primaries == Primaries::ADOBE_RGB);

            assert_eq!(of(1, b"R98\0"), ColorSpace::Srgb);
            assert!(is_adobe(of(0xFFFF, b"R03\0")));
            assert!(is_adobe(of(2, b"R98\0")));
            assert_eq!(of(0xFFFF, b"R98\0"), ColorSpace::Untagged);
        }
    }

    #[test]
    fn broken_directories_say_nothing() {
        let whole = exif(true, 0xFFFF, b"R03\0");
        for length in 0..whole.len() {
            let _ = ColorSpace::of_exif(&whole[..length]);
        }
        let mut looping = whole.clone();
        // The Exif directory is the first one again.
        looping[18] = 8;

        assert_eq!(ColorSpace::of_exif(&looping), ColorSpace::Untagged);
        looping[18..22].fill(0xFF);
        assert_eq!(ColorSpace::of_exif(&looping), ColorSpace::Untagged);
    }
}
