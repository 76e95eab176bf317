//! A window of bits over bytes, the lowest bit of each first (RFC 9649, 3.2).

/// How many bits are valid after a refill, at least.
pub(crate) const REFILLED_BITS: u32 = 56;

/// Reads bits; past the end it reads zeros and counts them, so that no loop has an error path.
///
/// Its owner asks once a row whether the bits existed. A copy in a local variable stays in registers; a reference to it would not.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bits<'a> {
    /// The bytes that are not loaded.
    rest: &'a [u8],
    /// The next bits, from the lowest on; those beyond `filled` are correct, too, or zero.
    window: u64,
    /// How many bits of the window are valid, in the lowest six bits.
    filled: u32,
    /// How many bytes were loaded past the end.
    past: usize,
}

impl<'a> Bits<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self {
            rest: bytes,
            window: 0,
            filled: 0,
            past: 0,
        }
    }

    /// Returns the next bits, from the lowest on.
    #[inline(always)]
    pub(crate) fn window(&self) -> u64 {
        self.window
    }

    /// Loads bytes until at least [`REFILLED_BITS`] are valid.
    #[inline(always)]
    pub(crate) fn refill(&mut self) {
        let loaded = (!self.filled >> 3 & 7) as usize;
        let word = match self.rest.first_chunk() {
            Some(bytes) => {
                self.rest = &self.rest[loaded..];
                u64::from_le_bytes(*bytes)
            }
            None => {
                let word = last_word(self.rest);
                let past = loaded.saturating_sub(self.rest.len());
                self.rest = &self.rest[loaded - past..];
                self.past += past;
                word
            }
        };
        self.window |= word << (self.filled & 63);
        self.filled |= REFILLED_BITS;
    }

    /// Drops valid bits, fewer than 64: as many as the lowest six bits of `count` say.
    #[inline(always)]
    pub(crate) fn consume(&mut self, count: u32) {
        self.window >>= count & 63;
        self.filled = self.filled.wrapping_sub(count);
    }

    /// Takes up to 32 valid bits.
    #[inline(always)]
    pub(crate) fn take(&mut self, count: u32) -> u32 {
        let bits = self.window & ((1 << count) - 1);
        self.consume(count);
        bits as u32
    }

    /// Reads up to 32 bits.
    #[inline]
    pub(crate) fn read(&mut self, count: u32) -> u32 {
        self.refill();
        self.take(count)
    }

    /// Reads a flag.
    #[inline]
    pub(crate) fn flag(&mut self) -> bool {
        self.read(1) != 0
    }

    /// How many bytes are not loaded.
    pub(crate) fn remaining(&self) -> usize {
        self.rest.len()
    }

    /// Whether bits were consumed that do not exist.
    pub(crate) fn is_past_end(&self) -> bool {
        8 * self.past > (self.filled & 63) as usize
    }
}

/// Returns up to eight bytes, padded with zeros. Takes no reader: a reference to one would keep it out of registers.
#[cold]
#[inline(never)]
fn last_word(rest: &[u8]) -> u64 {
    rest.iter()
        .take(8)
        .rev()
        .fold(0, |word, &byte| word << 8 | u64::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_come_from_the_lowest_on_and_zeros_after_them() {
        let bytes: Vec<u8> = (1..=21).map(|byte: u8| byte.wrapping_mul(91)).collect();
        let exists = |place: usize| place < 8 * bytes.len();
        let mut bits = Bits::new(&bytes);
        let mut place = 0;

        for count in (0..=32).chain([3, 1, 7, 12, 27]) {
            let actual = bits.read(count);

            for bit in 0..count {
                let expected = exists(place) && bytes[place / 8] & 1 << (place % 8) != 0;
                assert_eq!(actual >> bit & 1 != 0, expected, "bit {place}");
                place += 1;
            }
            assert_eq!(bits.is_past_end(), place > 8 * bytes.len(), "{place}");
        }
        assert!(place > 8 * bytes.len());
    }

    #[test]
    fn the_last_bit_is_not_past_the_end() {
        let mut bits = Bits::new(&[0xFF; 9]);

        let read = [32, 32, 8].map(|count| bits.read(count));

        assert_eq!(read, [u32::MAX, u32::MAX, 0xFF]);
        assert!(!bits.is_past_end());
        assert!(!bits.flag());
        assert!(bits.is_past_end());
    }
}
