//! The chunks of a PNG file (ISO/IEC 15948, 5.3).

use std::borrow::Cow;
use std::ops::Range;

use crate::photo::Photo;

/// One after the other, as long as they are whole.
pub(super) struct Chunks<'a> {
    photo: &'a Photo<'a>,
    next: u64,
}

pub(super) struct Chunk {
    pub(super) kind: [u8; 4],
    /// Where its data are; its length and kind stand before them, its checksum after.
    pub(super) data: Range<u64>,
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

impl Iterator for Chunks<'_> {
    type Item = Chunk;

    fn next(&mut self) -> Option<Chunk> {
        // length │ kind │ data … │ checksum of kind and data
        let [l0, l1, l2, l3, kind @ ..] = self.photo.array::<8>(self.next)?;
        let start = self.next + 8;
        let data = start..start + u64::from(u32::from_be_bytes([l0, l1, l2, l3]));
        self.next = data.end + 4;
        (self.next <= self.photo.length()).then_some(Chunk { kind, data })
    }
}
