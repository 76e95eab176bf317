//! Coded data, one restart interval at a time, without stuffing.

use super::tables::Table;
use crate::bits::{Bits, Cursor};
use crate::marker::{code, find_ff};

/// The coded data of a scan.
pub(super) struct Coded<'a> {
    photo: &'a [u8],
    offset: usize,
    /// MCUs between restart markers, 0 for none.
    restart_interval: u32,
    bytes: Vec<u8>,
}

impl<'a> Coded<'a> {
    /// Begins after a scan header.
    pub(super) fn new(photo: &'a [u8], offset: usize, restart_interval: u32) -> Self {
        Self {
            photo,
            offset,
            restart_interval,
            bytes: Vec::new(),
        }
    }

    /// Returns how many MCUs lie between restart markers, 0 for all.
    pub(super) fn restart_interval(&self) -> u32 {
        self.restart_interval
    }

    /// Returns where in the photo the next marker is.
    pub(super) fn offset(&self) -> usize {
        self.offset
    }

    /// Reads the restart marker of this number, which must come next.
    pub(super) fn restart(&mut self, number: u8) -> Option<()> {
        let rest = self.photo.get(self.offset..)?;
        self.offset += 2;
        rest.starts_with(&[0xff, code::RST0 + number]).then_some(())
    }

    /// Returns the data up to the next marker, or to the photo's end.
    pub(super) fn interval(&mut self) -> Interval<'_> {
        self.bytes.clear();
        loop {
            let rest = self.photo.get(self.offset..).unwrap_or_default();
            let plain = find_ff(rest).unwrap_or(rest.len());
            let (plain, rest) = rest.split_at(plain);
            self.bytes.extend_from_slice(plain);
            self.offset += plain.len();
            if !rest.starts_with(&[0xff, 0]) {
                break;
            }
            self.bytes.push(0xff);
            self.offset += 2;
        }
        Interval {
            bits: Bits::new(&self.bytes, Cursor::at(0)),
            bytes: &self.bytes,
        }
    }
}

/// A restart interval. Past its end zeros are read; [`Interval::is_used_up`] tells.
pub(super) struct Interval<'a> {
    bits: Bits<'a>,
    bytes: &'a [u8],
}

impl Interval<'_> {
    /// Reads a symbol and counts it; returns `None` if the bits are no code.
    pub(super) fn symbol(&mut self, table: &mut Table) -> Option<u8> {
        self.bits.refill();
        let symbol = table.read((self.bits.window() >> 48) as u16)?;
        self.bits.consume(symbol.length.into());
        Some(symbol.symbol)
    }

    /// Reads 0 to 16 bits.
    pub(super) fn bits(&mut self, count: u8) -> u32 {
        self.bits.refill();
        self.bits.take(count.into())
    }

    /// Returns whether exactly the bits that exist were read, except the ones that pad the last byte (T.81, F.1.2.3).
    pub(super) fn is_used_up(&self) -> bool {
        let all = self.bytes.len() * 8;
        let left = all.checked_sub(self.bits.cursor().consumed_bits());
        left.is_some_and(|left| {
            let padding = (1_u32 << left.min(8)) - 1;
            let last = self.bytes.last().copied().unwrap_or(0xff);
            left < 8 && u32::from(last) & padding == padding
        })
    }
}
