//! What a photo's header declares, before a pixel is decoded.

use std::fmt;

use crate::geometry::{Orientation, Size};

/// What a photo's header declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Header {
    /// The file format, recognized by its bytes.
    pub format: Format,
    /// The stored size, before the photo is turned upright.
    pub size: Size,
    /// How the photo is turned upright, from Exif or from the format's own field.
    pub orientation: Orientation,
    /// Bits a sample: 1…16, or 32 for floating point.
    pub bits: u8,
    /// What a pixel is made of.
    pub samples: Samples,
    /// Whether it is stored as luma and chroma (or luma alone), like a picture.
    pub is_ycbcr: bool,
    /// Whether it is a vector drawing, which can be rendered at any size; its own size is only its shape then.
    pub is_vector: bool,
    /// What the color space that it declares demands.
    pub profile: Profile,
    /// The most bytes that decoding takes, the file itself not counted.
    pub memory: u64,
}

/// What a decoded pixel is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Samples {
    /// Gray alone.
    Gray,
    /// Gray and opacity.
    GrayAlpha,
    /// Red, green and blue.
    Rgb,
    /// Red, green, blue and opacity.
    Rgba,
    /// Cyan, magenta, yellow and black; the largest value is all ink.
    Cmyk,
}

impl Samples {
    /// Returns how many samples a pixel has.
    pub(crate) fn channels(self) -> usize {
        match self {
            Self::Gray => 1,
            Self::GrayAlpha => 2,
            Self::Rgb => 3,
            Self::Rgba | Self::Cmyk => 4,
        }
    }
}

impl Samples {
    /// Returns the name that reports give it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gray => "gray",
            Self::GrayAlpha => "gray-alpha",
            Self::Rgb => "rgb",
            Self::Rgba => "rgba",
            Self::Cmyk => "cmyk",
        }
    }
}

impl fmt::Display for Samples {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What the color space of a photo demands: an ICC profile, code points (cICP, `nclx`), or chromaticities.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Profile {
    /// None is declared: the samples are taken as sRGB, inks as those of a common press.
    None,
    /// It is sRGB, by whatever name: no color would change.
    Srgb,
    /// The colors must be converted.
    Convert,
    /// It is broken, or not for these samples: it is ignored, and the samples are taken as if none were declared.
    Unusable,
}

impl Profile {
    /// Returns the name that reports give it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Srgb => "srgb",
            Self::Convert => "convert",
            Self::Unusable => "unusable",
        }
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A file format, recognized by a photo's first bytes and never by a file's name.
///
/// Each format defines a constant of its own below; [`formats`](crate::formats) lists those that this build reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Format(&'static str);

impl Format {
    /// Makes a format of its usual name, which is its identity.
    pub(crate) const fn named(name: &'static str) -> Self {
        Self(name)
    }

    /// Returns its usual name, such as `JPEG XL`.
    pub fn name(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}
