//! Pixels without their opacity, in the three layouts that transforms take.

use std::borrow::Cow;

use crate::header::Samples;
use crate::pixels::{Pixels, Values, narrow};

/// Three samples a pixel, or four of ink; gray is repeated three times.
pub(super) enum Colors<'a> {
    Narrow(Cow<'a, [[u8; 3]]>),
    Wide(Cow<'a, [[u16; 3]]>),
    Ink(Cow<'a, [[u8; 4]]>),
}

impl<'a> Colors<'a> {
    /// Returns the colors of `pixels`.
    pub(super) fn of(pixels: &'a Pixels) -> Self {
        match &pixels.values {
            Values::Narrow(bytes) if pixels.samples == Samples::Cmyk => {
                Self::Ink(Cow::Borrowed(bytes.as_chunks().0))
            }
            Values::Wide(words) if pixels.samples == Samples::Cmyk => Self::Ink(Cow::Owned(
                words
                    .as_chunks()
                    .0
                    .iter()
                    .map(|ink: &[u16; 4]| ink.map(narrow))
                    .collect(),
            )),
            Values::Narrow(bytes) => Self::Narrow(threes(pixels.samples, bytes)),
            Values::Wide(words) => Self::Wide(threes(pixels.samples, words)),
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Narrow(pixels) => pixels.len(),
            Self::Wide(pixels) => pixels.len(),
            Self::Ink(pixels) => pixels.len(),
        }
    }

    /// Returns the samples at 16 bits each, interleaved.
    pub(super) fn words(&self) -> Cow<'_, [u16]> {
        let wide = |bytes: &[u8]| {
            bytes
                .iter()
                .map(|&sample| u16::from(sample) * 257)
                .collect()
        };
        match self {
            Self::Narrow(pixels) => Cow::Owned(wide(pixels.as_flattened())),
            Self::Wide(pixels) => Cow::Borrowed(pixels.as_flattened()),
            Self::Ink(pixels) => Cow::Owned(wide(pixels.as_flattened())),
        }
    }
}

fn threes<T: Copy>(samples: Samples, values: &[T]) -> Cow<'_, [[T; 3]]> {
    match samples {
        Samples::Gray => Cow::Owned(values.iter().map(|&gray| [gray; 3]).collect()),
        Samples::GrayAlpha => Cow::Owned(
            values
                .as_chunks()
                .0
                .iter()
                .map(|&[gray, _]| [gray; 3])
                .collect(),
        ),
        Samples::Rgba => Cow::Owned(
            values
                .as_chunks()
                .0
                .iter()
                .map(|&[red, green, blue, _]| [red, green, blue])
                .collect(),
        ),
        Samples::Rgb | Samples::Cmyk => Cow::Borrowed(values.as_chunks().0),
    }
}
