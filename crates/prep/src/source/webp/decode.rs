//! Stills are decoded by our own decoders, a lossy one without its loop filter where the reduction hides it; animations are decoded by
//! the `image-webp` crate, which also puts their frames together, and reads the container.
//!
//! libwebp was not taken: it is C that reads hostile bytes (CVE-2023-4863 was in its lossless decoder), and calling it is
//! `unsafe`, which no crate here is but `simd`.

mod animation;
mod container;
mod lossless;
mod lossy;
mod opacity;
mod planes;
mod upsample;

use container::{Container, WebPReader};
use image_webp::{DecodingError, WebPDecoder};
use lossless::Lossless;
use lossy::Lossy;

use crate::color::ColorSpace;
use crate::error::{Error, Limit};
use crate::exif;
use crate::geometry::Size;
use crate::header::{Format, Samples};
use crate::options::Limits;
use crate::photo::Photo;
use crate::resample::memory_to_reduce;
use crate::source::context::{Claims, OpenContext, Opened};
use crate::source::decoder::Decoder;

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
    let accept = |context: &mut OpenContext<'a, '_>, memory: u64, decoder| {
        let memory = memory.saturating_add(memory_to_reduce(size, samples));
        let claims = Claims {
            orientation,
            ..Claims::new(Format::WEBP, size, samples, memory)
        };
        context.accept(claims, space, decoder)
    };
    if let Some(frame) = container.lossy() {
        let lossy = Lossy {
            photo,
            size,
            frame,
            opacity: container.opacity().filter(|_| decoder.has_alpha()),
            samples,
        };
        let memory = lossy.memory();
        return accept(context, memory, Decoder::Render(Box::new(lossy)));
    }
    let chunk = container.lossless();
    let lossless = Lossless {
        photo,
        size,
        chunk: chunk.ok_or_else(|| Format::WEBP.malformed("it has no image"))?,
        samples,
    };
    let memory = lossless.memory();
    accept(context, memory, Decoder::Rows(Box::new(lossless)))
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
