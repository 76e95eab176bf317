//! The samples around a block, of which it is predicted (8.4.4.2.2, 8.4.4.2.3).

use super::{DC, HORIZONTAL, VERTICAL};
use crate::picture::Plane;

/// The samples around a block of `n` columns: from the lowest to the left, over the corner at `2 * n`, to the rightmost
/// above at `4 * n`.
pub(crate) type Line = [u16; 4 * 32 + 1];

/// Which of the samples around a block are available, and the block's place in its plane.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reference {
    pub(crate) x: usize,
    pub(crate) y: usize,
    pub(crate) size: usize,
    pub(crate) left: bool,
    /// How many below those to the left.
    pub(crate) below_left: usize,
    pub(crate) corner: bool,
    pub(crate) above: bool,
    /// How many beyond those above.
    pub(crate) above_right: usize,
}

impl Reference {
    /// Reads the samples, and puts others in the place of those that are not available (8.4.4.2.2).
    pub(crate) fn read(&self, plane: &Plane, line: &mut Line) {
        let (n, stride) = (self.size, plane.width);
        if self.left || self.below_left > 0 {
            let first = if self.left { 0 } else { n };
            let count = n * usize::from(self.left) + self.below_left;
            let column = plane.samples_at(self.x - 1, self.y + first);
            let end = 2 * n - first;
            let column = column.iter().step_by(stride);
            for (sample, &from) in line[end - count..end].iter_mut().rev().zip(column) {
                *sample = from;
            }
        }
        if self.corner {
            line[2 * n] = plane.samples_at(self.x - 1, self.y - 1)[0];
        }
        if self.above || self.above_right > 0 {
            let first = if self.above { 0 } else { n };
            let count = n * usize::from(self.above) + self.above_right;
            let row = plane.samples_at(self.x + first, self.y - 1);
            line[2 * n + 1 + first..][..count].copy_from_slice(&row[..count]);
        }
        self.substitute(line, 1 << (plane.depth - 1));
    }

    fn substitute(&self, line: &mut Line, middle: u16) {
        let n = self.size;
        let parts = [
            (0..n - self.below_left, false),
            (n - self.below_left..n, true),
            (n..2 * n, self.left),
            (2 * n..2 * n + 1, self.corner),
            (2 * n + 1..3 * n + 1, self.above),
            (3 * n + 1..3 * n + 1 + self.above_right, true),
            (3 * n + 1 + self.above_right..4 * n + 1, false),
        ];
        let first = parts
            .iter()
            .find(|(part, available)| *available && !part.is_empty());
        let mut previous = first.map_or(middle, |(part, _)| line[part.start]);
        for (part, available) in parts {
            match available {
                true if part.is_empty() => {}
                true => previous = line[part.end - 1],
                false => line[part].fill(previous),
            }
        }
    }
}

/// Whether the samples around a block are smoothed before it is predicted of them (8.4.4.2.3).
pub(crate) fn is_smoothed(mode: u8, size: usize) -> bool {
    let threshold = match size {
        8 => 7,
        16 => 1,
        32 => 0,
        _ => return false,
    };
    mode != DC && mode.abs_diff(VERTICAL).min(mode.abs_diff(HORIZONTAL)) > threshold
}

/// Smooths the samples around a block (8.4.4.2.3).
pub(crate) fn smooth(line: &mut Line, size: usize) {
    let from = *line;
    let inner = line[1..4 * size].iter_mut();
    for (sample, around) in inner.zip(from.windows(3)) {
        let [before, here, after] = [around[0], around[1], around[2]].map(u32::from);
        *sample = ((before + 2 * here + after + 2) >> 2) as u16;
    }
}

/// Replaces the samples around a block of 32 columns by straight lines, where they nearly are; returns whether.
pub(crate) fn smooth_strongly(line: &mut Line, depth: u32) -> bool {
    let [low, low_middle, corner, high_middle, high] =
        [0, 32, 64, 96, 128].map(|at: usize| i32::from(line[at]));
    let limit = 1 << (depth - 5);
    let is_straight = |end: i32, middle: i32| (corner + end - 2 * middle).abs() < limit;
    if !is_straight(low, low_middle) || !is_straight(high, high_middle) {
        return false;
    }
    for at in 1..64 {
        let step = at as i32;
        line[at] = (((64 - step) * low + step * corner + 32) >> 6) as u16;
        line[64 + at] = (((64 - step) * corner + step * high + 32) >> 6) as u16;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::row_buffer::RowBuffer;

    const NOTHING: Reference = Reference {
        x: 4,
        y: 4,
        size: 4,
        left: false,
        below_left: 0,
        corner: false,
        above: false,
        above_right: 0,
    };

    fn plane() -> Plane {
        let mut samples = RowBuffer::new(16, 16).unwrap();
        for (sample, value) in samples.values_mut().iter_mut().zip(0..) {
            *sample = value;
        }
        Plane {
            samples,
            width: 16,
            height: 16,
            depth: 8,
        }
    }

    #[test]
    fn without_neighbors_all_are_the_middle() {
        let mut line = [7; 129];
        NOTHING.read(&plane(), &mut line);

        assert_eq!(line[..17], [128; 17]);
    }

    #[test]
    fn what_is_missing_takes_the_value_before_it() {
        let mut line = [7; 129];
        let reference = Reference {
            left: true,
            above_right: 2,
            ..NOTHING
        };
        reference.read(&plane(), &mut line);

        let expected = [
            115, 115, 115, 115, 115, 99, 83, 67, 67, 67, 67, 67, 67, 56, 57, 57, 57,
        ];
        assert_eq!(line[..17], expected);
    }
}
