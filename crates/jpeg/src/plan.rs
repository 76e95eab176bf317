//! What of the photo a square needs: which MCUs, which coefficients, which weights.

use std::ops::Range;

use crate::coefficients::Kept;
use crate::frame::Frame;
use crate::header::Color;
use crate::resample::Geometry;
use crate::{Chroma, Part, Planes, Rect};

/// Which part of a photo is read, and what becomes of it.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) kept: Kept,
    /// The last zigzag index that is wanted of a component's blocks.
    pub(crate) last: [usize; 4],
    /// Bits of coefficients that are smaller than this, dequantized, need not be read where they are read apart.
    pub(crate) unseen: u32,
    /// From left to right and from top to bottom, for each component.
    pub(crate) axes: [[Geometry; 2]; 4],
    /// The MCUs that any result needs.
    pub(crate) columns: Range<usize>,
    pub(crate) rows: Range<usize>,
    /// How many rows of MCUs a row of results needs at most.
    pub(crate) rows_at_once: usize,
}

impl Plan {
    pub(crate) const NO_AXES: [[Geometry; 2]; 4] = [[Geometry {
        samples: 1,
        start: 0.0,
        step: 1.0,
        results: 0,
        kept: 8,
    }; 2]; 4];

    pub(crate) fn new(
        frame: &Frame,
        color: Color,
        rect: Rect,
        size: (u32, u32),
        chroma: Chroma,
    ) -> Self {
        let steps = |shared: (u32, u32)| {
            (
                rect.width / f64::from(size.0.max(1)) * f64::from(shared.0),
                rect.height / f64::from(size.1.max(1)) * f64::from(shared.1),
            )
        };
        let mut least = f64::INFINITY;
        let mut geometries = Self::NO_AXES;
        for (index, component) in frame.components().iter().enumerate() {
            let is_chroma = color == Color::YCbCr && index > 0;
            let shared = if is_chroma {
                chroma.shared_by()
            } else {
                (1, 1)
            };
            let (across, down) = steps(shared);
            let (width, height) = frame.component_size(component);
            let ratios = (
                f64::from(component.h) / f64::from(frame.h_max),
                f64::from(component.v) / f64::from(frame.v_max),
            );
            let axis = |samples, start, step, ratio, results| Geometry {
                samples,
                start: start * ratio,
                step: step * ratio,
                results,
                kept: 8,
            };
            geometries[index] = [
                axis(width, rect.x, across, ratios.0, size.0.div_ceil(shared.0)),
                axis(height, rect.y, down, ratios.1, size.1.div_ceil(shared.1)),
            ];
            least = geometries[index]
                .iter()
                .map(|geometry| geometry.step)
                .fold(least, f64::min);
        }
        let kept = if least >= CORNER_IS_ENOUGH {
            Kept::Corner
        } else {
            Kept::All
        };
        for axis in geometries.iter_mut().flatten() {
            axis.kept = kept.side();
        }
        let span = |axis: usize, factor: fn(&crate::Component) -> u8| {
            let spans = frame
                .components()
                .iter()
                .zip(&geometries)
                .map(|(component, axes)| {
                    let (blocks, factor) = (axes[axis].blocks(), u32::from(factor(component)));
                    blocks.start / factor..blocks.end.div_ceil(factor)
                });
            let joined = spans
                .reduce(|a, b| a.start.min(b.start)..a.end.max(b.end))
                .unwrap_or(0..0);
            joined.start as usize..joined.end as usize
        };
        let rows_at_once = frame
            .components()
            .iter()
            .zip(&geometries)
            .map(|(component, axes)| {
                let reach = 2.0 * 3.0 * axes[1].step.max(1.0) + 2.0;
                ((reach / (8.0 * f64::from(component.v))).ceil() as usize).saturating_add(2)
            });
        Self {
            kept,
            last: [last_wanted(kept); 4],
            unseen: if kept == Kept::Corner { UNSEEN } else { 0 },
            axes: geometries,
            columns: span(0, |component| component.h),
            rows: span(1, |component| component.v),
            rows_at_once: rows_at_once.max().unwrap_or(1),
        }
    }
}

impl Plan {
    /// Gives a picture the shape of what is planned.
    pub(crate) fn shape(&self, frame: &Frame, picture: &mut Planes) {
        let axes = &self.axes[..frame.components().len()];
        picture.reshape(axes.iter().map(|axes| (axes[0].results, axes[1].results)));
    }

    /// Where each component's samples of a part of the picture begin, across and down.
    pub(crate) fn places_of(
        &self,
        color: Color,
        part: Part,
        chroma: Chroma,
    ) -> [(usize, usize); 4] {
        std::array::from_fn(|component| {
            let (across, down) = match color == Color::YCbCr && component > 0 {
                true => chroma.shared_by(),
                false => (1, 1),
            };
            ((part.x / across) as usize, (part.y / down) as usize)
        })
    }
}

/// From this reduction on, the 4×4 coefficients of lowest frequency are enough.
const CORNER_IS_ENOUGH: f64 = 3.0;

/// A bit of this size changes a sample by 4 at most, and a resampled one by less; `notes.md` has what it costs and gives.
const UNSEEN: u32 = 32;

/// The last zigzag index that is wanted: all of the 4×4 reach to 24; `notes.md` has what stopping earlier gives.
fn last_wanted(kept: Kept) -> usize {
    match kept {
        Kept::All => 63,
        Kept::Corner => 24,
    }
}
