//! The data of a strip or tile, unpacked from its start on.

use std::fmt;
use std::io::{self, BufRead, Cursor, Read};

use flate2::bufread::ZlibDecoder;

use super::fax::{Coding, Line, Lines};
use super::layout::{Compression, Layout, Predictor};
use crate::photo::Reader;
use crate::source::lzw::{Lzw, Tiff};

/// A strip or tile that gives row after row.
pub(super) struct Chunk<'a> {
    data: Box<dyn Read + 'a>,
    predictor: Predictor,
    /// How many samples lie between one and the next of its kind, and how many bytes a sample has.
    step: usize,
    bytes: usize,
    is_little_endian: bool,
    /// Nothing comes any more.
    is_lost: bool,
}

/// What came of a row.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Came {
    Whole,
    /// It may be wrong.
    Doubtful,
    /// It is lost: the row is left as it was.
    Nothing,
}

impl<'a> Chunk<'a> {
    /// The chunk whose packed data are `packed`.
    pub(super) fn new(packed: Reader<'a>, layout: &Layout<'_>) -> Self {
        let data = match layout.reverses_bits {
            true => {
                let mut bytes = all(packed, layout);
                for byte in &mut bytes {
                    *byte = byte.reverse_bits();
                }
                Self::unpacked(Cursor::new(bytes), layout)
            }
            false => Self::unpacked(packed, layout),
        };
        Self {
            is_lost: data.is_none(),
            data: data.unwrap_or_else(|| Box::new(io::empty())),
            predictor: layout.predictor,
            step: layout.samples_in_chunk(),
            bytes: usize::from(layout.bits / 8),
            is_little_endian: layout.is_little_endian,
        }
    }

    fn unpacked(packed: impl BufRead + 'a, layout: &Layout<'_>) -> Option<Box<dyn Read + 'a>> {
        Some(match layout.compression {
            Compression::None => Box::new(packed),
            Compression::PackBits => Box::new(PackBits::new(packed)),
            Compression::Lzw => Box::new(Lzw::<_, Tiff>::new(packed, 8)),
            Compression::Deflate => Box::new(ZlibDecoder::new(packed)),
            Compression::Fax(coding) => {
                Box::new(Fax::new(all(packed, layout), coding, layout.chunk.width))
            }
            Compression::Jpeg => Box::new(Cursor::new(jpeg_samples(&all(packed, layout), layout)?)),
        })
    }

    /// Reads the next row of bytes, as wide as the chunk.
    pub(super) fn next_row(&mut self, row: &mut Vec<u8>, spare: &mut Vec<u8>) -> Came {
        if self.is_lost {
            return Came::Nothing;
        }
        spare.clear();
        spare.resize(row.len(), 0);
        let mut came = Came::Whole;
        while let Err(error) = self.data.read_exact(spare) {
            let flaw = error.get_ref().and_then(|error| error.downcast_ref());
            match flaw {
                Some(FlawedLine::TooLong) if came == Came::Whole => came = Came::Doubtful,
                _ => {
                    self.is_lost = flaw.is_none();
                    return Came::Nothing;
                }
            }
        }
        match self.predictor {
            Predictor::None => {}
            Predictor::Horizontal => {
                add_up(spare, self.step, self.bytes, self.is_little_endian);
            }
            Predictor::Float => {
                *spare = join_floats(spare, self.step, self.bytes, self.is_little_endian);
            }
        }
        std::mem::swap(row, spare);
        came
    }
}

/// Undoes differences between neighbors (TIFF 6.0, section 14).
fn add_up(row: &mut [u8], step: usize, bytes: usize, is_little_endian: bool) {
    match bytes {
        1 => add_up_bytes(row, step),
        2 => {
            let (samples, _) = row.as_chunks_mut::<2>();
            let read = |bytes| match is_little_endian {
                true => u16::from_le_bytes(bytes),
                false => u16::from_be_bytes(bytes),
            };
            for index in step..samples.len() {
                let sum = read(samples[index]).wrapping_add(read(samples[index - step]));
                samples[index] = match is_little_endian {
                    true => sum.to_le_bytes(),
                    false => sum.to_be_bytes(),
                };
            }
        }
        _ => {
            let (samples, _) = row.as_chunks_mut::<4>();
            let read = |bytes| match is_little_endian {
                true => u32::from_le_bytes(bytes),
                false => u32::from_be_bytes(bytes),
            };
            for index in step..samples.len() {
                let sum = read(samples[index]).wrapping_add(read(samples[index - step]));
                samples[index] = match is_little_endian {
                    true => sum.to_le_bytes(),
                    false => sum.to_be_bytes(),
                };
            }
        }
    }
}

/// Undoes differences between bytes that lie `step` apart.
fn add_up_bytes(row: &mut [u8], step: usize) {
    match step {
        1 => add_up_pixels::<1>(row),
        3 => add_up_pixels::<3>(row),
        4 => add_up_pixels::<4>(row),
        _ => {
            for index in step..row.len() {
                row[index] = row[index].wrapping_add(row[index - step]);
            }
        }
    }
}

/// Undoes differences between pixels of `N` bytes; the sums stay in registers.
fn add_up_pixels<const N: usize>(row: &mut [u8]) {
    let mut sums = [0_u8; N];
    for pixel in row.as_chunks_mut::<N>().0 {
        for (sum, byte) in sums.iter_mut().zip(pixel) {
            *sum = sum.wrapping_add(*byte);
            *byte = *sum;
        }
    }
}

/// Undoes differences between bytes, then joins the bytes of each sample, which lie apart: all of the highest first
/// (Adobe, TIFF Technical Note 3).
fn join_floats(row: &mut [u8], step: usize, bytes: usize, is_little_endian: bool) -> Vec<u8> {
    add_up_bytes(row, step);
    let samples = row.len() / bytes;
    let mut joined = vec![0; row.len()];
    for (sample, joined) in joined.chunks_exact_mut(bytes).enumerate() {
        for (byte, joined) in joined.iter_mut().enumerate() {
            let from_highest = match is_little_endian {
                true => bytes - 1 - byte,
                false => byte,
            };
            *joined = row[from_highest * samples + sample];
        }
    }
    joined
}

/// All packed data of a chunk, up to what they may be.
fn all(packed: impl Read, layout: &Layout<'_>) -> Vec<u8> {
    let mut bytes = Vec::new();
    // What cannot be read is told by the photo.
    let _ = packed.take(layout.most_packed()).read_to_end(&mut bytes);
    bytes
}

/// Runs and literals (TIFF 6.0, section 9).
struct PackBits<R> {
    packed: R,
    /// How many bytes of a run or of literals are left.
    left: usize,
    run: Option<u8>,
}

impl<R: BufRead> PackBits<R> {
    fn new(packed: R) -> Self {
        Self {
            packed,
            left: 0,
            run: None,
        }
    }

    fn byte(&mut self) -> io::Result<Option<u8>> {
        let byte = self.packed.fill_buf()?.first().copied();
        self.packed.consume(usize::from(byte.is_some()));
        Ok(byte)
    }
}

impl<R: BufRead> Read for PackBits<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        while self.left == 0 {
            let Some(head) = self.byte()? else {
                return Ok(0);
            };
            match head as i8 {
                -128 => {}
                literals @ 0.. => {
                    self.left = literals as usize + 1;
                    self.run = None;
                }
                run => {
                    let Some(byte) = self.byte()? else {
                        return Ok(0);
                    };
                    self.left = 1 + usize::from(run.unsigned_abs());
                    self.run = Some(byte);
                }
            }
        }
        let most = self.left.min(to.len());
        let count = match self.run {
            Some(byte) => {
                to[..most].fill(byte);
                most
            }
            None => self.packed.read(&mut to[..most])?,
        };
        self.left -= count;
        Ok(count)
    }
}

/// Fax, line by line.
struct Fax {
    lines: Lines,
    line: Vec<u8>,
    given: usize,
}

impl Fax {
    fn new(packed: Vec<u8>, coding: Coding, width: usize) -> Self {
        let line = vec![0; width.div_ceil(8)];
        Self {
            lines: Lines::new(packed, coding, width),
            given: line.len(),
            line,
        }
    }
}

/// A line has a flaw, and the next one may not have any.
#[derive(Debug, PartialEq, Eq)]
enum FlawedLine {
    /// It is lost.
    Spoilt,
    /// It is read next.
    TooLong,
}

impl fmt::Display for FlawedLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Spoilt => "a line of fax cannot be decoded",
            Self::TooLong => "a line of fax is too long",
        })
    }
}

impl std::error::Error for FlawedLine {}

impl Read for Fax {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if self.given == self.line.len() {
            match self.lines.next_into(&mut self.line) {
                Line::Whole => self.given = 0,
                Line::TooLong => {
                    self.given = 0;
                    return Err(io::Error::other(FlawedLine::TooLong));
                }
                Line::Spoilt => return Err(io::Error::other(FlawedLine::Spoilt)),
                Line::End => return Ok(0),
            }
        }
        let count = to.len().min(self.line.len() - self.given);
        to[..count].copy_from_slice(&self.line[self.given..][..count]);
        self.given += count;
        Ok(count)
    }
}

/// All samples of a JPEG strip or tile (TIFF Technical Note 2), through the project's own core.
fn jpeg_samples(packed: &[u8], layout: &Layout<'_>) -> Option<Vec<u8>> {
    const START: [u8; 2] = [0xFF, 0xD8];
    // Adobe's segment says what the components are: 0 as they are named, 1 luma and chroma.
    let transform = u8::from(layout.jpeg_is_ycbcr);
    let adobe = [
        0xFF, 0xEE, 0, 14, b'A', b'd', b'o', b'b', b'e', 0, 100, 0, 0, 0, 0, transform,
    ];
    let mut photo = Vec::with_capacity(packed.len() + layout.jpeg_tables.len() + adobe.len() + 2);
    photo.extend(START);
    if layout.samples == 3 {
        photo.extend(adobe);
    }
    let tables = &layout.jpeg_tables[..];
    let tables = tables.strip_prefix(&START).unwrap_or(tables);
    photo.extend(tables.strip_suffix(&[0xFF, 0xD9]).unwrap_or(tables));
    photo.extend(packed.strip_prefix(&START)?);

    let header = jpeg::read_header(&photo).ok()?;
    let (width, height) = (header.width() as usize, header.height() as usize);
    let channels = header.components().len();
    let fits = width >= layout.chunk.width.min(layout.size.width as usize)
        && channels == layout.samples_in_chunk()
        && height <= layout.chunk.height.next_multiple_of(16)
        && width <= layout.chunk.width.next_multiple_of(16);
    if !fits {
        return None;
    }
    let mut samples = Vec::new();
    jpeg::Decoder::new()
        .decode(&photo, &header, &mut samples)
        .ok()
        .filter(jpeg::Damage::is_none)?;
    if width == layout.chunk.width {
        return Some(samples);
    }
    // Rows as wide as the chunk: what is over is dropped, what is missing repeats nothing.
    let mut rows = Vec::with_capacity(layout.chunk.width * channels * height);
    for row in samples.chunks_exact(width * channels) {
        let kept = row.len().min(layout.chunk.width * channels);
        rows.extend_from_slice(&row[..kept]);
        rows.resize(rows.len() + layout.chunk.width * channels - kept, 0);
    }
    Some(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_added_to_those_of_the_pixel_before() {
        for step in 1..=6 {
            let whole: Vec<u8> = (0..step * 50)
                .map(|at| (at * at * 31 % 251) as u8)
                .collect();
            let mut row = whole.clone();
            for at in (step..row.len()).rev() {
                row[at] = whole[at].wrapping_sub(whole[at - step]);
            }

            add_up(&mut row, step, 1, true);

            assert!(row == whole, "{step}");
        }
    }
}
