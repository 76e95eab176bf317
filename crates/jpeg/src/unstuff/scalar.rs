//! The reference.

use crate::marker::find_ff;

pub(super) fn unstuff(from: &[u8], to: &mut [u8]) -> (usize, usize) {
    let (mut read, mut written) = (0, 0);
    loop {
        let room = to.len() - written;
        let rest = &from[read..];
        let rest = &rest[..rest.len().min(room)];
        let plain = find_ff(rest).unwrap_or(rest.len());
        to[written..written + plain].copy_from_slice(&rest[..plain]);
        (read, written) = (read + plain, written + plain);
        let (Some(slot), [0xff, 0, ..]) = (to.get_mut(written), &from[read..]) else {
            return (read, written);
        };
        *slot = 0xff;
        (read, written) = (read + 2, written + 1);
    }
}
