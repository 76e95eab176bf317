//! PNG (ISO/IEC 15948): row by row, and no pixel below the square or right of it. Deflate is undone by `fdeflate`.

mod animation;
mod chunks;
mod color;
mod expand;
mod filter;
mod frame_control;
mod header;
mod inflate;
mod passes;
mod scanlines;
#[cfg(test)]
mod tests;

use chunks::doubtful_from;
use header::ImageHeader;
use inflate::Inflate;
use passes::{PASSES, Rows};

use super::context::{Claims, OpenContext, Opened};
use super::decoder::{self, Decoder};
use super::frames::first_frame_only;
use super::spec::{FormatSpec, Reading};
use crate::error::Error;
use crate::exif;
use crate::header::Format;
use crate::photo::Photo;
use crate::resample::{Resampler, memory_to_reduce};

impl Format {
    /// Portable Network Graphics; of an animated one the frame that is asked for.
    pub const PNG: Self = Self::named("PNG");
}

pub(super) const FORMAT: FormatSpec = FormatSpec {
    format: Format::PNG,
    extensions: &["png", "apng"],
    matches: |head| head.starts_with(b"\x89PNG\r\n\x1A\n"),
    reading: Reading::Streamed,
    open: Some(open),
};

fn open<'a>(context: &mut OpenContext<'a, '_>) -> Result<Opened<'a>, Error> {
    let photo = context.photo;
    let header = ImageHeader::read(photo, |size| context.check_size(Format::PNG, size))?;
    let still = open_still(context, header.clone())?;
    let needs_frames = !first_frame_only(context.frame, still.header.size);
    match needs_frames && chunks::is_animated(photo) {
        true => animation::open(context, header, still),
        false => Ok(still),
    }
}

fn open_still<'a>(
    context: &mut OpenContext<'a, '_>,
    header: ImageHeader,
) -> Result<Opened<'a>, Error> {
    let photo = context.photo;
    let (size, samples) = (header.size, header.samples());

    let passes = match header.is_interlaced {
        true => PASSES as u64,
        false => 1,
    };
    let orientation = chunks::exif(photo).and_then(|exif| exif::orientation(&exif));
    let claims = Claims {
        orientation: orientation.unwrap_or_default(),
        bits: header.depth,
        ..Claims::new(
            Format::PNG,
            size,
            samples,
            memory_to_reduce(size, samples).saturating_add(memory_to_decode(&header, passes)),
        )
    };
    let decoder = Decoder::Rows(Box::new(Png { photo, header }));
    context.accept(claims, color::space(photo), decoder)
}

/// The bytes that rows take on their way to the resampler: for each pass a band of them, as stored, and its data; one row expanded, and
/// one that passes make.
fn memory_to_decode(header: &ImageHeader, passes: u64) -> u64 {
    let band = header
        .row_bytes(header.size.width)
        .saturating_mul(1 + filter::ROWS as u64);
    let samples = u64::from(header.size.width) * header.samples().channels() as u64;
    let expanded = samples.saturating_mul(u64::from(header.depth).div_ceil(8));
    band.saturating_add(inflate::MEMORY)
        .saturating_mul(passes)
        .saturating_add(expanded.saturating_mul(2))
}

struct Png<'a> {
    photo: &'a Photo<'a>,
    header: ImageHeader,
}

impl decoder::Rows for Png<'_> {
    fn decode(&mut self, resampler: &mut Resampler) -> Result<(), Error> {
        let doubtful_from = doubtful_from(self.photo)?;
        let (needed, columns) = (resampler.rows(), resampler.columns());
        let mut rows = Rows::new(&self.header, needed.end, columns.end, || {
            Inflate::new(self.photo, self.header.data, doubtful_from)
        });
        let mut result = Ok(());
        for y in needed {
            match rows.row(y) {
                Ok((row, true)) => resampler.push(row),
                Ok((row, false)) => resampler.push_doubtful(row),
                Err(error) => {
                    resampler.lose(1);
                    result = result.and(Err(error));
                }
            }
        }
        result
    }
}
