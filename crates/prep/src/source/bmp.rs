//! Windows and OS/2 bitmaps: every header, depth and run-length coding; rows are read where they lie.
//!
//! Our own, because the `image` crate decodes them whole and refuses palettes with a wrong count.

use super::rows::{Rows, RowsPhoto};
use super::{check_size, within};
use crate::color::{ColorSpace, Profiles};
use crate::error::{Error, Limit};
use crate::geometry::{Orientation, Size};
use crate::header::{Format, Header, Samples};
use crate::options::Limits;
use crate::pixels::Row;
use crate::resample::{Resampler, memory_to_reduce};

/// Reads the headers and the palette.
pub(super) fn open<'a>(
    photo: &'a [u8],
    limits: &Limits,
    profiles: &mut Profiles,
) -> Result<RowsPhoto<'a>, Error> {
    let bitmap = Bitmap::read(photo)?;
    let size = bitmap.size;
    check_size(Format::Bmp, size, limits)?;
    let samples = match bitmap.coding {
        Coding::Masks([_, _, _, alpha]) if alpha.mask != 0 => Samples::Rgba,
        _ => Samples::Rgb,
    };
    let channels = samples.channels() as u64;
    let whole = match bitmap.coding {
        // Runs may come in any order: all indices are kept.
        Coding::Runs => size.pixels().saturating_mul(bitmap.run_bytes() as u64),
        _ => 0,
    };
    let memory = memory_to_reduce(size, samples)
        .saturating_add(u64::from(size.width) * channels)
        .saturating_add(whole);
    within(Limit::Memory, memory, limits.memory)?;
    let space = ColorSpace::from_icc(bitmap.icc);
    let header = Header {
        format: Format::Bmp,
        size,
        orientation: Orientation::Normal,
        bits: 8,
        samples,
        is_ycbcr: false,
        profile: profiles.classify(&space, samples),
        memory,
    };
    Ok(RowsPhoto {
        header,
        space,
        rows: Box::new(bitmap),
    })
}

struct Bitmap<'a> {
    size: Size,
    is_top_down: bool,
    bits: u16,
    coding: Coding,
    palette: Vec<[u8; 3]>,
    pixels: &'a [u8],
    icc: Option<&'a [u8]>,
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
    /// 30 coding │ 46 colours │ 54 masks │ 70 colour space │ 126 profile
    /// ```
    fn read(photo: &'a [u8]) -> Result<Self, Error> {
        let number = |at: usize| {
            let bytes = photo.get(at..)?.first_chunk()?;
            Some(u32::from_le_bytes(*bytes))
        };
        let short = |at: usize| Some(u16::from_le_bytes(*photo.get(at..)?.first_chunk()?));
        let cut_off = || malformed("its header is cut off");
        let start = number(10).ok_or_else(cut_off)? as usize;
        let length = number(14).ok_or_else(cut_off)? as usize;
        if length < 12 || length > photo.len() {
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
        let pixels = photo.get(start..).unwrap_or_default();
        const EMBEDDED: u32 = u32::from_be_bytes(*b"MBED");
        let icc = match length >= 124 && field(70) == EMBEDDED {
            true => photo
                .get(14_usize.saturating_add(field(126) as usize)..)
                .and_then(|rest| rest.get(..field(130) as usize)),
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
            pixels,
            icc,
        })
    }

    fn bytes_in_row(&self) -> usize {
        (self.size.width as usize * usize::from(self.bits)).div_ceil(8)
    }

    /// The bytes of a row, without what fills it up to a multiple of four.
    fn stored_row(&self, y: u32) -> Option<&'a [u8]> {
        let from_start = match self.is_top_down {
            true => y,
            false => self.size.height - 1 - y,
        };
        let stride = self.bytes_in_row().next_multiple_of(4);
        let start = stride.checked_mul(from_start as usize)?;
        self.pixels.get(start..)?.get(..self.bytes_in_row())
    }

    /// How many bytes a pixel of a run has.
    fn run_bytes(&self) -> usize {
        usize::from(self.bits / 8).max(1)
    }

    fn color(&self, index: u8) -> [u8; 3] {
        // What the palette does not have is black.
        self.palette
            .get(usize::from(index))
            .copied()
            .unwrap_or_default()
    }

    /// Writes a stored row as red, green, blue, and opacity where there is one.
    fn unpack(&self, stored: &[u8], row: &mut Vec<u8>) {
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

    fn runs(&self, resampler: &mut Resampler) {
        let width = self.size.width as usize;
        let bytes = self.run_bytes();
        let (pixels, rows_come) = self.unpack_runs();
        let mut row = Vec::new();
        for y in resampler.rows() {
            let from_start = match self.is_top_down {
                true => y,
                false => self.size.height - 1 - y,
            };
            if from_start >= rows_come {
                resampler.lose(1);
                continue;
            }
            let stored = &pixels[from_start as usize * width * bytes..][..width * bytes];
            row.clear();
            match bytes {
                1 => row.extend(stored.iter().flat_map(|&index| self.color(index))),
                _ => row.extend(
                    stored
                        .as_chunks::<3>()
                        .0
                        .iter()
                        .flat_map(|&[b, g, r]| [r, g, b]),
                ),
            }
            resampler.push(Row::Narrow(&row));
        }
    }

    /// All pixels in the order of the file, and how many rows have come; what is left out has the first colour.
    fn unpack_runs(&self) -> (Vec<u8>, u32) {
        let (width, height) = (self.size.width as usize, self.size.height as usize);
        let bytes = self.run_bytes();
        let mut pixels = vec![0; width * height * bytes];
        let (mut x, mut y) = (0, 0);
        let mut data = Data(self.pixels);
        let end = loop {
            let Some([count, what]) = data.take().map(|two: &[u8]| [two[0], two[1]]) else {
                break y;
            };
            match (count, what) {
                (0, 0) => (x, y) = (0, y + 1),
                (0, 1) => break height,
                (0, 2) => {
                    let Some(step) = data.take() else { break y };
                    x += usize::from(step[0]);
                    y += usize::from(step[1]);
                }
                (0, count) => {
                    let count = usize::from(count);
                    let packed = (count * usize::from(self.bits)).div_ceil(8);
                    let Some(literals) = data.take_even(packed) else {
                        break y;
                    };
                    let Some(row) = row_from(&mut pixels, width * bytes, x * bytes, y) else {
                        break height;
                    };
                    match self.bits {
                        4 => {
                            let indices = literals.iter().flat_map(|byte| [byte >> 4, byte & 15]);
                            for (pixel, index) in row.iter_mut().zip(indices.take(count)) {
                                *pixel = index;
                            }
                        }
                        _ => {
                            let fits = row.len().min(literals.len());
                            row[..fits].copy_from_slice(&literals[..fits]);
                        }
                    }
                    x += count;
                }
                (count, first) => {
                    let count = usize::from(count);
                    let more = if bytes == 3 {
                        data.take()
                    } else {
                        Some(&[0, 0][..])
                    };
                    let Some(more) = more else { break y };
                    let Some(row) = row_from(&mut pixels, width * bytes, x * bytes, y) else {
                        break height;
                    };
                    let pattern = match self.bits {
                        4 => vec![first >> 4, first & 15],
                        8 => vec![first],
                        _ => vec![first, more[0], more[1]],
                    };
                    for (pixel, byte) in row
                        .iter_mut()
                        .take(count * bytes)
                        .zip(pattern.iter().cycle())
                    {
                        *pixel = *byte;
                    }
                    x += count;
                }
            }
            if y >= height {
                break height;
            }
        };
        (pixels, end as u32)
    }
}

impl Rows for Bitmap<'_> {
    fn decode(self: Box<Self>, resampler: &mut Resampler) -> Result<(), Error> {
        if let Coding::Runs = self.coding {
            self.runs(resampler);
            return Ok(());
        }
        let mut row = Vec::new();
        for y in resampler.rows() {
            match self.stored_row(y) {
                Some(stored) => {
                    self.unpack(stored, &mut row);
                    resampler.push(Row::Narrow(&row));
                }
                None => resampler.lose(1),
            }
        }
        Ok(())
    }
}

/// What is left of the runs.
struct Data<'a>(&'a [u8]);

impl<'a> Data<'a> {
    fn take(&mut self) -> Option<&'a [u8]> {
        self.take_even(2)
    }

    /// Takes bytes, and one more where they are odd in number.
    fn take_even(&mut self, count: usize) -> Option<&'a [u8]> {
        let taken = self.0.get(..count)?;
        self.0 = self.0.get(count.next_multiple_of(2)..).unwrap_or_default();
        Some(taken)
    }
}

/// The rest of a row from a byte on; `None` where there is no such row.
fn row_from(pixels: &mut [u8], row_bytes: usize, from: usize, y: usize) -> Option<&mut [u8]> {
    let row = pixels
        .get_mut(y.checked_mul(row_bytes)?..)?
        .get_mut(..row_bytes)?;
    let from = from.min(row.len());
    Some(&mut row[from..])
}

fn masks(masks: [u32; 4]) -> [Mask; 4] {
    masks.map(|mask| Mask { mask })
}

/// Blue, green, red, and a byte that means nothing but in the first headers, where there is none.
///
/// A count that cannot be is taken for all that the depth allows.
fn palette(photo: &[u8], at: usize, count: u32, bits: u16, is_core: bool) -> Vec<[u8; 3]> {
    let all = 1_usize << bits;
    let count = match count as usize {
        0 => all,
        count => count.min(all),
    };
    let size = if is_core { 3 } else { 4 };
    let entries = photo.get(at..).unwrap_or_default().chunks_exact(size);
    entries
        .take(count)
        .map(|entry| [entry[2], entry[1], entry[0]])
        .collect()
}

fn malformed(cause: &str) -> Error {
    Error::Malformed {
        format: Format::Bmp,
        cause: cause.into(),
    }
}

fn unsupported(what: &str) -> Error {
    Error::Unsupported { what: what.into() }
}
