//! The color transform (RFC 9649, 3.5.2).

#[cfg(target_arch = "x86_64")]
mod avx2;
mod scalar;

use std::ops::Range;

use simd::Level;

use crate::transforms::Blocks;

#[derive(Debug)]
pub(crate) struct ColorTransform {
    blocks: Blocks,
    row: Vec<u32>,
}

impl ColorTransform {
    pub(crate) fn new(blocks: Blocks, width: usize) -> Self {
        Self {
            blocks,
            row: vec![0; width],
        }
    }

    pub(crate) fn width(&self) -> usize {
        self.row.len()
    }

    /// Adds to red and blue, in `columns`, what was subtracted.
    pub(crate) fn undo(
        &mut self,
        level: Level,
        row: usize,
        pixels: &[u32],
        columns: Range<usize>,
    ) -> &[u32] {
        let bits = self.blocks.bits;
        // Whole blocks.
        let first = columns.start >> bits;
        let start = first << bits;
        let blocks = &self.blocks.row(row)[first..];
        let to = &mut self.row[start..columns.end];
        add_shares(level, (blocks, bits), &pixels[start..columns.end], to);
        &self.row
    }
}

/// Adds to red a share of green, and to blue shares of green and of the new red.
fn add_shares(level: Level, blocks: (&[u32], u32), pixels: &[u32], to: &mut [u32]) {
    match level {
        #[cfg(target_arch = "x86_64")]
        Level::Avx2(avx2) => avx2::add_shares(avx2, blocks, pixels, to),
        _ => scalar::add_shares(blocks, pixels, to),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_levels_add_the_same_shares() {
        for (width, bits) in [(1, 2), (9, 2), (64, 3), (75, 4), (130, 5)] {
            let blocks: Vec<u32> = (0..40_u32).map(|at| at.wrapping_mul(0x9E37_79B1)).collect();
            let pixels: Vec<u32> = (0..width)
                .map(|at: u32| at.wrapping_mul(0x85EB_CA77) ^ 0x80)
                .collect();
            let mut expected = vec![0; pixels.len()];
            scalar::add_shares((&blocks, bits), &pixels, &mut expected);

            for level in Level::available() {
                let mut actual = vec![0; pixels.len()];
                add_shares(level, (&blocks, bits), &pixels, &mut actual);

                assert!(actual == expected, "{level:?}, {width}, {bits}");
            }
        }
    }

    #[test]
    fn shares_are_signed_and_in_units_of_a_32nd() {
        // Red to blue −16, green to blue 32, green to red −32.
        let blocks = [0x00_F0_20_E0];
        let mut to = [0; 2];

        scalar::add_shares((&blocks, 2), &[0xFF_50_10_05, 0x00_00_F0_00], &mut to);

        // 0x50 − 0x10; 5 + 0x10 − 0x40 / 2. And with green −16: red 16; blue −16 − 8.
        assert_eq!(to, [0xFF_40_10_F5, 0x00_10_F0_E8]);
    }
}
