//! The conditioning of arithmetic coding: DAC (T.81, B.2.4.3).

use crate::Error;
use crate::marker::Segment;

/// The bounds of small and large differences, and of low frequencies, of each table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Conditioning {
    /// L and U: differences up to 2^L count as zero, those above 2^U as large.
    pub(crate) dc: [(u8, u8); 4],
    /// Kx: coefficients up to this zigzag index are of low frequency.
    pub(crate) ac: [u8; 4],
}

impl Default for Conditioning {
    /// Returns the values that apply without DAC (T.81, F.1.4.4.1.4, F.1.4.4.2).
    fn default() -> Self {
        Self {
            dc: [(0, 1); 4],
            ac: [5; 4],
        }
    }
}

impl Conditioning {
    /// Reads a DAC segment.
    pub(crate) fn define(&mut self, segment: &Segment<'_>) -> Result<(), Error> {
        let (pairs, rest) = segment.payload.as_chunks::<2>();
        if !rest.is_empty() {
            return Err(segment.malformed("conditioning in pairs"));
        }
        for &[table, value] in pairs {
            let id = usize::from(table & 15);
            let (low, high) = (value & 15, value >> 4);
            match (table >> 4, self.dc.get_mut(id), self.ac.get_mut(id)) {
                (0, Some(bounds), _) if low <= high => *bounds = (low, high),
                (1, _, Some(bound)) if (1..64).contains(&value) => *bound = value,
                _ => return Err(segment.malformed("the conditioning of a table")),
            }
        }
        Ok(())
    }
}
