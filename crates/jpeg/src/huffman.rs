//! Huffman tables: from DHT segments to look-up tables of many bits (T.81, annex C, F.2.2.3).

mod ac;
mod dc;
mod entry;

pub(crate) use ac::{Ac, END, SKIP_BITS, SKIP_END, skip_advance, skip_length};
pub(crate) use dc::{DC_ENTRY_BITS, Dc};
pub(crate) use entry::{ENTRY_BITS, Entry, PAST};

use crate::Error;
use crate::encoder::standard_table;
use crate::marker::Segment;
use crate::scan::Scan;

/// How many bits a look-up takes: the best compromise between table size and symbols found at once.
pub(crate) const LOOKUP_BITS: u32 = 11;
const LOOKUP_SIZE: usize = 1 << LOOKUP_BITS;

/// A table as DHT describes it: how many codes of each length, and the symbols in the order of their codes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Specification {
    /// BITS: how many codes have 1, 2, …, 16 bits.
    counts: [u8; 16],
    /// HUFFVAL; those past the last code are 0.
    symbols: [u8; 256],
}

impl Specification {
    pub(crate) fn new(counts: [u8; 16], values: &[u8]) -> Option<Self> {
        let mut symbols = [0; 256];
        symbols.get_mut(..values.len())?.copy_from_slice(values);
        let specification = Self { counts, symbols };
        // Kraft: the codes must fit into 16 bits.
        let space: u32 = (1..=16)
            .zip(counts)
            .map(|(length, count)| u32::from(count) << (16 - length))
            .sum();
        let total: usize = counts.iter().map(|&count| usize::from(count)).sum();
        (space <= 1 << 16 && total == values.len() && total > 0).then_some(specification)
    }
}

/// A code found at the front of the window.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Code {
    pub(crate) symbol: u8,
    pub(crate) length: u8,
}

/// A symbol that is not in the look-up tables.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LongSymbol {
    /// Bits of code and value.
    pub(crate) length: u32,
    pub(crate) value: i32,
    /// How far the zigzag index moves.
    pub(crate) advance: u32,
    /// Whether the bits are no code, or one that is not allowed.
    pub(crate) is_bad: bool,
}

/// Reads codes one at a time.
#[derive(Clone, Debug)]
pub(crate) struct Codes {
    specification: Specification,
    /// The code with which every `LOOKUP_BITS` bits begin; length 0 for a longer one.
    short: Box<[Code; LOOKUP_SIZE]>,
    /// The first code beyond each length, aligned to 16 bits.
    limits: [u32; 17],
    /// What to add to a code of each length to get the index of its symbol.
    offsets: [i32; 17],
}

impl Codes {
    pub(crate) fn new(specification: Specification) -> Self {
        let mut codes = Self {
            specification,
            short: Box::new(
                [Code {
                    symbol: 0,
                    length: 0,
                }; LOOKUP_SIZE],
            ),
            limits: [0; 17],
            offsets: [0; 17],
        };
        codes.index();
        codes
    }

    /// Replaces the table, in the same memory.
    fn become_table(&mut self, specification: &Specification) {
        self.specification.clone_from(specification);
        self.short.fill(Code {
            symbol: 0,
            length: 0,
        });
        self.index();
    }

    /// Assigns the codes in order of length (T.81, C.2).
    fn index(&mut self) {
        let (mut code, mut index) = (0_u32, 0_usize);
        for length in 1..=16 {
            let count = usize::from(self.specification.counts[length - 1]);
            self.offsets[length] = index as i32 - code as i32;
            for &symbol in self.specification.symbols.iter().skip(index).take(count) {
                if let Some(spare) = LOOKUP_BITS.checked_sub(length as u32) {
                    let first = (code as usize) << spare;
                    // The space check makes every code fit; `get_mut` only spares the reader that proof.
                    if let Some(entries) = self.short.get_mut(first..first + (1 << spare)) {
                        entries.fill(Code {
                            symbol,
                            length: length as u8,
                        });
                    }
                }
                code += 1;
            }
            index += count;
            self.limits[length] = code << (16 - length);
            code <<= 1;
        }
    }

    /// Reads the code that the 16 bits begin with; returns an end of block and `false` if there is none.
    #[inline(always)]
    pub(crate) fn read(&self, bits: u16) -> (Code, bool) {
        let code = self.short[usize::from(bits >> (16 - LOOKUP_BITS)) % LOOKUP_SIZE];
        if code.length != 0 {
            (code, true)
        } else {
            self.read_long(bits)
        }
    }

    #[cold]
    fn read_long(&self, bits: u16) -> (Code, bool) {
        for length in LOOKUP_BITS as usize + 1..=16 {
            if u32::from(bits) < self.limits[length] {
                let index = i32::from(bits >> (16 - length)) + self.offsets[length];
                let symbol = self.specification.symbols[index as usize % 256];
                return (
                    Code {
                        symbol,
                        length: length as u8,
                    },
                    true,
                );
            }
        }
        (
            Code {
                symbol: 0,
                length: 16,
            },
            false,
        )
    }
}

/// The tables that can be defined at a time: four of each class.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    dc: [Option<Dc>; 4],
    ac: [Option<Ac>; 4],
    /// Whether the current photo defined them, DC first; the others are left over from an earlier one.
    definitions: [[Definition; 4]; 2],
}

/// Whether a photo defined a table.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum Definition {
    #[default]
    Missing,
    Invalid,
    Valid,
}

impl Tables {
    /// Marks all tables as undefined. Their memory and content stay: a table that is defined again unchanged costs nothing.
    pub(crate) fn forget(&mut self) {
        self.definitions = Default::default();
    }

    /// Reads the tables of a DHT segment (T.81, B.2.4.2).
    pub(crate) fn define(&mut self, segment: &Segment<'_>) -> Result<(), Error> {
        let malformed = || segment.malformed("a Huffman table");
        let mut payload = segment.payload;
        while let Some((&head, rest)) = payload.split_first() {
            let (class, id) = (usize::from(head >> 4), usize::from(head & 15));
            let (counts, rest) = rest.split_first_chunk::<16>().ok_or_else(malformed)?;
            let total = counts.iter().map(|&count| usize::from(count)).sum();
            let (values, rest) = rest.split_at_checked(total).ok_or_else(malformed)?;
            if class > 1 || id > 3 {
                return Err(malformed());
            }
            self.definitions[class][id] = Definition::Invalid;
            // A table that is not one is an error only where a scan uses it.
            let specification = Specification::new(*counts, values)
                .filter(|_| class == 1 || values.iter().all(|&category| category < 16));
            if let Some(specification) = specification {
                self.set(class, id, &specification);
            }
            payload = rest;
        }
        Ok(())
    }

    /// Defines the tables of annex K.3 for a scan that uses table 0 or 1 if the photo did not: Motion JPEG omits them.
    pub(crate) fn supply_standard(&mut self, scan: &Scan) {
        for component in scan.components() {
            for (class, id) in [component.dc, component.ac].into_iter().enumerate() {
                let id = usize::from(id);
                if self.definitions[class][id] == Definition::Missing
                    && let Some((counts, symbols)) = standard_table(class, id)
                    && let Some(specification) = Specification::new(*counts, symbols)
                {
                    self.set(class, id, &specification);
                }
            }
        }
    }

    fn set(&mut self, class: usize, id: usize, specification: &Specification) {
        if class == 0 {
            Dc::define(&mut self.dc[id], specification);
        } else {
            Ac::define(&mut self.ac[id], specification);
        }
        self.definitions[class][id] = Definition::Valid;
    }

    /// The DC table of this number.
    pub(crate) fn dc(&self, id: u8) -> Result<&Dc, Error> {
        let id = usize::from(id);
        self.dc
            .get(id)
            .and_then(Option::as_ref)
            .filter(|_| self.definitions[0][id] == Definition::Valid)
            .ok_or(MISSING)
    }

    /// Returns the AC table of this number.
    pub(crate) fn ac(&self, id: u8) -> Result<&Ac, Error> {
        let id = usize::from(id);
        self.ac
            .get(id)
            .and_then(Option::as_ref)
            .filter(|_| self.definitions[1][id] == Definition::Valid)
            .ok_or(MISSING)
    }
}

const MISSING: Error = Error::Malformed {
    what: "the Huffman tables of a scan",
    offset: 0,
};

/// Converts the additional bits of a category to a value (T.81, F.2.2.1, EXTEND). `bits` has `size` bits.
#[inline(always)]
pub(crate) fn extend(bits: u32, size: u32) -> i32 {
    let half = (1_u32 << size) >> 1;
    bits as i32 + if bits < half { 1 - (1_i32 << size) } else { 0 }
}

/// Returns the bits of the value that follows a code of this length.
#[inline(always)]
fn value_bits(window: u64, length: u32, size: u32) -> u32 {
    ((window << length) >> 32 >> (32 - size)) as u32
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::marker::code;

    /// Returns the table of T.81, table K.3 (luminance DC).
    pub(crate) fn luminance_dc() -> Specification {
        let counts = [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0];
        Specification::new(counts, &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]).unwrap()
    }

    /// Returns a table with codes of every length up to 16 bits.
    pub(crate) fn long_codes() -> Specification {
        let counts = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1];
        let symbols = [
            1, 0, 2, 0x11, 0x21, 0xf0, 3, 4, 0x12, 0x31, 5, 0x41, 6, 0x22, 7, 10,
        ];
        Specification::new(counts, &symbols).unwrap()
    }

    /// Reads one code bit by bit, as the standard draws it (T.81, figure F.16).
    pub(crate) fn slow_read(specification: &Specification, bits: u16) -> Option<Code> {
        let (mut code, mut first, mut index) = (0_u32, 0_u32, 0_usize);
        for length in 1..=16_u8 {
            code = code << 1 | u32::from(bits >> (16 - length) & 1);
            let count = u32::from(specification.counts[usize::from(length) - 1]);
            if code < first + count {
                return Some(Code {
                    symbol: specification.symbols[index + (code - first) as usize],
                    length,
                });
            }
            index += count as usize;
            first = (first + count) << 1;
        }
        None
    }

    #[test]
    fn every_word_reads_as_the_standard_draws_it() {
        for specification in [luminance_dc(), long_codes()] {
            let codes = Codes::new(specification.clone());

            for bits in 0..=u16::MAX {
                let (code, known) = codes.read(bits);
                assert_eq!(
                    known.then_some(code),
                    slow_read(&specification, bits),
                    "{bits:016b}"
                );
            }
        }
    }

    #[test]
    fn more_codes_than_bits_allow_are_refused() {
        let mut counts = [0; 16];
        counts[0] = 3;

        assert!(Specification::new(counts, &[1, 2, 3]).is_none());
    }

    #[test]
    fn values_are_extended_by_their_first_bit() {
        let extended: Vec<i32> = (0..8).map(|bits| extend(bits, 3)).collect();

        assert_eq!(extended, [-7, -6, -5, -4, 4, 5, 6, 7]);
        assert_eq!(extend(0, 0), 0);
    }

    #[test]
    fn a_table_of_an_earlier_photo_is_not_defined() {
        let mut payload = vec![0x11];
        payload.extend(luminance_dc().counts);
        payload.extend(0..12);
        let segment = Segment {
            code: code::DHT,
            payload: &payload,
            offset: 0,
        };
        let mut tables = Tables::default();

        tables.define(&segment).unwrap();
        assert!(tables.ac(1).is_ok() && tables.dc(1).is_err());
        tables.forget();

        assert!(tables.ac(1).is_err());
    }
}
