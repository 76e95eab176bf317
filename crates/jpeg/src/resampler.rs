//! Resamples each row of the target as soon as the coefficients that it needs have been read.

use std::ops::Range;

use simd::Level;

use crate::Planes;
use crate::coefficients::{Coefficients, Kept};
use crate::decode_plan::DecodePlan;
use crate::resample::{
    Axes, Axis, BATCH_ROWS, RESULTS_AT_ONCE, RowBatch, Tap, horizontal, vertical,
};

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
            while let Some(results) = down.results_from(self.next[component])
                && (down.end(results.end - 1) - 1) / v <= mcu_row
            {
                self.next[component] = results.end;
                self.resample_rows(coefficients, component, results, planes);
            }
        }
    }

    /// Sums results of a component down its columns; along rows, eight are summed at a time.
    fn resample_rows(
        &mut self,
        coefficients: &Coefficients,
        component: usize,
        results: Range<usize>,
        planes: &mut Planes,
    ) {
        let [across, down] = self.chosen[component].map(|index| self.axes.axis(index));
        self.work.gather(coefficients, component, &results, down);
        let layout = coefficients.layouts[component];
        let frequencies = coefficients.columns.len() * layout.h * coefficients.kept.side();
        let batch = &mut self.work.batches[component];
        if results.start == 0 {
            let first_block = (coefficients.columns.start * layout.h) as u32;
            batch.lay_out(frequencies, first_block);
        }
        let rows = batch.push(results.len()).map(|row| &mut row[..frequencies]);
        let sum = match coefficients.kept {
            Kept::Corner => vertical::<4>,
            Kept::All => vertical::<8>,
        };
        sum(self.level, coefficients.data(), &self.work.taps, rows);
        let rows = batch.count();
        if rows == BATCH_ROWS || results.end == down.first.len() {
            let (x, y) = self.origins[component];
            let (samples, stride) = planes.rows_from_mut(component, y + results.end - rows);
            horizontal(self.level, batch, across, &mut samples[x..], stride);
        }
    }
}

impl Work {
    /// Gathers the block rows that results need, without those that have no data.
    fn gather(
        &mut self,
        coefficients: &Coefficients,
        component: usize,
        results: &Range<usize>,
        down: &Axis,
    ) {
        self.taps.clear();
        let first = down.first[results.start] as usize;
        for row in first..down.end(results.end - 1) {
            if let Some(start) = coefficients.block_row_start(component, row) {
                let mut tap = Tap {
                    start,
                    weights: [[0; 8]; RESULTS_AT_ONCE],
                };
                for (weights, result) in tap.weights.iter_mut().zip(results.clone()) {
                    let of_row = down.weights_of_block(result, row);
                    weights[..of_row.len()].copy_from_slice(of_row);
                }
                self.taps.push(tap);
            }
        }
    }
}
