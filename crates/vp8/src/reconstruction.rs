//! From coefficients and modes to the samples of blocks (RFC 6386, 14.5).

use simd::Level;

use crate::coefficients::Block;
use crate::modes::BlockMode;
use crate::picture::Samples;
use crate::prediction::{ABOVE, LEFT};
use crate::{subblock, transform};

/// Adds the differences of blocks that stand in a square.
#[inline(always)]
pub(crate) fn add_blocks(
    level: Level,
    samples: &mut Samples,
    [row, column]: [usize; 2],
    blocks: &[Block],
    more: u32,
) {
    let across = blocks.len().isqrt();
    for (index, block) in blocks.iter().enumerate() {
        let at = samples.at([row + index / across * 4, column + index % across * 4]);
        let has_more = more >> index & 1 != 0;
        add_block(
            level,
            (block, has_more),
            &mut samples.values[at..],
            samples.stride,
        );
    }
}

#[inline(always)]
fn add_block(level: Level, (block, has_more): (&Block, bool), samples: &mut [u8], stride: usize) {
    match (has_more, block[0]) {
        (true, _) => transform::add_inverse_cosine(level, block, samples, stride),
        (false, 0) => {}
        (false, first) => transform::add_first(first, samples, stride),
    }
}

/// The samples above and to the right of a macroblock: all blocks in its last column have these to their right, as those of
/// the macroblock to the right are not there yet.
#[inline(always)]
pub(crate) fn above_right(samples: &Samples, [row, column]: [usize; 2]) -> [u8; 4] {
    if row == 0 {
        return [ABOVE; 4];
    }
    let above = &samples.values[samples.at([row - 1, 0])..][..samples.stride];
    match above[column + 16..].first_chunk() {
        Some(&samples) => samples,
        // At the right edge the last one is repeated.
        None => [above[column + 15]; 4],
    }
}

/// Predicts one of a macroblock's sixteen blocks, and adds its differences.
#[inline(always)]
pub(crate) fn reconstruct_block(
    level: Level,
    samples: &mut Samples,
    [row, column]: [usize; 2],
    index: usize,
    mode: BlockMode,
    above_right: [u8; 4],
    block: Option<(&Block, bool)>,
) {
    let [row, column] = [row + index / 4 * 4, column + index % 4 * 4];
    let at = samples.at([row, column]);
    let (values, stride) = (&mut samples.values, samples.stride);
    let mut around: subblock::Around = [ABOVE; 13];
    let (left, above) = around.split_at_mut(4);
    for (down, left) in left.iter_mut().rev().enumerate() {
        *left = if column > 0 {
            values[at + down * stride - 1]
        } else {
            LEFT
        };
    }
    if row > 0 {
        above[0] = if column > 0 {
            values[at - stride - 1]
        } else {
            LEFT
        };
        above[1..5].copy_from_slice(&values[at - stride..][..4]);
        match index % 4 {
            3 => above[5..].copy_from_slice(&above_right),
            _ => above[5..].copy_from_slice(&values[at - stride + 4..][..4]),
        }
    }
    subblock::predict(mode, &around, &mut values[at..], stride);
    if let Some(block) = block {
        add_block(level, block, &mut values[at..], stride);
    }
}
