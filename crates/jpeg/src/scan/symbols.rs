//! Reads Huffman symbols and keeps count of what was wrong.

use super::driver::Done;
use crate::bits::Bits;
use crate::huffman::{Ac, Dc, LongSymbol};

/// Bits, and whether any of them were no code.
pub(super) struct SymbolReader<'a> {
    pub(super) bits: Bits<'a>,
    /// Not 0 once something was wrong.
    pub(super) is_bad: usize,
}

impl<'a> SymbolReader<'a> {
    #[inline(always)]
    pub(super) fn new(bits: Bits<'a>) -> Self {
        Self { bits, is_bad: 0 }
    }

    #[inline(always)]
    pub(super) fn done(&self, mcus: usize) -> Done {
        Done {
            cursor: self.bits.cursor(),
            mcus,
            is_bad: self.is_bad != 0,
        }
    }

    /// Reads a DC difference (T.81, F.2.2.1) from bits just refilled; at least `56 - LOOKUP_BITS` count afterwards.
    #[inline(always)]
    pub(super) fn difference(&mut self, dc: &Dc) -> i32 {
        let entry = dc.lookup(self.bits.window());
        if entry != 0 {
            self.bits.consume(entry & 31);
            (entry as i32) >> 16
        } else {
            let long = dc.lookup_long(self.bits.window());
            self.bits.consume(long.length);
            self.bits.refill();
            self.is_bad |= usize::from(long.is_bad);
            long.value
        }
    }

    /// Reads an AC symbol that the look-up tables don't hold; afterwards the bits are refilled.
    #[inline(always)]
    pub(super) fn long_symbol(&mut self, ac: &Ac) -> LongSymbol {
        self.bits.refill();
        let long = ac.lookup_long(self.bits.window());
        self.bits.consume(long.length);
        self.bits.refill();
        self.is_bad |= usize::from(long.is_bad);
        long
    }
}
