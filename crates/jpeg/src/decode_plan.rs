//! The plan of a decode: which MCUs, coefficients and weights a target needs.

use std::ops::Range;

use crate::coefficients::Kept;
use crate::frame::Frame;
use crate::header::Color;
use crate::resample::Geometry;
use crate::{Component, PixelRect, Planes, Target};

/// Which part of a photo is read, and to what it is resampled.
#[derive(Clone, Debug)]
pub(crate) struct DecodePlan {
    pub(crate) kept: Kept,
    /// For each component, the last zigzag index that is kept of its blocks.
    pub(crate) last: [usize; 4],
    /// Refinements that change a dequantized coefficient by less than this are not read.
    pub(crate) unseen: u32,
    /// For each component, the horizontal and the vertical axis.
    pub(crate) axes: [[Geometry; 2]; 4],
    /// The columns of MCUs that the target needs.
    pub(crate) columns: Range<usize>,
    /// The rows of MCUs that the target needs.
    pub(crate) rows: Range<usize>,
    /// The most rows of MCUs that two rows of samples need.
    pub(crate) rows_at_once: usize,
}

impl DecodePlan {
    pub(crate) const NO_AXES: [[Geometry; 2]; 4] = [[Geometry {
        samples: 1,
        start: 0.0,
        step: 1.0,
        results: 0,
        kept: 8,
    }; 2]; 4];

    pub(crate) fn new(frame: &Frame, color: Color, target: &Target) -> Self {
        let mut axes = Self::NO_AXES;
        for (index, axes) in axes[..frame.components().len()].iter_mut().enumerate() {
            *axes = component_axes(frame, color, target, index);
        }
        let used = axes[..frame.components().len()].as_flattened();
        let least_step = used
            .iter()
            .map(|axis| axis.step)
            .fold(f64::INFINITY, f64::min);
        let kept = match least_step >= CORNER_IS_ENOUGH {
            true => Kept::Corner,
            false => Kept::All,
        };
        for axis in axes.iter_mut().flatten() {
            axis.kept = kept.side();
        }
        Self {
            kept,
            last: [last_kept(kept); 4],
            unseen: if kept == Kept::Corner { UNSEEN } else { 0 },
            axes,
            columns: span(frame, axes.map(|axes| axes[0]), |component| component.h),
            rows: span(frame, axes.map(|axes| axes[1]), |component| component.v),
            rows_at_once: rows_at_once(frame, axes.map(|axes| axes[1])),
        }
    }

    /// Resizes planes to the target.
    pub(crate) fn shape(&self, frame: &Frame, planes: &mut Planes) {
        let axes = &self.axes[..frame.components().len()];
        planes.reshape(axes.iter().map(|axes| (axes[0].results, axes[1].results)));
    }
}

/// Returns a component's horizontal and vertical axis.
fn component_axes(frame: &Frame, color: Color, target: &Target, index: usize) -> [Geometry; 2] {
    let component = &frame.components()[index];
    let (across, down) = target.factors(color, index);
    let (width, height) = frame.component_size(component);
    let axis = |samples, start, length: f64, results: u32, shared: u32, ratio: f64| Geometry {
        samples,
        start: start * ratio,
        step: length / f64::from(results.max(1)) * f64::from(shared) * ratio,
        results: results.div_ceil(shared),
        kept: 8,
    };
    let h_ratio = f64::from(component.h) / f64::from(frame.h_max);
    let v_ratio = f64::from(component.v) / f64::from(frame.v_max);
    let (rect, size) = (target.rect, target.size);
    [
        axis(width, rect.x, rect.width, size.width, across, h_ratio),
        axis(height, rect.y, rect.height, size.height, down, v_ratio),
    ]
}

/// Returns the MCUs that the components need along one axis.
fn span(frame: &Frame, axes: [Geometry; 4], factor: fn(&Component) -> u8) -> Range<usize> {
    let spans = frame
        .components()
        .iter()
        .zip(&axes)
        .map(|(component, axis)| {
            let (blocks, factor) = (axis.blocks(), u32::from(factor(component)));
            blocks.start / factor..blocks.end.div_ceil(factor)
        });
    let joined = spans
        .reduce(|a, b| a.start.min(b.start)..a.end.max(b.end))
        .unwrap_or(0..0);
    joined.start as usize..joined.end as usize
}

fn rows_at_once(frame: &Frame, axes: [Geometry; 4]) -> usize {
    let rows = frame
        .components()
        .iter()
        .zip(&axes)
        .map(|(component, axis)| {
            // Lanczos3 reaches three steps to either side, and two rows of samples are made at once.
            let reach = 2.0 * 3.0 * axis.step.max(1.0) + axis.step + 2.0;
            ((reach / (8.0 * f64::from(component.v))).ceil() as usize).saturating_add(2)
        });
    rows.max().unwrap_or(1)
}

/// Returns where each component's samples of a part of the target begin, horizontally and vertically.
pub(crate) fn origins(color: Color, target: &Target, part: PixelRect) -> [(usize, usize); 4] {
    std::array::from_fn(|component| {
        let (across, down) = target.factors(color, component);
        ((part.x / across) as usize, (part.y / down) as usize)
    })
}

/// From this reduction on, the 4×4 coefficients of lowest frequency are enough.
const CORNER_IS_ENOUGH: f64 = 3.0;

/// A bit of this size changes a sample by at most 4, and a resampled one by less. `notes.md` says what reading it costs and gives.
const UNSEEN: u32 = 32;

/// Returns the last zigzag index that is kept. The 4×4 of lowest frequency reach to 24; `notes.md` says what stopping earlier gives.
fn last_kept(kept: Kept) -> usize {
    match kept {
        Kept::All => 63,
        Kept::Corner => 24,
    }
}
