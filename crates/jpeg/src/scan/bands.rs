//! The blocks of a progressive scan's band of AC coefficients: the hot loops (T.81, G.1.2.2, G.1.2.3).

mod first;
mod refinement;

use std::ops::Range;

use super::driver::Done;
use super::symbols::SymbolReader;
use crate::huffman::Ac;
use crate::stream::Buffered;

/// What an AC scan codes.
#[derive(Clone, Copy)]
pub(super) struct Band<'a> {
    pub(super) table: &'a Ac,
    /// Ss and Se.
    pub(super) first: usize,
    pub(super) last: usize,
    /// The last zigzag index that is wanted, at most `last`.
    pub(super) wanted: usize,
    /// Al.
    pub(super) low: u8,
    pub(super) is_refinement: bool,
    /// The position of each zigzag index in its block.
    pub(super) positions: &'a [u8; 256],
}

// What is not wanted of a block is written behind it, over the next block's first coefficient, which is put back
// afterwards.
simd::levels! {
    /// Reads a band's first bits of kept blocks for which no history is needed. `WINDOW` is twice a block's coefficients.
    pub(super) fn first<const WINDOW: usize>(
        level: Level,
        buffered: Buffered<'_>,
        band: Band<'_>,
        run: &mut u32,
        count: usize,
        blocks: &mut [i16],
    ) -> Done {
        outside_runs(buffered, band, run, count, Kept::<WINDOW> { blocks })
    }

    /// Skips a band's first bits.
    pub(super) fn skip(level: Level, buffered: Buffered<'_>, band: Band<'_>, run: &mut u32, count: usize) -> Done {
        outside_runs(buffered, band, run, count, Skipped)
    }

    /// Reads a band's first bits and records which are not zero; if `blocks` is empty, nothing is kept.
    pub(super) fn first_with_history<const WINDOW: usize>(
        level: Level,
        buffered: Buffered<'_>,
        band: Band<'_>,
        run: &mut u32,
        blocks: &mut [i16],
        history: &mut [u64],
    ) -> Done {
        let count = history.len();
        outside_runs(buffered, band, run, count, Recorded::<WINDOW> { blocks, history, unkept: [0; WINDOW] })
    }

    /// Reads a band's next bit; if `blocks` is empty, only the history is kept.
    pub(super) fn refine<const WINDOW: usize>(
        level: Level,
        buffered: Buffered<'_>,
        band: Band<'_>,
        run: &mut u32,
        blocks: &mut [i16],
        history: &mut [u64],
    ) -> Done {
        let mut reader = SymbolReader::new(buffered.bits);
        let mut unkept = [0; WINDOW];
        let count = history.len();
        for (index, known) in history.iter_mut().enumerate() {
            if reader.bits.position() > buffered.safe_end {
                return reader.done(index);
            }
            let block = window(blocks, index).unwrap_or(&mut unkept);
            let next = block[WINDOW / 2];
            reader.refine::<WINDOW>(&band, run, block, known);
            block[WINDOW / 2] = next;
        }
        reader.done(count)
    }
}

/// Reads a band's first bits of a block.
trait FirstBits {
    /// Returns how many blocks after this one have nothing in the band.
    fn read(&mut self, reader: &mut SymbolReader<'_>, band: &Band<'_>, index: usize) -> u32;
}

/// Reads the blocks that no run of empty bands covers (T.81, G.1.2.2).
#[inline(always)]
fn outside_runs(
    buffered: Buffered<'_>,
    band: Band<'_>,
    run: &mut u32,
    count: usize,
    mut bits: impl FirstBits,
) -> Done {
    let mut reader = SymbolReader::new(buffered.bits);
    let mut index = 0;
    while index < count {
        index += take_run(run, index..count);
        if index == count {
            break;
        }
        if reader.bits.position() > buffered.safe_end {
            return reader.done(index);
        }
        *run = bits.read(&mut reader, &band, index);
        index += 1;
    }
    reader.done(count)
}

/// Returns how many of the blocks a run covers, and shortens the run by them.
#[inline(always)]
fn take_run(run: &mut u32, blocks: Range<usize>) -> usize {
    let taken = blocks.len().min(*run as usize);
    *run -= taken as u32;
    taken
}

/// Blocks that are kept.
struct Kept<'a, const WINDOW: usize> {
    blocks: &'a mut [i16],
}

impl<const WINDOW: usize> FirstBits for Kept<'_, WINDOW> {
    #[inline(always)]
    fn read(&mut self, reader: &mut SymbolReader<'_>, band: &Band<'_>, index: usize) -> u32 {
        let Some(block) = window::<WINDOW>(self.blocks, index) else {
            return 0;
        };
        let next = block[WINDOW / 2];
        let run = reader.first(band, block);
        block[WINDOW / 2] = next;
        run
    }
}

/// Blocks that are not kept.
struct Skipped;

impl FirstBits for Skipped {
    #[inline(always)]
    fn read(&mut self, reader: &mut SymbolReader<'_>, band: &Band<'_>, _: usize) -> u32 {
        reader.skip_first(band, band.first - 1)
    }
}

/// Blocks whose history is recorded for a refinement, kept or not.
struct Recorded<'a, const WINDOW: usize> {
    blocks: &'a mut [i16],
    history: &'a mut [u64],
    /// Where blocks that are not kept are read to.
    unkept: [i16; WINDOW],
}

impl<const WINDOW: usize> FirstBits for Recorded<'_, WINDOW> {
    #[inline(always)]
    fn read(&mut self, reader: &mut SymbolReader<'_>, band: &Band<'_>, index: usize) -> u32 {
        let block = window(self.blocks, index).unwrap_or(&mut self.unkept);
        let next = block[WINDOW / 2];
        let run = reader.first_with_history(band, block, &mut self.history[index]);
        block[WINDOW / 2] = next;
        run
    }
}

/// Returns a block and what follows it, up to twice its length.
#[inline(always)]
fn window<const WINDOW: usize>(blocks: &mut [i16], index: usize) -> Option<&mut [i16; WINDOW]> {
    blocks
        .get_mut(index * (WINDOW / 2)..)
        .and_then(<[i16]>::first_chunk_mut)
}
