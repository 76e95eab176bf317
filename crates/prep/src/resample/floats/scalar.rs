//! The reference.

use crate::resample::passes::{ROWS, Waiting};

pub(super) fn gather(rows: Waiting<'_, f32>, samples: &mut [[f32; ROWS]]) {
    for (index, sample) in samples.iter_mut().enumerate() {
        for (row, sample) in sample.iter_mut().enumerate() {
            *sample = rows.samples[row * rows.stride + rows.start + index];
        }
    }
}
