//! LZW of 9 bits a code: literals, and before every 200 of them as many Clear codes as a test wants.

const CLEAR: u16 = 256;
const END: u16 = 257;

/// Which bit of a byte a code begins with.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Order {
    /// As in GIF.
    LowestFirst,
    /// As in TIFF.
    HighestFirst,
}

pub(crate) fn pack(bytes: &[u8], clears: usize, order: Order) -> Vec<u8> {
    let mut codes = Vec::new();
    for literals in bytes.chunks(200) {
        codes.extend(vec![CLEAR; clears]);
        codes.extend(literals.iter().map(|&byte| u16::from(byte)));
    }
    codes.push(END);
    let bits = codes.iter().flat_map(|code| {
        (0..9).map(move |bit| match order {
            Order::LowestFirst => code >> bit & 1 == 1,
            Order::HighestFirst => code >> (8 - bit) & 1 == 1,
        })
    });
    let bits: Vec<bool> = bits.collect();
    let byte_of = |bits: &[bool]| {
        let bits = bits.iter().enumerate();
        bits.map(|(at, &bit)| match order {
            Order::LowestFirst => u8::from(bit) << at,
            Order::HighestFirst => u8::from(bit) << (7 - at),
        })
        .sum()
    };
    bits.chunks(8).map(byte_of).collect()
}
