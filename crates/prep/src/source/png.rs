//! PNG (ISO/IEC 15948), through the `png` crate: row by row, and no row below the square.

mod animation;
mod chunks;
mod color;
mod passes;
mod reader;

use std::io::BufRead;

use chunks::{Chunk, Chunks};
use passes::{PASSES, Passes};
use png::{BitDepth, ColorType, Reader};
use reader::{decoder, from_decoder, malformed, missing_pixels};

use super::context::{Claims, OpenContext, Opened};
use super::decoder::{Decoder, Rows};
use super::frames::first_frame_only;
use super::spec::{FormatSpec, Reading};
use crate::error::Error;
use crate::exif;
use crate::geometry::Size;
use crate::header::{Format, Samples};
use crate::options::Limits;
use crate::photo::{Photo, Reader as Bytes};
use crate::pixels::Row;
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
    let still = open_still(context)?;
    let needs_frames = !first_frame_only(context.frame, still.header.size);
    match needs_frames && chunks::is_animated(context.photo) {
        true => animation::open(context, still),
        false => Ok(still),
    }
}

/// Reads the header: all chunks before the pixels.
fn open_still<'a>(context: &mut OpenContext<'a, '_>) -> Result<Opened<'a>, Error> {
    let (photo, limits) = (context.photo, context.limits);
    let mut decoder = decoder(photo.reader_of_all(), &limits);
    let info = decoder
        .read_header_info()
        .map_err(|error| from_decoder(error, &limits))?;
    let size = Size {
        width: info.width,
        height: info.height,
    };
    context.check_size(Format::PNG, size)?;
    let bits = info.bit_depth as u8;
    let reader = decoder
        .read_info()
        .map_err(|error| from_decoder(error, &limits))?;

    let (color, _) = reader.output_color_type();
    let samples = match color {
        ColorType::Grayscale => Samples::Gray,
        ColorType::GrayscaleAlpha => Samples::GrayAlpha,
        ColorType::Rgba => Samples::Rgba,
        _ => Samples::Rgb,
    };
    let info = reader.info();
    let row = reader.output_line_size(size.width).unwrap_or(usize::MAX) as u64;
    // A row, unfiltered and as it comes, of each pass.
    let passes = match info.interlaced {
        true => PASSES as u64,
        false => 1,
    };
    let memory = memory_to_reduce(size, samples).saturating_add(
        row.saturating_mul(4)
            .saturating_add(WINDOW)
            .saturating_mul(passes),
    );
    let orientation = chunks::exif(photo).and_then(|exif| exif::orientation(&exif));
    let claims = Claims {
        orientation: orientation.unwrap_or_default(),
        bits,
        ..Claims::new(Format::PNG, size, samples, memory)
    };
    let png = Png {
        photo,
        limits,
        size,
        reader: Some(reader),
    };
    let decoder = Decoder::Rows(Box::new(png));
    context.accept(claims, color::space(photo), decoder)
}

/// What the `png` crate keeps beside a row: 32 KiB that deflate looks back to, and what it unpacks at once.
const WINDOW: u64 = 512 << 10;

struct Png<'a> {
    photo: &'a Photo<'a>,
    limits: Limits,
    size: Size,
    /// What has read the header; taken by the first decoding.
    reader: Option<Reader<Bytes<'a>>>,
}

impl Rows for Png<'_> {
    fn decode(&mut self, resampler: &mut Resampler) -> Result<(), Error> {
        let sound = match sound_until(self.photo)? {
            None => u32::MAX,
            Some(end) => rows_of(self.photo.reader(0..end), &self.limits),
        };
        let reader = match self.reader.take() {
            Some(reader) => reader,
            None => decoder(self.photo.reader_of_all(), &self.limits)
                .read_info()
                .map_err(|error| from_decoder(error, &self.limits))?,
        };
        let (_, depth) = reader.output_color_type();
        let mut rows = PngRows {
            photo: self.photo,
            limits: self.limits,
            size: self.size,
            wide: (depth == BitDepth::Sixteen).then(Vec::new),
            reader,
        };
        match rows.reader.info().interlaced {
            false => rows.row_by_row(sound, resampler),
            true => rows.interlaced(sound, resampler),
        }
    }
}

/// The rows of one decoding.
struct PngRows<'a> {
    photo: &'a Photo<'a>,
    limits: Limits,
    size: Size,
    /// Where samples have 16 bits: a row of them.
    wide: Option<Vec<u16>>,
    reader: Reader<Bytes<'a>>,
}

impl PngRows<'_> {
    /// Of the rows that come the first `sound` are what they were.
    fn row_by_row(&mut self, sound: u32, resampler: &mut Resampler) -> Result<(), Error> {
        let needed = resampler.rows();
        let mut row = vec![0; self.row_bytes()];
        for y in 0..needed.end {
            if self.reader.read_row(&mut row).map_err(malformed)?.is_none() {
                return Err(missing_pixels());
            }
            if y >= needed.start {
                match y < sound {
                    true => resampler.push(self.samples(&row)),
                    false => resampler.push_doubtful(self.samples(&row)),
                }
            }
        }
        Ok(())
    }

    /// The same, where the rows are those of seven passes.
    fn interlaced(&mut self, sound: u32, resampler: &mut Resampler) -> Result<(), Error> {
        let (color, depth) = self.reader.output_color_type();
        let pixel_bytes = color.samples() * depth as usize / 8;
        let mut passes = Passes::new(self.photo, self.size, &self.limits, pixel_bytes)?;
        let mut row = vec![0; self.row_bytes()];
        let mut result = Ok(());
        for y in resampler.rows() {
            match passes.read(y, &mut row) {
                Ok(with) if with <= sound => resampler.push(self.samples(&row)),
                Ok(_) => resampler.push_doubtful(self.samples(&row)),
                Err(error) => {
                    resampler.lose(1);
                    result = result.and(Err(error));
                }
            }
        }
        result
    }

    fn samples<'b>(&'b mut self, row: &'b [u8]) -> Row<'b> {
        let Some(wide) = &mut self.wide else {
            return Row::Narrow(row);
        };
        wide.clear();
        wide.extend(
            row.as_chunks()
                .0
                .iter()
                .map(|&sample| u16::from_be_bytes(sample)),
        );
        Row::Wide(wide)
    }

    fn row_bytes(&self) -> usize {
        self.reader.output_line_size(self.size.width).unwrap_or(0)
    }
}

/// How many rows can be decoded of a photo that is cut off.
fn rows_of(photo: Bytes<'_>, limits: &Limits) -> u32 {
    let Ok(mut reader) = decoder(photo, limits).read_info() else {
        return 0;
    };
    let mut rows = 0;
    while let Ok(Some(_)) = reader.next_interlaced_row() {
        rows += 1;
    }
    rows
}

/// Where the first chunk of pixels begins whose checksum is wrong.
///
/// # Errors
///
/// A header or a palette that is not what it was: all pixels would be wrong.
fn sound_until(photo: &Photo<'_>) -> Result<Option<u64>, Error> {
    for chunk in Chunks::of(photo) {
        match &chunk.kind {
            b"IHDR" | b"PLTE" | b"tRNS" if !is_sound(photo, &chunk) => {
                let name = String::from_utf8_lossy(&chunk.kind);
                return Err(Format::PNG.malformed(format!("the checksum of {name} is wrong")));
            }
            b"IDAT" if !is_sound(photo, &chunk) => return Ok(Some(chunk.data.start - 8)),
            b"IEND" => break,
            _ => {}
        }
    }
    Ok(None)
}

/// Whether the checksum of a chunk, over its kind and data, is right.
fn is_sound(photo: &Photo<'_>, chunk: &Chunk) -> bool {
    let mut hasher = crc32fast::Hasher::new();
    let mut bytes = photo.reader(chunk.data.start - 4..chunk.data.end);
    while let Ok(some @ [_, ..]) = bytes.fill_buf() {
        let count = some.len();
        hasher.update(some);
        bytes.consume(count);
    }
    photo.array(chunk.data.end) == Some(hasher.finalize().to_be_bytes())
}
