//! Quantization tables (T.81, B.2.4.1).

use crate::Error;
use crate::marker::Segment;

/// The row and column of each zigzag index, as `row * 8 + column` (T.81, figure A.6).
pub(crate) const ZIGZAG: [u8; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
    13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59,
    52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];

/// The four tables that can be defined at a time, in zigzag order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Quantization {
    tables: [Option<[u16; 64]>; 4],
}

impl Quantization {
    /// Reads the tables of a DQT segment.
    pub(crate) fn define(&mut self, segment: &Segment<'_>) -> Result<(), Error> {
        let mut payload = segment.payload;
        while let Some((&head, rest)) = payload.split_first() {
            let (precision, id) = (head >> 4, head & 15);
            let size = 64 * (1 + usize::from(precision));
            let bytes = rest.get(..size).filter(|_| precision < 2);
            let slot = self.tables.get_mut(usize::from(id));
            let (Some(bytes), Some(slot)) = (bytes, slot) else {
                return Err(segment.malformed("a quantization table"));
            };
            let table = slot.insert([0; 64]);
            for (step, bytes) in table.iter_mut().zip(bytes.chunks_exact(size / 64)) {
                *step = bytes
                    .iter()
                    .fold(0, |step, &byte| step << 8 | u16::from(byte));
            }
            payload = &rest[size..];
        }
        Ok(())
    }

    /// Returns the table of this number, in zigzag order, if it was defined.
    pub(crate) fn table(&self, id: u8) -> Option<&[u16; 64]> {
        self.tables.get(usize::from(id))?.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::marker::code;

    #[test]
    fn the_zigzag_climbs_and_descends_the_diagonals() {
        let mut places: Vec<u8> = (0..64).collect();
        places.sort_by_key(|place| {
            let (row, column) = (place / 8, place % 8);
            let diagonal = row + column;
            (diagonal, if diagonal % 2 == 0 { column } else { row })
        });

        assert_eq!(places, ZIGZAG);
    }

    #[test]
    fn a_table_of_words_is_read_beside_a_table_of_bytes() {
        let mut payload = vec![0x01];
        payload.extend(1..=64);
        payload.push(0x12);
        payload.extend((1..=64).flat_map(|step| [1, step]));
        let mut quantization = Quantization::default();

        quantization
            .define(&Segment {
                code: code::DQT,
                payload: &payload,
                offset: 0,
            })
            .unwrap();

        assert_eq!(quantization.table(1).unwrap()[63], 64);
        assert_eq!(quantization.table(2).unwrap()[63], 256 + 64);
        assert!(quantization.table(0).is_none());
    }
}
