//! Windows and OS/2 bitmaps: every header, depth and run-length coding; rows are read where they lie.
//!
//! Icons hold bitmaps, so `ico` reads them with [`Bitmap`].

mod runs;

use std::borrow::Cow;

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
    /// Windows bitmap.
    pub const BMP: Self = Self::named("BMP");
}

pub(super) const FORMAT: FormatSpec = FormatSpec {
    format: Format::BMP,
    extensions: &["bmp", "dib"],
    // Text may begin so too: the shortest headers are asked for as well.
    matches: |head| head.starts_with(b"BM") && head.len() >= 26,
    reading: Reading::Streamed,
    open: Some(open),
};

/// Reads the headers and the palette.
fn open<'a>(context: &mut OpenContext<'a, '_>) -> Result<Opened<'a>, Error> {
    let mut bitmap = Bitmap::read(context.photo)?;
    let size = bitmap.size;
    context.check_size(Format::BMP, size)?;
    let samples = match bitmap.coding {
        Coding::Masks([_, _, _, alpha]) if alpha.mask != 0 => Samples::Rgba,
        _ => Samples::Rgb,
    };
    let channels = samples.channels() as u64;
    let kept = match bitmap.coding {
        // Where each row begins, and a row of indices.
        Coding::Runs => u64::from(size.height) * 24 + u64::from(size.width) * 3,
        _ => 0,
    };
    let memory = memory_to_reduce(size, samples)
        .saturating_add(u64::from(size.width) * channels)
        .saturating_add(kept);
    let space = ColorSpace::from_icc(bitmap.icc.take());
    let claims = Claims::new(Format::BMP, size, samples, memory);
    context.accept(claims, space, Decoder::Rows(Box::new(bitmap)))
}

/// A bitmap whose headers were read.
pub(super) struct Bitmap<'a> {
    pub(super) size: Size,
    is_top_down: bool,
    pub(super) bits: u16,
    coding: Coding,
    palette: Vec<[u8; 3]>,
    photo: &'a Photo<'a>,
    /// Where the pixels begin.
    start: u64,
    icc: Option<Cow<'a, [u8]>>,
}

/// How pixels are coded.
#[derive(Clone, Copy)]
enum Coding {
    /// Indices into the palette.
    Palette,
    /// Blue, green, red.
    Bytes,
    /// Words in which red, green, blue and opacity have their bits.
    Masks([Mask; 4]),
    /// Runs of indices, or of blue, green, red.
    Runs,
}

/// The bits of a word that a sample has.
#[derive(Clone, Copy)]
struct Mask {
    mask: u32,
}

impl Mask {
    /// The sample, spread over 0…255.
    fn sample(self, word: u32) -> u8 {
        if self.mask == 0 {
            return 0;
        }
        let shift = self.mask.trailing_zeros();
        let most = u64::from(self.mask >> shift);
        let value = u64::from((word & self.mask) >> shift);
        ((value * 255 + most / 2) / most) as u8
    }
}

impl<'a> Bitmap<'a> {
    /// ```text
    /// 0 BM │ 10 where the pixels are │ 14 length of the header that follows │ 18 width, height │ planes, bits │
    /// 30 coding │ 46 colors │ 54 masks │ 70 color space │ 126 profile
    /// ```
    // One field of the headers after the other, in the order of the file: long, and flat.
    pub(super) fn read(photo: &'a Photo<'a>) -> Result<Self, Error> {
        let number = |at: usize| photo.array(at as u64).map(u32::from_le_bytes);
        let short = |at: usize| photo.array(at as u64).map(u16::from_le_bytes);
        let cut_off = || malformed("its header is cut off");
        let start = number(10).ok_or_else(cut_off)?.into();
        let length = number(14).ok_or_else(cut_off)? as usize;
        if length < 12 || length as u64 > photo.length() {
            return Err(malformed("its header has an impossible length"));
        }
        // The first headers of OS/2 had 16 bits a side.
        let is_core = length < 16;
        let (width, height, bits) = match is_core {
            true => (
                short(18).map(i32::from),
                short(20).map(i32::from),
                short(24),
            ),
            false => (
                number(18).map(|width| width as i32),
                number(22).map(|height| height as i32),
                short(28),
            ),
        };
        let (Some(width), Some(height), Some(bits)) = (width, height, bits) else {
            return Err(cut_off());
        };
        let size = Size {
            width: u32::try_from(width).map_err(|_| malformed("its width is below zero"))?,
            height: height.unsigned_abs(),
        };
        // A header may be cut short; what it leaves out is 0.
        let field = |at: usize| match at + 4 <= 14 + length {
            true => number(at).unwrap_or(0),
            false => 0,
        };
        let coding_number = field(30);
        let is_os2 = !matches!(length, 40 | 52 | 56 | 108 | 124) && length <= 64;
        let coding = match (coding_number, bits) {
            (0, 1 | 2 | 4 | 8) => Coding::Palette,
            (0, 16) => Coding::Masks(masks([0x7C00, 0x3E0, 0x1F, 0])),
            (0, 24) => Coding::Bytes,
            (0, 32) => Coding::Masks(masks([0xFF_0000, 0xFF00, 0xFF, 0])),
            (1, 8) | (2, 4) => Coding::Runs,
            (4, 24) if is_os2 => Coding::Runs,
            (3 | 6, 16 | 32) if !is_os2 => {
                // They follow the first header; later ones hold them.
                let has_alpha = length >= 56 || coding_number == 6;
                let mask = |index: usize| number(54 + 4 * index).unwrap_or(0);
                let alpha = if has_alpha { mask(3) } else { 0 };
                Coding::Masks(masks([mask(0), mask(1), mask(2), alpha]))
            }
            (3, 1) if is_os2 => return Err(unsupported("BMP with fax")),
            (4, _) => return Err(unsupported("BMP with JPEG inside")),
            (5, _) => return Err(unsupported("BMP with PNG inside")),
            _ => return Err(unsupported("BMP of this kind")),
        };
        const EMBEDDED: u32 = u32::from_be_bytes(*b"MBED");
        let icc = match length >= 124 && field(70) == EMBEDDED {
            true => {
                let start = 14 + u64::from(field(126));
                let length = u64::from(field(130)).min(ColorSpace::MAX_ICC_READ);
                let icc = photo.bytes(start..start + length);
                (icc.len() as u64 == length).then_some(icc)
            }
            false => None,
        };
        Ok(Self {
            size,
            is_top_down: height < 0,
            bits,
            coding,
            palette: match bits {
                1..=8 => palette(photo, 14 + length, field(46), bits, is_core),
                _ => Vec::new(),
            },
            photo,
            start,
            icc,
        })
    }

    /// Which row of the file a row of the photo is.
    pub(super) fn stored_index(&self, y: u32) -> u32 {
        match self.is_top_down {
            true => y,
            false => self.size.height - 1 - y,
        }
    }

    /// Whether rows lie one after the other, each as long as all others.
    pub(super) fn has_plain_rows(&self) -> bool {
        !matches!(self.coding, Coding::Runs)
    }

    fn bytes_in_row(&self) -> usize {
        (self.size.width as usize * usize::from(self.bits)).div_ceil(8)
    }

    /// The bytes of a row, without what fills it up to a multiple of four.
    pub(super) fn stored_row(&self, y: u32) -> Option<Cow<'a, [u8]>> {
        let length = self.bytes_in_row();
        let start =
            self.start + length.next_multiple_of(4) as u64 * u64::from(self.stored_index(y));
        let row = self.photo.bytes(start..start + length as u64);
        (row.len() == length).then_some(row)
    }

    fn color(&self, index: u8) -> [u8; 3] {
        // What the palette does not have is black.
        self.palette
            .get(usize::from(index))
            .copied()
            .unwrap_or_default()
    }

    /// Writes a stored row as red, green, blue, and opacity where there is one.
    pub(super) fn unpack(&self, stored: &[u8], row: &mut Vec<u8>) {
        row.clear();
        let width = self.size.width as usize;
        match self.coding {
            Coding::Palette => {
                let per_byte = 8 / self.bits;
                let most = ((1_u16 << self.bits) - 1) as u8;
                let indices = stored.iter().flat_map(|&byte| {
                    (1..=per_byte).map(move |index| byte >> (8 - index * self.bits) & most)
                });
                row.extend(indices.take(width).flat_map(|index| self.color(index)));
            }
            Coding::Bytes => {
                let (pixels, _) = stored.as_chunks();
                row.extend(
                    pixels
                        .iter()
                        .flat_map(|&[blue, green, red]: &[u8; 3]| [red, green, blue]),
                );
            }
            Coding::Masks(masks) => {
                let bytes = usize::from(self.bits / 8);
                let has_alpha = masks[3].mask != 0;
                for pixel in stored.chunks_exact(bytes) {
                    let word = pixel
                        .iter()
                        .rev()
                        .fold(0, |word, &byte| word << 8 | u32::from(byte));
                    let [red, green, blue, alpha] = masks.map(|mask| mask.sample(word));
                    row.extend([red, green, blue]);
                    if has_alpha {
                        row.push(alpha);
                    }
                }
            }
            Coding::Runs => {}
        }
    }
}

impl Rows for Bitmap<'_> {
    fn decode(&mut self, resampler: &mut Resampler) -> Result<(), Error> {
        if let Coding::Runs = self.coding {
            self.runs(resampler);
            return Ok(());
        }
        let mut row = Vec::new();
        for y in resampler.rows() {
            match self.stored_row(y) {
                Some(stored) => {
                    self.unpack(&stored, &mut row);
                    resampler.push(Row::Narrow(&row));
                }
                None => resampler.lose(1),
            }
        }
        Ok(())
    }
}

fn masks(masks: [u32; 4]) -> [Mask; 4] {
    masks.map(|mask| Mask { mask })
}

/// Blue, green, red and a reserved byte, which the entries of the first headers lack.
///
/// A count that cannot be is taken for all that the depth allows.
fn palette(photo: &Photo<'_>, at: usize, count: u32, bits: u16, is_core: bool) -> Vec<[u8; 3]> {
    let all = 1_usize << bits;
    let count = match count as usize {
        0 => all,
        count => count.min(all),
    };
    let size = if is_core { 3 } else { 4 };
    let entries = photo.bytes(at as u64..(at + size * count) as u64);
    entries
        .chunks_exact(size)
        .map(|entry| [entry[2], entry[1], entry[0]])
        .collect()
}

fn malformed(cause: &str) -> Error {
    Format::BMP.malformed(cause)
}

fn unsupported(what: &str) -> Error {
    Error::Unsupported { what: what.into() }
}
