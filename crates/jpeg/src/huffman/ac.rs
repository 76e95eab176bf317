//! AC tables: look-ups of two symbols, and of several to be skipped.

use super::entry::{Entry, Symbol};
use super::{Code, Codes, LOOKUP_BITS, LOOKUP_SIZE, LongSymbol, Specification, extend, value_bits};

/// An AC table with its look-ups.
#[derive(Debug)]
pub(crate) struct Ac {
    pub(crate) codes: Codes,
    entries: Box<[Entry; LOOKUP_SIZE]>,
    /// Several symbols without their values: length in bits 0–4, advance in bits 5–11, end of block in bit 12.
    /// 0 if the first code does not fit.
    skips: Box<[u16; LOOKUP_SIZE]>,
}

/// How far an end of block moves the zigzag index: beyond what runs can reach.
pub(crate) const END: usize = 128;

/// Bit 12 of a skip: the last symbol ends the block.
pub(crate) const SKIP_END: u16 = 1 << 12;

/// The most bits of a skip: a look-up, and the longest of values.
pub(crate) const SKIP_BITS: u32 = LOOKUP_BITS + 15;

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

impl Symbol {
    /// Decodes a symbol (T.81, F.1.2.2.1); returns `None` for a code that is longer than the look-up, or that only progressive
    /// scans have.
    fn new(code: Code) -> Option<Self> {
        let size = u32::from(code.symbol & 15);
        let run = u32::from(code.symbol >> 4);
        // Runs of several ends of band (T.81, G.1.2.2) have bits of their own; only progressive scans have them.
        if size == 0 && (1..15).contains(&run) {
            return None;
        }
        (code.length != 0).then_some(Self {
            length: u32::from(code.length) + size,
            size,
            advance: run + 1,
            ends: size == 0 && run == 0,
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
                let entries = Box::new([Entry::UNKNOWN; LOOKUP_SIZE]);
                let skips = Box::new([0; LOOKUP_SIZE]);
                slot.insert(Self {
                    codes,
                    entries,
                    skips,
                })
                .fill();
            }
        }
    }

    fn fill(&mut self) {
        for bits in 0..LOOKUP_SIZE {
            self.entries[bits] = self.entry(bits as u32);
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

    fn entry(&self, bits: u32) -> Entry {
        let Some((first, value1)) = self.symbol(bits, 0) else {
            return Entry::UNKNOWN;
        };
        let second = self.symbol(bits, first.length);
        value1
            .zip(second)
            .and_then(|(value1, (second, _))| Entry::pair(first, value1, second))
            .unwrap_or(Entry::lone(first))
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

    /// Returns one or two symbols.
    #[inline(always)]
    pub(crate) fn lookup(&self, window: u64) -> Entry {
        self.entries[(window >> (64 - LOOKUP_BITS)) as usize]
    }

    /// Returns how many bits the first symbol takes, its value with it.
    #[inline(always)]
    pub(crate) fn symbol_length(&self, window: u64) -> u32 {
        let (code, _) = self.codes.read((window >> 48) as u16);
        u32::from(code.length) + u32::from(code.symbol & 15)
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

#[cfg(test)]
mod tests {
    use super::super::tests::{long_codes, slow_read};
    use super::*;
    use crate::huffman::{ENTRY_BITS, PAST};

    /// Returns a table with the short codes of T.81, table K.5, and values of every size.
    fn short_codes() -> Specification {
        let counts = [0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 0, 0, 1, 0, 0];
        let symbols = [
            0x01, 0x02, 0x03, 0x00, 0x04, 0x11, 0x05, 0x12, 0x21, 0x31, 0x41, 0x06, 0x13, 0x51,
            0x61, 0x07, 0x22, 0x71, 0x14, 0x32, 0x81, 0x91, 0xa1, 0x08, 0x23, 0x42, 0xb1, 0xc1,
            0x15, 0x52, 0xd1, 0xf0, 0x82,
        ];
        Specification::new(counts, &symbols).unwrap()
    }

    /// Reads a symbol as the standard draws it: its bits, advance and value; 0 as advance is an end of block.
    fn read_slowly(specification: &Specification, window: u64) -> Option<(u32, usize, i16)> {
        let code = slow_read(specification, (window >> 48) as u16)?;
        let (run, size) = (usize::from(code.symbol >> 4), u32::from(code.symbol & 15));
        let bits = (0..size).fold(0_i32, |bits, bit| {
            bits << 1 | (window >> (63 - u32::from(code.length) - bit) & 1) as i32
        });
        let is_negative = size > 0 && bits < 1 << (size - 1);
        let value = if is_negative {
            bits - (1 << size) + 1
        } else {
            bits
        };
        let advance = if code.symbol == 0 { 0 } else { run + 1 };
        Some((u32::from(code.length) + size, advance, value as i16))
    }

    #[test]
    fn entries_hold_what_is_read_symbol_by_symbol() {
        let mut seen = [0; 3];
        for specification in [short_codes(), long_codes()] {
            let mut slot = None;
            Ac::define(&mut slot, &specification);
            let ac = slot.unwrap();
            for front in 0..1_u64 << 16 {
                let window = front << 48 | front.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 16;

                let entry = ac.lookup(window);

                // A block of which the second coefficient is stored before the first.
                let (mut block, past) = ([0_i16; 2 * PAST], entry.both() == PAST);
                block[entry.both()] = entry.value2(window);
                block[entry.first()] = entry.value1();
                block[PAST..].fill(0);
                if entry.length() == 0 {
                    assert!(past && entry.first() == PAST);
                    seen[0] += 1;
                    continue;
                }
                let (mut expected, mut index, mut length) = ([0_i16; 2 * PAST], 0, 0);
                let mut symbols = 0;
                while length < entry.length() {
                    let (bits, advance, value) =
                        read_slowly(&specification, window << length).unwrap();
                    length += bits;
                    index = if advance == 0 { PAST } else { index + advance };
                    expected[index] = value;
                    symbols += 1;
                }
                expected[PAST..].fill(0);
                assert_eq!(
                    (entry.length(), entry.both()),
                    (length, index),
                    "{front:016b}"
                );
                assert!(block == expected && length <= ENTRY_BITS, "{front:016b}");
                assert!(symbols <= 2);
                seen[symbols] += 1;
            }
        }
        assert!(seen.iter().all(|&count| count > 500), "{seen:?}");
    }

    #[test]
    fn a_first_symbol_ends_where_it_would_end_alone() {
        let specification = short_codes();
        let mut slot = None;
        Ac::define(&mut slot, &specification);
        let ac = slot.unwrap();

        for front in 0..1_u64 << 16 {
            if let Some((length, ..)) = read_slowly(&specification, front << 48) {
                assert_eq!(ac.symbol_length(front << 48), length);
            }
        }
    }
}
