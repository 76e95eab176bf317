//! Photos that are decoded whole, through the `image` crate: the only file that knows its decoders.
//!
//! WebP is among them. libwebp would crop and scale while it decodes, in some two thirds of the time (19 ms with its start,
//! against 31 ms with resampling and encoding, for a lossy one of 1024 × 772; 2026-11-24); but it is C that reads hostile
//! bytes (CVE-2023-4863 was in its lossless decoder), and calling it is `unsafe`, which no crate here is but `simd`. Safety
//! was chosen over some milliseconds a photo.

use image::error::{ImageError, LimitErrorKind};
use image::{ColorType, DynamicImage, ImageDecoder, ImageFormat, ImageReader};

use super::animated_webp;
use super::context::{Claims, OpenContext, Opened};
use super::decoder::{Decoder, Rows};
use super::spec::{FormatSpec, Reading};
use crate::color::ColorSpace;
use crate::error::{Error, Limit};
use crate::geometry::{Orientation, Size};
use crate::header::{Format, Samples};
use crate::options::Limits;
use crate::photo::Photo;
use crate::pixels::Row;
use crate::resample::{Resampler, memory_to_reduce};

impl Format {
    /// WebP, lossy or lossless; of an animated one the frame that is asked for.
    pub const WEBP: Self = Self::named("WebP");
    /// Windows icon or cursor; the largest image.
    pub const ICO: Self = Self::named("ICO");
    /// Quite OK Image.
    pub const QOI: Self = Self::named("QOI");
    /// Truevision TGA.
    pub const TGA: Self = Self::named("TGA");
    /// farbfeld.
    pub const FARBFELD: Self = Self::named("farbfeld");
}

pub(super) const WEBP: FormatSpec = FormatSpec {
    format: Format::WEBP,
    extensions: &["webp"],
    matches: |head| head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP"),
    reading: Reading::Streamed,
    open: Some(|context| match animated_webp::is_animated(context.photo) {
        true => animated_webp::open(context),
        false => open(context, Format::WEBP, ImageFormat::WebP),
    }),
};

pub(super) const ICO: FormatSpec = FormatSpec {
    format: Format::ICO,
    extensions: &["ico", "cur"],
    matches: |head| matches!(head, [0, 0, 1 | 2, 0, count, ..] if *count > 0),
    reading: Reading::Streamed,
    open: Some(|context| open(context, Format::ICO, ImageFormat::Ico)),
};

pub(super) const QOI: FormatSpec = FormatSpec {
    format: Format::QOI,
    extensions: &["qoi"],
    matches: |head| head.starts_with(b"qoif"),
    reading: Reading::Streamed,
    open: Some(|context| open(context, Format::QOI, ImageFormat::Qoi)),
};

pub(super) const TGA: FormatSpec = FormatSpec {
    format: Format::TGA,
    extensions: &["tga", "icb", "vda", "vst"],
    matches: is_tga,
    reading: Reading::Streamed,
    open: Some(|context| open(context, Format::TGA, ImageFormat::Tga)),
};

pub(super) const FARBFELD: FormatSpec = FormatSpec {
    format: Format::FARBFELD,
    extensions: &["ff"],
    matches: |head| head.starts_with(b"farbfeld"),
    reading: Reading::Streamed,
    open: Some(|context| open(context, Format::FARBFELD, ImageFormat::Farbfeld)),
};

/// Reads the header.
fn open<'a>(
    context: &mut OpenContext<'a, '_>,
    format: Format,
    kind: ImageFormat,
) -> Result<Opened<'a>, Error> {
    let (photo, limits) = (context.photo, context.limits);
    let mut decoder = decoder(photo, kind, &limits)
        .map_err(|error| Error::from_decoder(format, &limits, error))?;
    let (width, height) = decoder.dimensions();
    let size = Size { width, height };
    context.check_size(format, size)?;
    let samples = samples(decoder.color_type());
    let memory = memory_to_decode(format, decoder.total_bytes())
        .saturating_add(memory_to_reduce(size, samples));
    let orientation = decoder.orientation().ok();
    let space = ColorSpace::from_icc(decoder.icc_profile().ok().flatten());
    let color = decoder.original_color_type();
    let claims = Claims {
        orientation: orientation
            .and_then(|orientation| Orientation::from_exif(orientation.to_exif()))
            .unwrap_or_default(),
        bits: (color.bits_per_pixel() / u16::from(color.channel_count().max(1))) as u8,
        ..Claims::new(format, size, samples, memory)
    };
    let whole = Whole {
        photo,
        format,
        kind,
        limits,
        decoder: Some(decoder),
    };
    context.accept(claims, space, Decoder::Rows(Box::new(whole)))
}

fn decoder<'a>(
    photo: &'a Photo<'a>,
    kind: ImageFormat,
    limits: &Limits,
) -> Result<Box<dyn ImageDecoder + 'a>, ImageError> {
    let mut reader = ImageReader::with_format(photo.reader_of_all(), kind);
    reader.limits(allocations(limits.memory));
    Ok(Box::new(reader.into_decoder()?))
}

struct Whole<'a> {
    photo: &'a Photo<'a>,
    format: Format,
    kind: ImageFormat,
    limits: Limits,
    /// What has read the header; taken by the first decoding.
    decoder: Option<Box<dyn ImageDecoder + 'a>>,
}

impl Rows for Whole<'_> {
    fn decode(&mut self, resampler: &mut Resampler) -> Result<(), Error> {
        let decoder = match self.decoder.take() {
            Some(decoder) => Ok(decoder),
            None => decoder(self.photo, self.kind, &self.limits),
        };
        let image = decoder
            .and_then(DynamicImage::from_decoder)
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
        Format::WEBP => decoded.saturating_mul(2),
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
            other => format.malformed(cause(&other)),
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

/// TGA has no first bytes of its own: the fields of its header must all make sense.
///
/// ```text
/// 0 id length │ 1 map: 0, 1 │ 2 type: 1, 2, 3, 9, 10, 11 │ 3‥5 map range │ 7 map bits │ 8‥11 origin │ 12‥15 size │ 16 bits │ 17 alpha, origin
/// ```
fn is_tga(head: &[u8]) -> bool {
    let &[
        _,
        map,
        kind,
        ..,
        width_low,
        width_high,
        height_low,
        height_high,
        bits,
        descriptor,
    ] = head.first_chunk::<18>().map_or(&[][..], |header| header)
    else {
        return false;
    };
    let mapped =
        matches!(kind, 1 | 9) && map == 1 && matches!(head[7], 15 | 16 | 24 | 32) && bits == 8;
    let plain = matches!(kind, 2 | 10) && map == 0 && matches!(bits, 15 | 16 | 24 | 32);
    let gray = matches!(kind, 3 | 11) && map == 0 && matches!(bits, 8 | 16);
    let sized = (width_low, width_high) != (0, 0) && (height_low, height_high) != (0, 0);
    (mapped || plain || gray) && sized && descriptor & 0b1100_0000 == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_targa_header_must_make_sense_as_a_whole() {
        let mut header = [0; 18];
        header[2] = 2;
        header[12] = 4;
        header[14] = 4;
        header[16] = 24;

        assert!(is_tga(&header));

        header[16] = 23;
        assert!(!is_tga(&header));
    }
}
