//! The next bit of a band (T.81, G.1.2.3).

use super::Band;
use super::first::Symbol;
use crate::scan::symbols::SymbolReader;

impl SymbolReader<'_> {
    /// Reads a block's next bit (T.81, G.1.2.3, figures G.7 to G.9).
    #[inline(always)]
    pub(super) fn refine<const WINDOW: usize>(
        &mut self,
        band: &Band<'_>,
        run: &mut u32,
        block: &mut [i16; WINDOW],
        known: &mut u64,
    ) {
        let (mut index, last) = (band.first, band.last);
        let before = *known;
        while *run == 0 && index <= last {
            self.bits.refill();
            let (zeros, value) = match self.band_symbol(band.table) {
                Symbol::EndOfBand { blocks } => {
                    *run = blocks;
                    break;
                }
                Symbol::Value { run, size: 0 } => (run, 0),
                Symbol::Value { run, .. } => (run, if self.bits.take(1) == 1 { 1 } else { -1 }),
            };
            // The run counts only the coefficients that were zero before.
            let unknown = !before & (u64::MAX << index) & (u64::MAX >> (63 - last));
            let target = nth_one(unknown, zeros).unwrap_or(last + 1);
            self.correct(band, before, index, target, block);
            if target > last {
                // A run of 15 and its zero may end the band; a value must not come after it.
                self.is_bad |= usize::from(value != 0);
                index = last + 1;
                break;
            }
            if value != 0 {
                block[usize::from(band.positions[target]) % WINDOW] = value << band.low;
                *known |= 1 << target;
            }
            index = target + 1;
        }
        if *run > 0 {
            self.correct(band, before, index, last + 1, block);
            *run -= 1;
        }
    }

    /// Reads a correction for each coefficient from `start` to before `end` that was not zero before.
    #[inline(always)]
    fn correct<const WINDOW: usize>(
        &mut self,
        band: &Band<'_>,
        before: u64,
        start: usize,
        end: usize,
        block: &mut [i16; WINDOW],
    ) {
        if start >= end {
            return;
        }
        let mut known = before & (u64::MAX << start) & (u64::MAX >> (64 - end));
        while known != 0 {
            self.bits.refill();
            // At least 56 bits count now.
            for _ in 0..56 {
                if known == 0 {
                    return;
                }
                let index = known.trailing_zeros() as usize;
                known &= known - 1;
                let bit = self.bits.take(1) as i16;
                let coefficient = &mut block[usize::from(band.positions[index]) % WINDOW];
                *coefficient = coefficient.wrapping_add((bit << band.low) * coefficient.signum());
            }
        }
    }
}

/// Returns the place of the one that follows `skip` ones.
#[inline(always)]
fn nth_one(mut ones: u64, skip: usize) -> Option<usize> {
    for _ in 0..skip {
        ones &= ones.wrapping_sub(1);
    }
    (ones != 0).then(|| ones.trailing_zeros() as usize)
}
