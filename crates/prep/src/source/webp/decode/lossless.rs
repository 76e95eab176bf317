//! A lossless still: row by row, up to the last one that is needed.

use std::ops::{ControlFlow, Range};

use vp8l::Region;

use crate::error::Error;
use crate::geometry::Size;
use crate::header::{Format, Samples};
use crate::photo::Photo;
use crate::pixels::Row;
use crate::resample::Resampler;
use crate::source::decoder::Rows;

pub(super) struct Lossless<'a> {
    pub(super) photo: &'a Photo<'a>,
    pub(super) size: Size,
    pub(super) chunk: Range<u64>,
    /// Red, green and blue, with opacity or without.
    pub(super) samples: Samples,
}

impl Lossless<'_> {
    /// The most bytes that decoding takes: the packed image, what is kept of it unpacked, and a row of pixels.
    pub(super) fn memory(&self) -> u64 {
        let Size { width, height } = self.size;
        let end = self.chunk.end.min(self.photo.length());
        let packed = end.saturating_sub(self.chunk.start);
        let row = u64::from(width) * self.samples.channels() as u64;
        vp8l::memory_to_decode(width, height, packed) + packed + row
    }
}

impl Rows for Lossless<'_> {
    fn decode(&mut self, resampler: &mut Resampler) -> Result<(), Error> {
        let chunk = self.photo.bytes(self.chunk.clone());
        let header = vp8l::Header::read(&chunk).map_err(malformed)?;
        // The limits were checked for the container's.
        if (header.width, header.height) != (self.size.width, self.size.height) {
            return Err(Format::WEBP.malformed("its image has another size"));
        }
        let region = Region {
            columns: resampler.columns(),
            rows: resampler.rows(),
        };
        let mut bytes = vec![0; self.size.width as usize * self.samples.channels()];
        let decoded = vp8l::decode(&chunk, region, |row| {
            match self.samples {
                Samples::Rgba => row.write_rgba(&mut bytes),
                _ => row.write_rgb(&mut bytes),
            }
            resampler.push(Row::Narrow(&bytes));
            ControlFlow::Continue(())
        });
        decoded.map_err(malformed)
    }
}

pub(super) fn malformed(error: vp8l::Error) -> Error {
    match error {
        vp8l::Error::CutOff => Format::WEBP.malformed("it is cut off"),
        other => Format::WEBP.malformed(other.to_string()),
    }
}
