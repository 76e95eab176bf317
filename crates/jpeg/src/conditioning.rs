//! What conditions arithmetic coding: DAC (T.81, B.2.4.3).

use crate::Error;
use crate::marker::Segment;

/// For each table what counts as small, and what as large.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Conditioning {
    /// L and U: differences below 2 to the one are none, those above 2 to the other are large.
    pub(crate) dc: [(u8, u8); 4],
    /// Kx: coefficients up to this zigzag index are of low frequency.
    pub(crate) ac: [u8; 4],
}

impl Default for Conditioning {
    /// What holds where nothing is said (T.81, F.1.4.4.1.4, F.1.4.4.2).
    fn default() -> Self {
        Self {
            dc: [(0, 1); 4],
            ac: [5; 4],
        }
    }
}

impl Conditioning {
    /// Takes over what a DAC segment says.
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
