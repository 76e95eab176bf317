//! Resamples each row of the target as soon as the coefficients that it needs have been read.

use std::ops::Range;

use simd::Level;

use crate::Planes;
use crate::coefficients::{Coefficients, Kept};
use crate::decode_plan::DecodePlan;
use crate::resample::{Axes, BATCH_ROWS, RowBatch, Tap, horizontal, vertical};

/// The memory of the resampling.
#[derive(Debug, Default)]
pub(crate) struct Work {
    taps: Vec<Tap>,
    /// The rows of each component that are summed down their columns, but not yet along the rows.
    batches: [RowBatch; 4],
}

/// Resamples the components of one photo.
pub(crate) struct Resampler<'a> {
    level: Level,
    axes: &'a Axes,
    /// The horizontal and the vertical axis of each component, as indices into `axes`.
    chosen: [[usize; 2]; 4],
    /// The next row of results of each component.
    next: [usize; 4],
    /// Where in its plane each component's first result lies, horizontally and vertically.
    origins: [(usize, usize); 4],
    work: &'a mut Work,
}

impl<'a> Resampler<'a> {
    pub(crate) fn new(
        level: Level,
        axes: &'a mut Axes,
        work: &'a mut Work,
        plan: &DecodePlan,
        origins: [(usize, usize); 4],
    ) -> Self {
        let chosen = plan
            .axes
            .map(|of_component| of_component.map(|axis| axes.find(level, axis)));
        Self {
            level,
            axes,
            chosen,
            next: [0; 4],
            origins,
            work,
        }
    }

    /// Resamples all rows of results whose coefficients have been read, of which `mcu_row` is the last row.
    pub(crate) fn on_row(
        &mut self,
        coefficients: &Coefficients,
        mcu_row: usize,
        planes: &mut Planes,
    ) {
        for component in 0..planes.components().len() {
            let v = coefficients.layouts[component].v;
            let down = self.axes.axis(self.chosen[component][1]);
            while let (Some(&first), Some(&count)) = (
                down.first.get(self.next[component]),
                down.count.get(self.next[component]),
            ) && (first + count - 1) as usize / v <= mcu_row
            {
                self.resample_row(coefficients, component, planes);
                self.next[component] += 1;
            }
        }
    }

    /// Sums the next row of a component down its columns; along rows, eight are summed at a time.
    fn resample_row(&mut self, coefficients: &Coefficients, component: usize, planes: &mut Planes) {
        let [across, down] = self.chosen[component].map(|index| self.axes.axis(index));
        let result = self.next[component];
        let first = down.first[result] as usize;
        let rows = first..first + down.count[result] as usize;
        self.work
            .gather(coefficients, component, rows, down.weights_of(result));
        let layout = coefficients.layouts[component];
        let blocks = coefficients.columns.len() * layout.h;
        let batch = &mut self.work.batches[component];
        if result == 0 {
            let first_block = (coefficients.columns.start * layout.h) as u32;
            batch.lay_out(blocks * coefficients.kept.side(), first_block);
        }
        let row = &mut batch.push()[..blocks * coefficients.kept.side()];
        let sum = match coefficients.kept {
            Kept::Corner => vertical::<4>,
            Kept::All => vertical::<8>,
        };
        sum(self.level, coefficients.data(), &self.work.taps, row);
        let rows = batch.count();
        if rows == BATCH_ROWS || result + 1 == down.first.len() {
            let (x, y) = self.origins[component];
            let (samples, stride) = planes.rows_from_mut(component, y + result + 1 - rows);
            horizontal(self.level, batch, across, &mut samples[x..], stride);
        }
    }
}

impl Work {
    /// Gathers the block rows that a row of results needs, without those that have no data.
    fn gather(
        &mut self,
        coefficients: &Coefficients,
        component: usize,
        rows: Range<usize>,
        weights: &[i16],
    ) {
        let side = coefficients.kept.side();
        self.taps.clear();
        for (row, weights) in rows.zip(weights.chunks_exact(side)) {
            if let Some(start) = coefficients.block_row_start(component, row) {
                let mut tap = Tap {
                    start,
                    weights: [0; 8],
                };
                tap.weights[..side].copy_from_slice(weights);
                self.taps.push(tap);
            }
        }
    }
}
