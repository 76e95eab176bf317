//! Codes out of bytes, from the lowest bit on or from the highest.

use super::Flavor;

/// Bits that were taken in and not used yet.
#[derive(Default)]
pub(in crate::source) struct Bits {
    /// Behind the bits that count lie those of bytes that will be taken in next; they are added once more then, to the same
    /// places.
    window: u64,
    count: u32,
}

impl Bits {
    pub(super) fn count(&self) -> u32 {
        self.count
    }

    /// How many bytes of `packed` there is room for.
    fn room(&self, packed: &[u8]) -> usize {
        packed.len().min((63 - self.count as usize) / 8)
    }
}

/// The next eight bytes, with zeros behind the last.
fn eight(packed: &[u8]) -> [u8; 8] {
    match packed.first_chunk() {
        Some(&eight) => eight,
        None => std::array::from_fn(|index| packed.get(index).copied().unwrap_or(0)),
    }
}

/// Codes from the lowest bit on.
pub(in crate::source) enum Gif {}

impl Flavor for Gif {
    const EARLY: u16 = 0;

    #[inline]
    fn refill(bits: &mut Bits, packed: &[u8]) -> usize {
        let taken = bits.room(packed);
        bits.window |= u64::from_le_bytes(eight(packed)) << bits.count;
        bits.count += 8 * taken as u32;
        taken
    }

    #[inline]
    fn take(bits: &mut Bits, count: u32) -> u16 {
        let code = bits.window & ((1 << count) - 1);
        bits.window >>= count;
        bits.count -= count;
        code as u16
    }
}

/// Codes from the highest bit on.
pub(in crate::source) enum Tiff {}

impl Flavor for Tiff {
    const EARLY: u16 = 1;

    #[inline]
    fn refill(bits: &mut Bits, packed: &[u8]) -> usize {
        let taken = bits.room(packed);
        bits.window |= u64::from_be_bytes(eight(packed)) >> bits.count;
        bits.count += 8 * taken as u32;
        taken
    }

    #[inline]
    fn take(bits: &mut Bits, count: u32) -> u16 {
        let code = bits.window >> (64 - count);
        bits.window <<= count;
        bits.count -= count;
        code as u16
    }
}
