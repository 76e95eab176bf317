//! Prediction of four by four samples of luma (RFC 6386, 12.3).

use crate::modes::BlockMode;
use crate::prediction::true_motion;

/// The samples around a block, from the lowest on the left over the corner to the last above and to the right:
///
/// ```text
/// 4 │ 5 6 7 8 9 10 11 12
/// ──┼────────
/// 3 │
/// 2 │
/// 1 │
/// 0 │
/// ```
pub(crate) type Around = [u8; 13];

const CORNER: usize = 4;

/// Predicts four rows of four samples, `stride` apart.
// One arm a mode, so that each can be read beside its diagram in the RFC.
pub(crate) fn predict(mode: BlockMode, around: &Around, samples: &mut [u8], stride: usize) {
    let at = |index: usize| u16::from(around[index]);
    // Means of neighbors, the second of them weighted double in that of three.
    let two = |first: usize| ((at(first) + at(first + 1) + 1) >> 1) as u8;
    let three = |middle: usize| ((at(middle - 1) + 2 * at(middle) + at(middle + 1) + 2) >> 2) as u8;
    let above = &around[CORNER + 1..];
    let left = |row: usize| around[CORNER - 1 - row];
    let block: [[u8; 4]; 4] = match mode {
        BlockMode::Dc => {
            let sum: u16 = (0..4).map(|index| at(index) + at(CORNER + 1 + index)).sum();
            [[((sum + 4) >> 3) as u8; 4]; 4]
        }
        BlockMode::TrueMotion => {
            let mut block = [[0; 4]; 4];
            for (row, samples) in block.iter_mut().enumerate() {
                true_motion(samples, above, left(row), around[CORNER]);
            }
            block
        }
        BlockMode::Vertical => [[0, 1, 2, 3].map(|column| three(CORNER + 1 + column)); 4],
        BlockMode::Horizontal => {
            // There is nothing below the last one.
            let last = ((at(1) + 3 * at(0) + 2) >> 2) as u8;
            [three(3), three(2), three(1), last].map(|sample| [sample; 4])
        }
        BlockMode::LeftDown => {
            let last = ((at(11) + 3 * at(12) + 2) >> 2) as u8;
            from_diagonals(|right, down| match right + down {
                6 => last,
                diagonal => three(CORNER + 2 + diagonal),
            })
        }
        BlockMode::RightDown => from_diagonals(|right, down| three(CORNER + right - down)),
        BlockMode::VerticalRight => {
            from_diagonals(|right, down| match (2 * right).checked_sub(down) {
                Some(even) if even % 2 == 0 => two(CORNER + even / 2),
                Some(odd) => three(CORNER + 1 + odd / 2),
                None => three(CORNER + 1 + 2 * right - down),
            })
        }
        BlockMode::VerticalLeft => from_diagonals(|right, down| match (right, down) {
            (3, 2) => three(10),
            (3, 3) => three(11),
            _ if down % 2 == 0 => two(CORNER + 1 + right + down / 2),
            _ => three(CORNER + 2 + right + down / 2),
        }),
        BlockMode::HorizontalDown => {
            from_diagonals(|right, down| match (2 * down).checked_sub(right) {
                Some(even) if even % 2 == 0 => two(CORNER - 1 - even / 2),
                Some(odd) => three(CORNER - 1 - odd / 2),
                None => three(CORNER + right - 2 * down - 1),
            })
        }
        BlockMode::HorizontalUp => from_diagonals(|right, down| match right + 2 * down {
            even @ (0 | 2 | 4) => two(2 - even / 2),
            odd @ (1 | 3) => three(2 - odd / 2),
            5 => ((at(1) + 3 * at(0) + 2) >> 2) as u8,
            _ => around[0],
        }),
    };
    for (samples, row) in samples.chunks_mut(stride).zip(block) {
        samples[..4].copy_from_slice(&row);
    }
}

/// A block whose samples follow from how far to the right and down they are.
fn from_diagonals(sample: impl Fn(usize, usize) -> u8) -> [[u8; 4]; 4] {
    std::array::from_fn(|down| std::array::from_fn(|right| sample(right, down)))
}
