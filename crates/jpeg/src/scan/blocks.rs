//! The blocks of a sequential scan: the hot loops of the decoder (T.81, F.2.2).

use super::walk::Done;
use crate::bits::{Bits, REFILLED_BITS};
use crate::huffman::{Ac, Dc, LOOKUP_BITS, Long, SKIP_END, skip_advance, skip_length};

/// One block of an MCU: where its symbols come from and where its coefficients go.
#[derive(Clone, Copy)]
pub(crate) struct Block<'a> {
    pub(crate) dc: &'a Dc,
    pub(crate) ac: &'a Ac,
    /// Which predictor.
    pub(crate) component: usize,
    /// The last zigzag index that is wanted, at least 1; the symbols past it are only passed over.
    pub(crate) last: usize,
    /// Where in the row the block of the first MCU lies.
    pub(crate) offset: usize,
    /// How far it is to the block of the next MCU.
    pub(crate) step: usize,
}

simd::levels! {
    /// Reads MCUs and keeps their coefficients, not yet multiplied. `WINDOW` is twice the coefficients of a block:
    /// what is not wanted goes behind it.
    #[expect(clippy::too_many_arguments, reason = "the level takes one, and the loop owns none of them")]
    pub(crate) fn keep<const WINDOW: usize>(
        level: Level,
        bits: Bits<'_>,
        safe: usize,
        mcus: std::ops::Range<usize>,
        blocks: &[Option<Block<'_>>],
        places: &[u8; 256],
        predictors: &mut [i32; 4],
        row: &mut [i16],
    ) -> Done {
        let mut reader = Reader { bits, is_bad: 0 };
        let start = mcus.start;
        for mcu in mcus.clone() {
            if reader.bits.position() > safe {
                return reader.done(mcu - start);
            }
            for block in blocks.iter().flatten() {
                let at = block.offset + mcu * block.step;
                let Some(place) = row.get_mut(at..).and_then(<[i16]>::first_chunk_mut::<WINDOW>) else { continue };
                place[..WINDOW / 2].fill(0);
                let predictor = &mut predictors[block.component & 3];
                reader.bits.refill();
                *predictor = predictor.wrapping_add(reader.difference(block.dc));
                reader.keep(block.ac, places, block.last, place);
                place[0] = *predictor as i16;
            }
        }
        reader.done(mcus.len())
    }

    /// Reads MCUs and keeps their DC coefficients alone.
    pub(crate) fn keep_dc(
        level: Level,
        bits: Bits<'_>,
        safe: usize,
        mcus: std::ops::Range<usize>,
        blocks: &[Option<Block<'_>>],
        predictors: &mut [i32; 4],
        row: &mut [i16],
    ) -> Done {
        let mut reader = Reader { bits, is_bad: 0 };
        let start = mcus.start;
        for mcu in mcus.clone() {
            if reader.bits.position() > safe {
                return reader.done(mcu - start);
            }
            for block in blocks.iter().flatten() {
                let predictor = &mut predictors[block.component & 3];
                reader.bits.refill();
                *predictor = predictor.wrapping_add(reader.difference(block.dc));
                reader.pass(block.ac, 0);
                if let Some(place) = row.get_mut(block.offset + mcu * block.step) {
                    *place = *predictor as i16;
                }
            }
        }
        reader.done(mcus.len())
    }

    /// Reads MCUs for the sake of their DC predictions alone.
    pub(crate) fn pass(
        level: Level,
        bits: Bits<'_>,
        safe: usize,
        count: usize,
        blocks: &[Option<Block<'_>>],
        predictors: &mut [i32; 4],
    ) -> Done {
        let mut reader = Reader { bits, is_bad: 0 };
        for mcu in 0..count {
            if reader.bits.position() > safe {
                return reader.done(mcu);
            }
            for block in blocks.iter().flatten() {
                let predictor = &mut predictors[block.component & 3];
                reader.bits.refill();
                *predictor = predictor.wrapping_add(reader.difference(block.dc));
                reader.pass(block.ac, 0);
            }
        }
        reader.done(count)
    }
}

// What one refill must be enough for: a difference and four look-ups, or two skips with the longest of values. Look-ups of
// 12 bits break this, and would decode garbage faster.
const _: () = assert!(5 * LOOKUP_BITS <= REFILLED_BITS && 2 * (LOOKUP_BITS + 15) <= REFILLED_BITS);

struct Reader<'a> {
    bits: Bits<'a>,
    /// Not 0 once something was wrong.
    is_bad: usize,
}

impl Reader<'_> {
    #[inline(always)]
    fn done(&self, mcus: usize) -> Done {
        Done {
            cursor: self.bits.cursor(),
            mcus,
            is_bad: self.is_bad != 0,
        }
    }

    /// A DC difference (T.81, F.2.2.1), from bits just refilled; at least `56 - LOOKUP_BITS` count afterwards.
    #[inline(always)]
    fn difference(&mut self, dc: &Dc) -> i32 {
        let entry = dc.look(self.bits.window());
        if entry != 0 {
            self.bits.consume(entry & 31);
            (entry as i32) >> 16
        } else {
            let long = dc.look_long(self.bits.window());
            self.bits.consume(long.length);
            self.bits.refill();
            self.is_bad |= usize::from(long.is_bad);
            long.value
        }
    }

    /// The AC coefficients of a block (T.81, F.2.2.2), from what a difference left.
    #[inline(always)]
    fn keep<const WINDOW: usize>(
        &mut self,
        ac: &Ac,
        places: &[u8; 256],
        last: usize,
        block: &mut [i16; WINDOW],
    ) {
        let mut index = 0;
        // A look-up takes at most LOOKUP_BITS bits, so one refill is enough for four, and for the difference before.
        while self.keep_pair(ac, places, last, block, &mut index)
            && self.keep_pair(ac, places, last, block, &mut index)
            && self.keep_pair(ac, places, last, block, &mut index)
            && self.keep_pair(ac, places, last, block, &mut index)
        {
            self.bits.refill();
        }
        if index < 63 {
            self.pass(ac, index);
        } else {
            self.is_bad |= index & 64;
        }
    }

    /// One look-up of [`Reader::keep`]: whether another one follows.
    #[inline(always)]
    fn keep_pair<const WINDOW: usize>(
        &mut self,
        ac: &Ac,
        places: &[u8; 256],
        last: usize,
        block: &mut [i16; WINDOW],
        index: &mut usize,
    ) -> bool {
        let entry = ac.look(self.bits.window());
        if entry == 0 {
            let long = self.long_symbol(ac);
            *index += long.advance as usize;
            block[usize::from(places[*index & 255]) % WINDOW] = long.value as i16;
        } else {
            let first = *index + (entry >> 16 & 255) as usize;
            let second = first + (entry >> 24 & 255) as usize;
            block[usize::from(places[first & 255]) % WINDOW] = (entry >> 32) as i16;
            block[usize::from(places[second & 255]) % WINDOW] = (entry >> 48) as i16;
            *index = second;
            if first == 63 {
                // The block is full: what looked like a second symbol is the next block's.
                *index = 63;
                self.bits
                    .consume((entry & 63) as u32 - (entry >> 8 & 63) as u32);
                return false;
            }
            self.bits.consume((entry & 63) as u32);
        }
        *index < last
    }

    /// Passes over the rest of a block's AC coefficients.
    #[inline(always)]
    fn pass(&mut self, ac: &Ac, mut index: usize) {
        loop {
            self.bits.refill();
            // A skip takes at most LOOKUP_BITS bits and a value of 15: one refill is enough for two.
            for _ in 0..2 {
                let skip = ac.look_skip(self.bits.window());
                let next = index + skip_advance(skip);
                if next >= 63 || skip == 0 {
                    // The block may be full amid the skip, and the rest of it the next block's.
                    index += self.long_symbol(ac).advance as usize;
                    if index >= 63 {
                        self.is_bad |= index & 64;
                        return;
                    }
                    continue;
                }
                self.bits.consume(skip_length(skip));
                if skip & SKIP_END != 0 {
                    return;
                }
                index = next;
            }
        }
    }

    /// A symbol that takes two steps; afterwards the bits are refilled.
    #[inline(always)]
    fn long_symbol(&mut self, ac: &Ac) -> Long {
        self.bits.refill();
        let long = ac.look_long(self.bits.window());
        self.bits.consume(long.length);
        self.bits.refill();
        self.is_bad |= usize::from(long.is_bad);
        long
    }
}
