//! PNG (ISO/IEC 15948), through the `png` crate: row by row, and no row below the square.

use std::io::Cursor;

use png::{BitDepth, ColorType, DecodingError, InterlaceInfo, Reader, Transformations};

use super::rows::{Rows, RowsPhoto, contain};
use super::{check_size, exif_orientation, within};
use crate::color::{ColorSpace, Profiles};
use crate::error::{Error, Limit};
use crate::geometry::Size;
use crate::header::{Format, Header, Samples};
use crate::options::Limits;
use crate::pixels::Row;
use crate::resample::{Resampler, memory_to_reduce};

/// Reads the header: all chunks before the pixels.
pub(super) fn open<'a>(
    photo: &'a [u8],
    limits: &Limits,
    profiles: &mut Profiles,
) -> Result<RowsPhoto<'a>, Error> {
    contain(Format::Png, || {
        let mut decoder = decoder(photo, limits);
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
        // An interlaced one is only whole at its end; of any other there is a row, unfiltered and as it comes.
        let rows = if info.interlaced {
            size.height.into()
        } else {
            1
        };
        let memory = memory_to_reduce(size, samples)
            .saturating_add(row.saturating_mul(rows + 3))
            .saturating_add(WINDOW);
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
    photo: &'a [u8],
    limits: Limits,
    size: Size,
    /// Where samples have 16 bits: a row of them.
    wide: Option<Vec<u16>>,
    reader: Reader<Cursor<&'a [u8]>>,
}

impl Rows for Png<'_> {
    fn decode(mut self: Box<Self>, resampler: &mut Resampler) -> Result<(), Error> {
        let sound = match sound_until(self.photo)? {
            None => u32::MAX,
            Some(end) => rows_of(&self.photo[..end], &self.limits),
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
        let bits = color.samples() as u8 * depth as u8;
        let stride = self.row_bytes();
        let mut pixels = vec![0; stride * self.size.height as usize];
        let mut come = 0;
        let result = loop {
            let row = match self.reader.next_interlaced_row() {
                Ok(Some(row)) => row,
                Ok(None) => break Ok(()),
                Err(error) => break Err(malformed(error)),
            };
            if let InterlaceInfo::Adam7(place) = row.interlace() {
                png::expand_interlaced_row(&mut pixels, stride, row.data(), place, bits);
            }
            come += 1;
        };
        let needed = resampler.rows();
        let whole_with = rows_to_be_whole(self.size);
        for y in needed.start as usize..needed.end as usize {
            let row = &pixels[y * stride..][..stride];
            match whole_with[y] {
                with if with > come => resampler.lose(1),
                with if with > sound => resampler.push_doubtful(self.samples(row)),
                _ => resampler.push(self.samples(row)),
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

/// For each row of an interlaced photo: how many rows of the passes must have come until it is whole.
fn rows_to_be_whole(size: Size) -> Vec<u32> {
    let mut whole_with = vec![0; size.height as usize];
    let mut come = 0;
    for [first_column, first_row, distance] in PASSES {
        if first_column >= size.width {
            continue;
        }
        for row in (first_row..size.height).step_by(distance as usize) {
            come += 1;
            whole_with[row as usize] = come;
        }
    }
    whole_with
}

/// The seven passes (ISO/IEC 15948, 8.2): the first column, the first row, and how far apart the rows are.
const PASSES: [[u32; 3]; 7] = [
    [0, 0, 8],
    [4, 0, 8],
    [0, 4, 8],
    [2, 0, 4],
    [0, 2, 4],
    [1, 0, 2],
    [0, 1, 2],
];

fn decoder<'a>(photo: &'a [u8], limits: &Limits) -> png::Decoder<Cursor<&'a [u8]>> {
    let bytes = usize::try_from(limits.memory).unwrap_or(usize::MAX);
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(photo), png::Limits { bytes });
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
fn rows_of(photo: &[u8], limits: &Limits) -> u32 {
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
fn sound_until(photo: &[u8]) -> Result<Option<usize>, Error> {
    // length │ name │ data … │ checksum of name and data
    let mut rest = &photo[SIGNATURE..];
    while let Some((length, named)) = rest.split_first_chunk::<4>() {
        let length = u32::from_be_bytes(*length) as usize;
        let Some((data, after)) = named.split_at_checked(length.saturating_add(4)) else {
            break;
        };
        let Some((checksum, after)) = after.split_first_chunk::<4>() else {
            break;
        };
        let name = &data[..4];
        let is_sound = || crc32fast::hash(data) == u32::from_be_bytes(*checksum);
        match name {
            b"IHDR" | b"PLTE" | b"tRNS" if !is_sound() => {
                return Err(Error::Malformed {
                    format: Format::Png,
                    cause: format!("the checksum of {} is wrong", String::from_utf8_lossy(name)),
                });
            }
            b"IDAT" if !is_sound() => return Ok(Some(photo.len() - rest.len())),
            b"IEND" => break,
            _ => {}
        }
        rest = after;
    }
    Ok(None)
}

/// The bytes that every PNG begins with.
const SIGNATURE: usize = 8;

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
