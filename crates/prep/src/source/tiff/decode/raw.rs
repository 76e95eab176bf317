//! Camera raw in TIFF's clothes: DNG, CR2, NEF, ARW, PEF, SRW and others.
//!
//! Sensor data are not read. What would pass for the photo is a thumbnail, so such a file is refused by name, unless it holds
//! a JPEG of the photo in full: many cameras add one, and its size says so.

use std::ops::Range;

use super::directory::Directory;
use crate::error::Error;
use crate::geometry::{Orientation, Size};
use crate::photo::Photo;

/// A JPEG of the photo in full.
pub(super) struct Preview<'a> {
    pub(super) jpeg: &'a [u8],
    /// What the raw file says: the JPEG itself may say nothing.
    pub(super) orientation: Option<Orientation>,
}

/// Finds the full-size preview of a camera's raw file; `None` if the file is no such.
pub(super) fn preview<'a>(photo: &'a Photo<'a>) -> Result<Option<Preview<'a>>, Error> {
    let Some(first) = Directory::pages(photo).next().filter(may_be_raw) else {
        return Ok(None);
    };
    let pages: Vec<_> = Directory::pages(photo).collect();
    let inner = pages.iter().flat_map(|page| page.within(SUB_DIRECTORIES));
    let inner: Vec<_> = inner.take(MAX_INNER).collect();
    let (sensors, others): (Vec<_>, Vec<_>) = pages
        .iter()
        .chain(&inner)
        .partition(|directory| is_sensor(directory));
    if sensors.is_empty() {
        return Ok(None);
    }
    let stored = sensors
        .iter()
        .filter_map(|sensor| size(sensor, WIDTH, HEIGHT));
    // CR2 tells the size of its raw data only in Exif.
    let exif = first
        .within(EXIF)
        .filter_map(|exif| size(&exif, EXIF_WIDTH, EXIF_HEIGHT));
    let Some(full) = stored.chain(exif).max_by_key(|size| size.pixels()) else {
        return Err(camera_raw());
    };
    for range in others.into_iter().filter_map(jpeg_of) {
        let head = photo.bytes(range.start..range.end.min(range.start + HEAD));
        // Of a preview that is not cut off by `HEAD`, and of nothing else, the header can be read.
        if jpeg::read_header(&head).is_ok_and(|jpeg| is_as_large(jpeg.width(), jpeg.height(), full))
        {
            let range = range.start as usize..range.end as usize;
            let jpeg = photo.whole()?.get(range).ok_or_else(camera_raw)?;
            let orientation = first.orientation();
            return Ok(Some(Preview { jpeg, orientation }));
        }
    }
    Err(camera_raw())
}

const WIDTH: u16 = 256;
const HEIGHT: u16 = 257;
const COMPRESSION: u16 = 259;
const MEANING: u16 = 262;
const MAKE: u16 = 271;
const STRIP_OFFSETS: u16 = 273;
const STRIP_LENGTHS: u16 = 279;
const SUB_DIRECTORIES: u16 = 330;
/// JPEGInterchangeFormat and its length.
const JPEG_OFFSET: u16 = 513;
const JPEG_LENGTH: u16 = 514;
const EXIF: u16 = 34665;
const EXIF_WIDTH: u16 = 40962;
const EXIF_HEIGHT: u16 = 40963;
const DNG_VERSION: u16 = 50706;
const CR2_SLICES: u16 = 50752;

/// Cameras write fewer directories within others.
const MAX_INNER: usize = 32;

/// The frame of a preview lies within its first bytes.
const HEAD: u64 = 256 << 10;

/// A camera names its maker, and DNG its version.
fn may_be_raw(first: &Directory<'_>) -> bool {
    first.count(DNG_VERSION) > 0 || first.count(MAKE) > 0
}

/// Whether a directory is of what a sensor saw: by its colors, or by a coding that only cameras use.
fn is_sensor(directory: &Directory<'_>) -> bool {
    /// Color filter array and LinearRaw.
    const MEANINGS: [u64; 2] = [32803, 34892];
    /// Sony, Samsung, Nikon, Kodak, Pentax.
    const COMPRESSIONS: [u64; 5] = [32767, 32770, 34713, 65000, 65535];
    let is_one_of = |tag, known: &[u64]| directory.number(tag).is_some_and(|n| known.contains(&n));
    is_one_of(MEANING, &MEANINGS)
        || is_one_of(COMPRESSION, &COMPRESSIONS)
        || directory.count(CR2_SLICES) > 0
}

fn size(directory: &Directory<'_>, width: u16, height: u16) -> Option<Size> {
    let side = |tag| {
        directory
            .number(tag)
            .and_then(|side| u32::try_from(side).ok())
    };
    Some(Size {
        width: side(width)?,
        height: side(height)?,
    })
}

/// Where the JPEG of a directory lies, if it is one.
fn jpeg_of(directory: &Directory<'_>) -> Option<Range<u64>> {
    let is_jpeg = matches!(directory.number(COMPRESSION), Some(6 | 7));
    let [offset, length] = match directory.count(JPEG_OFFSET) {
        0 if is_jpeg && directory.count(STRIP_OFFSETS) == 1 => [STRIP_OFFSETS, STRIP_LENGTHS],
        _ => [JPEG_OFFSET, JPEG_LENGTH],
    };
    let start = directory.number(offset)?;
    Some(start..start.checked_add(directory.number(length)?)?)
}

/// Whether a preview has nine tenths of the raw photo's sides: sensors have a margin that pictures lack.
fn is_as_large(width: u32, height: u32, full: Size) -> bool {
    let is_enough = |side: u32, full: u32| u64::from(side) * 10 >= u64::from(full) * 9;
    is_enough(width.min(height), full.width.min(full.height))
        && is_enough(width.max(height), full.width.max(full.height))
}

fn camera_raw() -> Error {
    Error::Unsupported {
        what: "camera raw without a JPEG of its full size".into(),
    }
}
