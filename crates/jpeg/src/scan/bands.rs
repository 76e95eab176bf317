//! The blocks of progressive scans: their loops (T.81, G.1.2, G.2).

use super::progressive::take_run;
use super::walk::Done;
use crate::bits::Bits;
use crate::huffman::{Ac, Dc, END, Long, SKIP_END, extend, skip_advance, skip_length};

/// One block of an MCU in a DC scan.
#[derive(Clone, Copy)]
pub(super) struct DcBlock<'a> {
    /// None in a refinement.
    pub(super) table: Option<&'a Dc>,
    pub(super) component: usize,
    /// Where in the row the block of the first kept MCU lies.
    pub(super) offset: usize,
    /// How far it is to the block of the next MCU.
    pub(super) step: usize,
}

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
    /// For each zigzag index its place in the block.
    pub(super) places: &'a [u8; 256],
}

// What is not wanted of a block goes behind it, to the next block's first coefficient, which is put back afterwards.
simd::levels! {
    /// Reads DC differences or refining bits; where the row is empty, nothing is kept.
    #[expect(clippy::too_many_arguments, reason = "the level takes one, and the loop owns none of them")]
    pub(super) fn dc(
        level: Level,
        bits: Bits<'_>,
        safe: usize,
        mcus: std::ops::Range<usize>,
        blocks: &[Option<DcBlock<'_>>],
        low: u8,
        predictors: &mut [i32; 4],
        row: &mut [i16],
    ) -> Done {
        let mut reader = Reader { bits, is_bad: 0 };
        for (done, mcu) in mcus.clone().enumerate() {
            if reader.bits.position() > safe {
                return reader.done(done);
            }
            for block in blocks.iter().flatten() {
                let place = row.get_mut(block.offset + mcu * block.step);
                if let Some(table) = block.table {
                    let predictor = &mut predictors[block.component & 3];
                    *predictor = predictor.wrapping_add(reader.difference(table));
                    if let Some(place) = place {
                        *place = (*predictor << low) as i16;
                    }
                } else {
                    reader.bits.refill();
                    let bit = reader.bits.take(1) as i16;
                    if let Some(place) = place {
                        *place |= bit << low;
                    }
                }
            }
        }
        reader.done(mcus.len())
    }

    /// Reads a band's first bits of kept blocks, of which no history is wanted. `WINDOW` is twice a block's coefficients.
    pub(super) fn first<const WINDOW: usize>(
        level: Level,
        bits: Bits<'_>,
        safe: usize,
        count: usize,
        band: Band<'_>,
        run: &mut u32,
        blocks: &mut [i16],
    ) -> Done {
        let mut reader = Reader { bits, is_bad: 0 };
        let mut index = 0;
        while index < count {
            index += take_run(run, index..count);
            if index == count {
                break;
            }
            if reader.bits.position() > safe {
                return reader.done(index);
            }
            if let Some(block) = blocks.get_mut(index * (WINDOW / 2)..).and_then(<[i16]>::first_chunk_mut) {
                let next = block[WINDOW / 2];
                *run = reader.first::<WINDOW>(&band, block);
                block[WINDOW / 2] = next;
            }
            index += 1;
        }
        reader.done(count)
    }

    /// Passes over a band's first bits.
    pub(super) fn pass(
        level: Level,
        bits: Bits<'_>,
        safe: usize,
        count: usize,
        band: Band<'_>,
        run: &mut u32,
    ) -> Done {
        let mut reader = Reader { bits, is_bad: 0 };
        let mut index = 0;
        while index < count {
            index += take_run(run, index..count);
            if index == count {
                break;
            }
            if reader.bits.position() > safe {
                return reader.done(index);
            }
            *run = reader.pass(&band, band.first - 1);
            index += 1;
        }
        reader.done(count)
    }

    /// Reads a band's first bits and notes what is not zero; where there are no blocks, nothing is kept.
    #[expect(clippy::too_many_arguments, reason = "the level takes one, and the loop owns none of them")]
    pub(super) fn first_with_history<const WINDOW: usize>(
        level: Level,
        bits: Bits<'_>,
        safe: usize,
        count: usize,
        band: Band<'_>,
        run: &mut u32,
        blocks: &mut [i16],
        history: &mut [u64],
    ) -> Done {
        let mut reader = Reader { bits, is_bad: 0 };
        let mut nowhere = [0; WINDOW];
        let mut index = 0;
        while index < count {
            index += take_run(run, index..count);
            if index == count {
                break;
            }
            if reader.bits.position() > safe {
                return reader.done(index);
            }
            let block = blocks.get_mut(index * (WINDOW / 2)..).and_then(<[i16]>::first_chunk_mut);
            let (block, known) = (block.unwrap_or(&mut nowhere), &mut history[index]);
            let next = block[WINDOW / 2];
            *run = reader.first_with_history::<WINDOW>(&band, block, known);
            block[WINDOW / 2] = next;
            index += 1;
        }
        reader.done(count)
    }

    /// Reads a band's next bit; where there are no blocks, only the history goes on.
    #[expect(clippy::too_many_arguments, reason = "the level takes one, and the loop owns none of them")]
    pub(super) fn refine<const WINDOW: usize>(
        level: Level,
        bits: Bits<'_>,
        safe: usize,
        count: usize,
        band: Band<'_>,
        run: &mut u32,
        blocks: &mut [i16],
        history: &mut [u64],
    ) -> Done {
        let mut reader = Reader { bits, is_bad: 0 };
        let mut nowhere = [0; WINDOW];
        for (index, known) in history.iter_mut().take(count).enumerate() {
            if reader.bits.position() > safe {
                return reader.done(index);
            }
            let block = blocks.get_mut(index * (WINDOW / 2)..).and_then(<[i16]>::first_chunk_mut);
            let block = block.unwrap_or(&mut nowhere);
            let next = block[WINDOW / 2];
            reader.refine::<WINDOW>(&band, run, block, known);
            block[WINDOW / 2] = next;
        }
        reader.done(count)
    }
}

struct Reader<'a> {
    bits: Bits<'a>,
    /// Not 0 once something was wrong.
    is_bad: usize,
}

/// What a symbol of an AC scan says.
enum Symbol {
    /// So many zeros, then a value of so many bits.
    Value { run: usize, size: u32 },
    /// So many blocks have nothing more, this one included.
    EndOfBand { blocks: u32 },
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

    #[inline(always)]
    fn difference(&mut self, dc: &Dc) -> i32 {
        self.bits.refill();
        let entry = dc.look(self.bits.window());
        if entry != 0 {
            self.bits.consume(entry & 31);
            return (entry as i32) >> 16;
        }
        let long = dc.look_long(self.bits.window());
        self.bits.consume(long.length);
        self.is_bad |= usize::from(long.is_bad);
        long.value
    }

    /// Reads a symbol (T.81, G.1.2.2, table G.1); bits enough for a value's follow.
    #[inline(always)]
    fn symbol(&mut self, ac: &Ac) -> Symbol {
        let (code, known) = ac.codes.read((self.bits.window() >> 48) as u16);
        self.is_bad |= usize::from(!known);
        self.bits.consume(u32::from(code.length));
        let (run, size) = (u32::from(code.symbol >> 4), u32::from(code.symbol & 15));
        if size == 0 && run != 15 {
            Symbol::EndOfBand {
                blocks: (1 << run) + self.bits.take(run),
            }
        } else {
            Symbol::Value {
                run: run as usize,
                size,
            }
        }
    }

    /// A symbol that takes two steps, and the run of blocks that it ends; afterwards the bits are refilled.
    #[inline(always)]
    fn long_symbol(&mut self, ac: &Ac) -> (Long, u32) {
        self.bits.refill();
        let (long, run) = ac.look_long_band(self.bits.window());
        self.bits.consume(long.length);
        self.bits.refill();
        self.is_bad |= usize::from(long.is_bad);
        (long, run)
    }

    /// A block's first bits; how many blocks after it have none.
    #[inline(always)]
    fn first<const WINDOW: usize>(&mut self, band: &Band<'_>, block: &mut [i16; WINDOW]) -> u32 {
        let mut index = band.first - 1;
        while index < band.wanted {
            self.bits.refill();
            let entry = band.table.look(self.bits.window());
            if entry == 0 {
                let (long, run) = self.long_symbol(band.table);
                index += long.advance as usize;
                block[usize::from(band.places[index & 255]) % WINDOW] =
                    (long.value as i16) << band.low;
                if index >= END {
                    return run;
                }
                continue;
            }
            let first = index + (entry >> 16 & 255) as usize;
            block[usize::from(band.places[first & 255]) % WINDOW] =
                ((entry >> 32) as i16) << band.low;
            if first == band.last {
                // The band is full: what looked like a second symbol is the next block's.
                self.bits
                    .consume((entry & 255) as u32 - (entry >> 8 & 255) as u32);
                return 0;
            }
            let second = first + (entry >> 24 & 255) as usize;
            block[usize::from(band.places[second & 255]) % WINDOW] =
                ((entry >> 48) as i16) << band.low;
            self.bits.consume((entry & 63) as u32);
            index = second;
        }
        if index < band.last {
            return self.pass(band, index);
        }
        self.is_bad |= usize::from(index > band.last && index < END);
        0
    }

    /// Passes over the rest of a block's first bits; how many blocks after it have none.
    #[inline(always)]
    fn pass(&mut self, band: &Band<'_>, mut index: usize) -> u32 {
        loop {
            self.bits.refill();
            let skip = band.table.look_skip(self.bits.window());
            let next = index + skip_advance(skip);
            if next >= band.last || skip == 0 {
                let (long, run) = self.long_symbol(band.table);
                index += long.advance as usize;
                if index >= band.last {
                    self.is_bad |= usize::from(index > band.last && index < END);
                    return run;
                }
                continue;
            }
            self.bits.consume(skip_length(skip));
            if skip & SKIP_END != 0 {
                return 0;
            }
            index = next;
        }
    }

    #[inline(always)]
    fn first_with_history<const WINDOW: usize>(
        &mut self,
        band: &Band<'_>,
        block: &mut [i16; WINDOW],
        known: &mut u64,
    ) -> u32 {
        let mut index = band.first;
        while index <= band.last {
            self.bits.refill();
            match self.symbol(band.table) {
                Symbol::EndOfBand { blocks } => return blocks - 1,
                Symbol::Value { run, size } => {
                    index += run;
                    if size > 0 {
                        let value = extend(self.bits.take(size), size) as i16;
                        block[usize::from(band.places[index & 255]) % WINDOW] = value << band.low;
                        *known |= 1_u64.checked_shl(index as u32).unwrap_or(0);
                    }
                    index += 1;
                }
            }
        }
        self.is_bad |= usize::from(index > band.last + 1);
        0
    }

    /// A block's next bit (T.81, G.1.2.3, figures G.7 to G.9).
    #[inline(always)]
    fn refine<const WINDOW: usize>(
        &mut self,
        band: &Band<'_>,
        run: &mut u32,
        block: &mut [i16; WINDOW],
        known: &mut u64,
    ) {
        let (mut index, last) = (band.first, band.last);
        let before = *known;
        while *run == 0 && index <= last {
            self.bits.refill();
            let (zeros, value) = match self.symbol(band.table) {
                Symbol::EndOfBand { blocks } => {
                    *run = blocks;
                    break;
                }
                Symbol::Value { run, size: 0 } => (run, 0),
                Symbol::Value { run, .. } => (run, if self.bits.take(1) == 1 { 1 } else { -1 }),
            };
            // Over so many coefficients that were zero before, to the next that was.
            let unknown = !before & (u64::MAX << index) & (u64::MAX >> (63 - last));
            let target = nth_one(unknown, zeros).unwrap_or(last + 1);
            self.correct(band, before, index, target, block);
            if target > last {
                // A run of 15 and its zero may end the band; a value must not come after it.
                self.is_bad |= usize::from(value != 0);
                index = last + 1;
                break;
            }
            if value != 0 {
                block[usize::from(band.places[target]) % WINDOW] = value << band.low;
                *known |= 1 << target;
            }
            index = target + 1;
        }
        if *run > 0 {
            self.correct(band, before, index, last + 1, block);
            *run -= 1;
        }
    }

    /// Reads a correction for each coefficient from `start` to before `end` that was not zero before.
    #[inline(always)]
    fn correct<const WINDOW: usize>(
        &mut self,
        band: &Band<'_>,
        before: u64,
        start: usize,
        end: usize,
        block: &mut [i16; WINDOW],
    ) {
        if start >= end {
            return;
        }
        let mut known = before & (u64::MAX << start) & (u64::MAX >> (64 - end));
        while known != 0 {
            self.bits.refill();
            // At least 56 bits count now.
            for _ in 0..56 {
                if known == 0 {
                    return;
                }
                let index = known.trailing_zeros() as usize;
                known &= known - 1;
                let bit = self.bits.take(1) as i16;
                let coefficient = &mut block[usize::from(band.places[index]) % WINDOW];
                *coefficient = coefficient.wrapping_add((bit << band.low) * coefficient.signum());
            }
        }
    }
}

/// Where the one after `skip` ones is.
#[inline(always)]
fn nth_one(mut ones: u64, skip: usize) -> Option<usize> {
    for _ in 0..skip {
        ones &= ones.wrapping_sub(1);
    }
    (ones != 0).then(|| ones.trailing_zeros() as usize)
}
