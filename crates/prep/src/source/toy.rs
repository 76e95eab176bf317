//! Toy: the smallest format there can be, an example of how to add one.
//!
//! ```text
//! 0 TOY │ 3 width │ 4 height │ 5 red, green, blue of each pixel, row by row
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
    /// Toy.
    pub const TOY: Self = Self::named("Toy");
}

pub(super) const FORMAT: FormatSpec = FormatSpec {
    format: Format::TOY,
    extensions: &["toy"],
    matches: |head| head.starts_with(b"TOY"),
    reading: Reading::Streamed,
    open: Some(open),
};

/// Reads the header.
fn open<'a>(context: &mut OpenContext<'a, '_>) -> Result<Opened<'a>, Error> {
    let photo = context.photo;
    let Some([width, height]) = photo.array(3) else {
        return Err(Format::TOY.malformed("its header is cut off"));
    };
    let size = Size {
        width: width.into(),
        height: height.into(),
    };
    let memory = memory_to_reduce(size, Samples::Rgb);
    let claims = Claims::new(Format::TOY, size, Samples::Rgb, memory);
    let decoder = Decoder::Rows(Box::new(Toy { photo, size }));
    context.accept(claims, ColorSpace::Untagged, decoder)
}

struct Toy<'a> {
    photo: &'a Photo<'a>,
    size: Size,
}

impl Rows for Toy<'_> {
    fn decode(&mut self, resampler: &mut Resampler) -> Result<(), Error> {
        let length = u64::from(self.size.width) * 3;
        for y in resampler.rows() {
            let start = 5 + u64::from(y) * length;
            let row = self.photo.bytes(start..start + length);
            match row.len() as u64 == length {
                true => resampler.push(Row::Narrow(&row)),
                false => resampler.lose(1),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
