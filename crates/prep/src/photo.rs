//! A photo's bytes: in memory, or in a file of which only what is needed is read.

use std::borrow::Cow;
use std::cell::{Cell, OnceCell, RefCell};
use std::fmt;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

use crate::error::Error;

mod reader;

pub(crate) use self::reader::Reader;

/// The bytes of a photo.
///
/// Those of a file are read as they are needed: of PNG, WebP, GIF, BMP, TIFF, PNM and the like a few kilobytes at a time, of a
/// JPEG, AVIF, HEIC, JPEG XL or SVG all at once, after its first bytes were found to be within the limits.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/photos/coffee.png");
/// let photo = prep::Photo::open(std::fs::File::open(path)?, Vec::new())?;
/// let mut picture = Vec::new();
/// prep::Pipeline::new(prep::Options::new()).prepare_photo(&photo, &mut picture)?;
/// # Ok(())
/// # }
/// ```
pub struct Photo<'a> {
    length: u64,
    origin: Origin<'a>,
}

enum Origin<'a> {
    Memory(&'a [u8]),
    File(Box<FileOrigin>),
}

struct FileOrigin {
    /// The first bytes.
    head: Vec<u8>,
    file: RefCell<ReadBuffer>,
    /// All bytes, once something needs them.
    whole: OnceCell<Vec<u8>>,
    /// Where all bytes will be put.
    spare: Cell<Vec<u8>>,
    failure: Cell<Option<io::Error>>,
}

/// A file, and the part of it that was read last.
struct ReadBuffer {
    file: Box<dyn ReadSeek>,
    start: u64,
    bytes: Vec<u8>,
}

trait ReadSeek: Read + Seek {}

impl<T: Read + Seek> ReadSeek for T {}

/// As many bytes are read at a time.
pub(crate) const AT_ONCE: usize = 64 << 10;

impl<'a> From<&'a [u8]> for Photo<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self {
            length: bytes.len() as u64,
            origin: Origin::Memory(bytes),
        }
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
    /// The photo in a file, or in anything that can be read from any place.
    ///
    /// If all bytes are needed at once they are put into `buffer`, whose memory [`into_buffer`](Self::into_buffer) gives back.
    ///
    /// # Errors
    ///
    /// Where its length or its first bytes cannot be read.
    pub fn open(mut file: impl Read + Seek + 'static, buffer: Vec<u8>) -> io::Result<Self> {
        let length = file.seek(SeekFrom::End(0))?;
        file.rewind()?;
        let mut head = Vec::new();
        (&mut file).take(AT_ONCE as u64).read_to_end(&mut head)?;
        let read = ReadBuffer {
            file: Box::new(file),
            start: 0,
            bytes: Vec::new(),
        };
        let origin = FileOrigin {
            head,
            file: RefCell::new(read),
            whole: OnceCell::new(),
            spare: Cell::new(buffer),
            failure: Cell::new(None),
        };
        Ok(Self {
            length,
            origin: Origin::File(Box::new(origin)),
        })
    }

    /// The memory for the next photo's bytes.
    pub fn into_buffer(self) -> Vec<u8> {
        match self.origin {
            Origin::Memory(_) => Vec::new(),
            Origin::File(file) => file.whole.into_inner().unwrap_or(file.spare.into_inner()),
        }
    }
}

impl Photo<'_> {
    /// The file's length in bytes.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// The first bytes: 64 KiB, or all there are.
    pub(crate) fn head(&self) -> &[u8] {
        match &self.origin {
            Origin::Memory(bytes) => &bytes[..bytes.len().min(AT_ONCE)],
            Origin::File(file) => &file.head,
        }
    }

    /// All bytes.
    pub(crate) fn whole(&self) -> Result<&[u8], Error> {
        if let Origin::File(file) = &self.origin
            && (self.in_memory().len() as u64) < self.length
        {
            let whole = file.read_whole(self.length).map_err(Error::Read)?;
            let _ = file.whole.set(whole);
        }
        Ok(self.in_memory())
    }

    /// The bytes of a range, as far as they are there.
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

    /// So many bytes, or `None` where they are not all there.
    pub(crate) fn array<const N: usize>(&self, at: u64) -> Option<[u8; N]> {
        let mut bytes = [0; N];
        (self.read_at(at, &mut bytes) == N).then_some(bytes)
    }

    /// Reads the bytes from one on, in order.
    pub(crate) fn reader(&self, range: Range<u64>) -> Reader<'_> {
        self.reader_in_steps(range, AT_ONCE)
    }

    /// The same, so many bytes at a time.
    pub(crate) fn reader_in_steps(&self, range: Range<u64>, at_once: usize) -> Reader<'_> {
        Reader::new(self, range, at_once)
    }

    /// Reads all bytes in order.
    pub(crate) fn reader_of_all(&self) -> Reader<'_> {
        self.reader(0..self.length)
    }

    /// What came of the photo, unless bytes of it could not be read: those seemed to be missing.
    pub(crate) fn unless_unread<T>(&self, result: Result<T, Error>) -> Result<T, Error> {
        let failure = match &self.origin {
            Origin::Memory(_) => None,
            Origin::File(file) => file.failure.take(),
        };
        failure.map_or(result, |error| Err(Error::Read(error)))
    }

    /// All that is in memory, from the first byte on.
    fn in_memory(&self) -> &[u8] {
        match &self.origin {
            Origin::Memory(bytes) => bytes,
            Origin::File(file) => file.whole.get().unwrap_or(&file.head),
        }
    }

    /// Fills `to` with the bytes from `at` on, as far as they are there; returns how many.
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
        let Origin::File(file) = &self.origin else {
            return 0;
        };
        let read = file.file.borrow_mut().read_at(at, to);
        file.there(read)
    }

    /// The same for what is read in order, in steps of its own.
    fn read_step(&self, at: u64, to: &mut [u8]) -> usize {
        let Origin::File(file) = &self.origin else {
            return 0;
        };
        let read = read_from(&mut file.file.borrow_mut().file, at, to);
        file.there(read)
    }
}

impl FileOrigin {
    /// How much could be read; why it was not more is remembered.
    fn there(&self, read: io::Result<usize>) -> usize {
        read.unwrap_or_else(|error| {
            self.failure.set(Some(error));
            0
        })
    }

    fn read_whole(&self, length: u64) -> io::Result<Vec<u8>> {
        let mut whole = self.spare.take();
        whole.clear();
        whole.reserve_exact(length as usize);
        whole.extend_from_slice(&self.head);
        let file = &mut self.file.borrow_mut().file;
        file.seek(SeekFrom::Start(whole.len() as u64))?;
        file.take(length - whole.len() as u64)
            .read_to_end(&mut whole)?;
        Ok(whole)
    }
}

impl ReadBuffer {
    /// Much is read as it is asked for, little with what lies around it.
    fn read_at(&mut self, at: u64, to: &mut [u8]) -> io::Result<usize> {
        if to.len() >= AT_ONCE / 2 {
            return read_from(&mut self.file, at, to);
        }
        let mut there = 0;
        while there < to.len() {
            let at = at + there as u64;
            let place = at.checked_sub(self.start).map(|place| place as usize);
            let bytes = match place.and_then(|place| self.bytes.get(place..)) {
                Some(bytes) if !bytes.is_empty() => bytes,
                _ => {
                    self.start = at - at % AT_ONCE as u64;
                    self.bytes.resize(AT_ONCE, 0);
                    let read = read_from(&mut self.file, self.start, &mut self.bytes);
                    self.bytes.truncate(*read.as_ref().unwrap_or(&0));
                    read?;
                    match self.bytes.get((at - self.start) as usize..) {
                        Some(bytes) if !bytes.is_empty() => bytes,
                        _ => break,
                    }
                }
            };
            let count = bytes.len().min(to.len() - there);
            to[there..there + count].copy_from_slice(&bytes[..count]);
            there += count;
        }
        Ok(there)
    }
}

/// Reads until `to` is full or the file ends.
fn read_from(file: &mut impl ReadSeek, at: u64, to: &mut [u8]) -> io::Result<usize> {
    file.seek(SeekFrom::Start(at))?;
    let mut there = 0;
    while there < to.len() {
        match file.read(&mut to[there..]) {
            Ok(0) => break,
            Ok(count) => there += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(there)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    /// Bytes that differ, more than are read at a time.
    fn bytes() -> Vec<u8> {
        let mut state = 1_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        };
        (0..3 * AT_ONCE + 4321).map(|_| next()).collect()
    }

    #[test]
    fn a_file_reads_as_its_bytes_in_memory_do() {
        let bytes = bytes();
        let file = Photo::open(Cursor::new(bytes.clone()), Vec::new()).unwrap();
        let memory = Photo::from(&bytes[..]);
        let mut state = 7_usize;
        let mut next = |below: usize| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 33) % below
        };
        let part = 1000..bytes.len() as u64 - 77;

        for at_once in [1, 100, AT_ONCE] {
            let mut readers =
                [&file, &memory].map(|photo| photo.reader_in_steps(part.clone(), at_once));
            for _ in 0..2000 {
                let (how, count) = (next(5), next(300));
                let step = next(2 * AT_ONCE) as i64 - AT_ONCE as i64;

                let [from_file, from_memory] = readers.each_mut().map(|reader| {
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
    fn what_cannot_be_read_is_told() {
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
        let told = photo.unless_unread(Ok(()));
        assert!(matches!(told, Err(Error::Read(error)) if error.kind() == io::ErrorKind::TimedOut));
        assert!(matches!(photo.whole(), Err(Error::Read(_))));
    }
}
