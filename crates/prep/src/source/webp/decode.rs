//! A lossy still is decoded by our own decoder, without its loop filter where the reduction hides it; lossless stills and
//! animations are decoded by the `image-webp` crate.
//!
//! libwebp was not taken: it is C that reads hostile bytes (CVE-2023-4863 was in its lossless decoder), and calling it is
//! `unsafe`, which no crate here is but `simd`.

mod animation;
mod container;
mod lossy;
mod opacity;
mod planes;
mod upsample;

use container::{Container, WebPReader};
use image_webp::{DecodingError, WebPDecoder};
use lossy::Lossy;

use crate::color::ColorSpace;
use crate::error::{Error, Limit};
use crate::exif;
use crate::geometry::Size;
use crate::header::{Format, Samples};
use crate::options::Limits;
use crate::photo::Photo;
use crate::pixels::Row;
use crate::resample::{Resampler, memory_to_reduce};
use crate::source::context::{Claims, OpenContext, Opened};
use crate::source::decoder::{Decoder, Rows};

/// Reads the header.
pub(super) fn open<'a>(context: &mut OpenContext<'a, '_>) -> Result<Opened<'a>, Error> {
    let (photo, limits) = (context.photo, context.limits);
    let container = Container::read(photo);
    let mut decoder = decoder(photo, &container, &limits)?;
    let (width, height) = decoder.dimensions();
    let size = Size { width, height };
    context.check_size(Format::WEBP, size)?;
    let orientation = container.exif(photo).as_deref().and_then(exif::orientation);
    let orientation = orientation.unwrap_or_default();
    let space = ColorSpace::from_icc(decoder.icc_profile().ok().flatten());
    if container.is_animated() {
        return animation::open(context, decoder, orientation, space);
    }
    let samples = match decoder.has_alpha() {
        true => Samples::Rgba,
        false => Samples::Rgb,
    };
    let lossy = container.lossy().map(|frame| Lossy {
        photo,
        size,
        frame,
        opacity: container.opacity().filter(|_| decoder.has_alpha()),
        samples,
    });
    let memory = match &lossy {
        Some(lossy) => lossy.memory(),
        None => memory_to_decode(size, samples),
    };
    let memory = memory.saturating_add(memory_to_reduce(size, samples));
    let claims = Claims {
        orientation,
        ..Claims::new(Format::WEBP, size, samples, memory)
    };
    if let Some(lossy) = lossy {
        return context.accept(claims, space, Decoder::Render(Box::new(lossy)));
    }
    let still = Still {
        photo,
        container,
        limits,
        decoder: Some(decoder),
    };
    context.accept(claims, space, Decoder::Rows(Box::new(still)))
}

/// The pixels, and as much again for the transforms.
fn memory_to_decode(size: Size, samples: Samples) -> u64 {
    size.pixels().saturating_mul(2 * samples.channels() as u64)
}

fn decoder<'a>(
    photo: &'a Photo<'a>,
    container: &Container,
    limits: &Limits,
) -> Result<WebPDecoder<WebPReader<'a>>, Error> {
    let reader = WebPReader::new(photo, container);
    let mut decoder = WebPDecoder::new(reader).map_err(|error| from_decoder(error, limits))?;
    decoder.set_memory_limit(usize::try_from(limits.memory).unwrap_or(usize::MAX));
    Ok(decoder)
}

/// A lossless still.
struct Still<'a> {
    photo: &'a Photo<'a>,
    container: Container,
    limits: Limits,
    /// What has read the header; taken by the first decoding.
    decoder: Option<WebPDecoder<WebPReader<'a>>>,
}

impl Rows for Still<'_> {
    fn decode(&mut self, resampler: &mut Resampler) -> Result<(), Error> {
        let mut decoder = match self.decoder.take() {
            Some(decoder) => decoder,
            None => decoder(self.photo, &self.container, &self.limits)?,
        };
        let (width, height) = decoder.dimensions();
        let mut pixels = vec![0; decoder.output_buffer_size().unwrap_or(0)];
        decoder
            .read_image(&mut pixels)
            .map_err(|error| from_decoder(error, &self.limits))?;
        let row = pixels.len() / height as usize;
        debug_assert!(row.is_multiple_of(width as usize));
        for y in resampler.rows() {
            resampler.push(Row::Narrow(&pixels[y as usize * row..][..row]));
        }
        Ok(())
    }
}

fn from_decoder(error: DecodingError, limits: &Limits) -> Error {
    match error {
        DecodingError::IoError(_) => Format::WEBP.malformed("it is cut off"),
        DecodingError::UnsupportedFeature(_) => Error::Unsupported {
            what: "this kind of WebP".into(),
        },
        DecodingError::MemoryLimitExceeded => Error::TooLarge {
            what: Limit::Memory,
            actual: limits.memory.saturating_add(1),
            limit: limits.memory,
        },
        other => Format::WEBP.malformed(other.to_string()),
    }
}
