//! Opens a photo of any format: reads its header, and holds what decoding needs.

mod animated_webp;
mod apng;
mod bmp;
mod canvas;
mod frames;
mod gif;
#[cfg(any(feature = "avif", feature = "heic"))]
mod heif;
mod jpeg_head;
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
use crate::photo::Photo;
use crate::sniff::sniff;

/// Reads what a photo says of itself, and refuses what is beyond `limits`.
///
/// Cheap: no pixel is decoded.
///
/// # Errors
///
/// All of [`Error`] but those that only pixels or options can cause.
pub fn read_header(photo: &[u8], limits: &Limits) -> Result<Header, Error> {
    let photo = Photo::from(photo);
    Source::open(&photo, limits, Frame::First, &mut Profiles::default())
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
        photo: &'a Photo<'a>,
        limits: &Limits,
        frame: Frame,
        profiles: &mut Profiles,
    ) -> Result<Self, Error> {
        within(Limit::Bytes, photo.length(), limits.bytes)?;
        let format = sniff(photo.head())?;
        let mut library = |decoder| library::open(format, decoder, photo, limits, profiles);
        Ok(Self::Rows(match format {
            Format::Jpeg => {
                jpeg_head::check(photo, limits)?;
                return JpegPhoto::open(photo.whole()?, limits, profiles).map(Self::Jpeg);
            }
            Format::Png if frame != Frame::First && apng::is_animated(photo) => {
                let still = png::open(photo, limits, profiles)?;
                match frames::first_frame_only(frame, still.header.size) {
                    true => still,
                    false => apng::open(photo, still, limits, profiles, frame)?,
                }
            }
            #[cfg(any(feature = "avif", feature = "heic"))]
            Format::Avif | Format::Heic => {
                heif::check(format, photo)?;
                let open =
                    |photo, profiles: &mut _| HeifPhoto::open(format, photo, limits, profiles);
                return open_whole(photo, profiles, open).map(Self::Heif);
            }
            #[cfg(feature = "jxl")]
            Format::Jxl => {
                let open = |photo, profiles: &mut _| jxl::open(photo, limits, profiles);
                open_whole(photo, profiles, open)?
            }
            #[cfg(feature = "svg")]
            Format::Svg => {
                within(Limit::Bytes, photo.length(), svg::MOST_BYTES)?;
                return SvgPhoto::open(photo.whole()?, limits).map(Self::Svg);
            }
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

/// Opens a photo that must be in memory, unless its first bytes show that it will be refused.
#[cfg(any(feature = "avif", feature = "heic", feature = "jxl"))]
fn open_whole<'a, T>(
    photo: &'a Photo<'a>,
    profiles: &mut Profiles,
    mut open: impl FnMut(&'a [u8], &mut Profiles) -> Result<T, Error>,
) -> Result<T, Error> {
    let head = photo.head();
    if (head.len() as u64) < photo.length()
        && let Err(error @ (Error::TooLarge { .. } | Error::Unsupported { .. })) =
            open(head, profiles)
    {
        return Err(error);
    }
    open(photo.whole()?, profiles)
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
