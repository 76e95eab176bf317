//! An entry of an AC look-up: one or two symbols in 32 bits.

/// One or two symbols.
///
/// ```text
/// 31    25 24    18 17     12 11       6 5      0
/// ┌────────┬────────┬─────────┬──────────┬────────┐
/// │  both  │ first  │ value 1 │ 64 - size│ length │
/// └────────┴────────┴─────────┴──────────┴────────┘
/// ```
///
/// - `both`: how far the zigzag index moves; [`PAST`] if the block ends.
/// - `first`, `value 1`: how far it moves to the first symbol's coefficient, and that coefficient.
/// - `size`: of the last symbol's value, whose bits end the entry. They need not fit into the look-up, and are read from the window.
/// - `length`: bits of codes and values; 0 if the look-up holds no symbol.
///
/// A reader stores the second coefficient, then the first, so that one may cover the other:
///
/// | | both | first | |
/// |---|---|---|---|
/// | a lone value | its advance | [`PAST`] | the first goes beside the block |
/// | a lone run of 16 zeros | 16 | 16 | its second value means nothing; the first, 0, covers it |
/// | a lone end of block | [`PAST`] | 1 | the first writes a zero over a zero |
/// | no symbol | [`PAST`] | [`PAST`] | |
///
/// So a reader needs one comparison a look-up: it goes on while the index is within the block.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Entry(u32);

/// How far an end of block moves the zigzag index: beyond what symbols can reach from within the block.
pub(crate) const PAST: usize = 127;

/// The most bits of an entry. Look-ups read ahead: two, or one and a DC difference, must fit into what a refill leaves after two.
pub(crate) const ENTRY_BITS: u32 = 14;

/// A symbol with the bits of its code and value.
#[derive(Clone, Copy, Debug)]
pub(super) struct Symbol {
    /// Bits of code and value.
    pub(super) length: u32,
    /// Bits of the value alone.
    pub(super) size: u32,
    pub(super) advance: u32,
    pub(super) ends: bool,
}

impl Symbol {
    /// Whether its value is read from the window. A run of 16 zeros has none that could be.
    fn has_readable_value(&self) -> bool {
        self.size > 0 || self.ends
    }

    fn moves(&self) -> u32 {
        if self.ends { PAST as u32 } else { self.advance }
    }
}

impl Entry {
    pub(super) const UNKNOWN: Self = Self::pack(0, 0, PAST as u32, PAST as u32, 0);

    const fn pack(length: u32, size: u32, first: u32, both: u32, value1: i32) -> Self {
        let rest = (64 - size) & 63;
        Self(both << 25 | first << 18 | (value1 as u32 & 63) << 12 | rest << 6 | length)
    }

    /// Returns the entry of a symbol alone.
    pub(super) fn lone(symbol: Symbol) -> Self {
        let Symbol { length, size, .. } = symbol;
        match symbol {
            _ if length > ENTRY_BITS => Self::UNKNOWN,
            Symbol { ends: true, .. } => Self::pack(length, size, 1, PAST as u32, 0),
            Symbol {
                size: 0, advance, ..
            } => Self::pack(length, size, advance, advance, 0),
            Symbol { advance, .. } => Self::pack(length, size, PAST as u32, advance, 0),
        }
    }

    /// Returns the entry of two symbols, the first with its value; `None` if they do not fit.
    pub(super) fn pair(first: Symbol, value1: i32, second: Symbol) -> Option<Self> {
        let length = first.length + second.length;
        let fits = !first.ends
            && (-32..32).contains(&value1)
            && second.has_readable_value()
            && length <= ENTRY_BITS;
        let both = if second.ends {
            PAST as u32
        } else {
            first.advance + second.moves()
        };
        fits.then(|| Self::pack(length, second.size, first.advance, both, value1))
    }

    /// Returns the bits of codes and values; 0 if the look-up holds no symbol. Only the lowest six bits of the result count.
    #[inline(always)]
    pub(crate) fn length_and_more(self) -> u32 {
        self.0
    }

    /// Returns the bits of codes and values; 0 if the look-up holds no symbol.
    #[inline(always)]
    pub(crate) fn length(self) -> u32 {
        self.0 & 63
    }

    /// Returns how far the zigzag index moves to the first coefficient.
    #[inline(always)]
    pub(crate) fn first(self) -> usize {
        (self.0 >> 18 & 127) as usize
    }

    /// Returns how far the zigzag index moves in all.
    #[inline(always)]
    pub(crate) fn both(self) -> usize {
        (self.0 >> 25) as usize
    }

    #[inline(always)]
    pub(crate) fn value1(self) -> i16 {
        // The field's highest bit becomes the sign.
        ((self.0 << 14) as i32 >> 26) as i16
    }

    /// Reads the second value from the window in which the entry was looked up (T.81, F.2.2.1, EXTEND).
    ///
    /// `rest` is 64 − size: shifts by it leave the value's bits, and `length + rest` bits, modulo 64, come before them.
    /// A value that begins with 0 is negative: 2^size − 1, which is as many ones, is subtracted.
    #[inline(always)]
    pub(crate) fn value2(self, window: u64) -> i16 {
        let rest = self.0 >> 6;
        let bits = window << (self.0.wrapping_add(rest) & 63);
        let ones_if_negative = (!bits as i64 >> 63) as u64;
        let rest = rest & 63;
        (bits >> rest).wrapping_sub(ones_if_negative >> rest) as i16
    }
}
