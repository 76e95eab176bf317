//! Opens a photo of any format: reads its header, and holds what decoding needs.

mod animated_webp;
mod apng;
mod bmp;
mod frames;
mod gif;
#[cfg(any(feature = "avif", feature = "heic"))]
mod heif;
#[cfg(feature = "jxl")]
mod jxl;
mod library;
mod photo;
mod png;
mod pnm;
mod rows;
#[cfg(feature = "svg")]
mod svg;
mod tiff;

#[cfg(any(feature = "avif", feature = "heic"))]
pub(crate) use heif::HeifPhoto;
pub(crate) use photo::{JpegDecoder, JpegPhoto};
pub(crate) use rows::RowsPhoto;
#[cfg(feature = "svg")]
pub(crate) use svg::SvgPhoto;

use image::ImageFormat;

use crate::color::Profiles;
use crate::error::{Error, Limit};
use crate::geometry::{Orientation, Size};
use crate::header::{Format, Header};
use crate::options::{Frame, Limits};
use crate::sniff::sniff;

/// Reads what a photo says of itself, and refuses what is beyond `limits`.
///
/// Cheap: no pixel is decoded.
///
/// # Errors
///
/// All of [`Error`] but those that only pixels or options can cause.
pub fn read_header(photo: &[u8], limits: &Limits) -> Result<Header, Error> {
    Source::open(photo, limits, Frame::First, &mut Profiles::default())
        .map(|source| *source.header())
}

/// A photo whose header was read and found within the limits.
#[allow(
    clippy::large_enum_variant,
    reason = "one at a time, on the stack; a box would allocate for each photo"
)]
pub(crate) enum Source<'a> {
    /// Decoded by the project's own core, straight to the picture's size.
    Jpeg(JpegPhoto<'a>),
    /// Decoded row by row, each reduced as it comes.
    Rows(RowsPhoto<'a>),
    /// Decoded in planes, each reduced from its own resolution.
    #[cfg(any(feature = "avif", feature = "heic"))]
    Heif(HeifPhoto<'a>),
    /// Drawn at the picture's size.
    #[cfg(feature = "svg")]
    Svg(SvgPhoto),
}

impl<'a> Source<'a> {
    pub(crate) fn open(
        photo: &'a [u8],
        limits: &Limits,
        frame: Frame,
        profiles: &mut Profiles,
    ) -> Result<Self, Error> {
        within(Limit::Bytes, photo.len() as u64, limits.bytes)?;
        let format = sniff(photo)?;
        let mut library = |decoder| library::open(format, decoder, photo, limits, profiles);
        Ok(Self::Rows(match format {
            Format::Jpeg => return JpegPhoto::open(photo, limits, profiles).map(Self::Jpeg),
            Format::Png if frame != Frame::First && apng::is_animated(photo) => {
                let RowsPhoto { header, space, .. } = png::open(photo, limits, profiles)?;
                apng::open(photo, &header, space, limits, profiles, frame)?
            }
            #[cfg(any(feature = "avif", feature = "heic"))]
            Format::Avif | Format::Heic => {
                return HeifPhoto::open(format, photo, limits, profiles).map(Self::Heif);
            }
            #[cfg(feature = "jxl")]
            Format::Jxl => jxl::open(photo, limits, profiles)?,
            #[cfg(feature = "svg")]
            Format::Svg => return SvgPhoto::open(photo, limits).map(Self::Svg),
            Format::Png => png::open(photo, limits, profiles)?,
            Format::WebP if animated_webp::is_animated(photo) => {
                animated_webp::open(photo, limits, profiles, frame)?
            }
            Format::WebP => library(ImageFormat::WebP)?,
            Format::Gif => gif::open(photo, limits, profiles, frame)?,
            Format::Bmp => bmp::open(photo, limits, profiles)?,
            Format::Tiff => tiff::open(photo, limits, profiles)?,
            Format::Ico => library(ImageFormat::Ico)?,
            Format::Qoi => library(ImageFormat::Qoi)?,
            Format::Pnm => pnm::open(photo, limits, profiles)?,
            Format::Tga => library(ImageFormat::Tga)?,
            Format::Farbfeld => library(ImageFormat::Farbfeld)?,
            #[allow(unreachable_patterns, reason = "not in a build with all formats")]
            left_out => {
                return Err(Error::Unsupported {
                    what: format!("{left_out}, which this build leaves out,"),
                });
            }
        }))
    }

    pub(crate) fn header(&self) -> &Header {
        match self {
            Self::Jpeg(photo) => &photo.header,
            Self::Rows(photo) => &photo.header,
            #[cfg(any(feature = "avif", feature = "heic"))]
            Self::Heif(photo) => &photo.header,
            #[cfg(feature = "svg")]
            Self::Svg(photo) => &photo.header,
        }
    }
}

/// The orientation in a block of Exif, which begins as a TIFF does.
fn exif_orientation(exif: &[u8]) -> Option<Orientation> {
    let orientation = image::metadata::Orientation::from_exif_chunk(exif)?;
    Orientation::from_exif(orientation.to_exif())
}

/// Refuses sizes beyond the limits, before anything is allocated for them.
fn check_size(format: Format, size: Size, limits: &Limits) -> Result<(), Error> {
    within(
        Limit::Side,
        size.width.max(size.height).into(),
        limits.side.into(),
    )?;
    within(Limit::Pixels, size.pixels(), limits.pixels)?;
    if size.pixels() == 0 {
        return Err(Error::Malformed {
            format,
            cause: "it has no pixels".into(),
        });
    }
    Ok(())
}

pub(crate) fn within(what: Limit, actual: u64, limit: u64) -> Result<(), Error> {
    if actual > limit {
        return Err(Error::TooLarge {
            what,
            actual,
            limit,
        });
    }
    Ok(())
}
