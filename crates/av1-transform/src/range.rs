//! What intermediate values are clipped to.

/// The values that sums are clipped to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Range {
    pub(crate) min: i32,
    pub(crate) max: i32,
}

impl Range {
    /// The signed numbers of so many bits.
    const fn of_bits(bits: u8) -> Self {
        let max = (1 << (bits - 1)) - 1;
        Self { min: !max, max }
    }
}

/// The ranges of the transforms of rows and of columns (7.13.3).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Ranges {
    pub(crate) rows: Range,
    pub(crate) columns: Range,
}

impl Ranges {
    pub(crate) const fn of_depth(bits: u8) -> Self {
        Self {
            rows: Range::of_bits(bits + 8),
            columns: Range::of_bits(if bits + 6 > 16 { bits + 6 } else { 16 }),
        }
    }
}
