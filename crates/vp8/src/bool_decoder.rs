//! The boolean entropy decoder (RFC 6386, 7).

/// Reads booleans that were coded with a probability each. Past the end it reads zeros, and remembers that it did.
#[derive(Clone)]
pub(crate) struct BoolDecoder<'a> {
    data: &'a [u8],
    /// The bits that were taken in. Those that are compared next lie above the lowest `bits`.
    value: u64,
    bits: i32,
    /// One less than the range, 127…254.
    range: u32,
    is_past_end: bool,
}

/// How many bytes are taken in at once.
const BYTES_AT_ONCE: usize = 7;

impl<'a> BoolDecoder<'a> {
    pub(crate) fn new(data: &'a [u8]) -> Self {
        Self {
            data,
            value: 0,
            bits: -8,
            range: 254,
            is_past_end: false,
        }
    }

    /// Whether the data ended before all that was read.
    pub(crate) fn is_past_end(&self) -> bool {
        self.is_past_end
    }

    /// Reads a boolean that is false with a probability of `probability` in 256.
    #[inline(always)]
    pub(crate) fn bool(&mut self, probability: u8) -> bool {
        if self.bits < 0 {
            self.fill();
        }
        let split = (self.range * u32::from(probability)) >> 8;
        let is_true = (self.value >> self.bits) as u32 > split;
        let range = if is_true {
            self.value -= u64::from(split + 1) << self.bits;
            self.range - split
        } else {
            split + 1
        };
        let shift = range.leading_zeros() as i32 - 24;
        self.range = (range << shift) - 1;
        self.bits -= shift;
        is_true
    }

    #[inline(always)]
    fn fill(&mut self) {
        if let Some(&bytes) = self.data.first_chunk() {
            let count = 8 * BYTES_AT_ONCE;
            self.value = self.value << count | u64::from_be_bytes(bytes) >> (64 - count);
            self.bits += count as i32;
            self.data = &self.data[BYTES_AT_ONCE..];
            return;
        }
        let byte = match self.data.split_first() {
            Some((&byte, rest)) => {
                self.data = rest;
                byte
            }
            None => {
                self.is_past_end = true;
                0
            }
        };
        self.value = self.value << 8 | u64::from(byte);
        self.bits += 8;
    }

    /// Reads a flag.
    #[inline(always)]
    pub(crate) fn flag(&mut self) -> bool {
        self.bool(128)
    }

    /// Reads an unsigned number of `bits` bits, the highest first.
    pub(crate) fn literal(&mut self, bits: u32) -> u8 {
        (0..bits).fold(0, |number, _| number << 1 | u8::from(self.flag()))
    }

    /// Reads a flag and, if it is set, a number of `bits` bits and its sign; else returns none.
    pub(crate) fn optional_signed(&mut self, bits: u32) -> Option<i32> {
        self.flag().then(|| {
            let number = i32::from(self.literal(bits));
            if self.flag() { -number } else { number }
        })
    }
}
