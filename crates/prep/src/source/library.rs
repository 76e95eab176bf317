//! Photos that are decoded whole, through the `image` crate: the only file that knows its decoders.
//!
//! WebP is among them. libwebp would crop and scale while it decodes, in some two thirds of the time (19 ms with its start,
//! against 31 ms with resampling and encoding, for a lossy one of 1024 × 772; 2026-11-24); but it is C that reads hostile
//! bytes (CVE-2023-4863 was in its lossless decoder), and calling it is `unsafe`, which no crate here is but `simd`. Safety
//! was chosen over some milliseconds a photo.

use image::error::{ImageError, LimitErrorKind};
use image::{ColorType, DynamicImage, ImageDecoder, ImageFormat, ImageReader};

use super::rows::{Rows, RowsPhoto, contain};
use super::{check_size, within};
use crate::color::{ColorSpace, Profiles};
use crate::error::{Error, Limit};
use crate::geometry::{Orientation, Size};
use crate::header::{Format, Header, Samples};
use crate::options::Limits;
use crate::photo::Photo;
use crate::pixels::Row;
use crate::resample::{Resampler, memory_to_reduce};

/// Reads the header.
pub(super) fn open<'a>(
    format: Format,
    decoder: ImageFormat,
    photo: &'a Photo<'a>,
    limits: &Limits,
    profiles: &mut Profiles,
) -> Result<RowsPhoto<'a>, Error> {
    contain(format, || {
        let mut reader = ImageReader::with_format(photo.reader_of_all(), decoder);
        reader.limits(allocations(limits.memory));
        let failed = |error| Error::from_decoder(format, limits, error);
        let mut decoder = reader.into_decoder().map_err(failed)?;

        let (width, height) = decoder.dimensions();
        let size = Size { width, height };
        check_size(format, size, limits)?;
        let samples = samples(decoder.color_type());
        let memory = memory_to_decode(format, decoder.total_bytes())
            .saturating_add(memory_to_reduce(size, samples));
        within(Limit::Memory, memory, limits.memory)?;

        let orientation = decoder.orientation().ok();
        let space = ColorSpace::from_icc(decoder.icc_profile().ok().flatten());
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
        Ok(RowsPhoto {
            header,
            space,
            rows: Box::new(Whole {
                format,
                limits: *limits,
                decoder: Box::new(decoder),
            }),
        })
    })
}

struct Whole<'a> {
    format: Format,
    limits: Limits,
    decoder: Box<dyn ImageDecoder + 'a>,
}

impl Rows for Whole<'_> {
    fn decode(self: Box<Self>, resampler: &mut Resampler) -> Result<(), Error> {
        let image = DynamicImage::from_decoder(self.decoder)
            .map_err(|error| Error::from_decoder(self.format, &self.limits, error))?;
        let samples = image.width() as usize * usize::from(image.color().channel_count());
        let wide = |row: &[u8]| -> Vec<u16> {
            let (samples, _) = row.as_chunks();
            samples
                .iter()
                .map(|&sample| u16::from_ne_bytes(sample))
                .collect()
        };
        let float = |row: &[u8]| -> Vec<f32> {
            let (samples, _) = row.as_chunks();
            samples
                .iter()
                .map(|&sample| f32::from_ne_bytes(sample))
                .collect()
        };
        let bytes = usize::from(image.color().bytes_per_pixel() / image.color().channel_count());
        for y in resampler.rows() {
            let row = &image.as_bytes()[y as usize * samples * bytes..][..samples * bytes];
            match bytes {
                1 => resampler.push(Row::Narrow(row)),
                2 => resampler.push(Row::Wide(&wide(row))),
                _ => resampler.push(Row::Float(&float(row))),
            }
        }
        Ok(())
    }
}

fn allocations(memory: u64) -> image::Limits {
    let mut limits = image::Limits::no_limits();
    limits.max_alloc = Some(memory);
    limits
}

/// The most bytes that decoding takes, of which `decoded` are for the pixels.
fn memory_to_decode(format: Format, decoded: u64) -> u64 {
    match format {
        // The planes beside the pixels.
        Format::WebP => decoded.saturating_mul(2),
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
