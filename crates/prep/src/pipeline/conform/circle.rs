//! Tests whether a picture has nothing but backdrop around a rectangle that lies in the circle.

use jpeg::Plane;

use crate::options::{Backdrop, Color, Subsampling};

/// How far resampling spreads the content beyond its edge, in pixels: three by the kernel, and one that is partly covered.
const RESAMPLED: usize = 4;

/// The most by which the blurred backdrop differs between neighbors of its 12 × 12 points: a third, as three are averaged.
const BLURRED_STEP: f64 = 85.0;
const BLURRED_POINTS: f64 = 12.0;

/// A picture cut into MCUs.
pub(super) struct Mcus<'a> {
    planes: [&'a Plane; 3],
    tolerance: [f64; 3],
    /// Pixels across and down.
    mcu: usize,
    /// MCUs across and down.
    count: usize,
}

impl<'a> Mcus<'a> {
    /// Cuts a picture of this subsampling into MCUs, whose components may be off by these tolerances.
    pub(super) fn new(
        planes: [&'a Plane; 3],
        subsampling: Subsampling,
        tolerance: [f64; 3],
    ) -> Self {
        let mcu = match subsampling {
            Subsampling::S444 => 8,
            // Two of them if only the width is halved.
            _ => 16,
        };
        Self {
            planes,
            tolerance,
            mcu,
            count: (planes[0].width as usize).div_ceil(mcu),
        }
    }

    /// Whether everything that is not backdrop lies in the circle of the square, to within an MCU.
    ///
    /// The picture is examined MCU by MCU, because those around the content hold only backdrop:
    ///
    /// ```text
    /// ┌───────────────┐
    /// │   ╭───────╮   │   content  ▒  with its corners on the circle
    /// │  ┌─────────┐  │   found    ─  whole MCUs that are no backdrop
    /// │  │▒▒▒▒▒▒▒▒▒│  │
    /// │  └─────────┘  │
    /// │   ╰───────╯   │
    /// └───────────────┘
    /// ```
    ///
    /// An edge is found at most an MCU, and what resampling adds, beyond the content's. Moved back by that, the rectangle of
    /// every picture that was made for the circle has its corners in it.
    pub(super) fn lie_in_circle(&self, backdrop: Backdrop, color: Color) -> bool {
        let side = self.planes[0].width as usize;
        let is_content: Vec<bool> = match backdrop {
            Backdrop::Color => self.that_are_not(color),
            Backdrop::Blur => self.at_steps(),
        };
        let rows = || is_content.chunks_exact(self.count);
        let has_content = |row: &[bool]| row.iter().any(|&is_content| is_content);
        let (Some(top), Some(bottom)) =
            (rows().position(has_content), rows().rposition(has_content))
        else {
            return true;
        };
        let columns = |row: &[bool]| -> Vec<usize> {
            let found = row
                .iter()
                .enumerate()
                .filter(|(_, is_content)| **is_content);
            found.map(|(column, _)| column).collect()
        };
        let columns: Vec<usize> = rows().flat_map(columns).collect();
        let left = columns.iter().min().copied().unwrap_or_default();
        let right = columns.iter().max().copied().unwrap_or_default();
        let middle = side as f64 / 2.0;
        let reach = |first: usize, last: usize| {
            let start = (first * self.mcu) as f64;
            let end = ((last + 1) * self.mcu).min(side) as f64;
            (middle - start).max(end - middle) - (self.mcu + RESAMPLED) as f64
        };
        let (across, down) = (reach(left, right).max(0.0), reach(top, bottom).max(0.0));
        across * across + down * down <= middle * middle
    }

    /// Returns for each MCU whether it has anything but this color.
    fn that_are_not(&self, color: Color) -> Vec<bool> {
        let colors = ycbcr(color);
        self.each(|row, column| {
            !(0..3).all(|component| {
                let mut samples = self.samples(component, row, column);
                let first = samples.next().unwrap_or_default();
                (f64::from(first) - colors[component]).abs() <= self.tolerance[component]
                    && samples.all(|sample| sample == first)
            })
        })
    }

    /// Returns for each MCU whether it is the inner one of two neighbors that differ by more than a blur does.
    fn at_steps(&self) -> Vec<bool> {
        let side = f64::from(self.planes[0].width);
        // A fifth more than the slope can be, for what resampling does to it.
        let blurred = 1.2 * BLURRED_STEP * BLURRED_POINTS / side * self.mcu as f64;
        let means = [0, 1, 2].map(|component| {
            self.each(|row, column| {
                let samples = self.samples(component, row, column).map(f64::from);
                let (sum, count) = samples.fold((0.0, 0.0), |(sum, count), sample| {
                    (sum + sample, count + 1.0)
                });
                sum / f64::max(count, 1.0)
            })
        });
        let is_step = |one: usize, other: usize| {
            means.iter().zip(self.tolerance).any(|(means, tolerance)| {
                (means[one] - means[other]).abs() > blurred + 2.0 * tolerance
            })
        };
        let middle = self.planes[0].width as usize / 2 / self.mcu;
        // The neighbors that are farther from the middle.
        let outward = |at: usize| {
            let neighbors = [at.checked_sub(1), Some(at + 1)].into_iter().flatten();
            neighbors.filter(move |&neighbor| {
                neighbor < self.count && neighbor.abs_diff(middle) > at.abs_diff(middle)
            })
        };
        let index = |row: usize, column: usize| row * self.count + column;
        self.each(|row, column| {
            let mut beside = outward(column).map(|column| index(row, column));
            let mut above = outward(row).map(|row| index(row, column));
            let here = index(row, column);
            beside.any(|other| is_step(here, other)) || above.any(|other| is_step(here, other))
        })
    }

    /// Calls `find` for the row and column of each MCU, row by row.
    fn each<T>(&self, find: impl Fn(usize, usize) -> T) -> Vec<T> {
        let (count, find) = (self.count, &find);
        (0..count)
            .flat_map(|row| (0..count).map(move |column| find(row, column)))
            .collect()
    }

    /// Returns the samples of a component in an MCU.
    fn samples(&self, component: usize, row: usize, column: usize) -> impl Iterator<Item = u8> {
        let plane = self.planes[component];
        let (width, height) = (plane.width as usize, plane.height as usize);
        let side = self.planes[0].width as usize;
        // How many pixels share a sample, across and down.
        let (across, down) = (side.div_ceil(width), side.div_ceil(height));
        let part = |at: usize, shared: usize, length: usize| {
            let count = self.mcu / shared;
            (at * count).min(length)..((at + 1) * count).min(length)
        };
        let columns = part(column, across, width);
        part(row, down, height).flat_map(move |row| {
            plane.samples[row * width..][columns.clone()]
                .iter()
                .copied()
        })
    }
}

/// Luma and color differences (T.871, 6).
fn ycbcr(color: Color) -> [f64; 3] {
    let [red, green, blue] = [color.red, color.green, color.blue].map(f64::from);
    let luma = 0.299 * red + 0.587 * green + 0.114 * blue;
    [
        luma,
        128.0 + (blue - luma) / 1.772,
        128.0 + (red - luma) / 1.402,
    ]
}
