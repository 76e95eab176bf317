//! AC tables: look-ups of two symbols with their values, and of several to be skipped.

use super::{Code, Codes, LOOKUP_BITS, LOOKUP_SIZE, LongSymbol, Specification, extend, value_bits};

/// An AC table with its look-ups.
#[derive(Debug)]
pub(crate) struct Ac {
    pub(crate) codes: Codes,
    /// One or two symbols with their values:
    ///
    /// ```text
    /// 63     48 47     32 31  24 23  16 15   8 7    0
    /// ┌────────┬─────────┬──────┬──────┬──────┬──────┐
    /// │ value2 │ value1  │ adv2 │ adv1 │ len2 │ len  │
    /// └────────┴─────────┴──────┴──────┴──────┴──────┘
    /// ```
    ///
    /// `adv`: how far the zigzag index moves, run and coefficient together; [`END`] for an end of block. `len`: of both
    /// symbols, `len2` of the second one alone. A lone symbol is given as `adv2` 0, `len2` 0 and its own value
    /// twice. 0 if not even one symbol fits.
    pairs: Box<[u64; LOOKUP_SIZE]>,
    /// Several symbols without their values: length in bits 0–4, advance in bits 5–11, end of block in bit 12.
    /// 0 if the first code does not fit.
    skips: Box<[u16; LOOKUP_SIZE]>,
}

/// How far an end of block moves the zigzag index: beyond what runs can reach.
pub(crate) const END: usize = 128;

/// Bit 12 of a skip: the last symbol ends the block.
pub(crate) const SKIP_END: u16 = 1 << 12;

/// Returns how many bits a skip takes.
#[inline(always)]
pub(crate) fn skip_length(skip: u16) -> u32 {
    u32::from(skip & 31)
}

/// Returns how far a skip moves the zigzag index, an end of block not counted.
#[inline(always)]
pub(crate) fn skip_advance(skip: u16) -> usize {
    usize::from(skip >> 5 & 127)
}

/// A symbol, decoded (T.81, F.1.2.2.1).
struct Symbol {
    /// Bits of code and value.
    length: u32,
    /// Bits of the value alone.
    size: u32,
    advance: u32,
    ends: bool,
}

impl Symbol {
    /// Returns `None` for a code that is longer than the look-up, or that only progressive scans have.
    fn new(code: Code) -> Option<Self> {
        let size = u32::from(code.symbol & 15);
        let run = u32::from(code.symbol >> 4);
        // Runs of several ends of band (T.81, G.1.2.2) have bits of their own; only progressive scans have them.
        if size == 0 && (1..15).contains(&run) {
            return None;
        }
        let ends = size == 0 && run == 0;
        let advance = if ends { END as u32 } else { run + 1 };
        (code.length != 0).then_some(Self {
            length: u32::from(code.length) + size,
            size,
            advance,
            ends,
        })
    }
}

impl Ac {
    /// Replaces the table, in the same memory; does nothing if it is unchanged.
    pub(crate) fn define(slot: &mut Option<Self>, specification: &Specification) {
        match slot {
            Some(ac) if ac.codes.specification == *specification => {}
            Some(ac) => {
                ac.codes.become_table(specification);
                ac.fill();
            }
            None => {
                let codes = Codes::new(specification.clone());
                let (pairs, skips) = (Box::new([0; LOOKUP_SIZE]), Box::new([0; LOOKUP_SIZE]));
                slot.insert(Self {
                    codes,
                    pairs,
                    skips,
                })
                .fill();
            }
        }
    }

    fn fill(&mut self) {
        for bits in 0..LOOKUP_SIZE {
            self.pairs[bits] = self.pair(bits as u32);
            self.skips[bits] = self.skip(bits as u32);
        }
    }

    /// Returns the symbol that follows the first `used` bits, and its value if it fits, too.
    fn symbol(&self, bits: u32, used: u32) -> Option<(Symbol, Option<i32>)> {
        let symbol = Symbol::new(self.codes.short[(bits << used) as usize % LOOKUP_SIZE])?;
        let code_fits = used + symbol.length - symbol.size <= LOOKUP_BITS;
        let spare = LOOKUP_BITS.checked_sub(used + symbol.length);
        let value =
            spare.map(|spare| extend(bits >> spare & ((1 << symbol.size) - 1), symbol.size));
        code_fits.then_some((symbol, value))
    }

    fn pair(&self, bits: u32) -> u64 {
        let Some((first, Some(value1))) = self.symbol(bits, 0) else {
            return 0;
        };
        let entry = |length, length2, advance2, value2: i32| {
            u64::from(value2 as u16) << 48
                | u64::from(value1 as u16) << 32
                | u64::from(advance2) << 24
                | u64::from(first.advance) << 16
                | u64::from(length2) << 8
                | u64::from(length)
        };
        match self.symbol(bits, first.length) {
            Some((second, Some(value2))) if !first.ends => entry(
                first.length + second.length,
                second.length,
                second.advance,
                value2,
            ),
            _ => entry(first.length, 0_u32, 0_u32, value1),
        }
    }

    fn skip(&self, bits: u32) -> u16 {
        let (mut length, mut advance) = (0, 0);
        // The value of the last symbol may lie beyond the bits at hand: its size is known.
        while length < LOOKUP_BITS
            && let Some((symbol, _)) = self.symbol(bits, length)
        {
            length += symbol.length;
            if symbol.ends {
                return SKIP_END | (advance << 5 | length) as u16;
            }
            advance += symbol.advance;
            if advance > 63 {
                break;
            }
        }
        (advance << 5 | length) as u16
    }

    /// Returns one or two symbols with their values; 0 if the first does not fit.
    #[inline(always)]
    pub(crate) fn lookup(&self, window: u64) -> u64 {
        self.pairs[(window >> (64 - LOOKUP_BITS)) as usize]
    }

    /// Returns several symbols to be skipped; 0 if the first code does not fit.
    #[inline(always)]
    pub(crate) fn lookup_skip(&self, window: u64) -> u16 {
        self.skips[(window >> (64 - LOOKUP_BITS)) as usize]
    }

    /// Reads one symbol the long way; an end of several bands, which only progressive scans have, counts as one end. Takes no
    /// reader: a reference to one would keep it out of the loop's registers.
    #[inline(never)]
    pub(crate) fn lookup_long(&self, window: u64) -> LongSymbol {
        let (code, known) = self.codes.read((window >> 48) as u16);
        let (run, size) = (u32::from(code.symbol >> 4), u32::from(code.symbol & 15));
        let length = u32::from(code.length);
        if size == 0 && run != 15 {
            return LongSymbol {
                length,
                value: 0,
                advance: END as u32,
                is_bad: !known,
            };
        }
        let value = extend(value_bits(window, length, size), size);
        LongSymbol {
            length: length + size,
            value,
            advance: run + 1,
            is_bad: !known,
        }
    }

    /// Like [`lookup_long`](Self::lookup_long) for progressive scans; also returns how many more blocks have nothing in the band
    /// (T.81, G.1.2.2).
    #[inline(never)]
    pub(crate) fn lookup_long_band(&self, window: u64) -> (LongSymbol, u32) {
        let mut long = self.lookup_long(window);
        if long.advance < END as u32 {
            return (long, 0);
        }
        let (code, _) = self.codes.read((window >> 48) as u16);
        let bits = u32::from(code.symbol >> 4);
        let run = (1 << bits) - 1 + value_bits(window, long.length, bits);
        long.length += bits;
        (long, run)
    }
}
