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

/// Reads bits; past the end it reads zeros, so the inner loop has no error path.
///
/// The cursor counts on past the end; its owner asks once a row whether the bits existed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bits<'a> {
    bytes: &'a [u8],
    window: u64,
    filled: u32,
    position: usize,
}

impl<'a> Bits<'a> {
    #[inline(always)]
    pub(crate) fn new(bytes: &'a [u8], cursor: Cursor) -> Self {
        Self {
            bytes,
            window: cursor.window,
            filled: cursor.filled,
            position: cursor.position,
        }
    }

    #[inline(always)]
    pub(crate) fn cursor(&self) -> Cursor {
        Cursor {
            window: self.window,
            filled: self.filled,
            position: self.position,
        }
    }

    /// Returns all bytes, read or not.
    pub(crate) fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Returns the index of the next byte to be loaded.
    #[inline(always)]
    pub(crate) fn position(&self) -> usize {
        self.position
    }

    /// Returns the next bits, from the highest on.
    #[inline(always)]
    pub(crate) fn window(&self) -> u64 {
        self.window
    }

    /// Loads bytes until at least [`REFILLED_BITS`] are valid.
    #[inline(always)]
    pub(crate) fn refill(&mut self) {
        let word = match self
            .bytes
            .get(self.position..)
            .and_then(<[u8]>::first_chunk)
        {
            Some(bytes) => u64::from_be_bytes(*bytes),
            None => last_word(self.bytes, self.position),
        };
        self.window |= word >> self.filled;
        self.position += ((63 - self.filled) >> 3) as usize;
        self.filled |= REFILLED_BITS;
    }

    /// Drops valid bits, fewer than 64.
    #[inline(always)]
    pub(crate) fn consume(&mut self, count: u32) {
        self.window <<= count;
        self.filled -= count;
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

/// Returns the remaining bytes, padded with zeros. Takes no reader: a reference to one would keep it out of registers.
#[cold]
#[inline(never)]
fn last_word(bytes: &[u8], position: usize) -> u64 {
    let rest = bytes.get(position..).unwrap_or_default();
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
}
