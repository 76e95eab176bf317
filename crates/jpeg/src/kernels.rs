//! The decoder's kernels by themselves, for this crate's benchmarks; not part of the interface.

use simd::Level;

use crate::coefficients::Kept;
use crate::dequantize;
use crate::resample::{self, Axes, BATCH_ROWS, Geometry, RESULTS_AT_ONCE, RowBatch, Tap};

/// Rows of blocks, and everything that the kernels need to make rows of a picture of them.
#[derive(Debug)]
pub struct Bench {
    kept: Kept,
    coefficients: Vec<i16>,
    steps: [i16; 64],
    halves: [i16; 64],
    taps: Vec<Tap>,
    axes: Axes,
    batch: RowBatch,
    row_len: usize,
    samples: Vec<u8>,
}

impl Bench {
    /// Prepares a photo of this width, reduced to this many results in a row; if they are a third or fewer, 4×4 coefficients are kept.
    #[must_use]
    pub fn new(width: u32, results: u32) -> Self {
        let step = f64::from(width) / f64::from(results);
        let kept = if step >= 3.0 { Kept::Corner } else { Kept::All };
        let geometry = Geometry {
            samples: width,
            start: 0.0,
            step,
            results,
            kept: kept.side(),
        };
        let mut axes = Axes::default();
        let axis = axes.find(Level::Scalar, geometry);
        let blocks = width as usize / 8;
        let count = axes.axis(axis).count[results as usize / 2] as usize;
        let coefficients = (0..count * blocks * kept.len())
            .map(|place| (place * 7919 % 61) as i16 - 30)
            .collect();
        let tap = |row: usize| Tap {
            start: row * blocks * kept.len(),
            weights: [[1000, -300, 200, 100, 50, 20, 10, 5]; 2],
        };
        Self {
            kept,
            coefficients,
            steps: [3; 64],
            halves: [1; 64],
            taps: (0..count).map(tap).collect(),
            batch: RowBatch::default(),
            row_len: blocks * kept.side(),
            axes,
            samples: vec![0; results as usize * BATCH_ROWS],
        }
    }

    /// Multiplies all coefficients by their steps.
    pub fn dequantize(&mut self, level: Level) {
        match self.kept {
            Kept::Corner => {
                dequantize::dequantize::<16>(level, &mut self.coefficients, &self.steps)
            }
            Kept::All => dequantize::dequantize::<64>(level, &mut self.coefficients, &self.steps),
        }
    }

    /// Moves all coefficients to the middle of their intervals.
    pub fn to_midpoint(&mut self, level: Level) {
        match self.kept {
            Kept::Corner => {
                dequantize::to_midpoint::<16>(level, &mut self.coefficients, &self.halves)
            }
            Kept::All => dequantize::to_midpoint::<64>(level, &mut self.coefficients, &self.halves),
        }
    }

    /// Sums the columns of blocks for eight rows of the picture.
    pub fn vertical(&mut self, level: Level) {
        self.batch.lay_out(self.row_len, 0);
        let sum = match self.kept {
            Kept::Corner => resample::vertical::<4>,
            Kept::All => resample::vertical::<8>,
        };
        for _ in 0..BATCH_ROWS / RESULTS_AT_ONCE {
            let rows = self.batch.push(RESULTS_AT_ONCE);
            let rows = rows.map(|row| &mut row[..self.row_len]);
            sum(level, &self.coefficients, &self.taps, rows);
        }
    }

    /// Sums eight rows of the picture.
    pub fn horizontal(&mut self, level: Level) {
        self.batch.lay_out(self.row_len, 0);
        for _ in 0..BATCH_ROWS / RESULTS_AT_ONCE {
            self.batch.push(RESULTS_AT_ONCE);
        }
        let axis = self.axes.axis(0);
        let stride = self.samples.len() / BATCH_ROWS;
        resample::horizontal(level, &mut self.batch, axis, &mut self.samples, stride);
    }
}

/// Returns the samples of a block.
#[must_use]
pub fn idct(block: &[i16; 64]) -> [u8; 64] {
    crate::idct::idct(block)
}
