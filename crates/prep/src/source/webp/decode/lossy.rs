//! A lossy still: a key frame of VP8 and, in a chunk of its own, its opacity.

use std::borrow::Cow;
use std::ops::Range;

use vp8::{Filter, Picture, Plane};

use super::opacity::Opacity;
use super::planes;
use super::upsample::Upsampler;
use crate::cancel::Cancel;
use crate::error::Error;
use crate::geometry::{Resize, Size};
use crate::header::{Format, Samples};
use crate::photo::Photo;
use crate::pixels::{Pixels, Row};
use crate::resample::Resampler;
use crate::source::decoder::Render;
use crate::source::loop_filters::{LoopFilters, Quantizer};

pub(super) struct Lossy<'a> {
    pub(super) photo: &'a Photo<'a>,
    pub(super) size: Size,
    pub(super) frame: Range<u64>,
    pub(super) opacity: Option<Range<u64>>,
    /// Red, green and blue, with opacity or without.
    pub(super) samples: Samples,
}

impl Lossy<'_> {
    /// The most bytes that decoding takes: the packed frame, its planes, and what is known of each macroblock; opacity, packed and
    /// unpacked, and what unpacking it takes.
    pub(super) fn memory(&self) -> u64 {
        let packed = |chunk: &Range<u64>| {
            let end = chunk.end.min(self.photo.length());
            end.saturating_sub(chunk.start)
        };
        let pixels = self.size.pixels();
        let opacity = self.opacity.as_ref().map_or(0, |chunk| {
            let Size { width, height } = self.size;
            vp8l::memory_to_decode(width, height, packed(chunk)) + packed(chunk) + pixels
        });
        2 * pixels + packed(&self.frame) + opacity
    }

    /// Gives the bytes of the frame, whose size is the container's: the limits were checked for that one.
    fn frame(&self) -> Result<Cow<'_, [u8]>, Error> {
        let frame = self.photo.bytes(self.frame.clone());
        let header = vp8::Header::read(&frame).map_err(malformed)?;
        if (u32::from(header.width), u32::from(header.height))
            != (self.size.width, self.size.height)
        {
            return Err(Format::WEBP.malformed("its frame has another size"));
        }
        Ok(frame)
    }

    /// Makes pixels of the whole frame, and gives the rows that are needed.
    fn push_pixels(
        &self,
        frame: &[u8],
        resampler: &mut Resampler,
        filter: Filter,
    ) -> Result<(), Error> {
        let picture = vp8::decode(frame, filter).map_err(malformed)?;
        let opacity = match &self.opacity {
            Some(chunk) => Some(Opacity::unpack(
                &self.photo.bytes(chunk.clone()),
                self.size,
                resampler.rows().end,
            )?),
            None => None,
        };
        let intact_rows = opacity
            .iter()
            .map(Opacity::rows)
            .fold(picture.intact_rows(), u32::min);
        let mut upsampler = Upsampler::new(self.size.width);
        let mut with_opacity = Vec::new();
        for y in resampler.rows() {
            if y >= intact_rows {
                break;
            }
            let rgb = upsampler.row(&picture, y);
            if self.samples == Samples::Rgb {
                resampler.push(Row::Narrow(rgb));
                continue;
            }
            let opaque = |x| {
                opacity
                    .as_ref()
                    .map_or(u8::MAX, |opacity| opacity.row(y)[x])
            };
            with_opacity.clear();
            for (x, &[red, green, blue]) in rgb.as_chunks().0.iter().enumerate() {
                with_opacity.extend([red, green, blue, opaque(x)]);
            }
            resampler.push(Row::Narrow(&with_opacity));
        }
        Ok(())
    }
}

impl Render for Lossy<'_> {
    fn render(
        &mut self,
        resize: Resize,
        pixels: &mut Pixels,
        cancel: &Cancel,
    ) -> Result<f32, Error> {
        /// Between 48 and 59 of the table in [`LoopFilters::for_step`].
        const MAX_FINE: u8 = 52;
        let frame = self.frame()?;
        let index = vp8::quantizer_index(&frame).map_err(malformed)?;
        let quantizer = Quantizer::fine_if(index <= MAX_FINE);
        let filter = match LoopFilters::for_step(resize.step(), quantizer) {
            LoopFilters::LeftOut if self.samples == Samples::Rgb => {
                return planes::reduce(&frame, self.size, resize, pixels, cancel);
            }
            LoopFilters::LeftOut => Filter::LeftOut,
            LoopFilters::Applied => Filter::Applied,
        };
        let mut resampler = Resampler::default();
        resampler.set_cancel(cancel.clone());
        resampler.begin(self.size, self.samples, resize);
        self.push_pixels(&frame, &mut resampler, filter)?;
        resampler.finish(pixels).ok_or_else(cut_off)
    }
}

pub(super) fn malformed(error: vp8::Error) -> Error {
    Format::WEBP.malformed(error.to_string())
}

pub(super) fn cut_off() -> Error {
    Format::WEBP.malformed("it is cut off")
}

impl Upsampler {
    /// Makes pixels of a row.
    fn row(&mut self, picture: &Picture, y: u32) -> &[u8] {
        let last = u32::from(picture.header().height).div_ceil(2) - 1;
        let near = y / 2;
        let far = match y % 2 {
            0 => near.saturating_sub(1),
            _ => (near + 1).min(last),
        };
        let chroma =
            [Plane::Cb, Plane::Cr].map(|plane| [near, far].map(|row| picture.row(plane, row)));
        self.pixels(picture.row(Plane::Luma, y), chroma)
    }
}
