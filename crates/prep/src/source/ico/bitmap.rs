//! A bitmap of an icon: one without its file header that says it is twice as high, for a mask of one bit a pixel follows it.

use super::malformed;
use crate::error::Error;
use crate::geometry::Size;
use crate::header::Samples;
use crate::photo::Photo;
use crate::pixels::Row;
use crate::resample::{Resampler, memory_to_reduce};
use crate::source::bmp::Bitmap;

const FILE_HEADER: usize = 14;

/// The bitmap as a file of its own, and its mask.
pub(super) struct IconBitmap {
    file: Vec<u8>,
    /// Empty if there is none.
    mask: Vec<u8>,
}

impl IconBitmap {
    pub(super) const SAMPLES: Samples = Samples::Rgba;

    /// Takes the bitmap and its mask from the start of `image`; `length` is what the directory says of both.
    pub(super) fn new(image: &[u8], length: u32) -> Result<Self, Error> {
        let layout = Layout::read(image).ok_or_else(|| malformed("its bitmap is cut off"))?;
        let (start, end, mask_end) = (layout.pixels, layout.mask, layout.end);
        let start = u32::try_from(FILE_HEADER + start)
            .map_err(|_| malformed("its bitmap is larger than any file"))?;
        let mut file = b"BM\0\0\0\0\0\0\0\0".to_vec();
        file.extend(start.to_le_bytes());
        file.extend_from_slice(&image[..end.min(image.len())]);
        match layout.height {
            HeightField::Short(height) => {
                file[FILE_HEADER + 6..][..2].copy_from_slice(&(height / 2).to_le_bytes());
            }
            HeightField::Long(height) => {
                file[FILE_HEADER + 8..][..4].copy_from_slice(&(height / 2).to_le_bytes());
            }
        }
        // The directory may say that there is no mask.
        let mask = match length as usize == end {
            true => &[],
            false => image.get(end..mask_end).unwrap_or(&[]),
        };
        Ok(Self {
            file,
            mask: mask.to_vec(),
        })
    }

    pub(super) fn size(&self) -> Result<Size, Error> {
        Bitmap::read(&Photo::from(&self.file[..])).map(|bitmap| bitmap.size)
    }

    /// The most bytes that decoding takes.
    pub(super) fn memory(&self, size: Size) -> u64 {
        let row = u64::from(size.width) * 8;
        memory_to_reduce(size, Self::SAMPLES)
            .saturating_add(row)
            .saturating_add((self.file.len() + self.mask.len()) as u64)
    }

    pub(super) fn decode(&self, resampler: &mut Resampler) -> Result<(), Error> {
        let photo = Photo::from(&self.file[..]);
        let bitmap = Bitmap::read(&photo)?;
        if !bitmap.has_plain_rows() {
            return Err(Error::Unsupported {
                what: "ICO with runs".into(),
            });
        }
        let width = bitmap.size.width as usize;
        let has_opacity = bitmap.bits == 32 && self.has_opacity(&bitmap, resampler);
        let (mut colors, mut row) = (Vec::new(), Vec::new());
        for y in resampler.rows() {
            let Some(stored) = bitmap.stored_row(y) else {
                resampler.lose(1);
                continue;
            };
            bitmap.unpack(&stored, &mut colors);
            let channels = colors.len() / width;
            row.clear();
            for (x, color) in colors.chunks_exact(channels).enumerate() {
                let alpha = match has_opacity {
                    true => stored[4 * x + 3],
                    false => 255,
                };
                let alpha = match self.is_masked(bitmap.stored_index(y), x, width) {
                    true => 0,
                    false => alpha,
                };
                row.extend([color[0], color[1], color[2], alpha]);
            }
            resampler.push(Row::Narrow(&row));
        }
        Ok(())
    }

    /// Whether the fourth byte of the pixels is opacity: old programs leave it at 0 everywhere, and the mask alone counts.
    fn has_opacity(&self, bitmap: &Bitmap<'_>, resampler: &Resampler) -> bool {
        resampler
            .rows()
            .filter_map(|y| bitmap.stored_row(y))
            .any(|row| row.chunks_exact(4).any(|pixel| pixel[3] != 0))
    }

    fn is_masked(&self, row: u32, x: usize, width: usize) -> bool {
        let byte = row as usize * mask_row(width) + x / 8;
        self.mask
            .get(byte)
            .is_some_and(|byte| byte & (0x80 >> (x % 8)) != 0)
    }
}

/// The bytes of a row of the mask, filled up to a multiple of four.
fn mask_row(width: usize) -> usize {
    width.div_ceil(32) * 4
}

/// Where the parts of a bitmap are.
struct Layout {
    height: HeightField,
    pixels: usize,
    mask: usize,
    end: usize,
}

/// The height as it is stored, of bitmap and mask together.
enum HeightField {
    Short(u16),
    Long(i32),
}

impl Layout {
    /// ```text
    /// 0 length of the header │ 4 width, height │ 12 planes, bits │ 16 coding │ 32 colors; in the first headers: 4 width │ 6 height │ 8 planes │ 10 bits
    /// ```
    fn read(image: &[u8]) -> Option<Self> {
        let long = |at: usize| Some(u32::from_le_bytes(*image.get(at..)?.first_chunk()?));
        let short = |at: usize| Some(u16::from_le_bytes(*image.get(at..)?.first_chunk()?));
        let header = long(0)? as usize;
        let (width, height, bits, entry) = match header {
            12 => (
                u32::from(short(4)?),
                HeightField::Short(short(6)?),
                short(10)?,
                3,
            ),
            40.. => (long(4)?, HeightField::Long(long(8)? as i32), short(14)?, 4),
            _ => return None,
        };
        let field = |at: usize| if header == 12 { Some(0) } else { long(at) };
        let colors = match (field(32)? as usize, bits) {
            (0, 1..=8) => 1 << bits,
            (colors, 1..=8) => colors.min(1 << bits),
            (colors, _) => colors,
        };
        // Of the first headers alone they stand behind.
        let masks = match (field(16)?, header) {
            (3, 40) => 12,
            (6, 40) => 16,
            _ => 0,
        };
        let rows = match height {
            HeightField::Short(height) => u32::from(height / 2),
            HeightField::Long(height) => height.unsigned_abs() / 2,
        } as usize;
        let row = (width as usize).checked_mul(bits.into())?.div_ceil(32) * 4;
        let pixels = colors
            .checked_mul(entry)?
            .checked_add(header)?
            .checked_add(masks)?;
        let mask = row.checked_mul(rows)?.checked_add(pixels)?;
        let end = mask_row(width as usize)
            .checked_mul(rows)?
            .checked_add(mask)?;
        Some(Self {
            height,
            pixels,
            mask,
            end,
        })
    }
}
