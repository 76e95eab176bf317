//! Reads the fields of parameter sets and slice headers (7.2, 9.2).

use crate::error::{Error, Result};

/// The bits of a payload from which emulation prevention was removed.
pub(crate) struct Bits<'a> {
    bytes: &'a [u8],
    /// In bits from the start.
    position: usize,
}

const TRUNCATED: Error = Error::Malformed("a header ends early");

impl<'a> Bits<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, position: 0 }
    }

    /// `u(n)` for `n` up to 32.
    pub(crate) fn u(&mut self, count: u32) -> Result<u32> {
        let mut value = 0_u64;
        for _ in 0..count {
            let byte = self.bytes.get(self.position / 8).ok_or(TRUNCATED)?;
            let bit = byte >> (7 - self.position % 8) & 1;
            value = value << 1 | u64::from(bit);
            self.position += 1;
        }
        Ok(value as u32)
    }

    pub(crate) fn flag(&mut self) -> Result<bool> {
        Ok(self.u(1)? == 1)
    }

    /// `ue(v)` (9.2).
    pub(crate) fn ue(&mut self) -> Result<u32> {
        let mut zeros = 0;
        while !self.flag()? {
            zeros += 1;
            if zeros > 31 {
                return Err(Error::Malformed("a number is too large"));
            }
        }
        Ok((1 << zeros) - 1 + self.u(zeros)?)
    }

    /// `ue(v)` that may be at most `limit`.
    pub(crate) fn ue_to(&mut self, limit: u32, what: &'static str) -> Result<u32> {
        let value = self.ue()?;
        match value <= limit {
            true => Ok(value),
            false => Err(Error::Malformed(what)),
        }
    }

    /// `se(v)` (9.2.2).
    pub(crate) fn se(&mut self) -> Result<i32> {
        let code = self.ue()?;
        let magnitude = code.div_ceil(2) as i32;
        Ok(if code % 2 == 1 { magnitude } else { -magnitude })
    }

    /// `se(v)` that must lie within `range`.
    pub(crate) fn se_in(
        &mut self,
        range: std::ops::RangeInclusive<i32>,
        what: &'static str,
    ) -> Result<i32> {
        let value = self.se()?;
        match range.contains(&value) {
            true => Ok(value),
            false => Err(Error::Malformed(what)),
        }
    }

    pub(crate) fn skip(&mut self, count: u32) -> Result<()> {
        self.position = self.position.saturating_add(count as usize);
        match self.position <= self.bytes.len() * 8 {
            true => Ok(()),
            false => Err(TRUNCATED),
        }
    }

    /// `byte_alignment()` (7.3.2.5): the number of bytes up to its end.
    pub(crate) fn aligned(&self) -> usize {
        self.position / 8 + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_golomb_codes_are_those_of_table_9_3() {
        // 1 │ 010 │ 011 │ 00100
        let mut bits = Bits::new(&[0b1010_0110, 0b0100_0000]);

        let values: Vec<u32> = (0..4).map(|_| bits.ue().unwrap()).collect();

        assert_eq!(values, [0, 1, 2, 3]);
    }

    #[test]
    fn signed_codes_alternate() {
        let mut bits = Bits::new(&[0b1010_0110, 0b0100_0010, 0b1000_0000]);

        let values: Vec<i32> = (0..5).map(|_| bits.se().unwrap()).collect();

        assert_eq!(values, [0, 1, -1, 2, -2]);
    }

    #[test]
    fn the_end_is_an_error() {
        assert!(Bits::new(&[0]).ue().is_err());
        assert!(Bits::new(&[1]).u(9).is_err());
        assert!(Bits::new(&[1]).skip(9).is_err());
    }
}
