//! The blocks of a sequential scan: the hot loops of the decoder (T.81, F.2.2).

use std::ops::Range;

use super::driver::Done;
use super::mcu::Block;
use super::symbols::SymbolReader;
use crate::bits::REFILLED_BITS;
use crate::coefficients::Kept;
use crate::huffman::{Ac, Dc, LOOKUP_BITS, SKIP_END, skip_advance, skip_length};
use crate::stream::Buffered;

/// The Huffman tables of a component.
#[derive(Clone, Copy)]
pub(super) struct Tables<'t> {
    pub(super) dc: &'t Dc,
    pub(super) ac: &'t Ac,
    /// The last zigzag index that is wanted, at least 1; the symbols after it are skipped.
    pub(super) last: usize,
}

simd::levels! {
    /// Reads MCUs and keeps their coefficients, not yet dequantized. `WINDOW` is twice the coefficients of a block:
    /// what is not wanted is written behind it.
    pub(super) fn keep<const WINDOW: usize>(
        level: Level,
        buffered: Buffered<'_>,
        mcus: Range<usize>,
        blocks: &[Block<Tables<'_>>],
        predictors: &mut [i32; 4],
        row: &mut [i16],
    ) -> Done {
        let positions = Kept::of_len(WINDOW / 2).positions();
        let mut reader = SymbolReader::new(buffered.bits);
        let start = mcus.start;
        for mcu in mcus.clone() {
            if reader.bits.position() > buffered.safe_end {
                return reader.done(mcu - start);
            }
            for block in blocks {
                let Some(coefficients) = row.get_mut(block.start(mcu)..).and_then(<[i16]>::first_chunk_mut::<WINDOW>)
                else { continue };
                coefficients[..WINDOW / 2].fill(0);
                let predictor = &mut predictors[block.component & 3];
                reader.bits.refill();
                *predictor = predictor.wrapping_add(reader.difference(block.tables.dc));
                reader.keep(&block.tables, positions, coefficients);
                coefficients[0] = *predictor as i16;
            }
        }
        reader.done(mcus.len())
    }

    /// Reads MCUs and keeps only their DC coefficients; none if `row` is empty.
    pub(super) fn keep_dc(
        level: Level,
        buffered: Buffered<'_>,
        mcus: Range<usize>,
        blocks: &[Block<Tables<'_>>],
        predictors: &mut [i32; 4],
        row: &mut [i16],
    ) -> Done {
        let mut reader = SymbolReader::new(buffered.bits);
        let start = mcus.start;
        for mcu in mcus.clone() {
            if reader.bits.position() > buffered.safe_end {
                return reader.done(mcu - start);
            }
            for block in blocks {
                let predictor = &mut predictors[block.component & 3];
                reader.bits.refill();
                *predictor = predictor.wrapping_add(reader.difference(block.tables.dc));
                reader.skip(block.tables.ac, 0);
                if let Some(dc) = row.get_mut(block.start(mcu)) {
                    *dc = *predictor as i16;
                }
            }
        }
        reader.done(mcus.len())
    }
}

// What one refill must be enough for: a difference and four look-ups, or two skips with the longest of values. Look-ups of
// 12 bits break this, and would decode garbage faster.
const _: () = assert!(5 * LOOKUP_BITS <= REFILLED_BITS && 2 * (LOOKUP_BITS + 15) <= REFILLED_BITS);

impl SymbolReader<'_> {
    /// Reads the AC coefficients of a block (T.81, F.2.2.2), from the bits that a difference left.
    #[inline(always)]
    fn keep<const WINDOW: usize>(
        &mut self,
        tables: &Tables<'_>,
        positions: &[u8; 256],
        block: &mut [i16; WINDOW],
    ) {
        let mut index = 0;
        // A look-up takes at most LOOKUP_BITS bits, so one refill is enough for four, and for the difference before.
        while self.keep_pair(tables, positions, block, &mut index)
            && self.keep_pair(tables, positions, block, &mut index)
            && self.keep_pair(tables, positions, block, &mut index)
            && self.keep_pair(tables, positions, block, &mut index)
        {
            self.bits.refill();
        }
        if index < 63 {
            self.skip(tables.ac, index);
        } else {
            self.is_bad |= index & 64;
        }
    }

    /// Reads one or two symbols; returns whether [`keep`](Self::keep) needs more.
    #[inline(always)]
    fn keep_pair<const WINDOW: usize>(
        &mut self,
        &Tables { ac, last, .. }: &Tables<'_>,
        positions: &[u8; 256],
        block: &mut [i16; WINDOW],
        index: &mut usize,
    ) -> bool {
        let entry = ac.lookup(self.bits.window());
        if entry == 0 {
            let long = self.long_symbol(ac);
            *index += long.advance as usize;
            block[usize::from(positions[*index & 255]) % WINDOW] = long.value as i16;
        } else {
            let first = *index + (entry >> 16 & 255) as usize;
            let second = first + (entry >> 24 & 255) as usize;
            block[usize::from(positions[first & 255]) % WINDOW] = (entry >> 32) as i16;
            block[usize::from(positions[second & 255]) % WINDOW] = (entry >> 48) as i16;
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

    /// Skips the rest of a block's AC coefficients.
    #[inline(always)]
    fn skip(&mut self, ac: &Ac, mut index: usize) {
        loop {
            self.bits.refill();
            // A skip takes at most LOOKUP_BITS bits and a value of 15: one refill is enough for two.
            for _ in 0..2 {
                let skip = ac.lookup_skip(self.bits.window());
                let next = index + skip_advance(skip);
                if next >= 63 || skip == 0 {
                    // The block may be full within the skip: the rest of its bits are the next block's.
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
}
