//! Reads Huffman symbols and keeps count of what was wrong.

use super::driver::Done;
use crate::bits::{Ahead, Bits, READY_BITS};
use crate::huffman::{Ac, DC_ENTRY_BITS, Dc, ENTRY_BITS, LongSymbol, SKIP_BITS};

// What is ready must be enough for all that is consumed before the next bits are joined: two entries, a difference and one, or a
// skip. Beyond that, photos would be decoded to garbage, and faster.
const _: () = assert!(
    2 * ENTRY_BITS <= READY_BITS
        && DC_ENTRY_BITS + ENTRY_BITS <= READY_BITS
        && SKIP_BITS <= READY_BITS
);

/// Bits, and whether any of them were no code.
pub(super) struct SymbolReader<'a> {
    pub(super) bits: Bits<'a>,
    /// Not 0 once something was wrong.
    pub(super) is_bad: usize,
}

impl<'a> SymbolReader<'a> {
    #[inline(always)]
    pub(super) fn new(mut bits: Bits<'a>) -> Self {
        bits.refill();
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

    /// Reads a DC difference (T.81, F.2.2.1) from bits of which [`READY_BITS`] are valid; as many are afterwards.
    #[inline(always)]
    pub(super) fn difference(&mut self, dc: &Dc) -> i32 {
        let (difference, ahead) = self.difference_and_ahead(dc);
        self.bits.join(ahead);
        difference
    }

    /// Like [`difference`](Self::difference); an entry may be read before what lies ahead is joined.
    #[inline(always)]
    pub(super) fn difference_and_ahead(&mut self, dc: &Dc) -> (i32, Ahead) {
        let mut ahead = self.bits.look_ahead();
        let window = self.bits.window();
        let entry = dc.lookup(window);
        if !entry.is_unknown() {
            self.bits
                .consume_before(&mut ahead, entry.length_and_more());
            return (entry.value(window), ahead);
        }
        self.bits.join(ahead);
        let long = dc.lookup_long(self.bits.window());
        self.bits.consume(long.length);
        self.bits.refill();
        self.is_bad |= usize::from(long.is_bad);
        (long.value, self.bits.look_ahead())
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
