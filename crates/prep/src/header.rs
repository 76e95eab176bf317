//! What a photo says of itself before a pixel is decoded.

use std::fmt;

use crate::geometry::{Orientation, Size};

/// What is known of a photo from its header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Header {
    /// The file format, recognized by its bytes.
    pub format: Format,
    /// The size as stored, before it is turned upright.
    pub size: Size,
    /// How it must be turned, from Exif or from the format's own field.
    pub orientation: Orientation,
    /// Bits a sample: 1…16, or 32 for floating point.
    pub bits: u8,
    /// What a pixel is made of.
    pub samples: Samples,
    /// Whether it is stored as luma and chroma (or luma alone), as a picture will be.
    pub is_ycbcr: bool,
    /// Whether it is a drawing that has every size; its own size then tells its shape alone.
    pub is_vector: bool,
    /// What the colour space that it says it is in asks for.
    pub profile: Profile,
    /// The most bytes that decoding takes, the file itself not counted.
    pub memory: u64,
}

/// What a decoded pixel is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Samples {
    /// Lightness alone.
    Gray,
    /// Lightness and opacity.
    GrayAlpha,
    /// Red, green and blue.
    Rgb,
    /// Red, green, blue and opacity.
    Rgba,
    /// Cyan, magenta, yellow and black; the largest value is all ink.
    Cmyk,
}

impl Samples {
    /// How many samples make a pixel.
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

/// What the colour space of a photo asks for: an ICC profile, code points (cICP, `nclx`), or chromaticities.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Profile {
    /// Nothing is said: the samples are taken as sRGB, inks as those of a usual press.
    None,
    /// It is sRGB, by whatever name: no colour would move.
    Srgb,
    /// The colours must be converted.
    Convert,
    /// It is broken, or not for this kind of samples: they are taken as if nothing were said.
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
