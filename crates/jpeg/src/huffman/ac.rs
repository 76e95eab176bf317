//! AC tables: from bits to runs and values, two symbols at a time, and to skips over several.

use std::ops::Range;

use super::{Code, Codes, LOOKUP_BITS, LOOKUP_SIZE, Long, Specification, extend, value_bits};

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
    /// twice. 0 where not even one symbol fits.
    pairs: Box<[u64; LOOKUP_SIZE]>,
    /// Several symbols without their values: length in bits 0–4, advance in bits 5–11, end of block in bit 12.
    /// 0 where the first code does not fit.
    skips: Box<[u16; LOOKUP_SIZE]>,
}

/// How far an end of block moves the zigzag index: beyond what runs can reach.
pub(crate) const END: usize = 128;

/// Bit 12 of a skip: the last symbol ends the block.
pub(crate) const SKIP_END: u16 = 1 << 12;

/// How many bits a skip takes.
#[inline(always)]
pub(crate) fn skip_length(skip: u16) -> u32 {
    u32::from(skip & 31)
}

/// How far a skip moves the zigzag index, an end of block not counted.
#[inline(always)]
pub(crate) fn skip_advance(skip: u16) -> usize {
    usize::from(skip >> 5 & 127)
}

/// How far a skip moves at most: out of any block.
const LONGEST_SKIP: u16 = 64;

/// What one symbol means (T.81, F.1.2.2.1).
struct Symbol {
    /// Bits of code and value.
    length: u32,
    /// Bits of the value alone.
    size: u32,
    advance: u32,
    ends: bool,
}

impl Symbol {
    /// None for a code that is longer than the look-up or has no value where others have one.
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

/// The symbols whose codes lie in `count` bits, and which of the bits begin with each.
fn symbols(codes: &Codes, count: u32) -> impl Iterator<Item = (Range<usize>, Symbol)> {
    let short = codes
        .in_order()
        .take_while(move |(_, code)| u32::from(code.length) <= count);
    short.filter_map(move |(bits, code)| {
        let spare = count - u32::from(code.length);
        let zone = (bits as usize) << spare..(bits as usize + 1) << spare;
        Some((zone, Symbol::new(code)?))
    })
}

/// Filling of tables: a zone is all that begins with the symbol. Tables of fewer bits lie behind each other, that of `n` bits
/// from `1 << n` on.
impl Symbol {
    /// As the second one of a pair, where its value fits.
    fn fill_lone(&self, count: u32, zone: &mut [u64]) {
        let Some(left) = count.checked_sub(self.length) else {
            return;
        };
        let length = u64::from(self.length);
        let entry = u64::from(self.advance) << 24 | length << 8 | length;
        for (bits, part) in (0..).zip(zone.chunks_exact_mut(1 << left)) {
            part.fill(u64::from(extend(bits, self.size) as u16) << 48 | entry);
        }
    }

    /// As the first one, where its value fits.
    fn fill_pairs(&self, zone: &mut [u64], lone: &[u64]) {
        let Some(left) = LOOKUP_BITS.checked_sub(self.length) else {
            return;
        };
        let length = u64::from(self.length);
        for (bits, part) in (0..).zip(zone.chunks_exact_mut(1 << left)) {
            let value = u64::from(extend(bits, self.size) as u16);
            let entry = value << 32 | u64::from(self.advance) << 16 | length;
            let alone = value << 48 | entry;
            if self.ends {
                part.fill(alone);
                continue;
            }
            for (pair, &second) in part.iter_mut().zip(&lone[1 << left..]) {
                *pair = if second == 0 { alone } else { entry + second };
            }
        }
    }

    /// With all that follows it. The value of the last symbol may lie beyond the bits at hand: its size is known.
    fn fill_skips(&self, count: u32, zone: &mut [u16], shorter: &[u16]) {
        let (length, advance) = (self.length as u16, self.advance as u16);
        let Some(left) = count.checked_sub(self.length).filter(|_| !self.ends) else {
            zone.fill(match self.ends {
                true => SKIP_END | length,
                false => advance << 5 | length,
            });
            return;
        };
        for part in zone.chunks_exact_mut(1 << left) {
            for (skip, &rest) in part.iter_mut().zip(&shorter[1 << left..]) {
                // No block is so long that it matters by how much a skip leaves it.
                let advance = (advance + (rest >> 5 & 127)).min(LONGEST_SKIP);
                *skip = (rest & SKIP_END) | advance << 5 | ((rest & 31) + length);
            }
        }
    }
}

impl Ac {
    /// Makes the table, in the memory of the one before; nothing is done if it was the same.
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

    /// What follows a symbol is a shorter look-up, and all bits that begin with it are neighbours: the tables are made from the
    /// shortest on, a symbol at a time.
    fn fill(&mut self) {
        let Self {
            codes,
            pairs,
            skips,
        } = self;
        let (mut lone, mut shorter) = ([0; LOOKUP_SIZE], [0; LOOKUP_SIZE]);
        for count in 1..LOOKUP_BITS {
            let start = 1 << count;
            for (zone, symbol) in symbols(codes, count) {
                let (_, lone) = lone.split_at_mut(start);
                symbol.fill_lone(count, &mut lone[zone.clone()]);
                let (shorter, skips) = shorter.split_at_mut(start);
                symbol.fill_skips(count, &mut skips[zone], shorter);
            }
        }
        pairs.fill(0);
        skips.fill(0);
        for (zone, symbol) in symbols(codes, LOOKUP_BITS) {
            symbol.fill_pairs(&mut pairs[zone.clone()], &lone);
            symbol.fill_skips(LOOKUP_BITS, &mut skips[zone], &shorter);
        }
    }

    /// One or two symbols with their values; 0 where it takes two steps.
    #[inline(always)]
    pub(crate) fn look(&self, window: u64) -> u64 {
        self.pairs[(window >> (64 - LOOKUP_BITS)) as usize]
    }

    /// Several symbols to be passed over; 0 where it takes two steps.
    #[inline(always)]
    pub(crate) fn look_skip(&self, window: u64) -> u16 {
        self.skips[(window >> (64 - LOOKUP_BITS)) as usize]
    }

    /// One symbol in two steps; runs of ends of band, which only progressive scans have, count as one end. Takes no
    /// reader: a reference to one would keep it out of the loop's registers.
    #[inline(never)]
    pub(crate) fn look_long(&self, window: u64) -> Long {
        let (code, known) = self.codes.read((window >> 48) as u16);
        let (run, size) = (u32::from(code.symbol >> 4), u32::from(code.symbol & 15));
        let length = u32::from(code.length);
        if size == 0 && run != 15 {
            return Long {
                length,
                value: 0,
                advance: END as u32,
                is_bad: !known,
            };
        }
        let value = extend(value_bits(window, length, size), size);
        Long {
            length: length + size,
            value,
            advance: run + 1,
            is_bad: !known,
        }
    }

    /// The same for progressive scans, with how many more blocks have nothing in the band (T.81, G.1.2.2).
    #[inline(never)]
    pub(crate) fn look_long_band(&self, window: u64) -> (Long, u32) {
        let mut long = self.look_long(window);
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

    /// A table of which every symbol has a short code, runs without values among them.
    fn short_codes() -> Specification {
        let counts = [1, 1, 0, 2, 1, 1, 0, 0, 2, 0, 0, 1, 0, 0, 0, 0];
        Specification::new(
            counts,
            &[0xf0, 0x00, 0x01, 0x23, 0x0a, 0x50, 0x71, 0x02, 0x11],
        )
        .unwrap()
    }

    /// The symbols of the bits one by one: length of the code, length of the value, how far it moves, value.
    fn walk(specification: &Specification, bits: u32) -> Vec<(u32, u32, u32, i32)> {
        let (mut symbols, mut used) = (Vec::new(), 0);
        while used < LOOKUP_BITS {
            let left = LOOKUP_BITS - used;
            let window = u64::from(bits) << (64 - LOOKUP_BITS + used);
            let Some(code) = slow_read(specification, (window >> 48) as u16) else {
                break;
            };
            let (length, run, size) = (code.length.into(), code.symbol >> 4, code.symbol & 15);
            if length > left || (size == 0 && (1..15).contains(&run)) {
                break;
            }
            let size = u32::from(size);
            let after = (window << length) >> 32;
            let value = match (after >> (32 - size)) as i32 {
                low if low < 1 << size >> 1 => low - (1 << size) + 1,
                high => high,
            };
            let is_end = code.symbol == 0;
            let advance = if is_end {
                END as u32
            } else {
                u32::from(run) + 1
            };
            symbols.push((length, size, advance, value));
            used += length + size;
            if is_end {
                break;
            }
        }
        symbols
    }

    #[test]
    fn a_look_up_finds_what_one_finds_symbol_by_symbol() {
        let mut slot = None;
        for specification in [long_codes(), short_codes(), long_codes()] {
            Ac::define(&mut slot, &specification);
            let ac = slot.as_ref().unwrap();

            for bits in 0..LOOKUP_SIZE as u32 {
                let symbols = walk(&specification, bits);
                let mut end = 0;
                let whole = symbols.iter().take_while(|(length, size, ..)| {
                    end += length + size;
                    end <= LOOKUP_BITS
                });
                let pair = match *whole.take(2).copied().collect::<Vec<_>>() {
                    [] => 0,
                    [(length, size, advance, value), ref second @ ..] => {
                        let (length2, advance2, value2) = match *second {
                            [(length, size, advance, value)] => (length + size, advance, value),
                            _ => (0, 0, value),
                        };
                        let low = (length + size + length2) | length2 << 8 | advance << 16;
                        u64::from(low | advance2 << 24)
                            | u64::from(value as u16) << 32
                            | u64::from(value2 as u16) << 48
                    }
                };
                let window = u64::from(bits) << (64 - LOOKUP_BITS);
                assert_eq!(ac.look(window), pair, "{bits:011b}");

                let skip = ac.look_skip(window);
                let advance: u32 = symbols.iter().map(|symbol| symbol.2 % END as u32).sum();
                assert_eq!(
                    skip_advance(skip),
                    (advance as usize).min(LONGEST_SKIP.into())
                );
                let length: u32 = symbols.iter().map(|(length, size, ..)| length + size).sum();
                assert_eq!(skip_length(skip), length, "{bits:011b}");
                let is_end = symbols.last().is_some_and(|symbol| symbol.2 == END as u32);
                assert_eq!(skip & SKIP_END != 0, is_end);
            }
        }
    }
}
