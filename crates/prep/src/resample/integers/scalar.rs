//! The reference.

use std::ops::Range;

use super::{ROW_BITS, offset};
use crate::resample::axis::Axis;
use crate::resample::passes::{Column, ROWS, Waiting};

pub(super) fn gather(rows: Waiting<'_, u8>, channels: usize, columns: &mut [Column<i16>]) {
    for (index, column) in columns.iter_mut().enumerate() {
        let (pair, channel) = (index / channels, index % channels);
        let place = rows.start + 2 * pair * channels + channel;
        for (row, samples) in column.as_chunks_mut::<2>().0.iter_mut().enumerate() {
            let place = place + row * rows.stride;
            *samples = [place, place + channels].map(|place| rows.samples[place].into());
        }
    }
}

pub(super) fn along(
    columns: &[Column<i16>],
    first: usize,
    axis: &Axis<i16>,
    results: Range<usize>,
    channels: usize,
    reduced: &mut [[i16; ROWS]],
) {
    let bits = axis.fractional_bits();
    for (result, reduced) in results.zip(reduced.chunks_exact_mut(channels)) {
        let start = (axis.pairs(result).start - first) * channels;
        for (channel, reduced) in reduced.iter_mut().enumerate() {
            let columns = columns[start + channel..].iter().step_by(channels);
            let mut sums = [offset(bits); ROWS];
            for (column, [left, right]) in columns.zip(axis.weights(result)) {
                for (sum, samples) in sums.iter_mut().zip(column.as_chunks::<2>().0) {
                    *sum += i32::from(samples[0]) * i32::from(*left)
                        + i32::from(samples[1]) * i32::from(*right);
                }
            }
            *reduced = sums.map(|sum| saturate(sum >> (bits - ROW_BITS)));
        }
    }
}

fn saturate(sample: i32) -> i16 {
    sample.clamp(i16::MIN.into(), i16::MAX.into()) as i16
}

pub(super) fn down(rows: &[&[[i16; 2]]], weights: &[[i16; 2]], line: &mut [i32]) {
    line.fill(0);
    for (row, [upper, lower]) in rows.iter().zip(weights) {
        for (sum, samples) in line.iter_mut().zip(*row) {
            *sum += i32::from(samples[0]) * i32::from(*upper)
                + i32::from(samples[1]) * i32::from(*lower);
        }
    }
}
