//! All levels give the same bits.

use av1_transform::Inverse;
use simd::Level;

use crate::blocks::{Numbers, SIDES, WALSH, blocks};

#[test]
fn all_levels_transform_every_block_into_the_same_residual() {
    let mut numbers = Numbers::new();
    let mut scalar = Inverse::new(Level::Scalar);
    let mut levels: Vec<_> = Level::available()
        .map(|level| (level, Inverse::new(level)))
        .collect();
    let mut compared = 0;
    for (width, height) in SIDES.iter().flat_map(|&w| SIDES.map(|h| (w, h))) {
        for tx_type in 0..=WALSH {
            for bits in [8, 10, 12] {
                for block in blocks(&mut numbers, (width, height), (tx_type, bits), 12) {
                    let expected = block.residual(&mut scalar);

                    for (level, inverse) in &mut levels {
                        assert_eq!(block.residual(inverse), expected, "{level:?} {block:?}");
                    }
                    compared += 1;
                }
            }
        }
    }
    assert_eq!(compared, (19 + 14 + 8 * 9 + 6 * 9 + 1) * 3 * 12);
}
