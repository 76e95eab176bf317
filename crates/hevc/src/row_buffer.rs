//! Values in rows, of which the latest are kept.

use crate::error::{Error, Result};

/// So many rows of a picture as there is room for.
pub(crate) struct RowBuffer<T> {
    values: Vec<T>,
    width: usize,
    /// The first row that is kept.
    first: usize,
}

impl<T: Copy + Default> RowBuffer<T> {
    /// A buffer with room for `rows`, the first of a picture.
    pub(crate) fn new(width: usize, rows: usize) -> Result<Self> {
        let mut values = Vec::new();
        let count = width * rows;
        if values.try_reserve_exact(count).is_err() {
            return Err(Error::Unsupported("more samples than there is memory for"));
        }
        values.resize(count, T::default());
        Ok(Self {
            values,
            width,
            first: 0,
        })
    }

    /// Drops the rows before one of those that are kept, which makes room for as many more.
    pub(crate) fn drop_before(&mut self, row: usize) {
        let kept = self.index(0, row);
        self.values.copy_within(kept.., 0);
        self.first = row;
    }

    /// Where a value lies in [`values_mut`](Self::values_mut).
    #[inline(always)]
    pub(crate) fn index(&self, x: usize, y: usize) -> usize {
        (y - self.first) * self.width + x
    }

    /// All values that are kept.
    #[inline(always)]
    pub(crate) fn values_mut(&mut self) -> &mut [T] {
        &mut self.values
    }

    #[inline(always)]
    pub(crate) fn at(&self, x: usize, y: usize) -> T {
        self.values[self.index(x, y)]
    }

    #[inline(always)]
    pub(crate) fn at_mut(&mut self, x: usize, y: usize) -> &mut T {
        let index = self.index(x, y);
        &mut self.values[index]
    }

    /// The values from a place on to the end.
    #[inline(always)]
    pub(crate) fn values_from(&self, x: usize, y: usize) -> &[T] {
        &self.values[self.index(x, y)..]
    }

    #[inline(always)]
    pub(crate) fn values_from_mut(&mut self, x: usize, y: usize) -> &mut [T] {
        let index = self.index(x, y);
        &mut self.values[index..]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_keep_their_numbers_when_those_before_them_are_dropped() {
        let mut buffer = RowBuffer::new(2, 3).unwrap();
        for y in 0..3 {
            buffer.values_from_mut(0, y)[..2].copy_from_slice(&[10 * y, 10 * y + 1]);
        }

        buffer.drop_before(2);
        buffer.values_from_mut(0, 3)[..2].copy_from_slice(&[30, 31]);

        assert_eq!(buffer.values_from(1, 2)[..3], [21, 30, 31]);
    }
}
