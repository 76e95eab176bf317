//! The predictor transform (RFC 9649, 3.5.1).
//!
//! ```text
//! TL  T  TR      a pixel is predicted from its neighbors to the left, above,
//! L   ?          above to the left, and above to the right
//! ```

#[cfg(target_arch = "x86_64")]
mod avx2;
mod scalar;

use simd::Level;

use crate::transforms::Blocks;

/// What is predicted of the first pixel.
const BLACK: u32 = 0xFF00_0000;

/// How many modes a block may have; those that mean nothing predict black, as mode 0 does.
const MODES: usize = 16;

#[derive(Debug)]
pub(crate) struct Predictor {
    blocks: Blocks,
    /// The last row and, after it, the first pixel of the row in hand: it is above to the right of the last one.
    above: Vec<u32>,
    row: Vec<u32>,
}

impl Predictor {
    pub(crate) fn new(blocks: Blocks, width: usize) -> Self {
        Self {
            blocks,
            above: vec![0; width + 1],
            row: vec![0; width + 1],
        }
    }

    pub(crate) fn width(&self) -> usize {
        self.row.len() - 1
    }

    /// Adds to a row what is predicted of it.
    pub(crate) fn undo(&mut self, level: Level, row: usize, residuals: &[u32]) -> &[u32] {
        std::mem::swap(&mut self.above, &mut self.row);
        let width = self.width();
        if row == 0 {
            let mut left = BLACK;
            for (pixel, &residual) in self.row.iter_mut().zip(residuals) {
                left = add(residual, left);
                *pixel = left;
            }
        } else {
            let first = add(residuals[0], self.above[0]);
            self.row[0] = first;
            self.above[width] = first;
            let blocks = (self.blocks.row(row), self.blocks.bits);
            add_predictions(level, blocks, residuals, &self.above, &mut self.row);
        }
        &self.row[..width]
    }
}

/// Adds the predictions to a row but its first pixel; `above` has a pixel more than the row.
fn add_predictions(
    level: Level,
    blocks: (&[u32], u32),
    residuals: &[u32],
    above: &[u32],
    row: &mut [u32],
) {
    match level {
        #[cfg(target_arch = "x86_64")]
        Level::Avx2(avx2) => avx2::add_predictions(avx2, blocks, residuals, above, row),
        _ => scalar::add_predictions(blocks, residuals, above, row),
    }
}

/// A part of a row for which the same mode is used.
struct Span<'a> {
    mode: usize,
    residuals: &'a [u32],
    /// The pixels above, from that to the left of the first to that to the right of the last.
    above: &'a [u32],
    left: u32,
    pixels: &'a mut [u32],
}

/// Cuts a row into spans, and gives them to `undo` from left to right.
#[inline(always)]
fn for_spans(
    (blocks, bits): (&[u32], u32),
    residuals: &[u32],
    above: &[u32],
    row: &mut [u32],
    mut undo: impl FnMut(Span<'_>),
) {
    let width = residuals.len();
    let mut start = 1;
    for (block, &pixel) in blocks.iter().enumerate() {
        let end = ((block + 1) << bits).min(width);
        let (before, pixels) = row.split_at_mut(start);
        undo(Span {
            mode: (pixel >> 8) as usize % MODES,
            residuals: &residuals[start..end],
            above: &above[start - 1..end + 1],
            left: before[start - 1],
            pixels: &mut pixels[..end - start],
        });
        start = end;
    }
}

/// Adds the bytes of two pixels, each modulo 256.
#[inline(always)]
fn add(a: u32, b: u32) -> u32 {
    const ODD: u32 = 0x00FF_00FF;
    let even = (a & !ODD).wrapping_add(b & !ODD) & !ODD;
    let odd = (a & ODD).wrapping_add(b & ODD) & ODD;
    even | odd
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(count: usize, seed: u32) -> Vec<u32> {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state >> 16
        };
        (0..count)
            .map(|at| match at / 8 % 3 {
                // Neighbors that hardly differ, and extremes.
                0 => 0x8080_8080 + (next() & 0x0303_0303),
                1 => [0, u32::MAX][next() as usize & 1],
                _ => next() << 16 | next(),
            })
            .collect()
    }

    #[test]
    fn all_levels_undo_the_predictions_of_all_modes() {
        for (width, bits) in [(1, 2), (2, 2), (5, 2), (16, 3), (33, 3), (203, 4), (97, 9)] {
            for seed in 0..32 {
                let blocks: Vec<u32> = (0..width_in_blocks(width, bits))
                    .map(|block| ((block as u32 * 5 + seed) % 16) << 8 | 0xA5_00_5A)
                    .collect();
                let residuals = noise(width, 3 * seed + 1);
                let above = noise(width + 1, 5 * seed + 2);
                let mut expected = noise(width + 1, 7 * seed + 3);
                let before = expected.clone();
                scalar::add_predictions((&blocks, bits), &residuals, &above, &mut expected);

                for level in Level::available() {
                    let mut actual = before.clone();
                    add_predictions(level, (&blocks, bits), &residuals, &above, &mut actual);

                    assert!(actual == expected, "{level:?}, {width}, {bits}, {seed}");
                }
            }
        }
    }

    fn width_in_blocks(width: usize, bits: u32) -> usize {
        width.div_ceil(1 << bits)
    }

    #[test]
    fn the_first_row_and_the_first_column_have_modes_of_their_own() {
        let blocks = Blocks::of_test(vec![11 << 8], 2, 1);
        let mut predictor = Predictor::new(blocks, 3);

        let first = predictor.undo(Level::Scalar, 0, &[1, 1, 1]).to_vec();
        let second = predictor.undo(Level::Scalar, 1, &[0x0100, 0, 0]).to_vec();

        assert_eq!(first, [0xFF00_0001, 0xFF00_0002, 0xFF00_0003]);
        // Then Select, from two that are equally near.
        assert_eq!(second, [0xFF00_0101, 0xFF00_0002, 0xFF00_0003]);
    }
}
