//! Opens a photo of any format: reads its header, and holds what decoding needs.

mod other;
mod photo;

pub(crate) use other::Other;
pub(crate) use photo::{JpegDecoder, JpegPhoto};

use image::ImageFormat;

use crate::color::Profiles;
use crate::error::{Error, Limit};
use crate::geometry::Size;
use crate::header::{Format, Header};
use crate::options::Limits;
use crate::sniff::sniff;

/// Reads what a photo says of itself, and refuses what is beyond `limits`.
///
/// Cheap: no pixel is decoded.
///
/// # Errors
///
/// All of [`Error`] but those that only pixels or options can cause.
pub fn read_header(photo: &[u8], limits: &Limits) -> Result<Header, Error> {
    Source::open(photo, limits, &mut Profiles::default()).map(|source| *source.header())
}

/// A photo whose header was read and found within the limits.
#[allow(
    clippy::large_enum_variant,
    reason = "one at a time, on the stack; a box would allocate for each photo"
)]
pub(crate) enum Source<'a> {
    /// Decoded by the project's own core, straight to the picture's size.
    Jpeg(JpegPhoto<'a>),
    /// Decoded whole by a library, then resampled.
    Other(Other<'a>),
}

impl<'a> Source<'a> {
    pub(crate) fn open(
        photo: &'a [u8],
        limits: &Limits,
        profiles: &mut Profiles,
    ) -> Result<Self, Error> {
        within(Limit::Bytes, photo.len() as u64, limits.bytes)?;
        let format = sniff(photo)?;
        Ok(match library_decoder(format) {
            None => Self::Jpeg(JpegPhoto::open(photo, limits, profiles)?),
            Some(decoder) => Self::Other(Other::open(format, decoder, photo, limits, profiles)?),
        })
    }

    pub(crate) fn header(&self) -> &Header {
        match self {
            Self::Jpeg(photo) => &photo.header,
            Self::Other(photo) => &photo.header,
        }
    }
}

/// The decoder of the `image` crate for a format; JPEG has the project's own.
fn library_decoder(format: Format) -> Option<ImageFormat> {
    Some(match format {
        Format::Jpeg => return None,
        Format::Png => ImageFormat::Png,
        Format::WebP => ImageFormat::WebP,
        Format::Gif => ImageFormat::Gif,
        Format::Bmp => ImageFormat::Bmp,
        Format::Tiff => ImageFormat::Tiff,
        Format::Ico => ImageFormat::Ico,
        Format::Qoi => ImageFormat::Qoi,
        Format::Pnm => ImageFormat::Pnm,
        Format::Tga => ImageFormat::Tga,
        Format::Farbfeld => ImageFormat::Farbfeld,
    })
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

fn within(what: Limit, actual: u64, limit: u64) -> Result<(), Error> {
    if actual > limit {
        return Err(Error::TooLarge {
            what,
            actual,
            limit,
        });
    }
    Ok(())
}
