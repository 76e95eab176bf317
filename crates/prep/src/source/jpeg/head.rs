//! The first segments of a JPEG (ISO 10918-1, B.1), read before all the rest of it is: is there a photo within the limits?

use crate::error::Error;
use crate::geometry::Size;
use crate::header::Format;
use crate::photo::Reader;
use crate::source::context::OpenContext;

/// Before its pixels a photo has no more bytes that begin a segment, or belong to none.
const MAX_STRAY: u32 = 64 << 10;

/// Refuses what has no pixels, or too many of them, and what only fills a file.
pub(super) fn check(context: &OpenContext<'_, '_>) -> Result<(), Error> {
    // The contents of segments are skipped, and most of them never read.
    let mut bytes = context.photo.reader_in_steps(2..u64::MAX, 2048);
    let mut stray = 0;
    loop {
        match next_marker(&mut bytes, &mut stray)? {
            // A frame header: length, bits, height, width. No height means that it comes later.
            0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF => {
                let [l0, l1, _, h0, h1, w0, w1] = bytes.array().ok_or_else(no_pixels)?;
                let [height, width] = [[h0, h1], [w0, w1]].map(u16::from_be_bytes);
                let size = Size {
                    width: width.into(),
                    height: height.max(1).into(),
                };
                context.check_size(Format::JPEG, size)?;
                skip(&mut bytes, [l0, l1], 7)?;
            }
            // The pixels follow.
            0xDA => return Ok(()),
            0xD9 => return Err(no_pixels()),
            // These stand alone.
            0x01 | 0xD0..=0xD8 => {}
            _ => {
                let length = bytes.array().ok_or_else(no_pixels)?;
                skip(&mut bytes, length, 2)?;
            }
        }
    }
}

/// The code of the next marker.
fn next_marker(bytes: &mut Reader<'_>, stray: &mut u32) -> Result<u8, Error> {
    let mut before = 0;
    while let Some(byte) = bytes.byte() {
        match (before, byte) {
            (0xFF, 1..=0xFE) => return Ok(byte),
            _ => before = byte,
        }
        *stray += 1;
        if *stray > MAX_STRAY {
            return Err(Format::JPEG.malformed("it is filled with what is no segment"));
        }
    }
    Err(no_pixels())
}

/// Passes over the rest of a segment, of which so many bytes are read.
fn skip(bytes: &mut Reader<'_>, length: [u8; 2], read: u64) -> Result<(), Error> {
    let length = u64::from(u16::from_be_bytes(length));
    // A length that cannot be is told when all is read.
    bytes
        .skip(length.saturating_sub(read))
        .ok_or_else(no_pixels)
}

fn no_pixels() -> Error {
    Format::JPEG.malformed("it ends before its pixels")
}
