//! From a chunk to rows.

use std::ops::{ControlFlow, Range};

use simd::Level;

use crate::bits::Bits;
use crate::codes::{ROOM, max_entries};
use crate::error::Result;
use crate::header::Header;
use crate::pixels::Pixels;
use crate::reference::MAX_DISTANCE;
use crate::row::Row;
use crate::transforms::Transforms;

/// The part of an image that is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    /// Pixels in other columns may get any value.
    pub columns: Range<u32>,
    /// Rows above are decoded, for others follow from them, but not given; rows below are not decoded.
    pub rows: Range<u32>,
}

impl Region {
    /// All of an image.
    #[must_use]
    pub fn whole(width: u32, height: u32) -> Self {
        Self {
            columns: 0..width,
            rows: 0..height,
        }
    }
}

/// Returns the most bytes that decoding an image of this size takes, beside its data of `length` bytes.
#[must_use]
pub fn memory_to_decode(width: u32, height: u32, length: u64) -> u64 {
    let (width, height) = (u64::from(width), u64::from(height));
    let window = (width * height).min(MAX_DISTANCE as u64 + 3 * width);
    // Blocks have four columns and rows at least: two transforms have a pixel each, and groups of codes, which are read from one.
    let blocks = width.div_ceil(4) * height.div_ceil(4);
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    let tables = (max_entries(length) + 3 * ROOM) as u64;
    let rows = 8 * (width + 1);
    4 * (window + rows + 3 * blocks + tables) + 2 * blocks
}

/// Decodes a chunk `VP8L`, and gives each row of the region to `on_row` as soon as it is decoded.
///
/// What it allocates follows from the image's size: read the [`Header`] first, and check it against your limits.
///
/// # Errors
///
/// If the data are malformed or cut off. Rows that were given before are right.
///
/// # Panics
///
/// If the region lies beyond the image.
pub fn decode(
    chunk: &[u8],
    region: Region,
    on_row: impl FnMut(Row<'_>) -> ControlFlow<()>,
) -> Result<()> {
    let header = Header::read(chunk)?;
    let size = [header.width, header.height].map(|side| side as usize);
    let data = &chunk[Header::LENGTH..];
    decode_rows(Level::detect(), data, size, region, on_row)
}

/// Decodes the first `rows` rows of the opacity of a lossy image: the green of an image without a header (RFC 9649, 2.7.1.2).
///
/// Returns whole rows; fewer than asked for if the data are malformed or cut off.
///
/// # Errors
///
/// If not one row is right.
///
/// # Panics
///
/// If there are more rows than the image has.
pub fn decode_opacity(data: &[u8], width: u32, height: u32, rows: u32) -> Result<Vec<u8>> {
    let mut samples = Vec::new();
    let region = Region::whole(width, rows);
    let size = [width as usize, height as usize];
    let decoded = decode_rows(Level::detect(), data, size, region, |row| {
        if samples.is_empty() {
            samples.reserve_exact(size[0] * rows as usize);
        }
        let start = samples.len();
        samples.resize(start + size[0], 0);
        row.write_green(&mut samples[start..]);
        ControlFlow::Continue(())
    });
    match decoded {
        Err(error) if samples.is_empty() => Err(error),
        _ => Ok(samples),
    }
}

fn decode_rows(
    level: Level,
    data: &[u8],
    size: [usize; 2],
    region: Region,
    mut on_row: impl FnMut(Row<'_>) -> ControlFlow<()>,
) -> Result<()> {
    let columns = region.columns.start as usize..region.columns.end as usize;
    assert!(columns.end <= size[0] && region.rows.end as usize <= size[1]);
    let mut bits = Bits::new(data);
    let mut transforms = Transforms::read(level, &mut bits, size)?;
    let coded_size = [transforms.coded_width, size[1]];
    let mut pixels = Pixels::of_main_image(level, bits, coded_size)?;
    for index in 0..region.rows.end {
        let coded = pixels.row(index as usize)?;
        let begun = transforms.begin_row(level, index as usize, coded);
        if index < region.rows.start {
            continue;
        }
        let row = Row {
            level,
            index,
            pixels: begun.finish(columns.clone()),
            columns: columns.clone(),
        };
        if on_row(row).is_break() {
            break;
        }
    }
    Ok(())
}
