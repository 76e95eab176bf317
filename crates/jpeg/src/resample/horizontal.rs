//! The second pass: along rows of frequencies, from frequencies to samples, eight rows at a time.
//!
//! A result's weights are the same in every row: one broadcast serves eight rows, and no sum runs across a register.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "aarch64")]
mod neon;
mod scalar;

use simd::Level;

use super::{Axis, RESULTS_AT_ONCE};

/// How many rows are summed together: as many as a register has sums of 32 bits.
pub(crate) const BATCH_ROWS: usize = 8;

/// Up to eight rows of frequencies. Its memory is reused.
#[derive(Debug, Default)]
pub(crate) struct RowBatch {
    /// Eight rows, of which the first `count` are filled.
    frequencies: Vec<i16>,
    row_len: usize,
    count: usize,
    /// The block with which rows begin, counted from the photo's edge.
    first_block: u32,
    /// The rows transposed, two frequencies at a time: AVX2 has them by turns, row by row, NEON one after the other.
    columns: Vec<[i16; 2 * BATCH_ROWS]>,
}

impl RowBatch {
    /// Makes room for rows of so many frequencies, which begin with this block.
    pub(crate) fn lay_out(&mut self, frequencies: usize, first_block: u32) {
        // A register transposes eight pairs at once.
        self.row_len = frequencies.next_multiple_of(16);
        self.count = 0;
        self.first_block = first_block;
        self.frequencies.clear();
        self.frequencies.resize(self.row_len * BATCH_ROWS, 0);
        self.columns.clear();
        self.columns.resize(self.row_len / 2, [0; 2 * BATCH_ROWS]);
    }

    /// Returns how many rows are filled.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// Adds one row or two and returns the frequencies of two, to be overwritten. There is room if none but the last was added alone.
    pub(crate) fn push(&mut self, count: usize) -> [&mut [i16]; RESULTS_AT_ONCE] {
        let start = self.count * self.row_len;
        self.count += count;
        let (first, second) =
            self.frequencies[start..][..RESULTS_AT_ONCE * self.row_len].split_at_mut(self.row_len);
        [first, second]
    }

    /// Writes these results of the filled rows, up to eight of each.
    #[cfg(any(target_arch = "aarch64", target_arch = "x86_64"))]
    #[inline(always)]
    fn write(
        &self,
        rows: &[[u8; 8]; BATCH_ROWS],
        results: std::ops::Range<usize>,
        samples: &mut [u8],
        stride: usize,
    ) {
        let starts = (0..self.count).map(|row| row * stride + results.start);
        for (row, start) in rows.iter().zip(starts) {
            if results.len() == 8
                && let Some(samples) = samples
                    .get_mut(start..)
                    .and_then(<[u8]>::first_chunk_mut::<8>)
            {
                *samples = *row;
            } else {
                samples[start..start + results.len()].copy_from_slice(&row[..results.len()]);
            }
        }
    }

    fn row(&self, row: usize) -> &[i16] {
        &self.frequencies[row * self.row_len..][..self.row_len]
    }
}

/// Sums the rows into samples of 0 to 255, and empties the batch.
///
/// The first row's samples begin `samples`, each further row's come `stride` samples after the one before.
pub(crate) fn horizontal(
    level: Level,
    batch: &mut RowBatch,
    axis: &Axis,
    samples: &mut [u8],
    stride: usize,
) {
    match level {
        #[cfg(target_arch = "x86_64")]
        Level::Avx2(avx2) => avx2::horizontal(avx2, batch, axis, samples, stride),
        #[cfg(target_arch = "aarch64")]
        Level::Neon(neon) => neon::horizontal(neon, batch, axis, samples, stride),
        _ => scalar::horizontal(batch, axis, samples, stride),
    }
    batch.count = 0;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resample::{Axes, Geometry};

    #[test]
    fn all_levels_give_the_same_bits() {
        for (step, results, kept) in [(4.725, 61, 4), (1.5, 130, 8), (0.5, 99, 8), (20.0, 9, 4)] {
            let geometry = Geometry {
                samples: 500,
                start: 17.3,
                step,
                results,
                kept,
            };
            let mut axes = Axes::default();
            let index = axes.find(Level::Scalar, geometry);
            let axis = axes.axis(index);
            let blocks = geometry.blocks();
            let (width, stride) = (results as usize, results as usize + 3);
            for rows in 1..=BATCH_ROWS {
                let mut batch = RowBatch::default();
                let fill = |batch: &mut RowBatch| {
                    batch.lay_out(blocks.len() * kept, blocks.start);
                    for start in (0..rows).step_by(2) {
                        for (row, frequencies) in
                            (start as i64..).zip(batch.push((rows - start).min(2)))
                        {
                            for (index, frequency) in (row * 99..).zip(frequencies) {
                                *frequency = (index * index * 7919 % 20001 - 10000) as i16;
                            }
                        }
                    }
                };
                let mut expected = vec![7; stride * (rows - 1) + width];
                fill(&mut batch);
                scalar::horizontal(&batch, axis, &mut expected, stride);

                for level in Level::available() {
                    let mut actual = vec![7; stride * (rows - 1) + width];
                    fill(&mut batch);
                    horizontal(level, &mut batch, axis, &mut actual, stride);
                    assert!(actual == expected, "{level:?}, step {step}, {rows} rows");
                }
            }
        }
    }
}
