//! The canvas that an animation's frames are put on.

use std::ops::Range;

use crate::geometry::Size;
use crate::pixels::Row;
use crate::resample::Resampler;

/// What an animation shows after a frame: red, green, blue and opacity, of all its pixels or of some.
#[derive(Clone)]
pub(super) struct Canvas {
    pub(super) size: Size,
    across: Kept,
    down: Kept,
    pub(super) rgba: Vec<u8>,
    /// Which rows of the last frame came.
    pub(super) come: Vec<bool>,
}

/// A part of the canvas, as a frame covers it; it may reach beyond the edges.
#[derive(Clone, Copy, Debug)]
pub(super) struct Area {
    pub(super) x: u32,
    pub(super) y: u32,
    pub(super) width: u32,
    pub(super) height: u32,
}

/// Which columns, or rows, of a canvas are kept.
#[derive(Clone, Copy)]
struct Kept {
    first: u32,
    distance: u32,
    count: u32,
}

impl Kept {
    fn all(range: Range<u32>) -> Self {
        Self {
            first: range.start,
            distance: 1,
            count: range.end - range.start,
        }
    }

    #[cfg_attr(
        not(feature = "gif"),
        allow(
            dead_code,
            reason = "the formats that need it may be left out of a build"
        )
    )]
    fn lattice(length: u32) -> Self {
        let distance = lattice_distance(length);
        Self {
            first: 0,
            distance,
            count: length.div_ceil(distance),
        }
    }

    /// Which of those that are kept lie in a range.
    fn within(self, range: Range<u32>) -> Range<usize> {
        let place = |at: u32| {
            let place = at.saturating_sub(self.first).div_ceil(self.distance);
            place.min(self.count) as usize
        };
        place(range.start)..place(range.end)
    }

    fn at(self, place: usize) -> u32 {
        self.first + place as u32 * self.distance
    }
}

/// How far apart up to 64 columns or rows are that stand for all.
fn lattice_distance(length: u32) -> u32 {
    length.div_ceil(64).max(1)
}

impl Canvas {
    /// All pixels.
    pub(super) fn whole(size: Size) -> Self {
        Self::part(size, 0..size.width, 0..size.height)
    }

    /// Those of a part.
    pub(super) fn part(size: Size, columns: Range<u32>, rows: Range<u32>) -> Self {
        Self::new(size, Kept::all(columns), Kept::all(rows))
    }

    /// A few that stand for all.
    #[cfg_attr(
        not(feature = "gif"),
        allow(
            dead_code,
            reason = "the formats that need it may be left out of a build"
        )
    )]
    pub(super) fn lattice(size: Size) -> Self {
        Self::new(size, Kept::lattice(size.width), Kept::lattice(size.height))
    }

    fn new(size: Size, across: Kept, down: Kept) -> Self {
        Self {
            size,
            across,
            down,
            rgba: vec![0; across.count as usize * down.count as usize * 4],
            come: vec![true; size.height as usize],
        }
    }

    /// As it was before the first frame.
    pub(super) fn reset(&mut self) {
        self.rgba.fill(0);
        self.come.fill(true);
    }

    /// Gives the rows that are needed.
    pub(super) fn give(&self, resampler: &mut Resampler) {
        let mut row = vec![0; self.size.width as usize * 4];
        for y in resampler.rows() {
            let kept = self.down.within(y..y + 1);
            if !self.come[y as usize] || kept.is_empty() {
                resampler.lose(1);
                continue;
            }
            let stride = self.across.count as usize * 4;
            row[self.across.first as usize * 4..][..stride]
                .copy_from_slice(&self.rgba[kept.start * stride..][..stride]);
            resampler.push(Row::Narrow(&row));
        }
    }

    /// How far the pixels are from their mean, in the mean, with what is invisible as white.
    ///
    /// A lattice of up to 64 × 64 pixels stands for all.
    pub(super) fn detail(&self) -> u64 {
        let apart = |kept: Kept, length| (lattice_distance(length) / kept.distance).max(1) as usize;
        let (across, down) = (
            apart(self.across, self.size.width),
            apart(self.down, self.size.height),
        );
        let lumas: Vec<u64> = self
            .rgba
            .chunks(self.across.count.max(1) as usize * 4)
            .step_by(down)
            .flat_map(|row| row.as_chunks().0.iter().step_by(across))
            .map(|&[red, green, blue, alpha]| {
                let luma = u64::from(red) * 299 + u64::from(green) * 587 + u64::from(blue) * 114;
                (luma * u64::from(alpha) / 255 + 1000 * (255 - u64::from(alpha))) / 1000
            })
            .collect();
        let count = lumas.len().max(1) as u64;
        let mean = lumas.iter().sum::<u64>() / count;
        lumas.iter().map(|luma| luma.abs_diff(mean)).sum::<u64>() / count
    }

    /// Puts a row of an area's pixels, as far as they are kept.
    pub(super) fn put<T>(
        &mut self,
        area: Area,
        row: u32,
        line: &[T],
        put: impl Fn(&mut [u8; 4], &T),
    ) {
        let distance = self.across.distance as usize;
        let (columns, kept) = self.row(area, row);
        let first = columns.saturating_sub(area.x) as usize;
        let line = line.get(first..).unwrap_or_default();
        for (pixel, value) in kept.iter_mut().zip(line.iter().step_by(distance)) {
            put(pixel, value);
        }
    }

    /// Makes an area invisible.
    pub(super) fn clear(&mut self, area: Area) {
        for row in 0..area.height.min(self.size.height) {
            self.row(area, row).1.fill([0; 4]);
        }
    }

    /// Marks a row of an area as not come.
    #[cfg_attr(
        not(feature = "gif"),
        allow(
            dead_code,
            reason = "the formats that need it may be left out of a build"
        )
    )]
    pub(super) fn lose(&mut self, area: Area, row: u32) {
        if let Some(come) = self.come.get_mut(area.y.saturating_add(row) as usize) {
            *come = false;
        }
    }

    /// The pixels that are kept of a row of an area, and the column of the first one.
    fn row(&mut self, area: Area, row: u32) -> (u32, &mut [[u8; 4]]) {
        let y = area.y.saturating_add(row);
        let rows = self.down.within(y..y.saturating_add(1));
        if row >= area.height || rows.is_empty() {
            return (area.x, &mut []);
        }
        let columns = self
            .across
            .within(area.x..area.x.saturating_add(area.width));
        let start = rows.start * self.across.count as usize;
        let (pixels, _) = self.rgba.as_chunks_mut();
        let first = self.across.at(columns.start);
        let kept = &mut pixels[start + columns.start..start + columns.end];
        (first, kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_may_reach_beyond_the_canvas() {
        let size = Size {
            width: 4,
            height: 3,
        };
        for (x, y, width, height) in [
            (0, 0, 9, 9),
            (3, 2, 5, 5),
            (7, 7, 2, 2),
            (u32::MAX, u32::MAX, 9, 9),
        ] {
            for mut canvas in [
                Canvas::whole(size),
                Canvas::lattice(size),
                Canvas::part(size, 1..3, 1..3),
            ] {
                let area = Area {
                    x,
                    y,
                    width,
                    height,
                };

                canvas.clear(area);
                canvas.lose(area, 0);
                for row in 0..height {
                    canvas.put(area, row, &vec![7; width as usize], |pixel, &value| {
                        *pixel = [value; 4];
                    });
                }

                let kept = |kept: Kept, from: u32, length: u32| {
                    let range = u64::from(from)..u64::from(from) + u64::from(length);
                    let places = 0..kept.count as usize;
                    places
                        .filter(|&place| range.contains(&kept.at(place).into()))
                        .count()
                };
                let expected = kept(canvas.across, x, width) * kept(canvas.down, y, height) * 4;
                let put = canvas.rgba.iter().filter(|&&byte| byte == 7).count();
                assert_eq!(put, expected);
            }
        }
    }
}
