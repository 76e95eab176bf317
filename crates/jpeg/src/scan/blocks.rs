//! The blocks of a sequential scan: the hot loops of the decoder (T.81, F.2.2).

use std::ops::Range;

use super::driver::Done;
use super::mcu::Block;
use super::symbols::SymbolReader;
use crate::bits::Ahead;
use crate::coefficients::{BLOCK_REACH, Kept};
use crate::huffman::{Ac, Dc, Entry, PAST, SKIP_END, skip_advance, skip_length};
use crate::stream::Buffered;

/// The Huffman tables of a component.
#[derive(Clone, Copy)]
pub(super) struct Tables<'t> {
    pub(super) dc: &'t Dc,
    pub(super) ac: &'t Ac,
}

simd::levels! {
    /// Reads MCUs and keeps their coefficients, `LEN` of each block, not yet dequantized. What is not wanted is written behind the block.
    pub(super) fn keep<const LEN: usize>(
        level: Level,
        buffered: Buffered<'_>,
        mcus: Range<usize>,
        blocks: &[Block<Tables<'_>>],
        predictors: &mut [i32; 4],
        row: &mut [i16],
    ) -> Done {
        let positions = Kept::of_len(LEN).positions();
        let mut reader = SymbolReader::new(buffered.bits);
        let start = mcus.start;
        for mcu in mcus.clone() {
            if reader.bits.position() > buffered.safe_end {
                return reader.done(mcu - start);
            }
            for block in blocks {
                let Some(coefficients) = row.get_mut(block.start(mcu)..).and_then(<[i16]>::first_chunk_mut)
                else { continue };
                coefficients[..LEN].fill(0);
                let predictor = &mut predictors[block.component & 3];
                *predictor = predictor.wrapping_add(reader.keep(&block.tables, positions, coefficients));
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
                *predictor = predictor.wrapping_add(reader.difference(block.tables.dc));
                reader.skip(block.tables.ac);
                if let Some(dc) = row.get_mut(block.start(mcu)) {
                    *dc = *predictor as i16;
                }
            }
        }
        reader.done(mcus.len())
    }
}

impl SymbolReader<'_> {
    /// Reads a block from bits of which [`READY_BITS`](crate::bits::READY_BITS) are valid: returns the DC difference and keeps the AC
    /// coefficients (T.81, F.2.2).
    #[inline(always)]
    fn keep(
        &mut self,
        tables: &Tables<'_>,
        positions: &[u8; 256],
        block: &mut [i16; BLOCK_REACH],
    ) -> i32 {
        let (difference, mut ahead) = self.difference_and_ahead(tables.dc);
        let mut index = 0;
        loop {
            let (mut entry, mut first) =
                self.keep_entry(tables.ac, positions, block, &mut index, &mut ahead);
            self.bits.join(ahead);
            if index < 63 {
                ahead = self.bits.look_ahead();
                (entry, first) =
                    self.keep_entry(tables.ac, positions, block, &mut index, &mut ahead);
                if index < 63 {
                    continue;
                }
                self.bits.join(ahead);
            }
            if first < 63 {
                self.is_bad |= usize::from((64..PAST).contains(&index));
                return difference;
            }
            // There was no symbol, or the first one filled the block: what looked like a second one is the next block's.
            index -= entry.both();
            let bit = self.bits.consumed_bits() - entry.length() as usize;
            let long = tables.ac.lookup_long(self.bits.window_at(bit));
            self.bits.seek(bit + long.length as usize);
            self.is_bad |= usize::from(long.is_bad);
            index += long.advance as usize;
            block[usize::from(positions[index & 255])] = long.value as i16;
            if index >= 63 {
                self.is_bad |= index & 64;
                return difference;
            }
            ahead = self.bits.look_ahead();
        }
    }

    /// Reads one or two symbols and returns them, and the index of the first. The index goes beyond the block at its end, and if there
    /// is no symbol.
    #[inline(always)]
    fn keep_entry(
        &mut self,
        ac: &Ac,
        positions: &[u8; 256],
        block: &mut [i16; BLOCK_REACH],
        index: &mut usize,
        ahead: &mut Ahead,
    ) -> (Entry, usize) {
        let window = self.bits.window();
        let entry = ac.lookup(window);
        self.bits.consume_before(ahead, entry.length_and_more());
        let (first, second) = (*index + entry.first(), *index + entry.both());
        block[usize::from(positions[second & 255])] = entry.value2(window);
        block[usize::from(positions[first & 255])] = entry.value1();
        *index = second;
        (entry, first)
    }

    /// Skips a block's AC coefficients.
    #[inline(always)]
    fn skip(&mut self, ac: &Ac) {
        let mut index = 0;
        loop {
            let mut ahead = self.bits.look_ahead();
            let skip = ac.lookup_skip(self.bits.window());
            let next = index + skip_advance(skip);
            if next >= 63 || skip == 0 {
                self.bits.join(ahead);
                // The block may be full within the skip: the rest of its bits are the next block's.
                index += self.long_symbol(ac).advance as usize;
                if index >= 63 {
                    self.is_bad |= index & 64;
                    return;
                }
                continue;
            }
            self.bits.consume_before(&mut ahead, skip_length(skip));
            self.bits.join(ahead);
            if skip & SKIP_END != 0 {
                return;
            }
            index = next;
        }
    }
}
