//! The chunks of a PNG file (ISO/IEC 15948, 5.3).

use std::borrow::Cow;
use std::io::BufRead;
use std::ops::Range;

use super::header::malformed;
use crate::error::Error;
use crate::photo::Photo;

/// One after the other, as long as they are whole.
pub(super) struct Chunks<'a> {
    photo: &'a Photo<'a>,
    next: u64,
}

#[derive(Clone)]
pub(super) struct Chunk {
    pub(super) kind: [u8; 4],
    /// Where its data are; its length and kind stand before them, its checksum after.
    pub(super) data: Range<u64>,
}

impl Chunk {
    /// Returns how many bytes of data it has.
    pub(super) fn length(&self) -> u64 {
        self.data.end - self.data.start
    }

    /// Returns where it begins: with its length.
    pub(super) fn place(&self) -> u64 {
        self.data.start - 8
    }

    /// Whether its checksum, which follows its data, is there.
    pub(super) fn is_whole(&self, photo: &Photo<'_>) -> bool {
        self.data.end + 4 <= photo.length()
    }
}

/// As much of Exif is read: the orientation stands in its first directory.
const MAX_EXIF: u64 = 1 << 20;

/// The bytes that every PNG begins with.
const SIGNATURE: u64 = 8;

impl<'a> Chunks<'a> {
    pub(super) fn of(photo: &'a Photo<'a>) -> Self {
        Self {
            photo,
            next: SIGNATURE,
        }
    }

    /// Those before the pixels.
    pub(super) fn before_pixels(photo: &'a Photo<'a>) -> impl Iterator<Item = Chunk> + use<'a> {
        Self::of(photo).take_while(|chunk| &chunk.kind != b"IDAT")
    }
}

/// Whether there are frames: acTL stands before the pixels.
pub(super) fn is_animated(photo: &Photo<'_>) -> bool {
    Chunks::before_pixels(photo).any(|chunk| &chunk.kind == b"acTL")
}

/// The Exif of a photo, which may also stand after the pixels (11.3.4.5).
pub(super) fn exif<'a>(photo: &'a Photo<'a>) -> Option<Cow<'a, [u8]>> {
    let data = Chunks::of(photo)
        .take_while(|chunk| &chunk.kind != b"IEND")
        .find(|chunk| &chunk.kind == b"eXIf")?
        .data;
    Some(photo.bytes(data.start..data.end.min(data.start + MAX_EXIF)))
}

impl Chunks<'_> {
    /// Returns the next chunk, of which its length and kind alone may be there.
    pub(super) fn next_begun(&mut self) -> Option<Chunk> {
        // length │ kind │ data … │ checksum of kind and data
        let [l0, l1, l2, l3, kind @ ..] = self.photo.array::<8>(self.next)?;
        let start = self.next + 8;
        let data = start..start + u64::from(u32::from_be_bytes([l0, l1, l2, l3]));
        self.next = data.end + 4;
        Some(Chunk { kind, data })
    }
}

impl Iterator for Chunks<'_> {
    type Item = Chunk;

    fn next(&mut self) -> Option<Chunk> {
        self.next_begun().filter(|chunk| chunk.is_whole(self.photo))
    }
}

/// Where the first chunk of pixels begins whose checksum is wrong.
///
/// # Errors
///
/// A header or a palette that is not what it was: all pixels would be wrong.
pub(super) fn doubtful_from(photo: &Photo<'_>) -> Result<Option<u64>, Error> {
    for chunk in Chunks::of(photo) {
        match &chunk.kind {
            b"IHDR" | b"PLTE" | b"tRNS" if !is_sound(photo, &chunk) => {
                return Err(wrong_checksum(&chunk));
            }
            b"IDAT" if !is_sound(photo, &chunk) => return Ok(Some(chunk.place())),
            b"IEND" => break,
            _ => {}
        }
    }
    Ok(None)
}

/// Whether the checksum of a chunk, over its kind and data, is right.
pub(super) fn is_sound(photo: &Photo<'_>, chunk: &Chunk) -> bool {
    let mut hasher = crc32fast::Hasher::new();
    let mut bytes = photo.reader(chunk.data.start - 4..chunk.data.end);
    while let Ok(some @ [_, ..]) = bytes.fill_buf() {
        let count = some.len();
        hasher.update(some);
        bytes.consume(count);
    }
    photo.array(chunk.data.end) == Some(hasher.finalize().to_be_bytes())
}

pub(super) fn wrong_checksum(chunk: &Chunk) -> Error {
    let name = chunk.kind.escape_ascii();
    malformed(format!("the checksum of {name} is wrong"))
}
