//! Look-up tables of prefix codes.
//!
//! An entry for the next bits of the stream, in 32 bits:
//!
//! ```text
//! 31    30 ········ 8   7 ··· 0
//! 0     symbol          length of its code: bits to be consumed
//! 1     distance to     bits that choose the entry there:
//!       a second table  the code is longer than the first look-up
//! ```
//!
//! The symbol lies where green lies in a pixel.

use crate::error::{Error, Result};

/// The longest code (RFC 9649, 3.7.2.1.2).
pub(crate) const MAX_LENGTH: usize = 15;

/// The most bits of a first look-up.
const MAX_FIRST: u32 = 9;

/// In an entry: the code is longer than the first look-up.
pub(crate) const IS_LONG: u32 = 1 << 31;

/// The symbol of an entry that is not long.
#[inline(always)]
pub(crate) fn symbol(entry: u32) -> u32 {
    entry >> 8
}

/// Where the entries of a code are among those of all.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Table {
    start: u32,
    /// How many bits the first look-up takes.
    first: u32,
    /// How long the longest code is. If the code has a single symbol, it takes no bits.
    pub(crate) longest: u32,
}

impl Table {
    /// Makes a table of the lengths of the symbols' codes, of which 0 means that the symbol is not used, and appends it to `entries`.
    ///
    /// # Errors
    ///
    /// If there are more codes than fit, or fewer, but a single one (RFC 9649, 3.7.2.1.2).
    pub(crate) fn build(lengths: &[u8], first: u32, entries: &mut Vec<u32>) -> Result<Self> {
        let mut counts = [0_u32; MAX_LENGTH + 1];
        for &length in lengths {
            counts[usize::from(length)] += 1;
        }
        counts[0] = 0;
        let start = entries.len() as u32;
        if counts.iter().sum::<u32>() == 1 {
            let symbol = lengths.iter().position(|&length| length != 0);
            entries.push((symbol.unwrap_or(0) as u32) << 8);
            return Ok(Self {
                start,
                first: 0,
                longest: 0,
            });
        }
        let first_codes = first_codes(&counts)?;
        let longest = counts.iter().rposition(|&count| count > 0).unwrap_or(0) as u32;
        let first = first.min(MAX_FIRST).min(longest);
        let table = Self {
            start,
            first,
            longest,
        };
        entries.resize(entries.len() + (1 << first), 0);
        if longest > first {
            table.add_second_tables(codes(lengths, first_codes), entries);
        }
        let entries = &mut entries[start as usize..];
        for Code {
            symbol,
            bits,
            length,
        } in codes(lengths, first_codes)
        {
            let entry = symbol << 8 | length;
            let (from, size, step) = match length <= first {
                true => (bits, 1 << first, 1 << length),
                false => {
                    let second = entries[bits as usize & ((1 << first) - 1)];
                    let place = symbol_of_long(second) + (bits >> first);
                    (
                        place,
                        symbol_of_long(second) + (1 << (second & 15)),
                        1 << (length - first),
                    )
                }
            };
            for place in (from..size).step_by(step) {
                entries[place as usize] = entry;
            }
        }
        Ok(table)
    }

    /// Makes room for the second tables, and writes the entries that lead to them.
    fn add_second_tables(&self, codes: impl Iterator<Item = Code>, entries: &mut Vec<u32>) {
        let mut longest = [0_u8; 1 << MAX_FIRST];
        let mask = (1 << self.first) - 1;
        for code in codes {
            let longest = &mut longest[code.bits as usize & mask];
            *longest = (*longest).max(code.length as u8);
        }
        for (place, &longest) in longest.iter().enumerate() {
            if u32::from(longest) <= self.first {
                continue;
            }
            let bits = u32::from(longest) - self.first;
            let distance = entries.len() as u32 - self.start;
            entries[self.start as usize + place] = IS_LONG | distance << 8 | bits;
            entries.resize(entries.len() + (1 << bits), 0);
        }
    }

    /// Returns the entries of the first look-up.
    #[inline(always)]
    pub(crate) fn firsts<'e>(&self, entries: &'e [u32]) -> Firsts<'e> {
        Firsts(&entries[self.start as usize..][..1 << self.first])
    }

    /// Looks the next bits up.
    #[inline(always)]
    pub(crate) fn first(&self, entries: &[u32], window: u64) -> u32 {
        self.firsts(entries).look_up(window)
    }

    /// Follows a long entry.
    #[inline(always)]
    pub(crate) fn second(&self, entries: &[u32], entry: u32, window: u64) -> u32 {
        let index = window >> self.first & ((1 << (entry & 15)) - 1);
        entries[(self.start + symbol_of_long(entry)) as usize + index as usize]
    }

    /// Returns the entry of the next symbol, however long its code is.
    #[inline(always)]
    pub(crate) fn look_up(&self, entries: &[u32], window: u64) -> u32 {
        match self.first(entries, window) {
            entry if entry & IS_LONG != 0 => self.second(entries, entry, window),
            entry => entry,
        }
    }
}

/// As many entries as bits have values.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Firsts<'e>(pub(crate) &'e [u32]);

impl Firsts<'_> {
    /// Looks the next bits up.
    #[inline(always)]
    pub(crate) fn look_up(&self, window: u64) -> u32 {
        self.0[window as usize & (self.0.len() - 1)]
    }
}

fn symbol_of_long(entry: u32) -> u32 {
    (entry & !IS_LONG) >> 8
}

/// Returns the lowest code of each length; they are assigned in order of length, then of symbol.
fn first_codes(counts: &[u32; MAX_LENGTH + 1]) -> Result<[u32; MAX_LENGTH + 1]> {
    let mut codes = [0; MAX_LENGTH + 1];
    let mut code = 0;
    for length in 1..=MAX_LENGTH {
        code = (code + counts[length - 1]) << 1;
        codes[length] = code;
        if code + counts[length] > 1 << length {
            return Err(Error::Malformed("a prefix code has too many codes"));
        }
    }
    match code + counts[MAX_LENGTH] == 1 << MAX_LENGTH {
        true => Ok(codes),
        false => Err(Error::Malformed("a prefix code is not complete")),
    }
}

/// The code of a symbol, its first bit lowest.
struct Code {
    symbol: u32,
    bits: u32,
    length: u32,
}

fn codes(lengths: &[u8], mut next: [u32; MAX_LENGTH + 1]) -> impl Iterator<Item = Code> {
    let used = lengths.iter().zip(0..).filter(|&(&length, _)| length != 0);
    used.map(move |(&length, symbol)| {
        let code = next[usize::from(length)];
        next[usize::from(length)] += 1;
        let length = u32::from(length);
        Code {
            symbol,
            bits: code.reverse_bits() >> (32 - length),
            length,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads a symbol bit by bit: the codes of a length are numbers in a row, after those that are shorter.
    fn read_bitwise(lengths: &[u8], window: u64) -> (u32, u32) {
        let (mut code, mut first) = (0, 0);
        for length in 1..=15_u8 {
            code = code << 1 | (window >> (length - 1) & 1);
            let of_length: Vec<usize> = (0..lengths.len())
                .filter(|&s| lengths[s] == length)
                .collect();
            if code < first + of_length.len() as u64 {
                return (of_length[(code - first) as usize] as u32, length.into());
            }
            first = (first + of_length.len() as u64) << 1;
        }
        panic!("no code");
    }

    #[test]
    fn look_ups_find_the_symbols_that_single_bits_lead_to() {
        let even = [8; 256];
        let mut steep: Vec<u8> = (1..=15).collect();
        steep.push(15);
        let mixed = [0, 2, 0, 3, 3, 2, 12, 12, 11, 10, 9, 8, 7, 6, 5, 4, 0, 3];
        for lengths in [&even[..], &steep, &mixed, &[1, 0, 1]] {
            for first in [1, 4, 9] {
                // Something lies before it.
                let mut entries = vec![7; 5];
                let table = Table::build(lengths, first, &mut entries).unwrap();

                for seed in 0..5000_u64 {
                    let window = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (seed % 40);
                    let entry = table.look_up(&entries, window);

                    assert_eq!((symbol(entry), entry & 0xFF), read_bitwise(lengths, window));
                }
            }
        }
    }

    #[test]
    fn a_single_symbol_takes_no_bits_whatever_its_length() {
        let mut entries = Vec::new();

        let table = Table::build(&[0, 0, 5, 0], 8, &mut entries).unwrap();

        assert_eq!(table.look_up(&entries, u64::MAX), 2 << 8);
    }

    #[test]
    fn codes_that_are_too_many_or_too_few_are_errors() {
        for lengths in [&[][..], &[0, 0], &[1, 1, 1], &[2, 2, 2], &[1, 2], &[15, 15]] {
            let built = Table::build(lengths, 8, &mut Vec::new());

            assert!(built.is_err(), "{lengths:?}");
        }
    }
}
