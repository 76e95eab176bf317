//! farbfeld (<https://tools.suckless.org/farbfeld/>): rows are read where they lie.
//!
//! ```text
//! 0 farbfeld │ 8 width │ 12 height │ 16 red, green, blue, opacity of each pixel, 16 bits each; all big-endian
//! ```

use super::context::{Claims, OpenContext, Opened};
use super::decoder::{Decoder, Rows};
use super::spec::{FormatSpec, Reading};
use crate::color::ColorSpace;
use crate::error::Error;
use crate::geometry::Size;
use crate::header::{Format, Samples};
use crate::photo::Photo;
use crate::pixels::Row;
use crate::resample::{Resampler, memory_to_reduce};

impl Format {
    /// farbfeld.
    pub const FARBFELD: Self = Self::named("farbfeld");
}

pub(super) const FORMAT: FormatSpec = FormatSpec {
    format: Format::FARBFELD,
    extensions: &["ff"],
    matches: |head| head.starts_with(b"farbfeld"),
    reading: Reading::Streamed,
    open: Some(open),
};

const HEADER: u64 = 16;
const PIXEL: u64 = 8;

/// Reads the header.
fn open<'a>(context: &mut OpenContext<'a, '_>) -> Result<Opened<'a>, Error> {
    let photo = context.photo;
    let [Some(width), Some(height)] = [8, 12].map(|at| photo.array(at).map(u32::from_be_bytes))
    else {
        return Err(Format::FARBFELD.malformed("its header is cut off"));
    };
    let size = Size { width, height };
    // A row as it is stored, and its samples.
    let row = u64::from(width) * PIXEL;
    let memory = memory_to_reduce(size, Samples::Rgba).saturating_add(2 * row);
    let claims = Claims {
        bits: 16,
        ..Claims::new(Format::FARBFELD, size, Samples::Rgba, memory)
    };
    let decoder = Decoder::Rows(Box::new(Farbfeld { photo, row }));
    context.accept(claims, ColorSpace::Untagged, decoder)
}

struct Farbfeld<'a> {
    photo: &'a Photo<'a>,
    /// The length of a row in bytes.
    row: u64,
}

impl Rows for Farbfeld<'_> {
    fn decode(&mut self, resampler: &mut Resampler) -> Result<(), Error> {
        let mut samples = Vec::new();
        for y in resampler.rows() {
            let start = HEADER + u64::from(y) * self.row;
            let row = self.photo.bytes(start..start + self.row);
            if (row.len() as u64) < self.row {
                return Err(Format::FARBFELD.malformed("it is cut off"));
            }
            let (row, _) = row.as_chunks();
            samples.clear();
            samples.extend(row.iter().map(|&sample| u16::from_be_bytes(sample)));
            resampler.push(Row::Wide(&samples));
        }
        Ok(())
    }
}
