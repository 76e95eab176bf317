//! Entropy-coded segments: stuffing is removed one buffer at a time, restart markers are recorded
//! (T.81, B.1.1.5, F.1.2.3).

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use simd::Level;

use crate::bits::{Bits, Cursor};
use crate::marker::{code, count_ff};
use crate::unstuff::unstuff;

/// How many bytes are buffered at a time.
const BUFFER: usize = 64 * 1024;

/// The most bytes of a block: 64 symbols with a code of 16 bits and a value of 15.
pub(crate) const BLOCK_BYTES: usize = 64 * 31 / 8;

/// The memory of a stream, reused from photo to photo.
#[derive(Debug, Default)]
pub(crate) struct Buffer {
    /// As many bytes as are buffered at a time, of which the first `len` are filled.
    bytes: Vec<u8>,
    len: usize,
    restarts: VecDeque<Restart>,
    /// Ends every stream early once it is set.
    pub(crate) stop: Arc<AtomicBool>,
}

impl Buffer {
    fn filled(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

/// A restart marker between two bytes of the buffer.
#[derive(Clone, Copy, Debug)]
struct Restart {
    /// The index of the byte that follows it in the buffer.
    before: usize,
    /// Its number, 0 to 7.
    number: u8,
}

/// The entropy-coded data of one scan.
#[derive(Debug)]
pub(crate) struct Stream<'a> {
    level: Level,
    photo: &'a [u8],
    /// The next byte of the photo to be buffered.
    next: usize,
    buffer: &'a mut Buffer,
    /// Where the next bit is read.
    pub(crate) cursor: Cursor,
    is_arithmetic: bool,
    /// Whether the photo's end, or a marker other than RSTn, was reached.
    ended: bool,
    /// Where the entropy-coded data ends in the photo.
    end: Option<usize>,
}

/// The bits that are in the buffer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Buffered<'a> {
    pub(crate) bits: Bits<'a>,
    /// Beyond this position the buffer may end within an MCU: [`Stream::fill`] comes first.
    pub(crate) safe_end: usize,
}

impl<'a> Buffered<'a> {
    /// Returns bits of which no more will come.
    pub(crate) fn all(bits: Bits<'a>) -> Self {
        Self {
            bits,
            safe_end: usize::MAX,
        }
    }
}

impl<'a> Stream<'a> {
    /// Starts after a scan header. With arithmetic coding no byte is read beyond a restart marker.
    pub(crate) fn new(
        level: Level,
        photo: &'a [u8],
        offset: usize,
        buffer: &'a mut Buffer,
        is_arithmetic: bool,
    ) -> Self {
        if buffer.bytes.is_empty() {
            buffer.bytes = vec![0; BUFFER];
        }
        buffer.len = 0;
        buffer.restarts.clear();
        Self {
            level,
            photo,
            next: offset,
            buffer,
            cursor: Cursor::default(),
            is_arithmetic,
            ended: false,
            end: None,
        }
    }

    /// Returns whether the stream is to end here, whatever follows.
    pub(crate) fn is_stopped(&self) -> bool {
        self.buffer.stop.load(Ordering::Relaxed)
    }

    /// Returns whether the photo ends within the entropy-coded data: no marker ends it.
    pub(crate) fn is_cut(&self) -> bool {
        self.end.is_some_and(|end| end + 2 > self.photo.len())
    }

    /// Returns where the search for the marker after the scan may begin.
    pub(crate) fn offset(&self) -> usize {
        self.end.unwrap_or(self.next)
    }

    /// Returns the bits that are in the buffer; an MCU may take `mcu_bytes`.
    pub(crate) fn buffered(&self, mcu_bytes: usize) -> Buffered<'_> {
        let bytes = self.buffer.filled();
        if self.is_arithmetic
            && let Some(restart) = self.buffer.restarts.front()
        {
            return Buffered::all(Bits::new(&bytes[..restart.before], self.cursor));
        }
        let bits = Bits::new(bytes, self.cursor);
        if self.ended {
            return Buffered::all(bits);
        }
        let safe_end = bytes.len().saturating_sub(mcu_bytes + 8);
        Buffered { bits, safe_end }
    }

    /// Returns whether bits were read beyond the end.
    pub(crate) fn is_overrun(&self) -> bool {
        self.ended && self.cursor.consumed_bits() > self.buffer.len * 8
    }

    /// Drops the bytes that were read and buffers more.
    pub(crate) fn fill(&mut self) {
        let Buffer { bytes, len, .. } = self.buffer;
        let consumed = (self.cursor.consumed_bits() / 8).min(*len);
        bytes.copy_within(consumed..*len, 0);
        *len -= consumed;
        self.cursor.move_back(consumed);
        for restart in &mut self.buffer.restarts {
            // A marker that was read over stays, at the front.
            restart.before = restart.before.saturating_sub(consumed);
        }
        while !self.ended && self.buffer.len < BUFFER {
            self.copy_to_marker();
        }
    }

    /// Copies bytes up to the next marker and looks at it.
    fn copy_to_marker(&mut self) {
        let room = &mut self.buffer.bytes[self.buffer.len..];
        let (read, written) = unstuff(self.level, &self.photo[self.next..], room);
        self.next += read;
        self.buffer.len += written;
        if self.buffer.len == BUFFER {
            return;
        }
        match self.photo[self.next..] {
            // All but the last are fill bytes (T.81, B.1.1.2).
            [0xff, 0xff, ..] => self.next += count_ff(&self.photo[self.next..]) - 1,
            [0xff, marker @ code::RST0..=code::RST7, ..] => {
                let restart = Restart {
                    before: self.buffer.len,
                    number: marker - code::RST0,
                };
                self.buffer.restarts.push_back(restart);
                self.next += 2;
            }
            [0xff, ..] | [] => {
                self.end = Some(self.next);
                self.ended = true;
            }
            _ => {}
        }
    }

    /// Skips to the data after the next restart marker; returns its number, and whether the bits before it were
    /// exactly used up. Returns `None` if there is no other restart marker.
    pub(crate) fn restart(&mut self) -> Option<(u8, bool)> {
        loop {
            if let Some(restart) = self.buffer.restarts.pop_front() {
                let bits = restart.before * 8;
                let consumed = self.cursor.consumed_bits();
                self.cursor = Cursor::at(restart.before);
                return Some((restart.number, consumed <= bits && bits - consumed < 8));
            }
            if self.ended {
                return None;
            }
            // No marker is buffered: drop everything but the last byte, which a marker may follow.
            let last = self.buffer.len.saturating_sub(1) * 8;
            if self.cursor.consumed_bits() < last {
                self.cursor = Cursor::at(last / 8);
            }
            self.fill();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stuffing_is_removed_and_restarts_are_recorded() {
        let mut photo = vec![1, 0xff, 0, 2, 0xff, 0xff, code::RST0 + 3, 4];
        photo.extend((0..200_000).map(|index| (index % 251) as u8));
        photo.extend([0xff, code::RST0 + 4, 5, 0xff, code::EOI]);
        let mut buffer = Buffer::default();
        let mut stream = Stream::new(Level::detect(), &photo, 0, &mut buffer, false);

        stream.fill();
        let mut bits = stream.buffered(BLOCK_BYTES).bits;
        bits.refill();
        assert_eq!(bits.take(24), 0x01_ff_02);
        stream.cursor = bits.cursor();

        assert_eq!(stream.restart(), Some((3, true)));
        assert_eq!(stream.restart(), Some((4, false)));
        let mut bits = stream.buffered(BLOCK_BYTES).bits;
        bits.refill();
        assert_eq!(bits.take(8), 5);
        stream.cursor = bits.cursor();
        assert!(!stream.is_overrun());
        assert_eq!(stream.restart(), None);
        assert_eq!(stream.offset(), photo.len() - 2);
    }
}
