//! Reads the fields of a codec's header bit by bit.

/// Bits still to be read; past the end there are none.
pub(super) struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Bits<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// A number of `count` bits.
    pub(super) fn u(&mut self, count: u32) -> Option<u32> {
        (0..count).try_fold(0_u32, |value, _| {
            let byte = self.bytes.get(self.at / 8)?;
            let bit = byte >> (7 - self.at % 8) & 1;
            self.at += 1;
            Some(value << 1 | u32::from(bit))
        })
    }

    pub(super) fn flag(&mut self) -> Option<bool> {
        Some(self.u(1)? == 1)
    }

    pub(super) fn skip(&mut self, count: usize) {
        self.at += count;
    }

    /// An Exp-Golomb code (H.265, 9.2); AV1's `uvlc` (4.10.3) is the same.
    pub(super) fn ue(&mut self) -> Option<u32> {
        let mut zeros = 0;
        while self.u(1)? == 0 {
            zeros += 1;
        }
        if zeros > 31 {
            return None;
        }
        Some((1 << zeros) - 1 + self.u(zeros)?)
    }
}
