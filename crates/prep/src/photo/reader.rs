//! Reads a part of a photo in order.

use std::io::{self, BufRead, Read, Seek, SeekFrom};
use std::ops::Range;

use super::{Photo, READ_SIZE};

impl Photo<'_> {
    /// Reads a range in order.
    pub(crate) fn reader(&self, range: Range<u64>) -> Reader<'_> {
        self.reader_in_steps(range, READ_SIZE)
    }

    /// Like [`reader`](Self::reader), `at_once` bytes at a time.
    pub(crate) fn reader_in_steps(&self, range: Range<u64>, at_once: usize) -> Reader<'_> {
        Reader::new(self, range, at_once)
    }
}

/// Reads a part of a photo in order.
pub(crate) struct Reader<'a> {
    photo: &'a Photo<'a>,
    start: u64,
    end: u64,
    /// The next byte that is not in the buffer.
    at: u64,
    at_once: usize,
    /// What was read, and how much of it was consumed.
    buffer: Vec<u8>,
    used: usize,
}

impl<'a> Reader<'a> {
    fn new(photo: &'a Photo<'a>, range: Range<u64>, at_once: usize) -> Self {
        let end = range.end.min(photo.length);
        let start = range.start.min(end);
        Self {
            photo,
            at: start,
            start,
            end,
            at_once,
            buffer: Vec::new(),
            used: 0,
        }
    }

    /// Returns where in the photo the next byte is.
    pub(crate) fn place(&self) -> u64 {
        self.at - (self.buffer.len() - self.used) as u64
    }

    /// Reads a byte.
    pub(crate) fn byte(&mut self) -> Option<u8> {
        let byte = self.fill_buf().ok()?.first().copied();
        self.consume(usize::from(byte.is_some()));
        byte
    }

    /// Reads `N` bytes, if the part has them.
    pub(crate) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let mut bytes = [0; N];
        self.read_exact(&mut bytes).ok()?;
        Some(bytes)
    }

    /// Skips `count` bytes; returns `None` if the part ends before.
    pub(crate) fn skip(&mut self, count: u64) -> Option<()> {
        let place = self.place().checked_add(count)?;
        self.go_to(place.min(self.end));
        (place <= self.end).then_some(())
    }

    fn go_to(&mut self, place: u64) {
        let ahead = place.checked_sub(self.place());
        let left = self.buffer.len() - self.used;
        match ahead {
            Some(ahead) if ahead <= left as u64 => self.used += ahead as usize,
            _ => {
                self.buffer.clear();
                self.used = 0;
                self.at = place;
            }
        }
    }
}

impl BufRead for Reader<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.used < self.buffer.len() {
            return Ok(&self.buffer[self.used..]);
        }
        self.buffer.clear();
        self.used = 0;
        let held = self.photo.in_memory();
        let held = &held[..held.len().min(self.end as usize)];
        if let Some(bytes @ [_, ..]) = held.get(self.at as usize..) {
            return Ok(bytes);
        }
        let left = self.end - self.at;
        self.buffer
            .resize(left.min(self.at_once as u64) as usize, 0);
        let there = self.photo.read_unbuffered(self.at, &mut self.buffer);
        self.buffer.truncate(there);
        self.at += there as u64;
        Ok(&self.buffer)
    }

    fn consume(&mut self, count: usize) {
        match self.used < self.buffer.len() {
            true => self.used += count,
            false => self.at += count as u64,
        }
    }
}

impl Read for Reader<'_> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        read_buffered(self, to)
    }
}

/// Reads from what is buffered.
pub(crate) fn read_buffered(reader: &mut impl BufRead, to: &mut [u8]) -> io::Result<usize> {
    let there = reader.fill_buf()?;
    let count = there.len().min(to.len());
    to[..count].copy_from_slice(&there[..count]);
    reader.consume(count);
    Ok(count)
}

impl Seek for Reader<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let place = match to {
            SeekFrom::Start(from_start) => self.start.checked_add(from_start),
            SeekFrom::End(from_end) => self.end.checked_add_signed(from_end),
            SeekFrom::Current(step) => self.place().checked_add_signed(step),
        };
        let place = place
            .filter(|&place| place >= self.start)
            .ok_or(io::ErrorKind::InvalidInput)?;
        self.go_to(place.min(self.end));
        Ok(self.place() - self.start)
    }
}
