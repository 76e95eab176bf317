//! Bits to bytes, the first bit in the highest place, with a zero after each 0xFF (T.81, F.1.2.3).

/// Appends bits to a file.
pub(super) struct BitWriter<'a> {
    bytes: &'a mut Vec<u8>,
    /// The bits that are not written yet, the last one in the lowest place.
    window: u64,
    /// How many of the window's bits, from the top, hold nothing.
    free: u32,
}

impl<'a> BitWriter<'a> {
    pub(super) fn new(bytes: &'a mut Vec<u8>) -> Self {
        Self {
            bytes,
            window: 0,
            free: 64,
        }
    }

    /// Appends the lowest `count` bits of `bits`, at most 32; those above must be zero.
    #[inline(always)]
    pub(super) fn put(&mut self, bits: u32, count: u32) {
        debug_assert!(count <= 32 && u64::from(bits) >> count == 0);
        let bits = u64::from(bits);
        if count <= self.free {
            self.window = self.window << count | bits;
            self.free -= count;
            return;
        }
        // `free` is below `count` and thus below 32.
        let beyond = count - self.free;
        let word = self.window << self.free | bits >> beyond;
        self.window = bits;
        self.free = 64 - beyond;
        self.write(word);
    }

    /// Fills the last byte with ones.
    pub(super) fn finish(mut self) {
        let used = 64 - self.free;
        let padding = used.wrapping_neg() % 8;
        self.put((1 << padding) - 1, padding);
        let used = 64 - self.free;
        let bytes = (self.window << (self.free % 64)).to_be_bytes();
        for &byte in &bytes[..used as usize / 8] {
            self.write_byte(byte);
        }
    }

    #[inline(always)]
    fn write(&mut self, word: u64) {
        const LOW: u64 = 0x0101_0101_0101_0101;
        const HIGH: u64 = 0x8080_8080_8080_8080;

        // A byte of 0xFF has its high bit set and loses it when one is added. A carry may raise a false alarm, never hide
        // one.
        if word & !word.wrapping_add(LOW) & HIGH == 0 {
            self.bytes.extend_from_slice(&word.to_be_bytes());
        } else {
            self.write_stuffed(word);
        }
    }

    #[cold]
    #[inline(never)]
    fn write_stuffed(&mut self, word: u64) {
        for byte in word.to_be_bytes() {
            self.write_byte(byte);
        }
    }

    fn write_byte(&mut self, byte: u8) {
        self.bytes.push(byte);
        if byte == 0xff {
            self.bytes.push(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_of_any_count_come_out_in_their_order() {
        let mut state = 1u32;
        let mut bytes = Vec::new();
        let mut expected = String::new();

        let mut writer = BitWriter::new(&mut bytes);
        for round in 0..10_000 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let count = state >> 27;
            // Long runs of ones, so that 0xFF is frequent.
            let bits = if round % 3 == 0 { u32::MAX } else { state } & ((1 << count) - 1);
            writer.put(bits, count);
            if count > 0 {
                expected += &format!("{bits:0width$b}", width = count as usize);
            }
        }
        writer.finish();

        let padding = expected.len().wrapping_neg() % 8;
        expected += &"1".repeat(padding);
        let mut actual = String::new();
        let mut rest = bytes.as_slice();
        while let [byte, tail @ ..] = rest {
            actual += &format!("{byte:08b}");
            rest = if *byte == 0xff {
                tail.strip_prefix(&[0]).unwrap()
            } else {
                tail
            };
        }
        assert_eq!(actual, expected);
    }

    #[test]
    fn a_full_window_is_written_whole() {
        let mut bytes = Vec::new();

        let mut writer = BitWriter::new(&mut bytes);
        writer.put(0x0102_0304, 32);
        writer.put(0x0506_0708, 32);
        writer.finish();

        assert_eq!(bytes, [1, 2, 3, 4, 5, 6, 7, 8]);
    }
}
