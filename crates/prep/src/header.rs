//! What a photo says of itself before a pixel is decoded.

use std::fmt;

use crate::geometry::{Orientation, Size};

/// What is known of a photo from its header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Header {
    /// The file format, recognised by its bytes.
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

/// A file format, recognised by its first bytes and never by a file's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// ISO 10918-1, in a JFIF, Exif or bare file.
    Jpeg,
    /// Portable Network Graphics; of an animated one the default image.
    Png,
    /// WebP, lossy or lossless; of an animated one the first frame.
    WebP,
    /// Graphics Interchange Format; the first frame.
    Gif,
    /// Windows bitmap.
    Bmp,
    /// Tagged Image File Format; the first page.
    Tiff,
    /// Windows icon; the largest image.
    Ico,
    /// Quite OK Image.
    Qoi,
    /// Portable any map: PBM, PGM, PPM, PAM.
    Pnm,
    /// Truevision TGA.
    Tga,
    /// farbfeld.
    Farbfeld,
    /// AV1 in HEIF; of a sequence the still image.
    Avif,
    /// HEVC in HEIF; of a sequence the still image.
    Heic,
    /// JPEG XL; of an animation the first frame.
    Jxl,
    /// Scalable Vector Graphics, also packed (SVGZ): drawn at the size that is asked for.
    Svg,
}

/// The formats that this build reads.
pub fn formats() -> impl Iterator<Item = Format> {
    let compiled = [
        (Format::Jpeg, true),
        (Format::Png, true),
        (Format::WebP, true),
        (Format::Gif, true),
        (Format::Bmp, true),
        (Format::Tiff, true),
        (Format::Ico, true),
        (Format::Qoi, true),
        (Format::Pnm, true),
        (Format::Tga, true),
        (Format::Farbfeld, true),
        (Format::Avif, cfg!(feature = "avif")),
        (Format::Heic, cfg!(feature = "heic")),
        (Format::Jxl, cfg!(feature = "jxl")),
        (Format::Svg, cfg!(feature = "svg")),
    ];
    compiled
        .into_iter()
        .filter_map(|(format, is_compiled)| is_compiled.then_some(format))
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::WebP => "WebP",
            Self::Gif => "GIF",
            Self::Bmp => "BMP",
            Self::Tiff => "TIFF",
            Self::Ico => "ICO",
            Self::Qoi => "QOI",
            Self::Pnm => "PNM",
            Self::Tga => "TGA",
            Self::Farbfeld => "farbfeld",
            Self::Avif => "AVIF",
            Self::Heic => "HEIC",
            Self::Jxl => "JPEG XL",
            Self::Svg => "SVG",
        })
    }
}
