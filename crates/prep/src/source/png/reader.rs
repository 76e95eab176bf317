//! The `png` crate, set up for photos.

use png::{DecodingError, Transformations};

use crate::error::{Error, Limit};
use crate::header::Format;
use crate::options::Limits;
use crate::photo::Reader as Bytes;

pub(super) fn decoder<'a>(photo: Bytes<'a>, limits: &Limits) -> png::Decoder<Bytes<'a>> {
    let bytes = usize::try_from(limits.memory).unwrap_or(usize::MAX);
    let mut decoder = png::Decoder::new_with_limits(photo, png::Limits { bytes });
    // Palettes are looked up, and less than 8 bits become 8.
    decoder.set_transformations(Transformations::EXPAND);
    decoder.set_ignore_text_chunk(true);
    // The profile is unpacked with bounds of its own.
    decoder.set_ignore_iccp_chunk(true);
    // `sound_until` looks at the checksums: what does not match is told, not refused.
    decoder.ignore_checksums(true);
    decoder
}

pub(super) fn missing_pixels() -> Error {
    Format::PNG.malformed("pixels are missing")
}

pub(super) fn malformed(error: DecodingError) -> Error {
    match error {
        DecodingError::IoError(_) => Format::PNG.malformed("it is cut off"),
        other => Format::PNG.malformed(other.to_string()),
    }
}

pub(super) fn from_decoder(error: DecodingError, limits: &Limits) -> Error {
    match error {
        DecodingError::LimitsExceeded => Error::TooLarge {
            what: Limit::Memory,
            actual: limits.memory.saturating_add(1),
            limit: limits.memory,
        },
        other => malformed(other),
    }
}
