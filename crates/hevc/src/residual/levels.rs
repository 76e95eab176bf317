//! The levels of a sub-block: greater than one and two, signs, and what remains.

use super::Block;
use crate::cabac::{Cabac, MAX_BYPASS};
use crate::contexts::{Contexts, GREATER1, GREATER2};

/// The coefficients of a sub-block that are not zero, from the last to the first.
pub(super) struct Levels {
    /// Where in the sub-block's scan.
    pub(super) places: [u8; 16],
    pub(super) values: [i32; 16],
    pub(super) count: usize,
    /// `greater1Ctx` after the sub-block before; `None` where there was none.
    greater1_context: Option<usize>,
}

/// So many coefficients of a sub-block have flags; the levels of all others are coded whole.
const FLAGGED: usize = 8;

impl Levels {
    #[inline(always)]
    pub(super) fn new() -> Self {
        Self {
            places: [0; 16],
            values: [0; 16],
            count: 0,
            greater1_context: None,
        }
    }

    /// Adds a place where `bin` is 1.
    #[inline(always)]
    pub(super) fn add(&mut self, place: usize, bin: usize) {
        self.places[self.count & 15] = place as u8;
        self.count += bin;
    }

    /// Parses the levels of the sub-block at `index`.
    #[inline(always)]
    pub(super) fn parse(
        &mut self,
        cabac: &mut Cabac<'_>,
        contexts: &mut Contexts,
        statistics: &mut [u8; 4],
        block: &Block<'_>,
        index: usize,
    ) {
        let count = self.count.min(16);
        let (greater, escapes) = self.parse_flags(cabac, contexts, block, index);
        let spread = self.places[0] - self.places[(count - 1) & 15];
        let is_hidden = block.sign_hiding && spread > 3;
        if block.bypass_alignment && escapes {
            cabac.align_bypass();
        }
        let coded = count - usize::from(is_hidden);
        // The first coefficient's sign is the uppermost bit.
        let signs = cabac.bypass(coded as u32) << (16 - coded);
        let sum = match escapes {
            true => self.parse_remaining(cabac, statistics, block, greater),
            false => self.values[..count].iter().sum(),
        };
        for (at, value) in self.values[..count].iter_mut().enumerate() {
            let negative = -((signs >> (15 - at) & 1) as i32);
            *value = (*value ^ negative) - negative;
        }
        if is_hidden && sum & 1 == 1 {
            let value = &mut self.values[(count - 1) & 15];
            *value = -*value;
        }
    }

    /// Parses the flags; returns which coefficient has `coeff_abs_level_greater2_flag`, and whether levels remain.
    #[inline(always)]
    fn parse_flags(
        &mut self,
        cabac: &mut Cabac<'_>,
        contexts: &mut Contexts,
        block: &Block<'_>,
        index: usize,
    ) -> (usize, bool) {
        let mut set = if index == 0 || !block.is_luma { 0 } else { 2 };
        set += usize::from(self.greater1_context == Some(0));
        let (base, base2) = match block.is_luma {
            true => (GREATER1, GREATER2),
            false => (GREATER1 + 16, GREATER2 + 4),
        };
        let mut context = 1;
        let mut greater = usize::MAX;
        let flagged = self.count.min(FLAGGED);
        let mut escapes = self.count > FLAGGED;
        for at in 0..flagged {
            let bin = cabac.bin(contexts, base + set * 4 + context);
            self.values[at] = 1 + bin as i32;
            // 9.3.4.2.6: up to 3 while all are 1, 0 from the first that is greater.
            context = match (bin, context) {
                (1, _) | (_, 0) => 0,
                (_, context) => (context + 1).min(3),
            };
            if bin == 1 {
                match greater {
                    usize::MAX => greater = at,
                    _ => escapes = true,
                }
            }
        }
        self.greater1_context = Some(context);
        self.values[flagged..].fill(1);
        if greater != usize::MAX {
            let bin = cabac.bin(contexts, base2 + set);
            self.values[greater & 15] += bin as i32;
            escapes |= bin == 1;
        }
        (greater, escapes)
    }

    /// Adds `coeff_abs_level_remaining` where it is coded; returns the sum of all levels.
    #[inline(always)]
    fn parse_remaining(
        &mut self,
        cabac: &mut Cabac<'_>,
        statistics: &mut [u8; 4],
        block: &Block<'_>,
        greater: usize,
    ) -> i32 {
        let persistent = block.statistics.map(|kind| kind & 3);
        let mut rice = persistent.map_or(0, |kind| u32::from(statistics[kind] / 4));
        let cap = if persistent.is_some() { MAX_RICE } else { 4 };
        let mut is_first = true;
        let mut sum = 0_i32;
        for at in 0..self.count.min(16) {
            let highest = match at {
                FLAGGED.. => 1,
                _ if at == greater => 3,
                _ => 2,
            };
            let value = &mut self.values[at];
            if *value == highest {
                let remaining = remaining(cabac, rice);
                *value = value.saturating_add(remaining).min(1 << 16);
                if let Some(kind) = persistent.filter(|_| is_first) {
                    adapt(&mut statistics[kind], remaining);
                    is_first = false;
                }
                if *value > 3 << rice {
                    rice = (rice + 1).min(cap);
                }
            }
            sum = sum.wrapping_add(*value);
        }
        sum
    }
}

/// No level of 16 bits leads to a larger parameter.
const MAX_RICE: u32 = 15;

/// Persistent adaptation, by the first of a sub-block (9.3.4.2.8).
fn adapt(statistic: &mut u8, remaining: i32) {
    let rice = u32::from(*statistic / 4);
    if remaining >= 3 << rice {
        *statistic = (*statistic + 1).min(4 * MAX_RICE as u8);
    } else if 2 * remaining < 1 << rice {
        *statistic = statistic.saturating_sub(1);
    }
}

/// `coeff_abs_level_remaining` (9.3.3.11).
#[inline(always)]
fn remaining(cabac: &mut Cabac<'_>, rice: u32) -> i32 {
    let peeked = cabac.peek_bypass() & 0xFFFF;
    let prefix = (!(peeked << 16)).leading_zeros();
    let (base, length) = match prefix {
        0..=3 => (prefix << rice, rice),
        _ => (((1 << (prefix - 3)) + 2) << rice, prefix - 3 + rice),
    };
    let total = prefix + 1 + length;
    if total <= MAX_BYPASS {
        cabac.take_bypass(peeked, total);
        let suffix = peeked >> (MAX_BYPASS - total) & ((1 << length) - 1);
        return (base + suffix) as i32;
    }
    long_remaining(cabac, rice)
}

/// The same where its bins are more than are read at once.
#[cold]
#[inline(never)]
fn long_remaining(cabac: &mut Cabac<'_>, rice: u32) -> i32 {
    /// A longer one gives more than 16 bits.
    const MAX_PREFIX: u32 = 20;
    let mut prefix = 0;
    while prefix < MAX_PREFIX && cabac.bypass_flag() {
        prefix += 1;
    }
    let (base, length) = match prefix {
        0..=3 => (u64::from(prefix) << rice, rice),
        _ => (((1_u64 << (prefix - 3)) + 2) << rice, prefix - 3 + rice),
    };
    let mut suffix = 0_u64;
    let mut rest = length;
    while rest > 0 {
        let count = rest.min(MAX_BYPASS);
        suffix = suffix << count | u64::from(cabac.bypass(count) & 0xFFFF);
        rest -= count;
    }
    (base + suffix).min(1 << 16) as i32
}
