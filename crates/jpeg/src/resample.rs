//! Resampling in the DCT domain: from coefficients to samples of the wanted size, with no picture in between.
//!
//! A sample is a sum of coefficients times cosines (T.81, A.3.3), a resampled sample a sum of samples times weights. Both
//! sums in one are a sum of coefficients times folded weights, first down the columns, then along the rows.

pub(crate) mod axis;
mod horizontal;
mod vertical;

pub(crate) use axis::{Axes, Axis, Geometry};
pub(crate) use horizontal::{BATCH_ROWS, RowBatch, horizontal};
pub(crate) use vertical::{RESULTS_AT_ONCE, Tap, vertical};

/// Fractional bits of the folded weights: none is larger than about 0.6.
const WEIGHT_BITS: u32 = 15;

/// Fractional bits between the passes: a row reaches about ±600, or ±19200 of the 32767 that fit.
const ROW_BITS: u32 = 5;
