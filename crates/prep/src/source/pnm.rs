//! Portable any maps (PBM, PGM, PPM, PAM of Netpbm), row by row.

use std::borrow::Cow;
use std::io::BufRead;

use super::context::{Claims, OpenContext, Opened};
use super::decoder::{Decoder, Rows};
use super::spec::{FormatSpec, Reading};
use crate::color::ColorSpace;
use crate::error::Error;
use crate::geometry::Size;
use crate::header::{Format, Samples};
use crate::photo::{Photo, Reader};
use crate::pixels::Row;
use crate::resample::{Resampler, memory_to_reduce};

impl Format {
    /// Portable any map: PBM, PGM, PPM, PAM.
    pub const PNM: Self = Self::named("PNM");
}

pub(super) const FORMAT: FormatSpec = FormatSpec {
    format: Format::PNM,
    extensions: &["pnm", "pbm", "pgm", "ppm", "pam"],
    matches: |head| {
        let white = [b' ', b'\t', b'\r', b'\n', b'#'];
        matches!(head, [b'P', b'1'..=b'7', next, ..] if white.contains(next))
    },
    reading: Reading::Streamed,
    open: Some(open),
};

/// Reads the header.
fn open<'a>(context: &mut OpenContext<'a, '_>) -> Result<Opened<'a>, Error> {
    let map = Map::read(context.photo)?;
    let size = map.size;
    let row = u64::from(size.width) * map.samples.channels() as u64 * 2;
    let memory = memory_to_reduce(size, map.samples).saturating_add(row);
    let claims = Claims {
        bits: (u16::BITS - map.most.leading_zeros()) as u8,
        ..Claims::new(Format::PNM, size, map.samples, memory)
    };
    let decoder = Decoder::Rows(Box::new(map));
    context.accept(claims, ColorSpace::Untagged, decoder)
}

struct Map<'a> {
    size: Size,
    samples: Samples,
    /// The value of white.
    most: u16,
    coding: Coding,
    photo: &'a Photo<'a>,
    /// Where the pixels begin.
    start: u64,
}

/// How samples are written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Coding {
    /// Digits with spaces between.
    Text,
    /// 0 and 1, with spaces or without; 1 is black.
    TextBits,
    /// A bit a pixel, each row from a byte on; 1 is black.
    Bits,
    /// One byte, or two where white needs them.
    Bytes,
}

impl<'a> Map<'a> {
    fn read(photo: &'a Photo<'a>) -> Result<Self, Error> {
        let kind = photo.head().get(1).copied().unwrap_or(0);
        if kind == b'7' {
            return Self::read_arbitrary(photo);
        }
        let mut text = Text(photo.reader(2..HEADER));
        let mut number = || {
            text.number()
                .ok_or_else(|| malformed("a number is missing"))
        };
        let (width, height) = (number()?, number()?);
        let most = match kind {
            b'1' | b'4' => 1,
            _ => number()?,
        };
        // One white character ends the header.
        let start = text.0.place() + 1;
        let (samples, coding) = match kind {
            b'1' => (Samples::Gray, Coding::TextBits),
            b'2' => (Samples::Gray, Coding::Text),
            b'3' => (Samples::Rgb, Coding::Text),
            b'4' => (Samples::Gray, Coding::Bits),
            b'5' => (Samples::Gray, Coding::Bytes),
            _ => (Samples::Rgb, Coding::Bytes),
        };
        Self::new([width, height, most], samples, coding, (photo, start))
    }

    /// PAM: a line for each field, in any order.
    fn read_arbitrary(photo: &'a Photo<'a>) -> Result<Self, Error> {
        let header = photo.head();
        let mut rest = header;
        let [mut width, mut height, mut depth, mut most] = [0; 4];
        loop {
            let end = rest.iter().take(LINE).position(|&byte| byte == b'\n');
            let Some(end) = end else {
                return Err(malformed("its header does not end"));
            };
            let (line, after) = (&rest[..end], &rest[end + 1..]);
            rest = after;
            let mut words = line
                .split(u8::is_ascii_whitespace)
                .filter(|word| !word.is_empty());
            let (name, value) = (
                words.next().unwrap_or_default(),
                words.next().unwrap_or_default(),
            );
            let value = std::str::from_utf8(value)
                .ok()
                .and_then(|value| value.parse().ok())
                .unwrap_or(0);
            match name {
                b"WIDTH" => width = value,
                b"HEIGHT" => height = value,
                b"DEPTH" => depth = value,
                b"MAXVAL" => most = value,
                b"ENDHDR" => break,
                _ => {}
            }
        }
        let start = (header.len() - rest.len()) as u64;
        let samples = match depth {
            1 => Samples::Gray,
            2 => Samples::GrayAlpha,
            3 => Samples::Rgb,
            4 => Samples::Rgba,
            _ => {
                return Err(Error::Unsupported {
                    what: "PAM of more than four samples".into(),
                });
            }
        };
        Self::new(
            [width, height, most],
            samples,
            Coding::Bytes,
            (photo, start),
        )
    }

    fn new(
        [width, height, most]: [u32; 3],
        samples: Samples,
        coding: Coding,
        (photo, start): (&'a Photo<'a>, u64),
    ) -> Result<Self, Error> {
        let most = u16::try_from(most).ok().filter(|&most| most > 0);
        Ok(Self {
            size: Size { width, height },
            samples,
            most: most.ok_or_else(|| malformed("its white is not 1…65535"))?,
            coding,
            photo,
            start,
        })
    }

    /// A row as it lies in the file.
    fn stored_row(&self, y: u32, bytes: usize) -> Option<Cow<'a, [u8]>> {
        let start = self.start + u64::from(y) * bytes as u64;
        let row = self.photo.bytes(start..start + bytes as u64);
        (row.len() == bytes).then_some(row)
    }

    /// The text of all samples.
    fn text(&self) -> Text<'a> {
        let samples = self.size.pixels() * self.samples.channels() as u64;
        let most = samples.saturating_mul(TEXT_OF_SAMPLE) + HEADER;
        Text(self.photo.reader(self.start..self.start + most))
    }

    /// A value spread over 0…`wide`; what is beyond white is white.
    fn spread(&self, value: u16, wide: u32) -> u32 {
        let most = u32::from(self.most);
        (u32::from(value.min(self.most)) * wide + most / 2) / most
    }
}

/// No header is longer, in bytes.
const HEADER: u64 = 64 << 10;

/// No text of a sample is longer in the mean, with all that is between them.
const TEXT_OF_SAMPLE: u64 = 16;

/// No line of a header is longer, in bytes.
const LINE: usize = 4096;

impl Rows for Map<'_> {
    // The loop over rows shares its buffers with each coding's arm.
    fn decode(&mut self, resampler: &mut Resampler) -> Result<(), Error> {
        let needed = resampler.rows();
        let count = self.size.width as usize * self.samples.channels();
        let bytes = match self.coding {
            Coding::Bits => count.div_ceil(8),
            _ if self.most > 255 => count * 2,
            _ => count,
        };
        let mut text = self.text();
        let mut values: Vec<u16> = Vec::with_capacity(count);
        let (mut narrow, mut wide) = (Vec::new(), Vec::new());
        for y in 0..needed.end {
            values.clear();
            match self.coding {
                Coding::Text => {
                    let numbers = std::iter::from_fn(|| text.number());
                    values.extend(numbers.take(count).map(|value| value.min(65535) as u16));
                }
                Coding::TextBits => {
                    let bits = std::iter::from_fn(|| text.bit());
                    values.extend(bits.take(count).map(|bit| 1 - bit));
                }
                _ if y < needed.start => continue,
                Coding::Bits => {
                    let row = self.stored_row(y, bytes).unwrap_or_default();
                    let bits = row
                        .iter()
                        .flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1));
                    values.extend(bits.take(count).map(|bit| u16::from(1 - bit)));
                }
                Coding::Bytes => match (self.stored_row(y, bytes), self.most) {
                    (None, _) => {}
                    (Some(row), 255) => {
                        resampler.push(Row::Narrow(&row));
                        continue;
                    }
                    (Some(row), ..=255) => values.extend(row.iter().map(|&byte| u16::from(byte))),
                    (Some(row), _) => {
                        values.extend(row.as_chunks().0.iter().map(|&two| u16::from_be_bytes(two)));
                    }
                },
            }
            if y < needed.start {
                continue;
            }
            if values.len() < count {
                return Err(malformed("it is cut off"));
            }
            match self.most {
                ..=255 => {
                    narrow.clear();
                    narrow.extend(values.iter().map(|&value| self.spread(value, 255) as u8));
                    resampler.push(Row::Narrow(&narrow));
                }
                _ => {
                    wide.clear();
                    wide.extend(values.iter().map(|&value| self.spread(value, 65535) as u16));
                    resampler.push(Row::Wide(&wide));
                }
            }
        }
        Ok(())
    }
}

/// Text of numbers, in which `#` begins a comment.
struct Text<'a>(Reader<'a>);

impl Text<'_> {
    fn number(&mut self) -> Option<u32> {
        self.skip();
        let mut number = None;
        while let Ok(text @ [_, ..]) = self.0.fill_buf() {
            let digits = text.iter().take_while(|byte| byte.is_ascii_digit());
            let mut count = 0;
            for digit in digits {
                let before: u32 = number.unwrap_or(0);
                number = Some(
                    before
                        .saturating_mul(10)
                        .saturating_add(u32::from(digit - b'0')),
                );
                count += 1;
            }
            let has_ended = count < text.len();
            self.0.consume(count);
            if has_ended {
                break;
            }
        }
        number
    }

    fn bit(&mut self) -> Option<u16> {
        self.skip();
        match self.0.byte()? {
            b'0' => Some(0),
            b'1' => Some(1),
            _ => None,
        }
    }

    fn skip(&mut self) {
        let mut is_comment = false;
        while let Ok(text @ [_, ..]) = self.0.fill_buf() {
            let passed = text.iter().position(|&byte| match is_comment {
                true => byte == b'\n',
                false => !byte.is_ascii_whitespace(),
            });
            let (next, length) = (passed.map(|at| text[at]), text.len());
            self.0.consume(passed.unwrap_or(length));
            match next {
                None => {}
                Some(b'#') => is_comment = true,
                Some(b'\n') => is_comment = false,
                Some(_) => return,
            }
        }
    }
}

fn malformed(cause: &str) -> Error {
    Format::PNM.malformed(cause)
}
