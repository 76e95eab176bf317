//! Photos of all other formats, through the `image` crate: the only file that knows it.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::error::{ImageError, LimitErrorKind};
use image::{ColorType, DynamicImage, ImageDecoder, ImageFormat, ImageReader};

use super::{check_size, within};
use crate::color::{ColorSpace, Profiles};
use crate::error::{Error, Limit};
use crate::geometry::{Orientation, Size};
use crate::header::{Format, Header, Samples};
use crate::options::Limits;

/// A photo whose decoder read its header.
pub(crate) struct Other<'a> {
    pub(crate) header: Header,
    pub(crate) space: ColorSpace<'static>,
    decoder: Box<dyn ImageDecoder + 'a>,
}

impl<'a> Other<'a> {
    pub(super) fn open(
        format: Format,
        decoder: ImageFormat,
        photo: &'a [u8],
        limits: &Limits,
        profiles: &mut Profiles,
    ) -> Result<Self, Error> {
        contain(format, || {
            let mut reader = ImageReader::with_format(Cursor::new(photo), decoder);
            reader.limits(allocations(limits.memory));
            let failed = |error| Error::from_decoder(format, limits, error);
            let mut decoder = reader.into_decoder().map_err(failed)?;

            let (width, height) = decoder.dimensions();
            let size = Size { width, height };
            check_size(format, size, limits)?;
            let samples = samples(decoder.color_type());
            let memory = memory_to_decode(format, samples, decoder.total_bytes());
            within(Limit::Memory, memory, limits.memory)?;

            let orientation = decoder.orientation().ok();
            let icc = decoder.icc_profile().ok().flatten();
            let space = match format {
                Format::Png => ColorSpace::of_png(photo, icc),
                _ => ColorSpace::from_icc(icc),
            };
            let color = decoder.original_color_type();
            let header = Header {
                format,
                size,
                orientation: orientation
                    .and_then(|orientation| Orientation::from_exif(orientation.to_exif()))
                    .unwrap_or_default(),
                bits: (color.bits_per_pixel() / u16::from(color.channel_count().max(1))) as u8,
                samples,
                is_ycbcr: false,
                profile: profiles.classify(&space, samples),
                memory,
            };
            Ok(Self {
                header,
                space,
                decoder: Box::new(decoder),
            })
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

fn allocations(memory: u64) -> image::Limits {
    let mut limits = image::Limits::no_limits();
    limits.max_alloc = Some(memory);
    limits
}

/// The most bytes that decoding takes: `decoded` for the pixels, and what is kept beside them.
fn memory_to_decode(format: Format, samples: Samples, decoded: u64) -> u64 {
    let beside_decoder = match format {
        // The canvas beside the frame; the planes beside the pixels.
        Format::Gif | Format::WebP => decoded,
        _ => 0,
    };
    let beside_resampler = match samples {
        // The pixels weighted by their opacity.
        Samples::GrayAlpha | Samples::Rgba => decoded,
        _ => 0,
    };
    decoded + beside_decoder.max(beside_resampler)
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
