//! Intra prediction (8.4.4.2): the samples of a block from those around it.

mod angular;
mod planar;
mod reference;

use simd::Level;

pub(crate) use reference::{Line, Reference, is_smoothed, smooth, smooth_strongly};

/// `INTRA_PLANAR`.
pub(crate) const PLANAR: u8 = 0;
/// `INTRA_DC`.
pub(crate) const DC: u8 = 1;
/// `INTRA_ANGULAR10`: straight from the left.
pub(crate) const HORIZONTAL: u8 = 10;
/// `INTRA_ANGULAR26`: straight from above.
pub(crate) const VERTICAL: u8 = 26;

/// How a block is predicted.
#[derive(Clone, Copy)]
pub(crate) struct Prediction {
    pub(crate) mode: u8,
    pub(crate) log2: u32,
    pub(crate) depth: u32,
    /// Whether the block's edges are smoothed towards its neighbors: luma up to 16 columns (8.4.4.2.5, 8.4.4.2.6).
    pub(crate) edges: Edges,
}

/// Which modes smooth the edges of a block.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edges {
    None,
    /// `disableIntraBoundaryFilter`.
    OnlyDc,
    All,
}

/// Predicts the block at the start of `samples`, whose rows are `stride` apart.
pub(crate) fn predict(
    level: Level,
    prediction: Prediction,
    line: &Line,
    samples: &mut [u16],
    stride: usize,
) {
    match prediction.log2 {
        2 => predict_sized::<4>(level, prediction, line, samples, stride),
        3 => predict_sized::<8>(level, prediction, line, samples, stride),
        4 => predict_sized::<16>(level, prediction, line, samples, stride),
        _ => predict_sized::<32>(level, prediction, line, samples, stride),
    }
}

fn predict_sized<const N: usize>(
    level: Level,
    prediction: Prediction,
    line: &Line,
    samples: &mut [u16],
    stride: usize,
) {
    let edges = prediction.edges;
    match prediction.mode {
        PLANAR => planar::planar::<N>(level, line, samples, stride),
        DC => planar::dc::<N>(level, line, samples, stride, edges != Edges::None),
        mode => {
            let smoothed = match edges == Edges::All {
                true => Some((1 << prediction.depth) - 1),
                false => None,
            };
            angular::angular::<N>(level, mode, line, samples, stride, smoothed);
        }
    }
}
