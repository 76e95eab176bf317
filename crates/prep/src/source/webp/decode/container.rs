//! The chunks of a WebP file (RFC 9649, 2.7), read as leniently as other readers do.
//!
//! The header of an extended file has a flag for each kind of chunk, and `image-webp` refuses a file whose flags promise a chunk
//! that is not there (issues 73 and 99 of its repository). Programs that remove metadata often leave the flags behind, so the
//! decoder is shown a header whose flags are right.

use std::borrow::Cow;
use std::io::{self, BufRead, Read, Seek, SeekFrom};
use std::ops::Range;

use crate::photo::{Photo, Reader, read_buffered};

/// Where the flags of an extended file are.
const FLAGS: u64 = 20;
const ANIMATION: u8 = 1 << 1;
const XMP: u8 = 1 << 2;
const EXIF: u8 = 1 << 3;
const ALPHA: u8 = 1 << 4;

/// As much of Exif is read: the orientation stands in its first directory.
const MAX_EXIF: u64 = 1 << 20;

/// What the chunks of a file say.
pub(super) struct Container {
    /// The flags as they ought to be; `None` if the file is not extended.
    flags: Option<u8>,
    exif: Option<Range<u64>>,
    /// The first lossy frame outside an animation, and the opacity that belongs to it.
    lossy: Option<Range<u64>>,
    opacity: Option<Range<u64>>,
    /// The first lossless image outside an animation.
    lossless: Option<Range<u64>>,
}

impl Container {
    pub(super) fn read(photo: &Photo<'_>) -> Self {
        let mut container = Self {
            flags: None,
            exif: None,
            lossy: None,
            opacity: None,
            lossless: None,
        };
        let is_extended = photo.head().get(12..16) == Some(b"VP8X");
        let (mut is_animated, mut may_have_alpha) = (false, false);
        // RIFF, length, WEBP; then name, length and data of each chunk, filled up to an even length.
        let mut at = 12;
        while let Some([name @ .., l0, l1, l2, l3]) = photo.array::<8>(at) {
            let start = at + 8;
            let end = start + u64::from(u32::from_le_bytes([l0, l1, l2, l3]));
            let keep_first = |place: &mut Option<Range<u64>>| {
                place.get_or_insert(start..end);
            };
            match &name {
                b"ANMF" => is_animated = true,
                b"VP8 " => keep_first(&mut container.lossy),
                b"ALPH" => keep_first(&mut container.opacity),
                b"VP8L" => keep_first(&mut container.lossless),
                b"EXIF" => keep_first(&mut container.exif),
                _ => {}
            }
            may_have_alpha |= matches!(&name, b"ALPH" | b"VP8L");
            at = end.next_multiple_of(2);
            // Of a file that is not extended nothing but the first chunk counts.
            if !is_extended {
                return container;
            }
        }
        let Some(&flags) = photo.head().get(FLAGS as usize) else {
            return container;
        };
        // Neither metadata nor its absence matters to the pixels.
        let mut flags = flags & !(EXIF | XMP);
        if !is_animated {
            flags &= !ANIMATION;
            if !may_have_alpha {
                flags &= !ALPHA;
            }
        }
        container.flags = Some(flags);
        container
    }

    pub(super) fn is_animated(&self) -> bool {
        self.flags.is_some_and(|flags| flags & ANIMATION != 0)
    }

    /// The frame of a still that is lossy.
    pub(super) fn lossy(&self) -> Option<Range<u64>> {
        self.lossy.clone().filter(|_| !self.is_animated())
    }

    /// The opacity of that frame.
    pub(super) fn opacity(&self) -> Option<Range<u64>> {
        self.opacity.clone()
    }

    /// The image of a still that is lossless.
    pub(super) fn lossless(&self) -> Option<Range<u64>> {
        self.lossless.clone().filter(|_| !self.is_animated())
    }

    pub(super) fn exif<'a>(&self, photo: &'a Photo<'a>) -> Option<Cow<'a, [u8]>> {
        let Range { start, end } = self.exif.clone()?;
        Some(photo.bytes(start..end.min(start + MAX_EXIF)))
    }
}

/// Reads a file with the flags as they ought to be.
pub(super) struct WebPReader<'a> {
    file: Reader<'a>,
    flags: Option<[u8; 1]>,
}

impl<'a> WebPReader<'a> {
    pub(super) fn new(photo: &'a Photo<'a>, container: &Container) -> Self {
        Self {
            file: photo.reader(0..photo.length()),
            flags: container.flags.map(|flags| [flags]),
        }
    }
}

impl BufRead for WebPReader<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let place = self.file.place();
        let bytes = self.file.fill_buf()?;
        match &self.flags {
            Some(flags) if place == FLAGS && !bytes.is_empty() => Ok(flags),
            Some(_) if place < FLAGS => {
                let before = bytes.len().min((FLAGS - place) as usize);
                Ok(&bytes[..before])
            }
            _ => Ok(bytes),
        }
    }

    fn consume(&mut self, count: usize) {
        self.file.consume(count);
    }
}

impl Read for WebPReader<'_> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        read_buffered(self, to)
    }
}

impl Seek for WebPReader<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}
