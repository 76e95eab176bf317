//! A photo in a file: its first bytes in memory, the others read as they are needed.

use std::cell::{Cell, OnceCell, RefCell};
use std::io::{self, Read, Seek, SeekFrom};

/// How many bytes are read at a time.
pub(crate) const READ_SIZE: usize = 64 << 10;

/// A file whose bytes are read behind a shared reference, as decoders need it.
pub(super) struct File {
    head: Vec<u8>,
    file: RefCell<Buffered>,
    /// All bytes, once something needs them.
    whole: OnceCell<Vec<u8>>,
    /// The memory that all bytes will be read into.
    spare: Cell<Vec<u8>>,
    /// The last read that failed. Decoders take it for the end of the file; who called them asks for it.
    failure: Cell<Option<io::Error>>,
}

impl File {
    /// Reads the length and the first bytes.
    pub(super) fn open(
        mut file: impl Read + Seek + Send + 'static,
        buffer: Vec<u8>,
    ) -> io::Result<(Self, u64)> {
        let length = file.seek(SeekFrom::End(0))?;
        file.rewind()?;
        let mut head = Vec::new();
        (&mut file).take(READ_SIZE as u64).read_to_end(&mut head)?;
        let buffered = Buffered {
            file: Box::new(file),
            start: 0,
            bytes: Vec::new(),
        };
        let file = Self {
            head,
            file: RefCell::new(buffered),
            whole: OnceCell::new(),
            spare: Cell::new(buffer),
            failure: Cell::new(None),
        };
        Ok((file, length))
    }

    pub(super) fn head(&self) -> &[u8] {
        &self.head
    }

    /// Returns what is in memory, from the first byte on.
    pub(super) fn in_memory(&self) -> &[u8] {
        self.whole.get().unwrap_or(&self.head)
    }

    /// Reads all bytes; [`in_memory`](Self::in_memory) has them then.
    pub(super) fn read_whole(&self, length: u64) -> io::Result<()> {
        let mut whole = self.spare.take();
        whole.clear();
        whole.reserve_exact(length as usize);
        whole.extend_from_slice(&self.head);
        let file = &mut self.file.borrow_mut().file;
        file.seek(SeekFrom::Start(whole.len() as u64))?;
        file.take(length - whole.len() as u64)
            .read_to_end(&mut whole)?;
        // It was not set before: nobody reads the whole twice.
        let _ = self.whole.set(whole);
        Ok(())
    }

    /// Fills `to` from the byte at `at` on, as far as can be read; returns how many bytes.
    pub(super) fn read_at(&self, at: u64, to: &mut [u8]) -> usize {
        let read = self.file.borrow_mut().read_at(at, to);
        self.or_failure(read)
    }

    /// Like [`read_at`](Self::read_at), but reads nothing around it.
    pub(super) fn read_unbuffered(&self, at: u64, to: &mut [u8]) -> usize {
        let read = read_from(&mut self.file.borrow_mut().file, at, to);
        self.or_failure(read)
    }

    /// Returns the read that failed, if one did.
    pub(super) fn take_failure(&self) -> Option<io::Error> {
        self.failure.take()
    }

    /// Returns the memory of all bytes.
    pub(super) fn into_buffer(self) -> Vec<u8> {
        self.whole.into_inner().unwrap_or(self.spare.into_inner())
    }

    fn or_failure(&self, read: io::Result<usize>) -> usize {
        read.unwrap_or_else(|error| {
            self.failure.set(Some(error));
            0
        })
    }
}

/// A file, and the part of it that was read last.
struct Buffered {
    file: Box<dyn ReadSeek>,
    start: u64,
    bytes: Vec<u8>,
}

trait ReadSeek: Read + Seek + Send {}

impl<T: Read + Seek + Send> ReadSeek for T {}

impl Buffered {
    /// Reads much as it is asked for, and little with the bytes around it.
    fn read_at(&mut self, at: u64, to: &mut [u8]) -> io::Result<usize> {
        if to.len() >= READ_SIZE / 2 {
            return read_from(&mut self.file, at, to);
        }
        let mut there = 0;
        while there < to.len() {
            let at = at + there as u64;
            let place = at.checked_sub(self.start).map(|place| place as usize);
            let bytes = match place.and_then(|place| self.bytes.get(place..)) {
                Some(bytes) if !bytes.is_empty() => bytes,
                _ => {
                    self.start = at - at % READ_SIZE as u64;
                    self.bytes.resize(READ_SIZE, 0);
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
