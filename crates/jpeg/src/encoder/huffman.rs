//! Huffman tables: their description in the file, and the coder's look-up tables.

mod optimal;
mod standard;

pub(crate) use optimal::Frequencies;

use super::bits::BitWriter;
use super::magnitude::magnitude;

/// A table as the file describes it (T.81, B.2.4.2).
#[derive(Clone, Debug)]
pub(crate) struct Description {
    /// How many codes there are of 1, 2, … 16 bits.
    pub(super) counts: [u8; 16],
    /// The symbols in the order of their codes; behind the last one there are zeros.
    symbols: [u8; 256],
}

impl Description {
    /// Returns the symbols in the order of their codes.
    pub(super) fn symbols(&self) -> &[u8] {
        let count: usize = self.counts.iter().map(|&count| usize::from(count)).sum();
        &self.symbols[..count]
    }

    /// Returns whether a file describes the same table identically.
    pub(crate) fn is(&self, counts: &[u8; 16], symbols: &[u8]) -> bool {
        self.counts == *counts && self.symbols() == symbols
    }
}

/// A symbol's code with room for the bits that follow it.
#[derive(Clone, Copy, Default, Debug)]
struct Code {
    /// The code, shifted left by the symbol's lower half, the count of the bits that follow.
    bits: u32,
    /// The bits of both together.
    length: u32,
}

/// A Huffman table, ready to code with.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub(super) description: Description,
    codes: [Code; 256],
}

impl Table {
    /// Derives the codes (T.81, C.2).
    const fn new(description: Description) -> Self {
        let mut codes = [Code { bits: 0, length: 0 }; 256];
        let (mut code, mut index, mut length) = (0, 0, 1);
        while length <= 16 {
            let mut left = description.counts[length - 1];
            while left > 0 {
                let symbol = description.symbols[index];
                let following = symbol as u32 & 15;
                codes[symbol as usize] = Code {
                    bits: code << following,
                    length: length as u32 + following,
                };
                code += 1;
                index += 1;
                left -= 1;
            }
            code <<= 1;
            length += 1;
        }
        Self { description, codes }
    }
}

/// Small values are those from -`SMALL` to below `SMALL`: all but a few AC coefficients of a photo.
const SMALL: usize = 64;

/// A table of AC coefficients.
#[derive(Clone, Debug)]
pub(super) struct AcTable {
    pub(super) table: Table,
    /// Everything that is written for each run and small value after it; the lowest six bits are its length.
    ///
    /// ```text
    /// | code (at most 16 bits) | following (at most 7) | length (6) |
    /// ```
    small: [[u32; 2 * SMALL]; 16],
}

impl AcTable {
    const fn new(description: Description) -> Self {
        let table = Table::new(description);
        let mut small = [[0; 2 * SMALL]; 16];
        // Where few symbols have codes, few values have entries.
        let mut symbol = 0;
        while symbol < 256 {
            let code = table.codes[symbol];
            let (run, size) = (symbol >> 4, symbol & 15);
            let (mut value, end) = (1 << size >> 1, (1 << size) - 1);
            while code.length > 0 && value <= end && value <= SMALL {
                let (_, below) = magnitude(-(value as i32));
                small[run][SMALL - value] = (code.bits | below) << 6 | code.length;
                if value < SMALL {
                    small[run][SMALL + value] = (code.bits | value as u32) << 6 | code.length;
                }
                value += 1;
            }
            symbol += 1;
        }
        Self { table, small }
    }
}

/// The two tables of each kind; the first is luma's.
#[derive(Clone, Debug)]
pub(super) struct Tables {
    pub(super) dc: [Table; 2],
    pub(super) ac: [AcTable; 2],
}

impl Tables {
    /// Returns the tables of T.81, annex K.3.
    pub(super) fn standard() -> &'static Self {
        &standard::TABLES
    }
}

/// Returns whether a table is one of those of T.81, annex K.3.
pub(crate) fn is_standard(counts: &[u8; 16], symbols: &[u8]) -> bool {
    let Tables { dc, ac } = Tables::standard();
    let mut tables = dc.iter().chain(ac.iter().map(|ac| &ac.table));
    tables.any(|table| table.description.is(counts, symbols))
}

/// The counts and symbols of a table of T.81, annex K.3: DC (class 0) or AC (1), for luma (0) or chroma (1).
pub(crate) fn standard_table(
    class: usize,
    id: usize,
) -> Option<(&'static [u8; 16], &'static [u8])> {
    let Tables { dc, ac } = Tables::standard();
    let table = match class {
        0 => dc.get(id)?,
        _ => &ac.get(id)?.table,
    };
    Some((&table.description.counts, table.description.symbols()))
}

/// Which kind of table a symbol is coded with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Class {
    /// Of DC differences.
    Dc,
    /// Of runs and AC coefficients.
    Ac,
}

/// Consumes symbols: writes them to the file, or counts them to make tables.
pub(super) trait Sink {
    /// Takes a symbol, and the bits that follow it: as many as its lower half tells.
    fn symbol(&mut self, class: Class, table: usize, symbol: u8, following: u32);

    /// Takes an AC coefficient other than zero, behind a run of at most 15 zeros.
    #[inline(always)]
    fn coefficient(&mut self, table: usize, run: u32, value: i32) {
        let (size, following) = magnitude(value);
        self.symbol(Class::Ac, table, (run << 4 | size) as u8, following);
    }

    /// Takes bits without a symbol.
    fn bits(&mut self, bits: u32, count: u32);
}

/// Codes symbols with tables.
pub(super) struct Coder<'t, 'b> {
    pub(super) tables: &'t Tables,
    pub(super) writer: BitWriter<'b>,
}

impl Coder<'_, '_> {
    /// See [`BitWriter::here`].
    #[inline(always)]
    pub(super) fn here(&mut self) -> Coder<'_, '_> {
        Coder {
            tables: self.tables,
            writer: self.writer.here(),
        }
    }
}

impl Sink for Coder<'_, '_> {
    #[inline(always)]
    fn symbol(&mut self, class: Class, table: usize, symbol: u8, following: u32) {
        let table = match class {
            Class::Dc => &self.tables.dc[table],
            Class::Ac => &self.tables.ac[table].table,
        };
        let code = table.codes[usize::from(symbol)];
        self.writer.put(code.bits | following, code.length);
    }

    #[inline(always)]
    fn coefficient(&mut self, table: usize, run: u32, value: i32) {
        let small = &self.tables.ac[table].small[run as usize % 16];
        if let Some(code) = small.get((value + SMALL as i32) as usize) {
            self.writer.put(code >> 6, code & 63);
        } else {
            let (size, following) = magnitude(value);
            self.symbol(Class::Ac, table, (run << 4 | size) as u8, following);
        }
    }

    #[inline(always)]
    fn bits(&mut self, bits: u32, count: u32) {
        self.writer.put(bits, count);
    }
}

/// Counts symbols.
#[derive(Default)]
pub(super) struct Counter {
    dc: [Frequencies; 2],
    ac: [Frequencies; 2],
}

impl Counter {
    /// Returns the optimal tables for the counted symbols.
    pub(super) fn tables(&self) -> Tables {
        Tables {
            dc: self
                .dc
                .each_ref()
                .map(|frequencies| Table::new(frequencies.description())),
            ac: self
                .ac
                .each_ref()
                .map(|frequencies| AcTable::new(frequencies.description())),
        }
    }
}

impl Sink for Counter {
    #[inline(always)]
    fn symbol(&mut self, class: Class, table: usize, symbol: u8, _following: u32) {
        let frequencies = match class {
            Class::Dc => &mut self.dc,
            Class::Ac => &mut self.ac,
        };
        frequencies[table].count(symbol);
    }

    fn bits(&mut self, _bits: u32, _count: u32) {}
}
