//! Which coefficients are known not to be zero: what a refinement scan must know to be read (T.81, G.1.2.3).

use std::ops::Range;

/// A bit for each zigzag index of each block of one component, kept and not kept.
#[derive(Debug, Default)]
pub(crate) struct History {
    /// Blocks in a row.
    columns: usize,
    /// Grows with the rows that are touched.
    blocks: Vec<u64>,
}

impl History {
    /// Forgets all, for another photo.
    pub(crate) fn forget(&mut self) {
        self.blocks.clear();
    }

    /// How many blocks a row has.
    pub(crate) fn set_columns(&mut self, columns: usize) {
        self.columns = columns;
    }

    /// A part of a row of blocks.
    pub(crate) fn row_mut(&mut self, row: usize, columns: Range<usize>) -> &mut [u64] {
        let end = (row + 1) * self.columns;
        if self.blocks.len() < end {
            self.blocks.resize(end, 0);
        }
        let start = row * self.columns;
        &mut self.blocks[start + columns.start..start + columns.end]
    }
}
