//! Truevision TGA (version 2.0 of its specification): true color, gray and palettes, plain or in runs.

mod runs;

use std::borrow::Cow;

use runs::Runs;

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
    /// Truevision TGA.
    pub const TGA: Self = Self::named("TGA");
}

pub(super) const FORMAT: FormatSpec = FormatSpec {
    format: Format::TGA,
    extensions: &["tga", "icb", "vda", "vst"],
    matches: is_tga,
    reading: Reading::Streamed,
    open: Some(open),
};

/// TGA has no first bytes of its own: the fields of its header must all make sense.
///
/// ```text
/// 0 id length │ 1 map: 0, 1 │ 2 type: 1, 2, 3, 9, 10, 11 │ 3‥5 map range │ 7 map bits │ 8‥11 origin │ 12‥15 size │ 16 bits │ 17 alpha, origin
/// ```
fn is_tga(head: &[u8]) -> bool {
    let &[
        _,
        map,
        kind,
        ..,
        width_low,
        width_high,
        height_low,
        height_high,
        bits,
        descriptor,
    ] = head.first_chunk::<18>().map_or(&[][..], |header| header)
    else {
        return false;
    };
    let mapped =
        matches!(kind, 1 | 9) && map == 1 && matches!(head[7], 15 | 16 | 24 | 32) && bits == 8;
    let plain = matches!(kind, 2 | 10) && map == 0 && matches!(bits, 15 | 16 | 24 | 32);
    let gray = matches!(kind, 3 | 11) && map == 0 && matches!(bits, 8 | 16);
    let sized = (width_low, width_high) != (0, 0) && (height_low, height_high) != (0, 0);
    (mapped || plain || gray) && sized && descriptor & 0b1100_0000 == 0
}

/// Reads the header and the palette.
fn open<'a>(context: &mut OpenContext<'a, '_>) -> Result<Opened<'a>, Error> {
    let targa = Targa::read(context.photo)?;
    context.check_size(Format::TGA, targa.size)?;
    let (size, samples) = (targa.size, targa.pixels.samples());
    let width = u64::from(size.width);
    let kept = match targa.has_runs {
        true => u64::from(size.height) * runs::PLACE_BYTES,
        false => 0,
    };
    let memory = memory_to_reduce(size, samples)
        .saturating_add(width * (samples.channels() as u64 + targa.bytes as u64))
        .saturating_add(kept);
    let claims = Claims::new(Format::TGA, size, samples, memory);
    context.accept(claims, ColorSpace::Untagged, Decoder::Rows(Box::new(targa)))
}

struct Targa<'a> {
    photo: &'a Photo<'a>,
    size: Size,
    pixels: Pixels,
    /// How many bytes a stored pixel has.
    bytes: usize,
    has_runs: bool,
    is_top_down: bool,
    is_right_to_left: bool,
    /// Where the pixels begin.
    start: u64,
}

/// What a stored pixel is. Colors are stored as blue, green, red.
enum Pixels {
    Palette(Palette),
    /// Five bits each, and a reserved one.
    Rgb5,
    Rgb,
    Rgba,
    Gray,
    GrayAlpha,
}

struct Palette {
    /// The index of its first color.
    first: usize,
    colors: Vec<[u8; 4]>,
    has_alpha: bool,
}

impl Pixels {
    fn samples(&self) -> Samples {
        match self {
            Self::Palette(palette) if !palette.has_alpha => Samples::Rgb,
            Self::Rgb5 | Self::Rgb => Samples::Rgb,
            Self::Palette(_) | Self::Rgba => Samples::Rgba,
            Self::Gray => Samples::Gray,
            Self::GrayAlpha => Samples::GrayAlpha,
        }
    }
}

impl<'a> Targa<'a> {
    fn read(photo: &'a Photo<'a>) -> Result<Self, Error> {
        let header: [u8; 18] = photo.array(0).ok_or_else(|| malformed("it is cut off"))?;
        let short = |at: usize| u16::from_le_bytes([header[at], header[at + 1]]);
        let [map_bits, bits, descriptor] = [header[7], header[16], header[17]];
        let alpha = descriptor & 15;
        let map_start = 18 + u64::from(header[0]);
        let mut start = map_start;
        let pixels = match (header[2] & 7, alpha) {
            (1, _) => {
                let entry = usize::from(map_bits.div_ceil(8));
                start += entry as u64 * u64::from(short(5));
                let map = photo.bytes(map_start..start);
                if (map.len() as u64) < start - map_start {
                    return Err(malformed("its palette is cut off"));
                }
                Pixels::Palette(Palette {
                    first: short(3).into(),
                    colors: colors(&map, entry),
                    has_alpha: map_bits == 32,
                })
            }
            (2, 0 | 1) if bits <= 16 => Pixels::Rgb5,
            (2, 0) if bits == 24 => Pixels::Rgb,
            (2, 0 | 8) if bits == 32 => Pixels::Rgba,
            // Of opacity alone the shape is seen.
            (3, 0 | 8) if bits == 8 => Pixels::Gray,
            (3, 8) => Pixels::GrayAlpha,
            _ => {
                return Err(Error::Unsupported {
                    what: "this kind of TGA".into(),
                });
            }
        };
        Ok(Self {
            photo,
            size: Size {
                width: short(12).into(),
                height: short(14).into(),
            },
            pixels,
            bytes: usize::from(bits.div_ceil(8)),
            has_runs: header[2] & 8 != 0,
            is_top_down: descriptor & 0x20 != 0,
            is_right_to_left: descriptor & 0x10 != 0,
            start,
        })
    }

    /// Which row of the file a row of the photo is.
    fn stored_index(&self, y: u32) -> u32 {
        match self.is_top_down {
            true => y,
            false => self.size.height - 1 - y,
        }
    }

    fn plain_row(&self, y: u32) -> Option<Cow<'a, [u8]>> {
        let length = self.size.width as usize * self.bytes;
        let start = self.start + length as u64 * u64::from(self.stored_index(y));
        let row = self.photo.bytes(start..start + length as u64);
        (row.len() == length).then_some(row)
    }

    /// Writes a stored row as samples, from the left; returns whether all of its pixels make sense.
    fn unpack(&self, stored: &[u8], row: &mut Vec<u8>) -> bool {
        row.clear();
        let mut is_sound = true;
        let samples = self.pixels.samples();
        match &self.pixels {
            Pixels::Palette(palette) => {
                for &index in stored {
                    let index = usize::from(index).checked_sub(palette.first);
                    let color = index.and_then(|index| palette.colors.get(index));
                    is_sound &= color.is_some();
                    let color = color.unwrap_or(&[0, 0, 0, 255]);
                    row.extend_from_slice(&color[..samples.channels()]);
                }
            }
            Pixels::Rgb5 => row.extend(stored.as_chunks().0.iter().flat_map(|&word| five(word))),
            Pixels::Rgb => {
                let (pixels, _) = stored.as_chunks();
                row.extend(pixels.iter().flat_map(|&[b, g, r]: &[u8; 3]| [r, g, b]));
            }
            Pixels::Rgba => {
                let (pixels, _) = stored.as_chunks();
                row.extend(pixels.iter().flat_map(|&[b, g, r, a]| [r, g, b, a]));
            }
            Pixels::Gray | Pixels::GrayAlpha => row.extend_from_slice(stored),
        }
        if self.is_right_to_left {
            reverse(row, samples.channels());
        }
        is_sound
    }
}

impl Rows for Targa<'_> {
    fn decode(&mut self, resampler: &mut Resampler) -> Result<(), Error> {
        let width = self.size.width as usize;
        let runs = self.has_runs.then(|| {
            let data = self.photo.reader(self.start..u64::MAX);
            Runs::new(self.photo, data, self.bytes, self.size)
        });
        let mut stored = vec![0; if self.has_runs { width * self.bytes } else { 0 }];
        let mut row = Vec::new();
        for y in resampler.rows() {
            let stored = match &runs {
                Some(runs) => runs
                    .row(self.stored_index(y), &mut stored)
                    .then_some(Cow::Borrowed(&stored[..])),
                None => self.plain_row(y),
            };
            match stored {
                None => resampler.lose(1),
                Some(stored) if self.unpack(&stored, &mut row) => resampler.push(Row::Narrow(&row)),
                Some(_) => resampler.push_doubtful(Row::Narrow(&row)),
            }
        }
        Ok(())
    }
}

/// The colors of a palette whose entries have so many bytes.
fn colors(map: &[u8], entry: usize) -> Vec<[u8; 4]> {
    let color = |entry: &[u8]| match *entry {
        [low, high] => {
            let [red, green, blue] = five([low, high]);
            [red, green, blue, 255]
        }
        [blue, green, red] => [red, green, blue, 255],
        [blue, green, red, alpha] => [red, green, blue, alpha],
        _ => [0, 0, 0, 255],
    };
    map.chunks_exact(entry).map(color).collect()
}

/// Red, green and blue of five bits, from the top, spread over 0…255.
fn five(word: [u8; 2]) -> [u8; 3] {
    let word = u16::from_le_bytes(word);
    [10, 5, 0].map(|shift| (((word >> shift & 31) * 255 + 15) / 31) as u8)
}

/// Puts the pixels of a row in the other order.
fn reverse(row: &mut [u8], channels: usize) {
    // Backwards the samples of each pixel are the wrong way round, too.
    row.reverse();
    for pixel in row.chunks_exact_mut(channels) {
        pixel.reverse();
    }
}

fn malformed(cause: &str) -> Error {
    Format::TGA.malformed(cause)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_targa_header_must_make_sense_as_a_whole() {
        let mut header = [0; 18];
        header[2] = 2;
        header[12] = 4;
        header[14] = 4;
        header[16] = 24;

        assert!(is_tga(&header));

        header[16] = 23;
        assert!(!is_tga(&header));
    }

    #[test]
    fn five_bits_become_the_nearest_eight() {
        for value in 0..32_u16 {
            let exact = f64::from(value) * 255.0 / 31.0;

            let word = (value << 10 | value << 5 | value).to_le_bytes();

            assert_eq!(five(word), [exact.round() as u8; 3], "{value}");
        }
    }
}
