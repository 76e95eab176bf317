//! A window of bits over bytes without stuffing.

/// The position of a reader. It outlives the bytes that it reads from, which move.
///
/// ```text
/// bytes      0 1 2 3 4 5 6 7 8 9 …
///                    ▲         ▲
///                    │         └ position: the next byte to be loaded
///                    └ the first bit not consumed: 8 · position − filled
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cursor {
    /// The next bits, from the highest on; those beyond `filled` are correct, too, or zero.
    window: u64,
    /// How many bits of the window are valid.
    filled: u32,
    /// The next byte to be loaded.
    position: usize,
}

impl Cursor {
    /// Creates a cursor before this byte.
    pub(crate) fn at(byte: usize) -> Self {
        Self {
            window: 0,
            filled: 0,
            position: byte,
        }
    }

    /// Returns how many bits lie before the first that is not consumed.
    pub(crate) fn consumed_bits(&self) -> usize {
        self.position * 8 - self.filled as usize
    }

    /// Adjusts the position after the bytes were moved to the front.
    pub(crate) fn move_back(&mut self, bytes: usize) {
        self.position -= bytes;
    }
}

/// How many bits are valid after a refill, at least.
pub(crate) const REFILLED_BITS: u32 = 56;

/// How many bits are valid after a refill and as many as this consumed.
pub(crate) const READY_BITS: u32 = REFILLED_BITS / 2;

/// Reads bits; past the end it reads zeros, so the inner loop has no error path.
///
/// The cursor counts on past the end; its owner asks once a row whether the bits existed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bits<'a> {
    bytes: &'a [u8],
    /// The bytes that are not loaded: to take them off the front costs no comparison.
    rest: &'a [u8],
    /// How many bytes were loaded past the end.
    past: usize,
    window: u64,
    /// How many bits of the window are valid, in the lowest six bits.
    filled: u32,
}

/// Bits that are loaded, but not yet in the window, in their place behind those that are valid.
#[derive(Clone, Copy, Debug)]
#[must_use]
pub(crate) struct Ahead(u64);

impl<'a> Bits<'a> {
    #[inline(always)]
    pub(crate) fn new(bytes: &'a [u8], cursor: Cursor) -> Self {
        let (rest, past) = rest_from(bytes, cursor.position);
        Self {
            bytes,
            rest,
            past,
            window: cursor.window,
            filled: cursor.filled,
        }
    }

    #[inline(always)]
    pub(crate) fn cursor(&self) -> Cursor {
        Cursor {
            window: self.window,
            filled: self.filled & 63,
            position: self.position(),
        }
    }

    /// Returns all bytes, read or not.
    pub(crate) fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Returns how many bits lie before the first that is not consumed.
    #[inline(always)]
    pub(crate) fn consumed_bits(&self) -> usize {
        self.position() * 8 - (self.filled & 63) as usize
    }

    /// Returns the index of the next byte to be loaded.
    #[inline(always)]
    pub(crate) fn position(&self) -> usize {
        self.bytes.len() - self.rest.len() + self.past
    }

    /// Returns the next bits, from the highest on.
    #[inline(always)]
    pub(crate) fn window(&self) -> u64 {
        self.window
    }

    /// Loads bytes until at least [`REFILLED_BITS`] are valid.
    #[inline(always)]
    pub(crate) fn refill(&mut self) {
        let ahead = self.look_ahead();
        self.join(ahead);
    }

    /// Like [`refill`](Self::refill), but the bits come into the window only with [`join`](Self::join). What is
    /// [consumed](Self::consume_before) in between must be valid already; the bits are loaded in the meantime, so that no look-up waits for them.
    #[inline(always)]
    pub(crate) fn look_ahead(&mut self) -> Ahead {
        let loaded = (!self.filled >> 3 & 7) as usize;
        let word = match self.rest.first_chunk() {
            Some(bytes) => {
                self.rest = &self.rest[loaded..];
                u64::from_be_bytes(*bytes)
            }
            None => {
                let word = last_word(self.rest);
                let past = loaded.saturating_sub(self.rest.len());
                self.rest = &self.rest[loaded - past..];
                self.past += past;
                word
            }
        };
        let bits = word >> (self.filled & 63);
        self.filled |= REFILLED_BITS;
        Ahead(bits)
    }

    /// Adds bits that [`look_ahead`](Self::look_ahead) found.
    #[inline(always)]
    pub(crate) fn join(&mut self, ahead: Ahead) {
        self.window |= ahead.0;
    }

    /// Drops valid bits as [`consume`](Self::consume) does, while others lie ahead. Those move along at once: counted and moved when they
    /// are joined, they would keep a look-up waiting.
    #[inline(always)]
    pub(crate) fn consume_before(&mut self, ahead: &mut Ahead, count: u32) {
        ahead.0 <<= count & 63;
        self.consume(count);
    }

    /// Continues at this bit, with at least 49 valid bits.
    #[inline(always)]
    pub(crate) fn seek(&mut self, bit: usize) {
        (self.rest, self.past) = rest_from(self.bytes, bit / 8 + 7);
        self.window = self.window_at(bit);
        self.filled = 56 - (bit % 8) as u32;
    }

    /// Returns the bits from this one on, at least 57.
    #[inline(always)]
    pub(crate) fn window_at(&self, bit: usize) -> u64 {
        let (rest, _) = rest_from(self.bytes, bit / 8);
        let word = match rest.first_chunk() {
            Some(bytes) => u64::from_be_bytes(*bytes),
            None => last_word(rest),
        };
        word << (bit % 8)
    }

    /// Drops valid bits, fewer than 64: as many as the lowest six bits of `count` say.
    #[inline(always)]
    pub(crate) fn consume(&mut self, count: u32) {
        self.window <<= count & 63;
        self.filled = self.filled.wrapping_sub(count);
    }

    /// Takes 0 to 32 valid bits.
    #[inline(always)]
    pub(crate) fn take(&mut self, count: u32) -> u32 {
        let bits = (self.window >> 32) as u32;
        self.consume(count);
        // Two shifts, for a shift by 32 is none.
        (u64::from(bits) >> (32 - count)) as u32
    }
}

/// Returns the bytes from a position on, and how far it lies past their end.
#[inline(always)]
fn rest_from(bytes: &[u8], position: usize) -> (&[u8], usize) {
    let start = position.min(bytes.len());
    (&bytes[start..], position - start)
}

/// Returns up to eight bytes, padded with zeros. Takes no reader: a reference to one would keep it out of registers.
#[cold]
#[inline(never)]
fn last_word(rest: &[u8]) -> u64 {
    rest.iter()
        .take(8)
        .zip((0..8).rev())
        .fold(0, |word, (&byte, place)| {
            word | u64::from(byte) << (8 * place)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_come_as_they_lie_and_zeros_after_them() {
        let bytes: Vec<u8> = (1..=21).map(|byte: u8| byte.wrapping_mul(91)).collect();
        let expected: String = bytes
            .iter()
            .map(|byte| format!("{byte:08b}"))
            .collect::<String>()
            + &"0".repeat(200);
        let mut bits = Bits::new(&bytes, Cursor::at(0));
        let mut place = 0;

        for count in (0..=32)
            .chain([3, 1, 7, 12, 27])
            .filter(|&count| count < 25)
        {
            bits.refill();
            let actual = bits.take(count);

            let next = &expected[place..place + count as usize];
            assert_eq!(
                actual,
                u32::from_str_radix(next, 2).unwrap_or(0),
                "{count} bits at {place}"
            );
            place += count as usize;
            assert_eq!(bits.cursor().consumed_bits(), place);
        }
        assert!(place > bytes.len() * 8);
    }

    #[test]
    fn bits_that_are_joined_late_are_those_of_a_refill() {
        let bytes: Vec<u8> = (1..=40).map(|byte: u8| byte.wrapping_mul(113)).collect();
        let mut refilled = Bits::new(&bytes, Cursor::at(0));
        let mut joined = refilled;
        joined.refill();

        for count in (0..=READY_BITS).chain([28, 28, 28, 1, 0, 27]) {
            refilled.refill();
            let mut ahead = joined.look_ahead();

            assert_eq!(joined.window() >> 36, refilled.window() >> 36);
            refilled.consume(count);
            joined.consume_before(&mut ahead, count);
            joined.join(ahead);
            assert_eq!(joined.consumed_bits(), refilled.consumed_bits());
        }
        assert!(refilled.consumed_bits() > bytes.len() * 8);
    }

    #[test]
    fn reading_continues_at_any_bit() {
        let bytes: Vec<u8> = (1..=21).map(|byte: u8| byte.wrapping_mul(91)).collect();

        for bit in 0..bytes.len() * 8 + 70 {
            let mut straight = Bits::new(&bytes, Cursor::at(bit / 8));
            straight.refill();
            straight.consume(bit as u32 % 8);
            let mut sought = Bits::new(&bytes, Cursor::at(3));
            sought.seek(bit);

            assert_eq!(sought.consumed_bits(), bit);
            assert_eq!(sought.window_at(bit) >> 32, straight.window() >> 32);
            for _ in 0..4 {
                straight.refill();
                sought.refill();
                assert_eq!(straight.take(25), sought.take(25), "bit {bit}");
            }
        }
    }
}
