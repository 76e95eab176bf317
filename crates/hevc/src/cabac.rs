//! The arithmetic decoding engine (9.3.4.3).

use crate::contexts::Contexts;
use crate::error::{Error, Result, malformed};

/// The engine's registers and the bytes that feed them.
///
/// `ivlOffset` stands in `value` above `unread` bits that are still to be shifted in. Past the end there are zeros, so
/// that no bin has an error path; [`Cabac::check`] tells whether the bits were really there.
#[derive(Clone, Copy)]
pub(crate) struct Cabac<'a> {
    bytes: &'a [u8],
    position: usize,
    /// `ivlCurrRange`.
    range: u32,
    value: u64,
    unread: u32,
}

/// The most bypass bins of one call.
pub(crate) const MAX_BYPASS: u32 = 16;

impl<'a> Cabac<'a> {
    /// Initialization at one of `bytes` (9.3.2.5).
    pub(crate) fn new(bytes: &'a [u8], first: usize) -> Result<Self> {
        const OFFSET_BITS: u32 = 9;
        const RANGE: u32 = 510;
        let mut cabac = Self {
            bytes,
            position: first.min(bytes.len()),
            range: RANGE,
            value: 0,
            unread: 0,
        };
        cabac.refill();
        cabac.unread -= OFFSET_BITS;
        if cabac.value >> cabac.unread >= RANGE.into() {
            return malformed("coded data begins with no such bits");
        }
        Ok(cabac)
    }

    /// Initialization at the byte after the bits read so far, as after the end of a substream or PCM samples.
    pub(crate) fn restarted(&self, skipped: usize) -> Result<Self> {
        Self::new(self.bytes, self.read() + skipped)
    }

    /// The bytes after the bits read so far.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.read()..).unwrap_or_default()
    }

    /// How many bytes the bits read so far take.
    fn read(&self) -> usize {
        (self.position * 8 - self.unread as usize).div_ceil(8)
    }

    /// The same engine on other bytes: for a pause on none, and after it on those from before.
    pub(crate) fn on(self, bytes: &[u8]) -> Cabac<'_> {
        let Self {
            bytes: _,
            position,
            range,
            value,
            unread,
        } = self;
        Cabac {
            bytes,
            position,
            range,
            value,
            unread,
        }
    }

    /// Whether all bits that were read are there.
    pub(crate) fn check(&self) -> Result<()> {
        match self.position * 8 - self.unread as usize <= self.bytes.len() * 8 + 16 {
            true => Ok(()),
            false => Err(Error::Malformed("coded data ends early")),
        }
    }

    #[inline(always)]
    fn refill(&mut self) {
        let four = match self.bytes.get(self.position..self.position + 4) {
            Some(bytes) => u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]),
            None => self.last_bytes(),
        };
        self.position += 4;
        self.value = self.value << 32 | u64::from(four);
        self.unread += 32;
    }

    #[cold]
    fn last_bytes(&self) -> u32 {
        let rest = self.bytes.get(self.position..).unwrap_or_default();
        let byte = |at: usize| rest.get(at).copied().unwrap_or(0);
        u32::from_be_bytes([byte(0), byte(1), byte(2), byte(3)])
    }

    /// Decodes a bin with a context (9.3.4.3.2).
    #[inline(always)]
    pub(crate) fn bin(&mut self, contexts: &mut Contexts, context: usize) -> usize {
        if self.unread < MAX_BYPASS {
            self.refill();
        }
        let state = &mut contexts[context & 255];
        let quarter = (self.range >> 6) as u8 & 3;
        let lps = u32::from(RANGE_LPS[usize::from((*state & 0x7E) << 1 | quarter)]);
        let mps = self.range - lps;
        let scaled = u64::from(mps) << self.unread;
        let is_lps = u8::from(self.value >= scaled);
        let mask = 0_u64.wrapping_sub(is_lps.into());
        self.value = self.value.wrapping_sub(scaled & mask);
        let range = mps ^ ((mps ^ lps) & mask as u32);
        let bin = usize::from((*state & 1) ^ is_lps);
        *state = NEXT_STATE[usize::from(*state & 0x7F | is_lps << 7)];
        let shift = range.leading_zeros() - 23;
        self.range = range << shift;
        self.unread -= shift;
        bin
    }

    #[inline(always)]
    pub(crate) fn flag(&mut self, contexts: &mut Contexts, context: usize) -> bool {
        self.bin(contexts, context) == 1
    }

    /// Decodes `count` bins of equal probability, up to [`MAX_BYPASS`] (9.3.4.3.4): one division does it.
    #[inline(always)]
    pub(crate) fn bypass(&mut self, count: u32) -> u32 {
        if self.unread < MAX_BYPASS {
            self.refill();
        }
        self.unread -= count;
        let bins = (self.value >> self.unread) as u32 / self.range;
        self.value -= u64::from(bins * self.range) << self.unread;
        bins
    }

    #[inline(always)]
    pub(crate) fn bypass_flag(&mut self) -> bool {
        self.bypass(1) == 1
    }

    /// The next [`MAX_BYPASS`] bins, which are not taken yet.
    #[inline(always)]
    pub(crate) fn peek_bypass(&mut self) -> u32 {
        if self.unread < MAX_BYPASS {
            self.refill();
        }
        (self.value >> (self.unread - MAX_BYPASS)) as u32 / self.range
    }

    /// Takes the first `count` of the bins that [`Cabac::peek_bypass`] gave.
    #[inline(always)]
    pub(crate) fn take_bypass(&mut self, peeked: u32, count: u32) {
        self.unread -= count;
        let bins = peeked >> (MAX_BYPASS - count);
        self.value -= u64::from(bins * self.range) << self.unread;
    }

    /// Decodes a bin before termination (9.3.4.3.5).
    pub(crate) fn terminate(&mut self) -> bool {
        if self.unread < MAX_BYPASS {
            self.refill();
        }
        let range = self.range - 2;
        if self.value >= u64::from(range) << self.unread {
            return true;
        }
        let shift = range.leading_zeros() - 23;
        self.range = range << shift;
        self.unread -= shift;
        false
    }

    /// Aligns before bypass bins (9.3.4.3.6).
    pub(crate) fn align_bypass(&mut self) {
        self.range = 256;
    }
}

/// `rangeTabLps` (table 9-52), four for each state.
static RANGE_LPS: [u8; 256] = [
    128, 176, 208, 240, 128, 167, 197, 227, 128, 158, 187, 216, 123, 150, 178, 205, 116, 142, 169,
    195, 111, 135, 160, 185, 105, 128, 152, 175, 100, 122, 144, 166, 95, 116, 137, 158, 90, 110,
    130, 150, 85, 104, 123, 142, 81, 99, 117, 135, 77, 94, 111, 128, 73, 89, 105, 122, 69, 85, 100,
    116, 66, 80, 95, 110, 62, 76, 90, 104, 59, 72, 86, 99, 56, 69, 81, 94, 53, 65, 77, 89, 51, 62,
    73, 85, 48, 59, 69, 80, 46, 56, 66, 76, 43, 53, 63, 72, 41, 50, 59, 69, 39, 48, 56, 65, 37, 45,
    54, 62, 35, 43, 51, 59, 33, 41, 48, 56, 32, 39, 46, 53, 30, 37, 43, 50, 29, 35, 41, 48, 27, 33,
    39, 45, 26, 31, 37, 43, 24, 30, 35, 41, 23, 28, 33, 39, 22, 27, 32, 37, 21, 26, 30, 35, 20, 24,
    29, 33, 19, 23, 27, 31, 18, 22, 26, 30, 17, 21, 25, 28, 16, 20, 23, 27, 15, 19, 22, 25, 14, 18,
    21, 24, 14, 17, 20, 23, 13, 16, 19, 22, 12, 15, 18, 21, 12, 14, 17, 20, 11, 14, 16, 19, 11, 13,
    15, 18, 10, 12, 15, 17, 10, 12, 14, 16, 9, 11, 13, 15, 9, 11, 12, 14, 8, 10, 12, 14, 8, 9, 11,
    13, 7, 9, 11, 12, 7, 9, 10, 12, 7, 8, 10, 11, 6, 8, 9, 11, 6, 7, 9, 10, 6, 7, 8, 9, 2, 2, 2, 2,
];

/// `transIdxLps` (table 9-53).
const NEXT_LPS: [u8; 64] = [
    0, 0, 1, 2, 2, 4, 4, 5, 6, 7, 8, 9, 9, 11, 11, 12, 13, 13, 15, 15, 16, 16, 18, 18, 19, 19, 21,
    21, 22, 22, 23, 24, 24, 25, 26, 26, 27, 27, 28, 29, 29, 30, 30, 30, 31, 32, 32, 33, 33, 33, 34,
    34, 35, 35, 35, 36, 36, 36, 37, 37, 37, 38, 38, 63,
];

/// The state after the more probable bin, then after the less probable one.
static NEXT_STATE: [u8; 256] = {
    let mut next = [0; 256];
    let mut state = 0;
    while state < 128 {
        let (index, mps) = (state >> 1, state as u8 & 1);
        let after_mps = if index < 62 {
            index as u8 + 1
        } else {
            index as u8
        };
        next[state] = after_mps << 1 | mps;
        let mps_after_lps = if index == 0 { 1 - mps } else { mps };
        next[state + 128] = NEXT_LPS[index] << 1 | mps_after_lps;
        state += 1;
    }
    next
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_bypass_bins_are_those_of_one_at_a_time() {
        let bytes: Vec<u8> = (0..64_u32).map(|at| (at * 73 % 251) as u8).collect();
        let mut one = Cabac::new(&bytes, 0).unwrap();
        let mut many = one;
        let mut peeking = one;

        for count in [1, 5, 16, 3, 11, 2, 16, 16, 7] {
            let singly = (0..count).fold(0, |bins, _| bins << 1 | one.bypass(1));
            let peeked = peeking.peek_bypass();
            peeking.take_bypass(peeked, count);

            assert_eq!(many.bypass(count), singly);
            assert_eq!(peeked >> (MAX_BYPASS - count), singly);
        }
    }

    #[test]
    fn past_the_end_there_are_zeros_and_an_error() {
        let mut cabac = Cabac::new(&[1, 2], 0).unwrap();
        assert!(cabac.check().is_ok());

        for _ in 0..8 {
            cabac.bypass(16);
        }

        assert!(cabac.check().is_err());
    }

    #[test]
    fn an_offset_beyond_the_range_is_refused() {
        assert!(Cabac::new(&[0xFF, 0xFF], 0).is_err());
    }
}
