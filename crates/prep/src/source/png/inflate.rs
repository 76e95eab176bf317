//! The data of an image's chunks, inflated (ISO/IEC 15948, clause 10): a window of them is in memory, and none of the chunks.

use std::io::BufRead;

use fdeflate::{DecompressionError, Decompressor};

use super::chunks::Chunk;
use super::header::{cut_off, malformed, missing_pixels};
use crate::error::Error;
use crate::photo::{Photo, Reader};

/// As far deflate may look back (10.1).
const WINDOW: usize = 32 << 10;

/// How many bytes there are beside the window.
const ROOM: usize = 96 << 10;

/// As many bytes are inflated at a time: what was inflated together with a fault is lost.
const STEP: usize = 16 << 10;

/// The most bytes that this takes: what was inflated, what was read, and the decoder's tables.
pub(super) const MEMORY: u64 = (WINDOW + ROOM + (64 << 10) + (32 << 10)) as u64;

/// The inflated bytes, one after the other.
pub(super) struct Inflate<'a> {
    data: Data<'a>,
    decompressor: Box<Decompressor>,
    /// The window and what was inflated after it; of this `taken..filled` was not taken yet.
    bytes: Vec<u8>,
    taken: usize,
    filled: usize,
    /// How many bytes were inflated before these.
    before: u64,
    /// How many are inflated in all.
    length: u64,
    /// How many bytes were inflated of sound chunks; all, as long as no other began.
    sound: u64,
    end: Option<End>,
}

/// The bytes of a chunk's checksum.
const CHECKSUM: u64 = 4;

/// Why there are no more bytes.
#[derive(Clone, Copy)]
enum End {
    CutOff,
    /// The deflate stream or its chunks ended.
    Complete,
    Corrupt(&'static str),
}

impl<'a> Inflate<'a> {
    /// Begins with a chunk. Those from `doubtful_from` on may be corrupt.
    pub(super) fn new(photo: &'a Photo<'a>, first: FirstChunk, doubtful_from: Option<u64>) -> Self {
        let mut decompressor = Box::new(Decompressor::new());
        // The chunks' checksums cover the same bytes.
        decompressor.ignore_adler32();
        Self {
            data: Data::new(photo, first, doubtful_from),
            decompressor,
            bytes: vec![0; WINDOW + ROOM],
            taken: 0,
            filled: 0,
            before: 0,
            length: u64::MAX,
            sound: u64::MAX,
            end: None,
        }
    }

    /// Ends after so many bytes: what follows them may be corrupt.
    pub(super) fn end_after(&mut self, length: u64) {
        self.length = length;
    }

    /// Fills `to` with the next bytes.
    ///
    /// # Errors
    ///
    /// If there are fewer; those that there are were taken.
    pub(super) fn read(&mut self, mut to: &mut [u8]) -> Result<(), Error> {
        while !to.is_empty() {
            let there = self.fill()?;
            let count = there.len().min(to.len());
            let (now, later) = to.split_at_mut(count);
            now.copy_from_slice(&there[..count]);
            self.taken += count;
            to = later;
        }
        Ok(())
    }

    /// Skips bytes, as [`read`](Self::read) reads them.
    pub(super) fn skip(&mut self, mut count: u64) -> Result<(), Error> {
        while count > 0 {
            let skipped = (self.fill()?.len() as u64).min(count);
            self.taken += skipped as usize;
            count -= skipped;
        }
        Ok(())
    }

    /// Whether all bytes that were taken come from sound chunks.
    pub(super) fn is_sound(&self) -> bool {
        self.before + self.taken as u64 <= self.sound
    }

    /// Returns what was inflated and not taken: at least a byte.
    fn fill(&mut self) -> Result<&[u8], Error> {
        while self.taken == self.filled {
            if let Some(end) = self.end {
                return Err(end.error());
            }
            if self.filled == self.bytes.len() {
                self.keep_window();
            }
            self.end = self.inflate().err();
        }
        Ok(&self.bytes[self.taken..self.filled])
    }

    /// Moves the window to the start.
    fn keep_window(&mut self) {
        let moved = self.filled - WINDOW;
        self.bytes.copy_within(moved.., 0);
        self.taken -= moved;
        self.filled -= moved;
        self.before += moved as u64;
    }

    /// Inflates as much as there is room for.
    fn inflate(&mut self) -> Result<(), End> {
        while self.filled < self.bytes.len() {
            self.data.next_chunk();
            let done = self.before + self.filled as u64;
            if self.data.is_doubtful {
                self.sound = self.sound.min(done);
            }
            let wanted = self.length.saturating_sub(done).min(STEP as u64);
            if wanted == 0 {
                return Err(End::Complete);
            }
            let room = self.bytes.len().min(self.filled + wanted as usize);
            let (used, made) = self
                .decompressor
                .read(
                    self.data.bytes(),
                    &mut self.bytes[..room],
                    self.filled,
                    false,
                )
                .map_err(|fault| End::Corrupt(name(&fault)))?;
            self.data.consume(used);
            self.filled += made;
            if self.decompressor.is_done() {
                return Err(End::Complete);
            }
            if used == 0 && made == 0 {
                return Err(self.data.end.unwrap_or(End::CutOff));
            }
        }
        Ok(())
    }
}

impl End {
    fn error(self) -> Error {
        match self {
            Self::CutOff => cut_off(),
            Self::Complete => missing_pixels(),
            Self::Corrupt(fault) => malformed(format!("its deflate stream is corrupt: {fault}")),
        }
    }
}

/// What is wrong with a deflate stream, in the words of RFC 1950 and 1951.
fn name(fault: &DecompressionError) -> &'static str {
    match fault {
        DecompressionError::BadZlibHeader => "its zlib header is invalid",
        DecompressionError::InvalidBlockType => "a block has no valid type",
        DecompressionError::InvalidUncompressedBlockLength => {
            "the length of an uncompressed block is wrong"
        }
        DecompressionError::DistanceTooFarBack | DecompressionError::InputStartsWithRun => {
            "a distance goes back too far"
        }
        DecompressionError::InvalidLiteralLengthCode | DecompressionError::InvalidDistanceCode => {
            "a code is not one of its Huffman table"
        }
        _ => "a Huffman table is invalid",
    }
}

/// The first of the chunks that hold the data of an image: of IDAT, or of fdAT, which begin with a number.
#[derive(Clone, Copy, Debug)]
pub(super) struct FirstChunk {
    kind: [u8; 4],
    place: u64,
}

impl FirstChunk {
    pub(super) fn new(chunk: &Chunk) -> Self {
        Self {
            kind: chunk.kind,
            place: chunk.place(),
        }
    }
}

/// The data of consecutive chunks of a kind, as they lie in the photo.
struct Data<'a> {
    kind: [u8; 4],
    reader: Reader<'a>,
    /// How many bytes are left of the chunk.
    left: u64,
    doubtful_from: Option<u64>,
    /// Whether the chunk may be corrupt, or one before it.
    is_doubtful: bool,
    end: Option<End>,
}

impl<'a> Data<'a> {
    fn new(photo: &'a Photo<'a>, first: FirstChunk, doubtful_from: Option<u64>) -> Self {
        Self {
            kind: first.kind,
            // The checksum before it, or the signature's end.
            reader: photo.reader(first.place - CHECKSUM..photo.length()),
            left: 0,
            doubtful_from,
            is_doubtful: false,
            end: None,
        }
    }

    /// Goes to the next chunk that has data, unless this one has some left.
    fn next_chunk(&mut self) {
        while self.left == 0 && self.end.is_none() {
            if let Err(end) = self.begin_chunk() {
                self.end = Some(end);
            }
        }
    }

    fn begin_chunk(&mut self) -> Result<(), End> {
        self.reader.skip(CHECKSUM).ok_or(End::CutOff)?;
        let place = self.reader.place();
        // length │ kind │ data …
        let [l0, l1, l2, l3, kind @ ..] = self.reader.array::<8>().ok_or(End::CutOff)?;
        if kind != self.kind {
            return Err(End::Complete);
        }
        self.is_doubtful |= self.doubtful_from.is_some_and(|from| place >= from);
        self.left = u32::from_be_bytes([l0, l1, l2, l3]).into();
        if &kind == b"fdAT" {
            let number = self.left.min(4);
            self.reader.skip(number).ok_or(End::CutOff)?;
            self.left -= number;
        }
        Ok(())
    }

    /// Returns bytes of the chunk; none at its end, or the photo's.
    fn bytes(&mut self) -> &[u8] {
        match self.reader.fill_buf() {
            Ok(bytes) => &bytes[..bytes.len().min(self.left as usize)],
            Err(_) => &[],
        }
    }

    fn consume(&mut self, count: usize) {
        self.reader.consume(count);
        self.left -= count as u64;
    }
}
