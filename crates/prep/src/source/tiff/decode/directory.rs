//! The directory of a TIFF file (TIFF 6.0, section 2; BigTIFF): tags and where their values are.

use std::borrow::Cow;
use std::ops::Range;

use crate::geometry::Orientation;
use crate::photo::Photo;

/// A directory; values are read from the file when they are asked for.
pub(super) struct Directory<'a> {
    file: Bytes<'a>,
    entries: Vec<Entry>,
}

/// The file, with its byte order and the width of its offsets.
#[derive(Clone, Copy)]
struct Bytes<'a> {
    photo: &'a Photo<'a>,
    is_little_endian: bool,
    is_big_tiff: bool,
}

struct Entry {
    tag: u16,
    kind: u16,
    values: Range<u64>,
}

/// More than any file has that people send; a directory that points to itself ends here.
const DIRECTORIES: usize = 32;

/// More tags than any directory needs.
const ENTRIES: u64 = 4096;

impl<'a> Directory<'a> {
    /// The first page that is not a reduced copy of another; `None` where there is no directory at all.
    pub(super) fn first_page(photo: &'a Photo<'a>) -> Option<Self> {
        let mut first = None;
        for directory in Self::pages(photo) {
            // Bit 0 of NewSubfileType: a reduced version of another image.
            if directory.number(254).unwrap_or(0) & 1 == 0 {
                return Some(directory);
            }
            first = first.or(Some(directory));
        }
        first
    }

    /// The directories of the file, one after the other.
    pub(super) fn pages(photo: &'a Photo<'a>) -> impl Iterator<Item = Self> {
        let file = Bytes::of(photo);
        let mut next = file.and_then(Bytes::first_directory).unwrap_or(0);
        std::iter::from_fn(move || {
            let (directory, after) = file?.directory(next)?;
            next = after;
            Some(directory)
        })
        .take(DIRECTORIES)
    }

    /// The directories within this one (TIFF Technical Note 1), by the tag that points to them.
    pub(super) fn within(&self, tag: u16) -> impl Iterator<Item = Self> {
        (0..self.count(tag).min(DIRECTORIES)).filter_map(move |index| {
            let offset = self.nth(tag, index)?;
            self.file.directory(offset).map(|(directory, _)| directory)
        })
    }

    /// How the photo must be turned to be upright.
    pub(super) fn orientation(&self) -> Option<Orientation> {
        let value = self.number(274)?;
        Orientation::from_exif(u8::try_from(value).ok()?)
    }

    /// The first value of a tag.
    pub(super) fn number(&self, tag: u16) -> Option<u64> {
        self.nth(tag, 0)
    }

    /// How many values a tag has.
    pub(super) fn count(&self, tag: u16) -> usize {
        self.entry(tag).map_or(0, |entry| {
            (entry.values.end - entry.values.start) as usize / size_of_kind(entry.kind).unwrap_or(1)
        })
    }

    /// One of the values of a tag, as a whole number.
    pub(super) fn nth(&self, tag: u16, index: usize) -> Option<u64> {
        let entry = self.entry(tag)?;
        let size = size_of_kind(entry.kind)?;
        let at = entry
            .values
            .start
            .checked_add(index.checked_mul(size)? as u64)?;
        if at >= entry.values.end || !matches!(entry.kind, 1 | 3 | 4 | 6 | 13 | 16 | 18) {
            return None;
        }
        self.file.number(at, size)
    }

    /// One of the values of a tag that holds fractions.
    pub(super) fn fraction(&self, tag: u16, index: usize) -> Option<f64> {
        let entry = self.entry(tag).filter(|entry| entry.kind == 5)?;
        let at = entry
            .values
            .start
            .checked_add(index.checked_mul(8)? as u64)?;
        if at >= entry.values.end {
            return None;
        }
        let (above, below) = (self.file.number(at, 4)?, self.file.number(at + 4, 4)?);
        (below != 0).then(|| above as f64 / below as f64)
    }

    /// All values of a tag as they lie in the file, up to `most` bytes.
    pub(super) fn bytes(&self, tag: u16, most: u64) -> Option<Cow<'a, [u8]>> {
        let Range { start, end } = self.entry(tag)?.values;
        Some(self.file.photo.bytes(start..end.min(start + most)))
    }

    pub(super) fn photo(&self) -> &'a Photo<'a> {
        self.file.photo
    }

    pub(super) fn is_little_endian(&self) -> bool {
        self.file.is_little_endian
    }

    fn entry(&self, tag: u16) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.tag == tag)
    }
}

impl<'a> Bytes<'a> {
    fn of(photo: &'a Photo<'a>) -> Option<Self> {
        let mut file = Bytes {
            photo,
            is_little_endian: photo.head().starts_with(b"II"),
            is_big_tiff: false,
        };
        file.is_big_tiff = file.number(2, 2)? == 43;
        Some(file)
    }

    fn first_directory(self) -> Option<u64> {
        match self.is_big_tiff {
            false => self.number(4, 4),
            true => self.number(8, 8),
        }
    }

    fn number(self, at: u64, size: usize) -> Option<u64> {
        let bytes = self.photo.bytes(at..at.checked_add(size as u64)?);
        if bytes.len() < size {
            return None;
        }
        let add = |number: u64, &byte: &u8| number << 8 | u64::from(byte);
        Some(match self.is_little_endian {
            true => bytes.iter().rev().fold(0, add),
            false => bytes.iter().fold(0, add),
        })
    }

    /// Reads the directory at `offset`, and where the next one is.
    ///
    /// ```text
    /// count │ tag 2 · kind 2 · count 4 or 8 · value or offset 4 or 8 │ … │ offset of the next
    /// ```
    fn directory(self, offset: u64) -> Option<(Directory<'a>, u64)> {
        if offset == 0 {
            return None;
        }
        let (count_size, word) = if self.is_big_tiff { (8, 8) } else { (2, 4) };
        let count = self.number(offset, count_size)?.min(ENTRIES);
        let first = offset + count_size as u64;
        let entry_size = 4 + 2 * word as u64;
        let entries = (0..count)
            .map_while(|index| self.entry(first + index * entry_size, word))
            .flatten()
            .collect();
        let next = self.number(first + count * entry_size, word).unwrap_or(0);
        let directory = Directory {
            file: self,
            entries,
        };
        Some((directory, next))
    }

    /// Reads an entry; `None` past the file's end, `Some(None)` where its values cannot be there.
    fn entry(self, at: u64, word: usize) -> Option<Option<Entry>> {
        let tag = self.number(at, 2)? as u16;
        let kind = self.number(at + 2, 2)? as u16;
        let count = self.number(at + 4, word)?;
        let inside = at + 4 + word as u64;
        let pointer = self.number(inside, word)?;
        let entry = || {
            let size = count.checked_mul(size_of_kind(kind)? as u64)?;
            let start = match size <= word as u64 {
                true => inside,
                false => pointer,
            };
            // A table that is cut off has the values that are there.
            let end = start.checked_add(size)?.min(self.photo.length());
            Some(Entry {
                tag,
                kind,
                values: start..end.max(start),
            })
        };
        Some(entry())
    }
}

/// How many bytes a value has (TIFF 6.0, page 15; BigTIFF adds the last).
fn size_of_kind(kind: u16) -> Option<usize> {
    Some(match kind {
        1 | 2 | 6 | 7 => 1,
        3 | 8 => 2,
        4 | 9 | 11 | 13 => 4,
        5 | 10 | 12 | 16 | 17 | 18 => 8,
        _ => return None,
    })
}
