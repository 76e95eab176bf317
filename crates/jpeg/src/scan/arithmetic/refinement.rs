//! The next bit of a band with arithmetic coding (T.81, G.1.3.3).

use crate::arithmetic::{Decoder, Estimate};

/// Reads a block's next bit (T.81, G.1.3.3); returns whether its bits were a code.
///
/// Calls `add` with each coefficient that grows away from zero, and with the sign of one that was zero.
pub(super) fn refine(
    decoder: &mut Decoder<'_>,
    estimates: &mut [Estimate; 245],
    (first, last): (usize, usize),
    known: &mut u64,
    mut add: impl FnMut(usize, Option<i16>),
) -> bool {
    let before = *known;
    // The block does not end before its last coefficient that is known: no end of band is coded up to here.
    let reached = 63 - (before & u64::MAX >> (63 - last) | 1).leading_zeros() as usize;
    let mut index = first;
    while index <= last {
        if index > reached && decoder.decide(&mut estimates[3 * (index - 1)]) {
            return true;
        }
        loop {
            let at = 3 * (index - 1);
            if before >> index & 1 == 1 {
                if decoder.decide(&mut estimates[at + 2]) {
                    add(index, None);
                }
                break;
            }
            if decoder.decide(&mut estimates[at + 1]) {
                let is_negative = decoder.decide(&mut Estimate::EVEN.clone());
                add(index, Some(if is_negative { -1 } else { 1 }));
                *known |= 1 << index;
                break;
            }
            index += 1;
            if index > last {
                return false;
            }
        }
        index += 1;
    }
    true
}
