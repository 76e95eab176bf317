//! Opens a photo of any format and decodes it; the only file that knows the decoders.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::error::{ImageError, LimitErrorKind};
use image::{ColorType, DynamicImage, ImageDecoder, ImageFormat, ImageReader};

use crate::error::{Error, Limit};
use crate::geometry::{Orientation, Size};
use crate::header::{Format, Header, Profile, Samples};
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
    Source::open(photo, limits).map(|source| source.header)
}

/// A photo whose header was read and found within the limits.
pub(crate) struct Source<'a> {
    pub(crate) header: Header,
    /// The bytes of its ICC profile, if it has one.
    pub(crate) icc: Option<Vec<u8>>,
    decoder: Box<dyn ImageDecoder + 'a>,
}

impl<'a> Source<'a> {
    pub(crate) fn open(photo: &'a [u8], limits: &Limits) -> Result<Self, Error> {
        within(Limit::Bytes, photo.len() as u64, limits.bytes)?;
        let format = sniff(photo)?;
        contain(format, || Self::open_as(format, photo, limits))
    }

    fn open_as(format: Format, photo: &'a [u8], limits: &Limits) -> Result<Self, Error> {
        let mut reader = ImageReader::with_format(Cursor::new(photo), decoder_for(format));
        reader.limits(allocations(limits.memory));
        let failed = |error| Error::from_decoder(format, limits, error);
        let mut decoder = reader.into_decoder().map_err(failed)?;

        let (width, height) = decoder.dimensions();
        let size = Size { width, height };
        within(Limit::Side, width.max(height).into(), limits.side.into())?;
        within(Limit::Pixels, size.pixels(), limits.pixels)?;
        let memory = memory_to_decode(format, size, decoder.total_bytes());
        within(Limit::Memory, memory, limits.memory)?;
        if size.pixels() == 0 {
            return Err(Error::Malformed {
                format,
                cause: "it has no pixels".into(),
            });
        }

        let orientation = decoder
            .orientation()
            .ok()
            .and_then(|orientation| Orientation::from_exif(orientation.to_exif()))
            .unwrap_or_default();
        let icc = decoder.icc_profile().ok().flatten();
        let color = decoder.original_color_type();
        let header = Header {
            format,
            size,
            orientation,
            bits: (color.bits_per_pixel() / u16::from(color.channel_count().max(1))) as u8,
            samples: samples(decoder.color_type()),
            profile: if icc.is_some() {
                Profile::Icc
            } else {
                Profile::None
            },
            memory,
        };
        Ok(Self {
            header,
            icc,
            decoder: Box::new(decoder),
        })
    }

    /// Decodes all pixels, as stored.
    pub(crate) fn decode(self, limits: &Limits) -> Result<DynamicImage, Error> {
        let format = self.header.format;
        contain(format, || {
            DynamicImage::from_decoder(self.decoder)
                .map_err(|error| Error::from_decoder(format, limits, error))
        })
    }
}

/// Runs a foreign decoder; should it panic, that is this file's error and nobody else's.
fn contain<T>(format: Format, work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    // Nothing that `work` touches is used after a panic.
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(Err(Error::Decoder { format }))
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

fn decoder_for(format: Format) -> ImageFormat {
    match format {
        Format::Jpeg => ImageFormat::Jpeg,
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
    }
}

fn allocations(memory: u64) -> image::Limits {
    let mut limits = image::Limits::no_limits();
    limits.max_alloc = Some(memory);
    limits
}

/// The most bytes that decoding takes: `decoded` for the pixels, and what the decoder keeps beside.
fn memory_to_decode(format: Format, size: Size, decoded: u64) -> u64 {
    match format {
        // Coefficients of a progressive 4:4:4 photo (2 bytes each) beside the pixels.
        Format::Jpeg => size.pixels() * 6 + decoded,
        // The canvas beside the frame; the planes beside the pixels.
        Format::Gif | Format::WebP => decoded * 2,
        _ => decoded,
    }
}

fn samples(color: ColorType) -> Samples {
    match color {
        ColorType::L8 | ColorType::L16 => Samples::Gray,
        ColorType::La8 | ColorType::La16 => Samples::GrayAlpha,
        ColorType::Rgba8 | ColorType::Rgba16 | ColorType::Rgba32F => Samples::Rgba,
        _ => Samples::Rgb,
    }
}

impl Error {
    fn from_decoder(format: Format, limits: &Limits, error: ImageError) -> Self {
        match error {
            ImageError::Unsupported(_) => Self::Unsupported {
                what: format!("this kind of {format}"),
            },
            ImageError::Limits(limit)
                if matches!(limit.kind(), LimitErrorKind::InsufficientMemory) =>
            {
                Self::TooLarge {
                    what: Limit::Memory,
                    actual: limits.memory.saturating_add(1),
                    limit: limits.memory,
                }
            }
            other => Self::Malformed {
                format,
                cause: cause(&other),
            },
        }
    }
}

/// The innermost reason: decoders wrap theirs in phrases that repeat the format.
fn cause(error: &ImageError) -> String {
    let mut reason: &dyn std::error::Error = error;
    while let Some(source) = reason.source() {
        reason = source;
    }
    reason
        .to_string()
        .lines()
        .next()
        .unwrap_or_default()
        .trim_end_matches('.')
        .to_owned()
}
