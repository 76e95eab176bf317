//! Reads the lengths of a prefix code (RFC 9649, 3.7.2.1).

use crate::bits::Bits;
use crate::error::{Error, Result};
use crate::table::{Table, symbol};

/// The order in which the lengths of the code of lengths are written.
const ORDER: [usize; 19] = [
    17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
];

/// The length that is repeated before there is one.
const DEFAULT_LENGTH: u8 = 8;

/// Reads prefix codes; it keeps what it needs for one.
#[derive(Debug, Default)]
pub(crate) struct CodeReader {
    lengths: Vec<u8>,
    /// The entries of the code of lengths.
    entries: Vec<u32>,
}

impl CodeReader {
    /// Reads a code of an alphabet, and appends its table, whose first look-up takes up to `first` bits, to `entries`.
    pub(crate) fn read(
        &mut self,
        bits: &mut Bits<'_>,
        alphabet: usize,
        first: u32,
        entries: &mut Vec<u32>,
    ) -> Result<Table> {
        self.lengths.clear();
        self.lengths.resize(alphabet, 0);
        let read = match bits.flag() {
            true => self.read_simple(bits),
            false => self.read_normal(bits),
        };
        // The zeros after the end may break a rule.
        if bits.is_past_end() {
            return Err(Error::CutOff);
        }
        read?;
        Table::build(&self.lengths, first, entries)
    }

    /// One or two symbols (3.7.2.1.1).
    fn read_simple(&mut self, bits: &mut Bits<'_>) -> Result<()> {
        let are_two = bits.flag();
        let width = if bits.flag() { 8 } else { 1 };
        self.use_symbol(bits.read(width))?;
        if are_two {
            self.use_symbol(bits.read(8))?;
        }
        Ok(())
    }

    fn use_symbol(&mut self, symbol: u32) -> Result<()> {
        let length = self.lengths.get_mut(symbol as usize);
        *length.ok_or(Error::Malformed("a symbol beyond its alphabet"))? = 1;
        Ok(())
    }

    /// Lengths that have a prefix code themselves (3.7.2.1.2).
    fn read_normal(&mut self, bits: &mut Bits<'_>) -> Result<()> {
        let mut lengths = [0; ORDER.len()];
        let count = 4 + bits.read(4) as usize;
        for &place in &ORDER[..count] {
            lengths[place] = bits.read(3) as u8;
        }
        self.entries.clear();
        let table = Table::build(&lengths, 7, &mut self.entries)?;
        let mut tokens = self.lengths.len();
        if bits.flag() {
            let width = 2 + 2 * bits.read(3);
            tokens = 2 + bits.read(width) as usize;
            if tokens > self.lengths.len() {
                return Err(Error::Malformed("more lengths than symbols"));
            }
        }
        let mut last = DEFAULT_LENGTH;
        let mut rest = &mut self.lengths[..];
        for _ in 0..tokens {
            if rest.is_empty() {
                break;
            }
            bits.refill();
            let entry = table.look_up(&self.entries, bits.window());
            bits.consume(entry & 0xFF);
            let (length, repeats) = match symbol(entry) {
                16 => (last, 3 + bits.take(2)),
                17 => (0, 3 + bits.take(3)),
                18 => (0, 11 + bits.take(7)),
                length => (length as u8, 1),
            };
            let Some((run, after)) = rest.split_at_mut_checked(repeats as usize) else {
                return Err(Error::Malformed("more lengths than symbols"));
            };
            run.fill(length);
            rest = after;
            if length != 0 {
                last = length;
            }
        }
        Ok(())
    }
}
