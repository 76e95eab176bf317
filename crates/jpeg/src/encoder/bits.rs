//! Bits to bytes, the first bit in the highest place, with a zero after each 0xFF (T.81, F.1.2.3).

/// Appends bits to a file.
pub(super) struct BitWriter<'a> {
    bytes: &'a mut Vec<u8>,
    buffer: BitBuffer,
}

/// The bits that are not written yet.
#[derive(Clone, Copy)]
pub(super) struct BitBuffer {
    /// The last bit is in the lowest place.
    bits: u64,
    /// How many bits, from the top, hold nothing.
    free: u32,
}

impl<'a> BitWriter<'a> {
    pub(super) fn new(bytes: &'a mut Vec<u8>) -> Self {
        Self {
            bytes,
            buffer: BitBuffer { bits: 0, free: 64 },
        }
    }

    /// Returns a writer for a hot loop, which keeps the buffer in registers. Its buffer must be put back with [`BitWriter::set_buffer`].
    #[inline(always)]
    pub(super) fn here(&mut self) -> BitWriter<'_> {
        BitWriter {
            bytes: self.bytes,
            buffer: self.buffer,
        }
    }

    pub(super) fn buffer(&self) -> BitBuffer {
        self.buffer
    }

    pub(super) fn set_buffer(&mut self, buffer: BitBuffer) {
        self.buffer = buffer;
    }

    /// Appends the lowest `count` bits of `bits`, at most 32; those above must be zero.
    #[inline(always)]
    pub(super) fn put(&mut self, bits: u32, count: u32) {
        debug_assert!(count <= 32 && u64::from(bits) >> count == 0);
        let bits = u64::from(bits);
        let BitBuffer { bits: before, free } = self.buffer;
        if count <= free {
            self.buffer = BitBuffer {
                bits: before << count | bits,
                free: free - count,
            };
            return;
        }
        // What is free is below `count`, and so below 32.
        let beyond = count - free;
        self.buffer = BitBuffer {
            bits,
            free: 64 - beyond,
        };
        write(self.bytes, before << free | bits >> beyond);
    }

    /// Fills the last byte with ones.
    pub(super) fn finish(mut self) {
        let padding = self.buffer.free % 8;
        self.put((1 << padding) - 1, padding);
        let BitBuffer { bits, free } = self.buffer;
        for byte in bits.to_be_bytes().into_iter().skip(free as usize / 8) {
            write_byte(self.bytes, byte);
        }
    }
}

#[inline(always)]
fn write(bytes: &mut Vec<u8>, word: u64) {
    const LOW: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;

    // A byte of 0xFF has its high bit set and loses it when one is added. A carry may raise a false alarm, never hide one.
    if word & !word.wrapping_add(LOW) & HIGH == 0 {
        bytes.extend_from_slice(&word.to_be_bytes());
    } else {
        write_stuffed(bytes, word);
    }
}

#[cold]
#[inline(never)]
fn write_stuffed(bytes: &mut Vec<u8>, word: u64) {
    for byte in word.to_be_bytes() {
        write_byte(bytes, byte);
    }
}

fn write_byte(bytes: &mut Vec<u8>, byte: u8) {
    bytes.push(byte);
    if byte == 0xff {
        bytes.push(0);
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
    fn a_full_buffer_is_written_whole() {
        let mut bytes = Vec::new();

        let mut writer = BitWriter::new(&mut bytes);
        writer.put(0x0102_0304, 32);
        writer.put(0x0506_0708, 32);
        writer.finish();

        assert_eq!(bytes, [1, 2, 3, 4, 5, 6, 7, 8]);
    }
}
