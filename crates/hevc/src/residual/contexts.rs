//! Which context a flag of `residual_coding()` has.

use super::Block;
use super::levels::Levels;
use crate::cabac::Cabac;
use crate::contexts::{Contexts, LAST_X_PREFIX, LAST_Y_PREFIX, SIG_COEFF, SIG_COEFF_SKIPPED};
use crate::scan::Scan;

/// `last_sig_coeff_x_prefix` and `last_sig_coeff_y_prefix` (9.3.4.2.3).
#[inline(always)]
pub(super) fn last_prefix(
    cabac: &mut Cabac<'_>,
    contexts: &mut Contexts,
    block: &Block<'_>,
) -> [u32; 2] {
    let log2 = block.log2;
    let (offset, shift) = match block.is_luma {
        true => (3 * (log2 - 2) + ((log2 - 1) >> 2), (log2 + 1) >> 2),
        false => (15, log2 - 2),
    };
    let longest = (log2 << 1) - 1;
    [LAST_X_PREFIX, LAST_Y_PREFIX].map(|base| {
        let base = base + offset as usize;
        let mut prefix = 0;
        while prefix < longest && cabac.flag(contexts, base + (prefix >> shift) as usize) {
            prefix += 1;
        }
        prefix
    })
}

/// `sigCtx` within a sub-block (9.3.4.2.5): by scan; by which neighbors are coded, or 4 for blocks of one sub-block; by
/// place.
static SIGNIFICANCE: [[[u8; 16]; 5]; 3] = [
    significance(Scan::Diagonal),
    significance(Scan::Horizontal),
    significance(Scan::Vertical),
];

const fn significance(scan: Scan) -> [[u8; 16]; 5] {
    /// `ctxIdxMap` (table 9-50), row by row.
    const ONLY_SUB_BLOCK: [u8; 16] = [0, 1, 4, 5, 2, 3, 4, 5, 6, 6, 8, 8, 7, 7, 8, 8];
    let places = scan.sub_block();
    let mut contexts = [[0; 16]; 5];
    let mut at = 0;
    while at < 16 {
        let (x, y) = (places[at].x(), places[at].y());
        contexts[0][at] = match x + y {
            0 => 2,
            1 | 2 => 1,
            _ => 0,
        };
        contexts[1][at] = nearness(y);
        contexts[2][at] = nearness(x);
        contexts[3][at] = 2;
        contexts[4][at] = ONLY_SUB_BLOCK[y * 4 + x];
        at += 1;
    }
    contexts
}

const fn nearness(distance: usize) -> u8 {
    match distance {
        0 => 2,
        1 => 1,
        _ => 0,
    }
}

/// The contexts of a sub-block's significance flags.
pub(super) struct SignificanceContexts {
    by_place: &'static [u8; 16],
    base: usize,
    /// Of the first place, which is the block's DC in the first sub-block.
    first: usize,
}

impl SignificanceContexts {
    /// Of the sub-block at `index` in scan order, with the bits of `neighbors` for its right and lower neighbor.
    #[inline(always)]
    pub(super) fn new(block: &Block<'_>, index: usize, neighbors: usize) -> Self {
        static SAME: [u8; 16] = [0; 16];
        if block.single_context {
            let base = SIG_COEFF_SKIPPED + usize::from(!block.is_luma);
            return Self {
                by_place: &SAME,
                base,
                first: base,
            };
        }
        let component = if block.is_luma {
            SIG_COEFF
        } else {
            SIG_COEFF + 27
        };
        let by_scan = &SIGNIFICANCE[block.scan as usize];
        if block.log2 == 2 {
            return Self {
                by_place: &by_scan[4],
                base: component,
                first: component,
            };
        }
        let by_place = &by_scan[neighbors & 3];
        let offset = match (block.is_luma, block.log2) {
            (true, 3) if block.scan == Scan::Diagonal => 9,
            (true, 3) => 15,
            (true, _) => 21,
            (false, 3) => 9,
            (false, _) => 12,
        };
        let beyond = if block.is_luma && index > 0 { 3 } else { 0 };
        let base = component + offset + beyond;
        Self {
            by_place,
            base,
            first: match index {
                0 => component,
                _ => base + usize::from(by_place[0]),
            },
        }
    }

    /// Parses the flags from the place `from` down; where `inferred`, the last place is significant if no other is.
    #[inline(always)]
    pub(super) fn parse(
        &self,
        cabac: &mut Cabac<'_>,
        contexts: &mut Contexts,
        (from, inferred): (usize, bool),
        levels: &mut Levels,
    ) {
        for place in (1..=from & 15).rev() {
            let context = self.base + usize::from(self.by_place[place]);
            // No branch on significance: it cannot be foreseen.
            let bin = cabac.bin(contexts, context);
            levels.add(place, bin);
        }
        let bin = match inferred && levels.count == 0 {
            true => 1,
            false => cabac.bin(contexts, self.first),
        };
        levels.add(0, bin);
    }
}
