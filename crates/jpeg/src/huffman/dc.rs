//! DC tables: look-ups of differences.

use super::{Codes, LOOKUP_BITS, LOOKUP_SIZE, LongSymbol, Specification, extend, value_bits};

/// A DC table.
#[derive(Debug)]
pub(crate) struct Dc {
    pub(crate) codes: Codes,
    entries: Box<[DcEntry; LOOKUP_SIZE]>,
}

/// A difference that is read from the window, so that only its code must fit into the look-up.
///
/// ```text
/// 15    12 11        6 5      0
/// ┌───────┬───────────┬────────┐
/// │   0   │ 63 - size │ length │   length of code and value; the entry is 0 if it holds none
/// └───────┴───────────┴────────┘
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct DcEntry(u16);

/// The most bits of a difference in a look-up.
pub(crate) const DC_ENTRY_BITS: u32 = 14;

impl DcEntry {
    const UNKNOWN: Self = Self(0);

    fn new(length: u32, size: u32) -> Self {
        Self(((63 - size) << 6 | length) as u16)
    }

    #[inline(always)]
    pub(crate) fn is_unknown(self) -> bool {
        self == Self::UNKNOWN
    }

    /// Returns the bits of code and value. Only the lowest six bits of the result count.
    #[inline(always)]
    pub(crate) fn length_and_more(self) -> u32 {
        self.0.into()
    }

    /// Reads the difference from the window in which the entry was looked up (T.81, F.2.2.1, EXTEND).
    ///
    /// As `Entry::value2`, but of a size of 0, too: what is left of 64 bits is shifted out in two steps.
    #[inline(always)]
    pub(crate) fn value(self, window: u64) -> i32 {
        let entry = u32::from(self.0);
        let rest = entry >> 6;
        let bits = window << (entry.wrapping_add(rest + 1) & 63);
        let ones_if_negative = (!bits as i64 >> 63) as u64;
        (bits >> 1 >> (rest & 63)).wrapping_sub(ones_if_negative >> 1 >> (rest & 63)) as i32
    }
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
                    entries: Box::new([DcEntry::UNKNOWN; LOOKUP_SIZE]),
                })
                .fill();
            }
        }
    }

    fn fill(&mut self) {
        for (code, entry) in self.codes.short.iter().zip(self.entries.iter_mut()) {
            let (length, size) = (u32::from(code.length), u32::from(code.symbol & 15));
            // Differences larger than 8-bit samples have are left to the long way, which reports them.
            let fits = length > 0 && length + size <= DC_ENTRY_BITS && code.symbol <= MAX_CATEGORY;
            *entry = match fits {
                true => DcEntry::new(length + size, size),
                false => DcEntry::UNKNOWN,
            };
        }
    }

    /// Returns the entry of the window.
    #[inline(always)]
    pub(crate) fn lookup(&self, window: u64) -> DcEntry {
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

#[cfg(test)]
mod tests {
    use super::super::tests::{long_codes, luminance_dc};
    use super::*;

    #[test]
    fn differences_are_those_that_are_read_the_long_way() {
        let mut sizes = [false; MAX_CATEGORY as usize + 1];
        for specification in [luminance_dc(), long_codes()] {
            let mut slot = None;
            Dc::define(&mut slot, &specification);
            let dc = slot.unwrap();
            for front in 0..1_u64 << 16 {
                let window = front << 48 | front.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 16;

                let entry = dc.lookup(window);

                let long = dc.lookup_long(window);
                let (code, _) = dc.codes.read((window >> 48) as u16);
                let fits = u32::from(code.length) <= LOOKUP_BITS && long.length <= DC_ENTRY_BITS;
                assert_eq!(entry.is_unknown(), !fits || long.is_bad, "{front:016b}");
                if !entry.is_unknown() {
                    assert_eq!(entry.length_and_more() & 63, long.length);
                    assert_eq!(entry.value(window), long.value, "{front:016b}");
                    sizes[usize::from(code.symbol)] = true;
                }
            }
        }
        assert!(sizes[..9].iter().all(|&seen| seen), "{sizes:?}");
    }
}
