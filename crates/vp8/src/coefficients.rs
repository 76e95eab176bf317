//! The coefficients of a block (RFC 6386, 13).

use crate::bool_decoder::BoolDecoder;
use crate::probabilities::Tree;
use crate::quantization::Steps;

/// The coefficients of four by four samples, row by row.
pub(crate) type Block = [i16; 16];

/// What a block of coefficients holds; each kind has probabilities of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Luma without the first coefficient.
    LumaAc,
    /// The first coefficients of a macroblock's luma blocks.
    SecondOrder,
    Chroma,
    Luma,
}

/// The place of each coefficient, in the order in which they are coded.
const ZIGZAG: [usize; 16] = [0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15];

/// The band of each coefficient, and of what would follow the last.
const BANDS: [usize; 17] = [0, 1, 2, 3, 6, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 7, 0];

/// Reads the coefficients of a block of zeros, from the one at `first` on, and multiplies them by their steps.
///
/// `around` tells how many of the blocks above and to the left have coefficients. Returns where the coefficients end, and
/// whether any but the first is not zero.
#[inline(always)]
pub(crate) fn read(
    bools: &mut BoolDecoder<'_>,
    probabilities: &[[Tree; 3]; 8],
    around: usize,
    steps: Steps,
    first: usize,
    block: &mut Block,
) -> (usize, bool) {
    let mut at = first;
    let mut has_more = false;
    let mut tree = &probabilities[BANDS[at]][around];
    while at < 16 {
        if !bools.bool(tree[0]) {
            return (at, has_more);
        }
        while !bools.bool(tree[1]) {
            at += 1;
            if at == 16 {
                return (16, has_more);
            }
            tree = &probabilities[BANDS[at]][0];
        }
        let (value, context) = match bools.bool(tree[2]) {
            false => (1, 1),
            true => (large_value(bools, tree), 2),
        };
        let value = if bools.flag() { -value } else { value };
        block[ZIGZAG[at]] = (value * i32::from(steps[usize::from(at > 0)])) as i16;
        has_more |= at > 0;
        at += 1;
        tree = &probabilities[BANDS[at]][context];
    }
    (16, has_more)
}

/// Reads a value of two or more: the rest of the tree, and the bits of the categories (13.2).
#[inline(always)]
fn large_value(bools: &mut BoolDecoder<'_>, tree: &Tree) -> i32 {
    const CATEGORY_3: [u8; 3] = [173, 148, 140];
    const CATEGORY_4: [u8; 4] = [176, 155, 140, 135];
    const CATEGORY_5: [u8; 5] = [180, 157, 141, 134, 130];
    const CATEGORY_6: [u8; 11] = [254, 254, 243, 230, 196, 177, 153, 140, 133, 130, 129];
    if !bools.bool(tree[3]) {
        return match bools.bool(tree[4]) {
            false => 2,
            true => 3 + i32::from(bools.bool(tree[5])),
        };
    }
    let (base, bits): (i32, &[u8]) = match bools.bool(tree[6]) {
        false if !bools.bool(tree[7]) => (5, &[159]),
        false => (7, &[165, 145]),
        true => match bools.bool(tree[8]) {
            false if !bools.bool(tree[9]) => (11, &CATEGORY_3),
            false => (19, &CATEGORY_4),
            true if !bools.bool(tree[10]) => (35, &CATEGORY_5),
            true => (67, &CATEGORY_6),
        },
    };
    base + bits.iter().fold(0, |more, &probability| {
        more << 1 | i32::from(bools.bool(probability))
    })
}
