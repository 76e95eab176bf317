//! PNG (ISO/IEC 15948), through the `png` crate: row by row, and no row below the square.

mod passes;

use std::io::BufRead;

use passes::{PASSES, Passes};
use png::{BitDepth, ColorType, DecodingError, Reader, Transformations};

use super::rows::{Rows, RowsPhoto, contain};
use super::{check_size, exif_orientation, within};
use crate::chunks::{Chunk, Chunks};
use crate::color::{ColorSpace, Profiles};
use crate::error::{Error, Limit};
use crate::geometry::Size;
use crate::header::{Format, Header, Samples};
use crate::options::Limits;
use crate::photo::{Photo, Reader as Bytes};
use crate::pixels::Row;
use crate::resample::{Resampler, memory_to_reduce};

/// Reads the header: all chunks before the pixels.
pub(super) fn open<'a>(
    photo: &'a Photo<'a>,
    limits: &Limits,
    profiles: &mut Profiles,
) -> Result<RowsPhoto<'a>, Error> {
    contain(Format::Png, || {
        let mut decoder = decoder(photo.reader_of_all(), limits);
        let info = decoder
            .read_header_info()
            .map_err(|error| from_decoder(error, limits))?;
        let size = Size {
            width: info.width,
            height: info.height,
        };
        check_size(Format::Png, size, limits)?;
        let bits = info.bit_depth as u8;
        let reader = decoder
            .read_info()
            .map_err(|error| from_decoder(error, limits))?;

        let (color, depth) = reader.output_color_type();
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
        within(Limit::Memory, memory, limits.memory)?;
        let orientation = info.exif_metadata.as_deref().and_then(exif_orientation);
        let space = ColorSpace::of_png(photo);
        let header = Header {
            format: Format::Png,
            size,
            orientation: orientation.unwrap_or_default(),
            bits,
            samples,
            is_ycbcr: false,
            profile: profiles.classify(&space, samples),
            memory,
        };
        Ok(RowsPhoto {
            header,
            space,
            rows: Box::new(Png {
                photo,
                limits: *limits,
                size,
                wide: (depth == BitDepth::Sixteen).then(Vec::new),
                reader,
            }),
        })
    })
}

/// What the `png` crate keeps beside a row: 32 KiB that deflate looks back to, and what it unpacks at once.
const WINDOW: u64 = 512 << 10;

struct Png<'a> {
    photo: &'a Photo<'a>,
    limits: Limits,
    size: Size,
    /// Where samples have 16 bits: a row of them.
    wide: Option<Vec<u16>>,
    reader: Reader<Bytes<'a>>,
}

impl Rows for Png<'_> {
    fn decode(mut self: Box<Self>, resampler: &mut Resampler) -> Result<(), Error> {
        let sound = match sound_until(self.photo)? {
            None => u32::MAX,
            Some(end) => rows_of(self.photo.reader(0..end), &self.limits),
        };
        match self.reader.info().interlaced {
            false => self.row_by_row(sound, resampler),
            true => self.interlaced(sound, resampler),
        }
    }
}

impl Png<'_> {
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

fn decoder<'a>(photo: Bytes<'a>, limits: &Limits) -> png::Decoder<Bytes<'a>> {
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
                return Err(Error::Malformed {
                    format: Format::Png,
                    cause: format!("the checksum of {name} is wrong"),
                });
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

fn missing_pixels() -> Error {
    Error::Malformed {
        format: Format::Png,
        cause: "pixels are missing".into(),
    }
}

fn malformed(error: DecodingError) -> Error {
    let cause = match error {
        DecodingError::IoError(_) => "it is cut off".into(),
        other => other.to_string(),
    };
    Error::Malformed {
        format: Format::Png,
        cause,
    }
}

fn from_decoder(error: DecodingError, limits: &Limits) -> Error {
    match error {
        DecodingError::LimitsExceeded => Error::TooLarge {
            what: Limit::Memory,
            actual: limits.memory.saturating_add(1),
            limit: limits.memory,
        },
        other => malformed(other),
    }
}
