//! Huffman tables, and whether a file uses everything in them.

use crate::encoder::{Frequencies, is_standard};
use crate::huffman::{Code, Codes, Specification};

/// The tables that are defined at a time.
#[derive(Default)]
pub(super) struct Tables {
    dc: [Option<Table>; 4],
    ac: [Option<Table>; 4],
    /// Whether a table that was replaced differs from what the encoder would make.
    had_unfitted: bool,
}

/// A table, and how often each of its symbols was read.
pub(super) struct Table {
    codes: Codes,
    counts: [u8; 16],
    symbols: Vec<u8>,
    frequencies: Frequencies,
}

impl Tables {
    /// Reads the tables of a DHT segment (T.81, B.2.4.2).
    pub(super) fn define(&mut self, payload: &[u8]) -> Option<()> {
        let mut rest = payload;
        while let Some((&[head], counts)) = rest.split_first_chunk::<1>() {
            let (counts, symbols) = counts.split_first_chunk()?;
            let total = counts.iter().map(|&count| usize::from(count)).sum();
            let (symbols, next) = symbols.split_at_checked(total)?;
            let tables = match head >> 4 {
                0 => &mut self.dc,
                1 => &mut self.ac,
                _ => return None,
            };
            let place = tables.get_mut(usize::from(head & 15))?;
            if let Some(replaced) = place.replace(Table::new(counts, symbols)?) {
                self.had_unfitted |= !replaced.finish()?;
            }
            rest = next;
        }
        (!payload.is_empty()).then_some(())
    }

    pub(super) fn dc(&mut self, number: u8) -> Option<&mut Table> {
        self.dc.get_mut(usize::from(number))?.as_mut()
    }

    pub(super) fn ac(&mut self, number: u8) -> Option<&mut Table> {
        self.ac.get_mut(usize::from(number))?.as_mut()
    }

    /// Returns whether all tables are as the encoder would make them; `None` if one has symbols that are not used.
    pub(super) fn finish(&self) -> Option<bool> {
        let mut are_fitted = !self.had_unfitted;
        for table in self.dc.iter().chain(&self.ac).flatten() {
            are_fitted &= table.finish()?;
        }
        Some(are_fitted)
    }
}

impl Table {
    /// Returns a table that has each symbol once and no code of ones alone (T.81, C.2).
    fn new(counts: &[u8; 16], symbols: &[u8]) -> Option<Self> {
        let lengths = (1..=16).zip(counts);
        let space: u32 = lengths
            .map(|(length, &count)| u32::from(count) << (16 - length))
            .sum();
        let mut seen = [false; 256];
        let has_repeats = symbols
            .iter()
            .any(|&symbol| std::mem::replace(&mut seen[usize::from(symbol)], true));
        if space == 1 << 16 || has_repeats {
            return None;
        }
        Some(Self {
            codes: Codes::new(Specification::new(*counts, symbols)?),
            counts: *counts,
            symbols: symbols.to_vec(),
            frequencies: Frequencies::default(),
        })
    }

    /// Reads the code that the bits begin with.
    pub(super) fn read(&mut self, bits: u16) -> Option<Code> {
        let (code, is_known) = self.codes.read(bits);
        self.frequencies.count(code.symbol);
        is_known.then_some(code)
    }

    /// Returns whether the table is optimal for what was read with it; `None` if it, or one of its symbols, was not used: unused
    /// symbols can carry hidden data. The standard's tables are exempt.
    fn finish(&self) -> Option<bool> {
        let is_used = |symbol: &u8| self.frequencies.has(*symbol);
        let is_needed = if is_standard(&self.counts, &self.symbols) {
            self.symbols.iter().any(is_used)
        } else {
            self.symbols.iter().all(is_used)
        };
        is_needed.then(|| {
            self.frequencies
                .description()
                .is(&self.counts, &self.symbols)
        })
    }
}
