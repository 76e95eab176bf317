//! DC tables: look-ups of differences.

use super::{Codes, LOOKUP_BITS, LOOKUP_SIZE, LongSymbol, Specification, extend, value_bits};

/// A DC table that finds code and difference in one look-up if both fit.
#[derive(Debug)]
pub(crate) struct Dc {
    pub(crate) codes: Codes,
    /// ```text
    /// 31      16 15      8 7       0
    /// ┌─────────┬─────────┬─────────┐
    /// │  value  │    0    │ length  │   length of code and value, 0 if they do not fit
    /// └─────────┴─────────┴─────────┘
    /// ```
    entries: Box<[u32; LOOKUP_SIZE]>,
}

/// The most bits of a difference of 8-bit samples (T.81, table F.1).
const MAX_CATEGORY: u8 = 11;

impl Dc {
    /// Replaces the table, in the same memory; does nothing if it is unchanged.
    pub(crate) fn define(slot: &mut Option<Self>, specification: &Specification) {
        match slot {
            Some(dc) if dc.codes.specification == *specification => {}
            Some(dc) => {
                dc.codes.become_table(specification);
                dc.fill();
            }
            None => {
                let codes = Codes::new(specification.clone());
                slot.insert(Self {
                    codes,
                    entries: Box::new([0; LOOKUP_SIZE]),
                })
                .fill();
            }
        }
    }

    fn fill(&mut self) {
        for (bits, entry) in (0_u32..).zip(self.entries.iter_mut()) {
            let code = self.codes.short[bits as usize];
            let (length, size) = (u32::from(code.length), u32::from(code.symbol & 15));
            // Differences larger than 8-bit samples have are left to the long way, which reports them.
            let spare = LOOKUP_BITS
                .checked_sub(length + size)
                .filter(|_| code.symbol <= MAX_CATEGORY);
            *entry = match spare {
                Some(spare) if length > 0 => {
                    let value = extend(bits >> spare & ((1 << size) - 1), size);
                    (value as u32) << 16 | (length + size)
                }
                _ => 0,
            };
        }
    }

    /// Returns the entry of the window; 0 if its difference does not fit.
    #[inline(always)]
    pub(crate) fn lookup(&self, window: u64) -> u32 {
        self.entries[(window >> (64 - LOOKUP_BITS)) as usize]
    }

    /// Reads a difference the long way. Takes no reader: a reference to one would keep it out of the loop's registers.
    #[cold]
    #[inline(never)]
    pub(crate) fn lookup_long(&self, window: u64) -> LongSymbol {
        let (code, known) = self.codes.read((window >> 48) as u16);
        let (length, size) = (u32::from(code.length), u32::from(code.symbol & 15));
        let value = extend(value_bits(window, length, size), size);
        LongSymbol {
            length: length + size,
            value,
            advance: 0,
            is_bad: !known || code.symbol > MAX_CATEGORY,
        }
    }
}
