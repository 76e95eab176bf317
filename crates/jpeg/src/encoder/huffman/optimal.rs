//! The optimal table for given frequencies (T.81, K.2).

use std::cmp::Reverse;

use super::Description;

/// How often each symbol occurs.
#[derive(Clone, Debug)]
pub(crate) struct Frequencies([u32; 256]);

/// A symbol that never occurs and gets the longest code, so that no code of a real symbol is all ones.
const RESERVED: usize = 256;

/// The longest code of the standard, in bits.
const MAX_LENGTH: usize = 16;

impl Default for Frequencies {
    fn default() -> Self {
        Self([0; 256])
    }
}

impl Frequencies {
    #[inline(always)]
    pub(crate) fn count(&mut self, symbol: u8) {
        self.0[usize::from(symbol)] += 1;
    }

    /// Returns whether the symbol occurs at all.
    pub(crate) fn has(&self, symbol: u8) -> bool {
        self.0[usize::from(symbol)] > 0
    }

    /// Returns the optimal table.
    pub(crate) fn description(&self) -> Description {
        let mut leaves = [(0, 0); 257];
        let mut used = 0;
        for (symbol, &frequency) in self.0.iter().chain(&[1]).enumerate() {
            if frequency > 0 {
                leaves[used] = (frequency, symbol);
                used += 1;
            }
        }
        let leaves = &mut leaves[..used];
        // Of equal frequencies the later symbol comes first, and with it the reserved one: what is merged first is deepest.
        leaves.sort_unstable_by_key(|&(frequency, symbol)| (frequency, Reverse(symbol)));

        let lengths = lengths(leaves);
        let mut counts = [0; 257];
        for &length in &lengths[..used] {
            counts[length] += 1;
        }
        shorten(&mut counts);
        if let Some(longest) = counts[..=MAX_LENGTH].iter_mut().rfind(|count| **count > 0) {
            *longest -= 1;
        }

        // The rarest leaf has the longest code. Shortening changes lengths, not the order.
        let mut symbols = [0; 256];
        let by_length = leaves
            .iter()
            .rev()
            .filter(|&&(_, symbol)| symbol != RESERVED);
        for (place, &(_, symbol)) in symbols.iter_mut().zip(by_length) {
            *place = symbol as u8;
        }
        Description {
            counts: std::array::from_fn(|index| counts[index + 1] as u8),
            symbols,
        }
    }
}

/// Returns the lengths of the Huffman codes, without a limit, for leaves in rising order of frequency.
///
/// Inner nodes are made in rising order, too, so the two rarest nodes are always at the heads of two queues: leaves and inner nodes.
fn lengths(leaves: &[(u32, usize)]) -> [usize; 257] {
    let mut nodes = [0u64; 256];
    let mut leaf_parents = [0; 257];
    let mut node_parents = [0; 256];
    let (mut next_leaf, mut next_node) = (0, 0);
    let count = leaves.len() - 1;
    for node in 0..count {
        for _ in 0..2 {
            let leaf = leaves
                .get(next_leaf)
                .map(|&(frequency, _)| u64::from(frequency));
            match leaf {
                Some(frequency) if next_node == node || frequency <= nodes[next_node] => {
                    nodes[node] += frequency;
                    leaf_parents[next_leaf] = node;
                    next_leaf += 1;
                }
                _ => {
                    nodes[node] += nodes[next_node];
                    node_parents[next_node] = node;
                    next_node += 1;
                }
            }
        }
    }

    let mut depths = [0; 256];
    for node in (0..count.saturating_sub(1)).rev() {
        depths[node] = depths[node_parents[node]] + 1;
    }
    leaf_parents.map(|parent| depths[parent] + 1)
}

/// Shortens all codes to at most 16 bits (figure K.3).
fn shorten(counts: &mut [u16; 257]) {
    for length in (MAX_LENGTH + 1..counts.len()).rev() {
        while counts[length] > 0 {
            // Two codes of this length are a pair. One of them takes the place of their common prefix; the other and a
            // shorter code become a pair below that one's former place.
            let Some(shorter) = (1..length - 1).rev().find(|&shorter| counts[shorter] > 0) else {
                return;
            };
            counts[length] -= 2;
            counts[length - 1] += 1;
            counts[shorter] -= 1;
            counts[shorter + 1] += 2;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the bits that coding everything takes, and the sum of 2^-length: above 1 no code exists, at 1 some code is all ones.
    fn cost_and_fullness(frequencies: &Frequencies, description: &Description) -> (u64, f64) {
        let mut symbols = description.symbols().iter();
        let (mut cost, mut fullness) = (0, 0.0);
        for (length, &count) in (1u64..).zip(&description.counts) {
            for &symbol in symbols.by_ref().take(usize::from(count)) {
                cost += u64::from(frequencies.0[usize::from(symbol)]) * length;
                fullness += 0.5f64.powi(length as i32);
            }
        }
        (cost, fullness)
    }

    #[test]
    fn frequent_symbols_get_short_codes_and_none_is_all_ones() {
        let mut frequencies = Frequencies::default();
        for (symbol, frequency) in [(7, 40), (3, 30), (200, 20), (0, 9)] {
            frequencies.0[symbol] = frequency;
        }

        let description = frequencies.description();

        // Lengths 1, 2, 3, 4, and the reserved symbol's 4.
        assert_eq!(description.symbols(), [7, 3, 200, 0]);
        assert_eq!(description.counts[..5], [1, 1, 1, 1, 0]);
    }

    #[test]
    fn one_symbol_alone_has_a_code_of_one_bit() {
        let mut frequencies = Frequencies::default();
        frequencies.0[0] = 1000;

        let description = frequencies.description();

        assert_eq!(description.symbols(), [0]);
        assert_eq!(description.counts[0], 1);
    }

    #[test]
    fn codes_stay_within_sixteen_bits_when_frequencies_grow_like_fibonacci_numbers() {
        let mut frequencies = Frequencies::default();
        let (mut a, mut b) = (1u32, 1u32);
        for symbol in 0..40 {
            frequencies.0[symbol] = a;
            (a, b) = (b, a.saturating_add(b));
        }

        let description = frequencies.description();

        assert_eq!(description.symbols().len(), 40);
        let (_, fullness) = cost_and_fullness(&frequencies, &description);
        assert!(fullness < 1.0, "{fullness}");
    }

    #[test]
    fn no_table_is_worse_than_entropy_plus_one_bit() {
        let mut state = 7u32;
        for _ in 0..300 {
            let mut frequencies = Frequencies::default();
            for frequency in &mut frequencies.0 {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                *frequency = (state >> 8) >> (state >> 27);
            }
            let total: f64 = frequencies
                .0
                .iter()
                .map(|&frequency| f64::from(frequency))
                .sum();
            let entropy: f64 = (frequencies.0.iter().filter(|&&frequency| frequency > 0))
                .map(|&frequency| f64::from(frequency) * (total / f64::from(frequency)).log2())
                .sum();

            let description = frequencies.description();

            let used = frequencies
                .0
                .iter()
                .filter(|&&frequency| frequency > 0)
                .count();
            assert_eq!(description.symbols().len(), used);
            let (cost, fullness) = cost_and_fullness(&frequencies, &description);
            assert!(fullness < 1.0, "{fullness}");
            assert!(
                (cost as f64) < entropy + total,
                "{cost} bits for an entropy of {entropy}"
            );
        }
    }
}
