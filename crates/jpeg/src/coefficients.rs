//! The storage of kept coefficients, one MCU row after the other: either all of them or a ring of a few.

use std::ops::Range;

use crate::Component;
use crate::quantization::ZIGZAG;

/// How many coefficients are reached from a block's first: as many as positions have values, so that none needs a check. Only those up
/// to the one behind the block are written.
pub(crate) const BLOCK_REACH: usize = 256;

/// Which coefficients of each block are kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kept {
    /// The 4×4 of lowest frequency.
    Corner,
    /// All 64.
    All,
}

impl Kept {
    /// Rows and columns of frequencies.
    pub(crate) const fn side(self) -> usize {
        match self {
            Self::Corner => 4,
            Self::All => 8,
        }
    }

    /// Returns the coefficients of a block.
    pub(crate) const fn len(self) -> usize {
        self.side() * self.side()
    }

    /// Returns where in its block the coefficient of this row and column is stored, if it is kept:
    ///
    /// ```text
    /// 4×4   (0,0) (1,0) (0,1) (1,1) (0,2) (1,2) (0,3) (1,3)
    ///       (2,0) (3,0) (2,1) (3,1) (2,2) (3,2) (2,3) (3,3)
    /// ```
    ///
    /// Two rows are interleaved because processors multiply and add pairs.
    pub(crate) const fn position(self, row: usize, column: usize) -> Option<usize> {
        let side = self.side();
        if row < side && column < side {
            Some(row / 2 * (2 * side) + column * 2 + row % 2)
        } else {
            None
        }
    }

    /// Returns the position in the block of each zigzag index, and one behind the block for indices that are not kept.
    pub(crate) fn positions(self) -> &'static [u8; 256] {
        static CORNER: [u8; 256] = Kept::Corner.all_positions();
        static ALL: [u8; 256] = Kept::All.all_positions();
        match self {
            Self::Corner => &CORNER,
            Self::All => &ALL,
        }
    }

    const fn all_positions(self) -> [u8; 256] {
        let mut positions = [self.len() as u8; 256];
        let mut index = 0;
        while index < ZIGZAG.len() {
            let (row, column) = (ZIGZAG[index] as usize / 8, ZIGZAG[index] as usize % 8);
            if let Some(position) = self.position(row, column) {
                positions[index] = position as u8;
            }
            index += 1;
        }
        positions
    }

    /// Returns what is kept if a block has this many coefficients.
    #[inline(always)]
    pub(crate) fn of_len(len: usize) -> Self {
        if len == Self::Corner.len() {
            Self::Corner
        } else {
            Self::All
        }
    }
}

/// Where a component's blocks are in an MCU row.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Layout {
    pub(crate) h: usize,
    pub(crate) v: usize,
    /// Where in the MCU row the first block lies.
    offset: usize,
    /// From block row to block row.
    stride: usize,
}

/// The coefficients of a region of the photo.
#[derive(Debug)]
pub(crate) struct Coefficients {
    pub(crate) kept: Kept,
    /// How many coefficients of a block are stored: those that are kept, or the DC alone.
    pub(crate) block: usize,
    /// The MCU columns that are kept.
    pub(crate) columns: Range<usize>,
    /// The MCU rows that are kept.
    pub(crate) rows: Range<usize>,
    pub(crate) layouts: [Layout; 4],
    row_len: usize,
    /// Whether later rows reuse the memory of earlier ones.
    is_ring: bool,
    /// How many MCU rows are stored at a time.
    capacity: usize,
    /// Grows as rows are written: a header that claims many rows allocates nothing.
    data: Vec<i16>,
}

impl Default for Coefficients {
    fn default() -> Self {
        Self {
            kept: Kept::Corner,
            block: Kept::Corner.len(),
            columns: 0..0,
            rows: 0..0,
            layouts: [Layout::default(); 4],
            row_len: 0,
            is_ring: false,
            capacity: 1,
            data: Vec::new(),
        }
    }
}

impl Coefficients {
    /// Makes room for a region: a ring of so many MCU rows, or all of them.
    pub(crate) fn lay_out(
        &mut self,
        components: &[Component],
        kept: Kept,
        columns: Range<usize>,
        rows: Range<usize>,
        ring: Option<usize>,
    ) {
        (self.kept, self.block) = (kept, kept.len());
        self.lay_out_blocks(components, columns, rows, ring);
    }

    /// Makes room for the DC coefficients of a region only: a ring of so many MCU rows, or all of them.
    pub(crate) fn lay_out_dc(
        &mut self,
        components: &[Component],
        columns: Range<usize>,
        rows: Range<usize>,
        ring: Option<usize>,
    ) {
        self.block = 1;
        self.lay_out_blocks(components, columns, rows, ring);
    }

    fn lay_out_blocks(
        &mut self,
        components: &[Component],
        columns: Range<usize>,
        rows: Range<usize>,
        ring: Option<usize>,
    ) {
        let mut offset = 0;
        self.layouts = [Layout::default(); 4];
        for (layout, component) in self.layouts.iter_mut().zip(components) {
            let (h, v) = (usize::from(component.h), usize::from(component.v));
            // Coefficients that are not kept are written to the block behind each row.
            let stride = (columns.len() * h + 1) * self.block;
            *layout = Layout {
                h,
                v,
                offset,
                stride,
            };
            offset += v * stride;
        }
        let rows_len = rows.len().max(1);
        (self.columns, self.rows) = (columns, rows);
        self.row_len = offset + BLOCK_REACH;
        self.is_ring = ring.is_some();
        self.capacity = ring.unwrap_or(usize::MAX).clamp(1, rows_len);
        self.data.clear();
    }

    /// Returns how many bytes the rows that are stored at a time take.
    pub(crate) fn bytes(&self) -> u64 {
        self.row_len as u64 * 2 * self.capacity.min(self.rows.len()) as u64
    }

    fn start(&self, mcu_row: usize) -> usize {
        (mcu_row - self.rows.start) % self.capacity * self.row_len
    }

    /// Returns an MCU row to be written. It is zero if it was never written before.
    pub(crate) fn row_mut(&mut self, mcu_row: usize) -> &mut [i16] {
        let start = self.start(mcu_row);
        let end = start + self.row_len;
        if self.data.len() < end {
            self.data.resize(end, 0);
        }
        &mut self.data[start..end]
    }

    /// Returns where in its MCU row a block lies, counted from the first kept column.
    pub(crate) fn offset(&self, component: usize, row_in_mcu: usize, column: usize) -> usize {
        let layout = &self.layouts[component];
        layout.offset + row_in_mcu * layout.stride + column * self.block
    }

    /// Returns an MCU row whose data is missing, to be filled; `None` if that would allocate memory for a row that never came.
    pub(crate) fn fillable_row_mut(&mut self, mcu_row: usize) -> Option<&mut [i16]> {
        let is_touched = self.data.len() >= self.start(mcu_row) + self.row_len;
        (self.is_ring || is_touched).then(|| self.row_mut(mcu_row))
    }

    /// Returns everything that is stored.
    pub(crate) fn data(&self) -> &[i16] {
        &self.data
    }

    /// Returns where a component's row of blocks begins, from the first kept column on; `None` if no data came.
    pub(crate) fn block_row_start(&self, component: usize, block_row: usize) -> Option<usize> {
        let layout = &self.layouts[component];
        let start =
            self.start(block_row / layout.v) + self.offset(component, block_row % layout.v, 0);
        (start + layout.stride <= self.data.len()).then_some(start)
    }

    /// Returns a component's row of blocks from the first kept column on; empty if no data came.
    pub(crate) fn block_row(&self, component: usize, block_row: usize) -> &[i16] {
        let start = self.block_row_start(component, block_row);
        let len = self.layouts[component].stride - self.block;
        start.map_or(&[], |start| &self.data[start..start + len])
    }

    /// Like [`block_row`](Self::block_row), to be changed.
    pub(crate) fn block_row_mut(&mut self, component: usize, block_row: usize) -> &mut [i16] {
        let layout = &self.layouts[component];
        let start =
            self.start(block_row / layout.v) + self.offset(component, block_row % layout.v, 0);
        let end = start + layout.stride - self.block;
        self.data.get_mut(start..end).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kept_coefficient_has_its_own_position() {
        for kept in [Kept::Corner, Kept::All] {
            let mut places: Vec<_> = kept.positions()[..64].to_vec();
            places.sort_unstable();
            places.dedup();

            let expected = if kept == Kept::All { 64 } else { 17 };
            assert_eq!(places.len(), expected);
            assert!(
                kept.positions()[64..]
                    .iter()
                    .all(|&place| usize::from(place) == kept.len())
            );
        }
    }

    #[test]
    fn rows_reuse_memory_in_a_ring() {
        let components = [
            Component {
                h: 2,
                v: 2,
                ..Component::default()
            },
            Component {
                h: 1,
                v: 1,
                ..Component::default()
            },
        ];
        let mut coefficients = Coefficients::default();
        coefficients.lay_out(&components, Kept::Corner, 3..5, 7..20, Some(2));

        let offset = coefficients.offset(0, 1, 3);
        coefficients.row_mut(8)[offset] = 99;

        assert_eq!(coefficients.block_row_mut(0, 17)[3 * 16], 99);
        assert_eq!(coefficients.block_row_mut(0, 21)[3 * 16], 99);
        assert_eq!(coefficients.block_row_mut(1, 8).len(), 2 * 16);
    }
}
