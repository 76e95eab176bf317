//! What is to be transformed: a block's size, its two transforms, and which of its coefficients may not be zero.

/// The most coefficients of a dimension that are coded (5.11.39).
pub(crate) const MAX_CODED: usize = 32;

/// The one-dimensional transform of rows or of columns (7.13.2).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Basis {
    Dct,
    Adst,
    FlipAdst,
    Identity,
    /// Of lossless blocks, without rounding.
    Walsh,
}

/// A transform block: its size and its transforms.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Block {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) rows: Basis,
    pub(crate) columns: Basis,
}

impl Block {
    /// Returns a block of `width` × `height` samples with the transforms of the standard's number `tx_type` (6.10.19), 16 for lossless.
    ///
    /// Returns `None` if AV1 has no such block.
    #[must_use]
    pub fn new(width: usize, height: usize, tx_type: u8) -> Option<Self> {
        const SIDES: [usize; 5] = [4, 8, 16, 32, 64];
        let (columns, rows) = bases(tx_type)?;
        let block = Self {
            width,
            height,
            rows,
            columns,
        };
        let is_size = SIDES.contains(&width)
            && SIDES.contains(&height)
            && width.max(height) <= 4 * width.min(height);
        let longest = match (rows, columns) {
            (Basis::Walsh, _) => 4,
            (Basis::Dct, Basis::Dct) => 64,
            (Basis::Identity, Basis::Identity) => 32,
            _ => 16,
        };
        (is_size && width.max(height) <= longest).then_some(block)
    }

    /// The columns of coefficients that are coded.
    pub(crate) fn coded_width(self) -> usize {
        self.width.min(MAX_CODED)
    }

    /// The rows of coefficients that are coded, the distance from column to column.
    pub(crate) fn coded_height(self) -> usize {
        self.height.min(MAX_CODED)
    }

    /// Whether one side is twice the other: coefficients are scaled by 1 / √2 before (7.13.3).
    pub(crate) fn is_twice(self) -> bool {
        self.width == 2 * self.height || self.height == 2 * self.width
    }

    /// By how many bits rows are rounded before columns are transformed (7.13.3).
    pub(crate) fn row_shift(self) -> u32 {
        match self.width * self.height {
            16 | 32 => 0,
            64 | 128 => 1,
            512 | 2048 if self.is_twice() => 1,
            _ => 2,
        }
    }

    /// Returns how many columns and how many rows may hold coefficients, if the last coded one is at `eob` in scan order.
    pub(crate) fn extent(self, eob: usize) -> (usize, usize) {
        let (width, height) = (self.coded_width(), self.coded_height());
        let is_scanned_in_lines =
            (self.rows == Basis::Identity) != (self.columns == Basis::Identity);
        if is_scanned_in_lines || self.rows == Basis::Walsh {
            return (width, height);
        }
        // All others by diagonals.
        let (mut diagonal, mut before) = (0, 0);
        while diagonal < width + height - 1 {
            before += (diagonal + 1)
                .min(width.min(height))
                .min(width + height - 1 - diagonal);
            diagonal += 1;
            if before > eob {
                break;
            }
        }
        (diagonal.min(width), diagonal.min(height))
    }
}

/// The transforms of columns and of rows.
fn bases(tx_type: u8) -> Option<(Basis, Basis)> {
    use Basis::{Adst, Dct, FlipAdst, Identity, Walsh};
    Some(match tx_type {
        0 => (Dct, Dct),
        1 => (Adst, Dct),
        2 => (Dct, Adst),
        3 => (Adst, Adst),
        4 => (FlipAdst, Dct),
        5 => (Dct, FlipAdst),
        6 => (FlipAdst, FlipAdst),
        7 => (Adst, FlipAdst),
        8 => (FlipAdst, Adst),
        9 => (Identity, Identity),
        10 => (Dct, Identity),
        11 => (Identity, Dct),
        12 => (Adst, Identity),
        13 => (Identity, Adst),
        14 => (FlipAdst, Identity),
        15 => (Identity, FlipAdst),
        16 => (Walsh, Walsh),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_sizes_and_transforms_of_the_standard_are_blocks() {
        let blocks = |tx_type| {
            let sides = (0..=128).flat_map(|width| (0..=128).map(move |height| (width, height)));
            sides
                .filter(|&(width, height)| Block::new(width, height, tx_type).is_some())
                .count()
        };

        let counts: Vec<usize> = (0..=17).map(blocks).collect();

        // 19 sizes of which 5 have a side of 64, and 5 more one of 32.
        assert_eq!(counts[0], 19);
        assert_eq!(counts[9], 14);
        assert_eq!(counts[1..9], [9; 8]);
        assert_eq!(counts[10..16], [9; 6]);
        assert_eq!(counts[16..], [1, 0]);
    }

    #[test]
    fn the_shift_of_rows_is_that_of_the_standards_table() {
        let table = [
            (4, 4, 0),
            (8, 8, 1),
            (16, 16, 2),
            (32, 32, 2),
            (64, 64, 2),
            (4, 8, 0),
            (8, 16, 1),
            (16, 32, 1),
            (32, 64, 1),
            (4, 16, 1),
            (8, 32, 2),
            (16, 64, 2),
        ];

        for (short, long, shift) in table {
            assert_eq!(Block::new(short, long, 0).unwrap().row_shift(), shift);
            assert_eq!(Block::new(long, short, 0).unwrap().row_shift(), shift);
        }
    }

    #[test]
    fn the_extent_covers_every_position_up_to_the_end_of_block() {
        for (width, height) in [(4, 4), (4, 16), (16, 4), (8, 32), (64, 16), (64, 64)] {
            let block = Block::new(width, height, 0).unwrap();
            let (width, height) = (block.coded_width(), block.coded_height());
            let mut scan: Vec<(usize, usize)> = (0..width)
                .flat_map(|x| (0..height).map(move |y| (x, y)))
                .collect();
            scan.sort_by_key(|(x, y)| x + y);

            for (eob, (x, y)) in scan.iter().enumerate() {
                let (columns, rows) = block.extent(eob);

                // Of a diagonal it does not matter which end comes first.
                let last = x + y;
                assert_eq!(
                    (columns, rows),
                    ((last + 1).min(width), (last + 1).min(height))
                );
            }
        }
    }
}
