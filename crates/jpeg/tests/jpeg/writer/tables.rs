//! Huffman tables of several shapes (T.81, annex C).

use std::collections::{BTreeMap, BTreeSet};

use super::Scan;
use super::entropy::Token;

/// The shape of a scan's tables.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Kind {
    /// All codes have the same length.
    Flat,
    /// A few short codes, all others of 16 bits.
    Skewed,
    /// Codes longer than any look-up.
    Deep,
    /// Only what occurs, the more frequent the shorter.
    Fitted,
}

impl Kind {
    pub(crate) const ALL: [Self; 4] = [Self::Flat, Self::Skewed, Self::Deep, Self::Fitted];
}

/// By class (0 DC, 1 AC) and number.
pub(super) type Tables = BTreeMap<(u8, u8), Table>;

/// BITS and HUFFVAL.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Table {
    pub(super) counts: [u8; 16],
    pub(super) symbols: Vec<u8>,
}

impl Table {
    pub(super) fn code(&self, symbol: u8) -> (u32, u32) {
        let (mut code, mut index) = (0, 0);
        for (length, count) in (1..).zip(self.counts) {
            for _ in 0..count {
                if self.symbols[index] == symbol {
                    return (code, length);
                }
                code += 1;
                index += 1;
            }
            code <<= 1;
        }
        panic!("no code for {symbol:02x}");
    }

    /// All symbols, the most frequent first: small sizes, short runs.
    fn of_all_symbols(kind: Kind, class: u8) -> Self {
        let mut symbols: Vec<u8> = match class {
            0 => (0..12).collect(),
            _ => (0..=255).filter(|symbol| symbol & 15 < 12).collect(),
        };
        if class == 1 {
            symbols.sort_by_key(|symbol| (symbol & 15).saturating_sub(1) * 4 + (symbol >> 4));
        }
        let mut counts = [0; 16];
        let count = symbols.len() as u8;
        match (kind, class) {
            (Kind::Flat, 0) => counts[3] = count,
            (Kind::Flat, _) => counts[7] = count,
            (Kind::Deep, 0) => counts[12] = count,
            (Kind::Deep, _) => counts[15] = count,
            _ => {
                counts[1..7].fill(1);
                counts[15] = count - 6;
            }
        }
        Self { counts, symbols }
    }

    /// Shannon's lengths: rounded up, so that they always fit.
    fn of_frequencies(frequencies: &BTreeMap<u8, u32>) -> Self {
        // One more, so that no code consists of ones alone.
        let total: u32 = frequencies.values().sum::<u32>() + 1;
        let length = |frequency: u32| {
            let rounded_up = (total.div_ceil(frequency)).next_power_of_two().ilog2();
            // Of 256 symbols with 16 bits at least none crowds out another that is 8 bits long or longer.
            rounded_up.clamp(1, 16)
        };
        let mut by_length: Vec<(u32, u8)> = frequencies
            .iter()
            .map(|(&symbol, &frequency)| (length(frequency), symbol))
            .collect();
        by_length.sort_unstable();
        let mut counts = [0; 16];
        for &(length, _) in &by_length {
            counts[length as usize - 1] += 1;
        }
        let space: u32 = by_length.iter().map(|(length, _)| 1 << (16 - length)).sum();
        assert!(space < 1 << 16, "codes that do not fit");
        let symbols = by_length.into_iter().map(|(_, symbol)| symbol).collect();
        Self { counts, symbols }
    }
}

/// The tables that a scan's tokens need.
pub(super) fn fit(scan: &Scan, tokens: &[Token]) -> Tables {
    let mut frequencies: BTreeMap<(u8, u8), BTreeMap<u8, u32>> = BTreeMap::new();
    for &token in tokens {
        if let Token::Symbol {
            class,
            slot,
            symbol,
        } = token
        {
            let table = frequencies.entry((class, slot)).or_default();
            *table.entry(symbol).or_default() += 1;
        }
    }
    // Readers ask for the tables that a scan header names, also where no symbol needs them.
    let named: BTreeSet<(u8, u8)> = scan
        .slots
        .iter()
        .flat_map(|&(dc, ac)| [(0, dc), (1, ac)])
        .collect();
    let is_needed = |&(class, _): &(u8, u8)| {
        let needs_dc = scan.spectral.0 == 0 && scan.approximation.0 == 0;
        let needs_ac = scan.spectral.1 > 0;
        if class == 0 { needs_dc } else { needs_ac }
    };
    let table = |key: (u8, u8)| match (scan.kind, frequencies.get(&key)) {
        (Kind::Fitted, Some(frequencies)) => Table::of_frequencies(frequencies),
        (Kind::Fitted, None) => Table::of_frequencies(&BTreeMap::from([(0, 1)])),
        (kind, _) => Table::of_all_symbols(kind, key.0),
    };
    named
        .into_iter()
        .filter(is_needed)
        .map(|key| (key, table(key)))
        .collect()
}
