//! Which coefficients are not zero: what decoding a refinement scan depends on (T.81, G.1.2.3).

use std::ops::Range;

/// A bit for each zigzag index of each block of one component, kept or not.
#[derive(Debug, Default)]
pub(crate) struct History {
    /// Blocks in a row.
    columns: usize,
    /// Grows as rows are read.
    blocks: Vec<u64>,
}

impl History {
    /// Clears everything, for another photo.
    pub(crate) fn forget(&mut self) {
        self.blocks.clear();
    }

    /// Sets how many blocks a row has.
    pub(crate) fn set_columns(&mut self, columns: usize) {
        self.columns = columns;
    }

    /// Returns some columns of a row of blocks, to be updated.
    pub(crate) fn row_mut(&mut self, row: usize, columns: Range<usize>) -> &mut [u64] {
        let end = (row + 1) * self.columns;
        if self.blocks.len() < end {
            self.blocks.resize(end, 0);
        }
        let start = row * self.columns;
        &mut self.blocks[start + columns.start..start + columns.end]
    }
}
