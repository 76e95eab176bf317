//! The question: a block's coefficients in, its residual out.

use std::fmt;

use simd::Level;

use crate::block::{Basis, Block};
use crate::buffers::{Between, Coded, Residual};
use crate::coefficient::Coefficient;
use crate::range::Ranges;
use crate::{scalar, walsh};

/// Transforms blocks, one after another; holds their working memory.
pub struct Inverse {
    level: Level,
    coded: Coded,
    between: Between,
    #[cfg(target_arch = "x86_64")]
    narrow_between: crate::buffers::NarrowBetween,
    residual: Residual,
}

impl Inverse {
    /// Returns working memory for transforms with the instructions of `level`.
    #[must_use]
    pub fn new(level: Level) -> Self {
        Self {
            level,
            coded: [0; _],
            between: [0; _],
            #[cfg(target_arch = "x86_64")]
            narrow_between: [0; _],
            residual: [0; _],
        }
    }

    /// Returns the residual of a block, row by row, and sets its coefficients to zero.
    ///
    /// `coefficients` holds those of the first 32 columns, column by column, each of which is as high as the block, but at most 32. All
    /// behind `eob` in the scan order of the block are zero. `bits` is the depth of samples; the sum of residual and prediction is clipped
    /// to it, so a residual that exceeds 16 bits is given as the greatest of 16 bits.
    ///
    /// # Panics
    ///
    /// If there are less coefficients than the block has.
    pub fn transform<C: Coefficient>(
        &mut self,
        block: Block,
        bits: u8,
        eob: usize,
        coefficients: &mut [C],
    ) -> &[i16] {
        let count = block.coded_width() * block.coded_height();
        let coefficients = &mut coefficients[..count];
        let samples = block.width * block.height;
        if eob == 0 && block.rows == Basis::Dct && block.columns == Basis::Dct {
            let dc = std::mem::take(&mut coefficients[0]);
            self.residual[..samples].fill(only_dc(block, dc.into()));
            return &self.residual[..samples];
        }
        let (columns, rows) = block.extent(eob);
        self.transform_all(block, (columns, rows), bits, coefficients);
        coefficients[..columns * block.coded_height()].fill(C::default());
        &self.residual[..samples]
    }

    fn transform_all<C: Coefficient>(
        &mut self,
        block: Block,
        (columns, rows): (usize, usize),
        bits: u8,
        coefficients: &[C],
    ) {
        let extent = (columns, rows);
        #[cfg(target_arch = "x86_64")]
        if let (Level::Avx2(avx2), Some(narrow), false) = (
            self.level,
            C::narrow(coefficients),
            block.rows == Basis::Walsh,
        ) && crate::narrow::inverse(
            avx2,
            block,
            extent,
            narrow,
            &mut self.narrow_between,
            &mut self.residual,
        ) {
            return;
        }
        let used = columns * block.coded_height();
        for (to, &from) in self.coded.iter_mut().zip(&coefficients[..used]) {
            *to = from.into();
        }
        let (coded, between, residual) = (&self.coded, &mut self.between, &mut self.residual);
        let ranges = Ranges::of_depth(bits);
        match (block.rows, self.level) {
            (Basis::Walsh, _) => walsh::inverse(coded, residual),
            #[cfg(target_arch = "x86_64")]
            (_, Level::Avx2(avx2)) => {
                crate::wide::inverse(avx2, block, extent, ranges, coded, between, residual)
            }
            _ => scalar::inverse(block, extent, ranges, coded, between, residual),
        }
    }
}

impl fmt::Debug for Inverse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inverse")
            .field("level", &self.level)
            .finish_non_exhaustive()
    }
}

/// The residual of all samples of a block that has only a mean: what the transforms make of it, without clipping between.
fn only_dc(block: Block, dc: i32) -> i16 {
    let scale = |x: i32| x.wrapping_mul(181).wrapping_add(128) >> 8;
    let shift = block.row_shift();
    let dc = if block.is_twice() { scale(dc) } else { dc };
    let between = scale(dc).wrapping_add(1 << shift >> 1) >> shift;
    // The rounding by 8 bits and that by 4 are one (as decoders in use do it).
    let residual = between.wrapping_mul(181).wrapping_add(128 + 2048) >> 12;
    residual.clamp(i16::MIN.into(), i16::MAX.into()) as i16
}
