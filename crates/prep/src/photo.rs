//! A photo's bytes: in memory, or in a file of which only what is needed is read.

mod file;
mod reader;

use std::borrow::Cow;
use std::fmt;
use std::io::{self, Read, Seek};
use std::ops::Range;

use bytes::Bytes;

use self::file::File;
pub(crate) use self::file::READ_SIZE;
pub(crate) use self::reader::Reader;
#[cfg(any(feature = "gif", feature = "webp"))]
pub(crate) use self::reader::read_buffered;
use crate::error::Error;

/// The bytes of a photo.
///
/// Those of a file are read as they are needed: of PNG, WebP, GIF, BMP, TIFF, PNM and the like a few kilobytes at a time, of a
/// JPEG, AVIF, HEIC, JPEG XL or SVG all at once, after its first bytes were found to be within the limits.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/photo.jpg");
/// let photo = prep::Photo::open(std::fs::File::open(path)?, Vec::new())?;
/// let mut picture = Vec::new();
/// let prepared = prep::Pipeline::new(prep::Options::new())?.prepare_photo(&photo, &mut picture)?;
/// # assert_eq!(prepared.header.format, prep::Format::JPEG);
/// # Ok(())
/// # }
/// ```
///
/// A photo that borrows nothing (opened, or made of a `Vec<u8>` or [`Bytes`]) is `Send + 'static`: it can go to another thread,
/// or to a runtime's pool for blocking work.
///
/// ```
/// # let bytes = vec![0_u8; 100];
/// let photo = prep::Photo::from(bytes);
/// let work = std::thread::spawn(move || {
///     let mut picture = Vec::new();
///     prep::Pipeline::new(prep::Options::new())?.prepare_photo(&photo, &mut picture).map(|_| picture)
/// });
/// assert!(work.join().is_ok_and(|picture| picture.is_err()), "100 zeros are no photo");
/// ```
pub struct Photo<'a> {
    length: u64,
    origin: Origin<'a>,
}

enum Origin<'a> {
    Memory(&'a [u8]),
    Owned(Bytes),
    File(Box<File>),
}

impl<'a> From<&'a [u8]> for Photo<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self {
            length: bytes.len() as u64,
            origin: Origin::Memory(bytes),
        }
    }
}

impl From<Bytes> for Photo<'static> {
    fn from(bytes: Bytes) -> Self {
        Self {
            length: bytes.len() as u64,
            origin: Origin::Owned(bytes),
        }
    }
}

impl From<Vec<u8>> for Photo<'static> {
    fn from(bytes: Vec<u8>) -> Self {
        Bytes::from(bytes).into()
    }
}

impl fmt::Debug for Photo<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Photo")
            .field("length", &self.length)
            .finish_non_exhaustive()
    }
}

impl Photo<'static> {
    /// Opens a photo in a file, or in anything else that can be read and sought.
    ///
    /// If all bytes are needed at once they are read into `buffer`; [`into_buffer`](Self::into_buffer) returns its memory.
    ///
    /// # Errors
    ///
    /// If its length or its first bytes cannot be read.
    pub fn open(file: impl Read + Seek + Send + 'static, buffer: Vec<u8>) -> io::Result<Self> {
        let (file, length) = File::open(file, buffer)?;
        Ok(Self {
            length,
            origin: Origin::File(Box::new(file)),
        })
    }

    /// Returns the buffer that [`open`](Self::open) was given, to be used for the next photo.
    pub fn into_buffer(self) -> Vec<u8> {
        match self.origin {
            Origin::Memory(_) | Origin::Owned(_) => Vec::new(),
            Origin::File(file) => file.into_buffer(),
        }
    }
}

impl Photo<'_> {
    /// Returns the file's length in bytes.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Returns the first bytes: 64 KiB, or all there are.
    pub(crate) fn head(&self) -> &[u8] {
        match &self.origin {
            Origin::Memory(bytes) => &bytes[..bytes.len().min(READ_SIZE)],
            Origin::Owned(bytes) => &bytes[..bytes.len().min(READ_SIZE)],
            Origin::File(file) => file.head(),
        }
    }

    /// Returns all bytes, and reads them if that has not been done.
    pub(crate) fn whole(&self) -> Result<&[u8], Error> {
        if let Origin::File(file) = &self.origin
            && (self.in_memory().len() as u64) < self.length
        {
            file.read_whole(self.length).map_err(Error::Read)?;
        }
        Ok(self.in_memory())
    }

    /// Returns the bytes of a range, as far as the photo has them.
    pub(crate) fn bytes(&self, range: Range<u64>) -> Cow<'_, [u8]> {
        let range = range.start.min(self.length)..range.end.min(self.length);
        let held = self.in_memory();
        if range.end <= held.len() as u64 {
            return Cow::Borrowed(
                held.get(range.start as usize..range.end as usize)
                    .unwrap_or(&[]),
            );
        }
        let mut bytes = vec![0; range.end.saturating_sub(range.start) as usize];
        let there = self.read_at(range.start, &mut bytes);
        bytes.truncate(there);
        Cow::Owned(bytes)
    }

    /// Returns `N` bytes, or `None` if the photo ends before.
    pub(crate) fn array<const N: usize>(&self, at: u64) -> Option<[u8; N]> {
        let mut bytes = [0; N];
        (self.read_at(at, &mut bytes) == N).then_some(bytes)
    }

    /// Replaces the result by the error of a read that failed: until now its bytes only seemed to be missing.
    pub(crate) fn unless_unread<T>(&self, result: Result<T, Error>) -> Result<T, Error> {
        let failure = match &self.origin {
            Origin::Memory(_) | Origin::Owned(_) => None,
            Origin::File(file) => file.take_failure(),
        };
        failure.map_or(result, |error| Err(Error::Read(error)))
    }

    /// Returns what is in memory, from the first byte on.
    fn in_memory(&self) -> &[u8] {
        match &self.origin {
            Origin::Memory(bytes) => bytes,
            Origin::Owned(bytes) => bytes,
            Origin::File(file) => file.in_memory(),
        }
    }

    /// Fills `to` with the bytes from `at` on, as far as the photo has them; returns how many.
    fn read_at(&self, at: u64, to: &mut [u8]) -> usize {
        let to = match self.length.checked_sub(at) {
            None => return 0,
            Some(left) => {
                let left = usize::try_from(left).unwrap_or(usize::MAX).min(to.len());
                &mut to[..left]
            }
        };
        let held = self.in_memory();
        let place = usize::try_from(at).ok();
        if let Some(bytes) = place.and_then(|at| held.get(at..)?.get(..to.len())) {
            to.copy_from_slice(bytes);
            return to.len();
        }
        match &self.origin {
            Origin::Memory(_) | Origin::Owned(_) => 0,
            Origin::File(file) => file.read_at(at, to),
        }
    }

    /// Like [`read_at`](Self::read_at), for a reader that keeps a buffer of its own.
    fn read_unbuffered(&self, at: u64, to: &mut [u8]) -> usize {
        match &self.origin {
            Origin::Memory(_) | Origin::Owned(_) => 0,
            Origin::File(file) => file.read_unbuffered(at, to),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, SeekFrom};

    use super::*;

    /// Bytes that differ, more than are read at a time.
    fn bytes() -> Vec<u8> {
        let mut state = 1_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        };
        (0..3 * READ_SIZE + 4321).map(|_| next()).collect()
    }

    #[test]
    fn a_file_reads_as_its_bytes_in_memory_do() {
        let bytes = bytes();
        let file = Photo::open(Cursor::new(bytes.clone()), Vec::new()).unwrap();
        let memory = Photo::from(&bytes[..]);
        let owned = Photo::from(bytes.clone());
        let mut state = 7_usize;
        let mut next = |below: usize| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 33) % below
        };
        let part = 1000..bytes.len() as u64 - 77;

        for at_once in [1, 100, READ_SIZE] {
            let mut readers =
                [&file, &memory, &owned].map(|photo| photo.reader_in_steps(part.clone(), at_once));
            for _ in 0..2000 {
                let (how, count) = (next(5), next(300));
                let step = next(2 * READ_SIZE) as i64 - READ_SIZE as i64;

                let [from_file, from_memory, from_owned] = readers.each_mut().map(|reader| {
                    let mut read = vec![0; count + 1];
                    match how {
                        0 => _ = reader.seek(SeekFrom::Start(count as u64 * 600)),
                        1 => _ = reader.seek(SeekFrom::Current(step)),
                        2 => _ = reader.skip(count as u64),
                        3 => read[0] = reader.byte().unwrap_or(0),
                        _ => _ = reader.read_exact(&mut read),
                    }
                    (read, reader.place())
                });

                assert_eq!(from_file, from_memory);
                assert_eq!(from_owned, from_memory);
            }
        }
        for range in [
            0..10,
            65_530..65_550,
            70_000..170_000,
            200_000..u64::MAX,
            300_000..400_000,
        ] {
            assert_eq!(file.bytes(range.clone()), memory.bytes(range));
        }
        assert_eq!(file.whole().unwrap(), bytes);
        assert_eq!(file.into_buffer(), bytes);
    }

    #[test]
    fn a_failed_read_is_an_error() {
        struct Broken(u64);
        impl Read for Broken {
            fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
                match self.0 {
                    0 => Ok(to.len()),
                    _ => Err(io::ErrorKind::TimedOut.into()),
                }
            }
        }
        impl Seek for Broken {
            fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
                self.0 = match to {
                    SeekFrom::Start(at) => at,
                    _ => 1 << 20,
                };
                Ok(self.0)
            }
        }
        let photo = Photo::open(Broken(0), Vec::new()).unwrap();

        let there = photo.bytes(100_000..100_010);

        assert!(there.is_empty());
        let result = photo.unless_unread(Ok(()));
        assert!(
            matches!(result, Err(Error::Read(error)) if error.kind() == io::ErrorKind::TimedOut)
        );
        assert!(matches!(photo.whole(), Err(Error::Read(_))));
    }
}
