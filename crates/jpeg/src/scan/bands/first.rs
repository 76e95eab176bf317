//! The first bits of a band (T.81, G.1.2.2).

use super::Band;
use crate::huffman::{Ac, END, LongSymbol, PAST, SKIP_END, extend, skip_advance, skip_length};
use crate::scan::symbols::SymbolReader;

/// A symbol of an AC scan.
pub(super) enum Symbol {
    /// A run of zeros, then a value of `size` bits.
    Value { run: usize, size: u32 },
    /// Nothing more comes of so many blocks, this one included.
    EndOfBand { blocks: u32 },
}

impl SymbolReader<'_> {
    /// Reads a symbol (T.81, G.1.2.2, table G.1) from bits just refilled; enough are left for its value.
    #[inline(always)]
    pub(super) fn band_symbol(&mut self, ac: &Ac) -> Symbol {
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

    /// Reads a symbol that the look-up tables don't hold, and the run that it starts; afterwards the bits are refilled.
    #[inline(always)]
    fn long_band_symbol(&mut self, ac: &Ac) -> (LongSymbol, u32) {
        self.bits.refill();
        let (long, run) = ac.lookup_long_band(self.bits.window());
        self.bits.consume(long.length);
        self.bits.refill();
        self.is_bad |= usize::from(long.is_bad);
        (long, run)
    }

    /// Reads a block's first bits; returns how many blocks after it have none.
    #[inline(always)]
    pub(super) fn first<const WINDOW: usize>(
        &mut self,
        band: &Band<'_>,
        block: &mut [i16; WINDOW],
    ) -> u32 {
        let mut index = band.first - 1;
        while index < band.wanted {
            self.bits.refill();
            let window = self.bits.window();
            let entry = band.table.lookup(window);
            let (first, second) = (index + entry.first(), index + entry.both());
            if entry.length() == 0 {
                let (long, run) = self.long_band_symbol(band.table);
                index += long.advance as usize;
                block[usize::from(band.positions[index & 255]) % WINDOW] =
                    (long.value as i16) << band.low;
                if index >= END {
                    return run;
                }
                continue;
            }
            if first == band.last {
                // The band is full: what looks like a second symbol is the next block's.
                block[usize::from(band.positions[first & 255]) % WINDOW] =
                    entry.value1() << band.low;
                self.bits.consume(band.table.symbol_length(window));
                return 0;
            }
            block[usize::from(band.positions[second & 255]) % WINDOW] =
                entry.value2(window) << band.low;
            block[usize::from(band.positions[first & 255]) % WINDOW] = entry.value1() << band.low;
            self.bits.consume(entry.length());
            index = second;
        }
        if index < band.last {
            return self.skip_first(band, index);
        }
        self.is_bad |= usize::from(index > band.last && index < PAST);
        0
    }

    /// Skips the rest of a block's first bits; returns how many blocks after it have none.
    #[inline(always)]
    pub(super) fn skip_first(&mut self, band: &Band<'_>, mut index: usize) -> u32 {
        loop {
            self.bits.refill();
            let skip = band.table.lookup_skip(self.bits.window());
            let next = index + skip_advance(skip);
            if next >= band.last || skip == 0 {
                let (long, run) = self.long_band_symbol(band.table);
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

    /// Like [`first`](Self::first), and sets the bit of each coefficient in `known` that is not zero.
    #[inline(always)]
    pub(super) fn first_with_history<const WINDOW: usize>(
        &mut self,
        band: &Band<'_>,
        block: &mut [i16; WINDOW],
        known: &mut u64,
    ) -> u32 {
        let mut index = band.first;
        while index <= band.last {
            self.bits.refill();
            match self.band_symbol(band.table) {
                Symbol::EndOfBand { blocks } => return blocks - 1,
                Symbol::Value { run, size } => {
                    index += run;
                    if size > 0 {
                        let value = extend(self.bits.take(size), size) as i16;
                        block[usize::from(band.positions[index & 255]) % WINDOW] =
                            value << band.low;
                        *known |= 1_u64.checked_shl(index as u32).unwrap_or(0);
                    }
                    index += 1;
                }
            }
        }
        self.is_bad |= usize::from(index > band.last + 1);
        0
    }
}
