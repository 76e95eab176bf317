//! Prediction of whole macroblocks (RFC 6386, 12.2 and 12.3).

use crate::modes::Mode;
use crate::picture::Samples;

/// What stands for samples above the frame, and to the left of it.
pub(crate) const ABOVE: u8 = 127;
pub(crate) const LEFT: u8 = 129;

/// The samples above `SIDE` columns, those to the left of as many rows, and the one above and to the left.
pub(crate) struct Edges<const SIDE: usize> {
    pub(crate) above: [u8; SIDE],
    pub(crate) left: [u8; SIDE],
    pub(crate) corner: u8,
    has_above: bool,
    has_left: bool,
}

impl<const SIDE: usize> Edges<SIDE> {
    /// The edges of the macroblock whose samples begin in this row and column.
    #[inline(always)]
    pub(crate) fn of(samples: &Samples, row: usize, column: usize) -> Self {
        let (values, stride) = (&samples.values, samples.stride);
        let at = samples.at([row, column]);
        let (has_above, has_left) = (row > 0, column > 0);
        let mut edges = Self {
            above: [ABOVE; SIDE],
            left: [LEFT; SIDE],
            corner: match (has_above, has_left) {
                (true, true) => values[at - stride - 1],
                (true, false) => LEFT,
                (false, _) => ABOVE,
            },
            has_above,
            has_left,
        };
        if has_above {
            edges.above.copy_from_slice(&values[at - stride..][..SIDE]);
        }
        if has_left {
            let column = values[at - 1..].iter().step_by(stride);
            for (left, &sample) in edges.left.iter_mut().zip(column) {
                *left = sample;
            }
        }
        edges
    }

    /// Predicts `SIDE` rows and columns of samples, `stride` apart.
    #[inline(always)]
    pub(crate) fn predict(&self, mode: Mode, samples: &mut [u8], stride: usize) {
        let rows = samples.chunks_mut(stride).take(SIDE).zip(self.left);
        match mode {
            Mode::Dc => {
                let mean = self.mean();
                rows.for_each(|(row, _)| row[..SIDE].fill(mean));
            }
            Mode::Vertical => rows.for_each(|(row, _)| row[..SIDE].copy_from_slice(&self.above)),
            Mode::Horizontal => rows.for_each(|(row, left)| row[..SIDE].fill(left)),
            Mode::TrueMotion => {
                for (row, left) in rows {
                    true_motion(&mut row[..SIDE], &self.above, left, self.corner);
                }
            }
        }
    }

    /// The mean of the edges that are in the frame.
    #[inline(always)]
    fn mean(&self) -> u8 {
        let sum = |edge: &[u8; SIDE]| edge.iter().map(|&sample| u32::from(sample)).sum::<u32>();
        let side = SIDE as u32;
        let mean = match (self.has_above, self.has_left) {
            (true, true) => (sum(&self.above) + sum(&self.left) + side) / (2 * side),
            (true, false) => (sum(&self.above) + side / 2) / side,
            (false, true) => (sum(&self.left) + side / 2) / side,
            (false, false) => 128,
        };
        mean as u8
    }
}

/// Predicts a row: left plus above minus the corner.
#[inline(always)]
pub(crate) fn true_motion(row: &mut [u8], above: &[u8], left: u8, corner: u8) {
    let difference = i16::from(left) - i16::from(corner);
    for (sample, &above) in row.iter_mut().zip(above) {
        *sample = (i16::from(above) + difference).clamp(0, 255) as u8;
    }
}
