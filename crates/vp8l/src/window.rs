//! The pixels that backward references may reach: whole rows in turn, the oldest of which are overwritten.

use crate::reference::MAX_DISTANCE;

/// Rows of pixels. They start over where the last one ends, so no row is in two parts.
#[derive(Clone, Debug)]
pub(crate) struct Window {
    pub(crate) pixels: Vec<u32>,
    width: usize,
}

impl Window {
    /// Makes a window of all `height` rows.
    pub(crate) fn whole(width: usize, height: usize) -> Self {
        Self {
            pixels: vec![0; width * height],
            width,
        }
    }

    /// Makes a window of as many rows as backward references reach, beside the row that is being decoded.
    pub(crate) fn new(width: usize, height: usize) -> Self {
        Self::whole(width, height.min(MAX_DISTANCE.div_ceil(width) + 2))
    }

    pub(crate) fn width(&self) -> usize {
        self.width
    }

    /// Returns where a row of the image lies.
    pub(crate) fn place(&self, row: usize) -> usize {
        row * self.width % self.pixels.len()
    }

    /// Returns a row that is not overwritten yet.
    pub(crate) fn row(&self, row: usize) -> &[u32] {
        &self.pixels[self.place(row)..][..self.width]
    }
}

/// Copies `length` pixels from `distance` before `place`; returns the place after the last one.
///
/// Where the source overlaps what is written, it repeats. The distance is no longer than the window.
#[inline(always)]
pub(crate) fn copy(pixels: &mut [u32], place: usize, distance: usize, length: usize) -> usize {
    let end = place + length;
    if distance > place || end > pixels.len() {
        return copy_across_the_end(pixels, place, distance, length);
    }
    let from = place - distance;
    if length <= distance {
        let (before, after) = pixels.split_at_mut(place);
        let pairs = after[..length].iter_mut().zip(&before[from..][..length]);
        match length {
            // A call takes longer than so few pixels.
            0..8 => pairs.for_each(|(to, from)| *to = *from),
            _ => after[..length].copy_from_slice(&before[from..][..length]),
        }
    } else if distance == 1 {
        let pixel = pixels[from];
        pixels[place..end].fill(pixel);
    } else {
        let pixels = &mut pixels[from..end];
        for at in distance..pixels.len() {
            pixels[at] = pixels[at - distance];
        }
    }
    if end == pixels.len() { 0 } else { end }
}

#[cold]
#[inline(never)]
fn copy_across_the_end(
    pixels: &mut [u32],
    mut place: usize,
    distance: usize,
    length: usize,
) -> usize {
    for _ in 0..length {
        let from = match place.checked_sub(distance) {
            Some(from) => from,
            None => place + pixels.len() - distance,
        };
        pixels[place] = pixels[from];
        place += 1;
        if place == pixels.len() {
            place = 0;
        }
    }
    place
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_are_those_of_a_history_that_never_ends() {
        let mut window = Window::whole(7, 9);
        let mut history = Vec::new();
        for (pixel, value) in window.pixels.iter_mut().zip(0..) {
            *pixel = value * 77;
            history.push(value * 77);
        }
        let mut place = 0;

        for (distance, length) in [
            (63, 5),
            (1, 30),
            (3, 50),
            (2, 1),
            (40, 40),
            (63, 4),
            (20, 7),
            (5, 21),
            (63, 63),
            (8, 8),
        ] {
            place = copy(&mut window.pixels, place, distance, length);

            for _ in 0..length {
                history.push(history[history.len() - distance]);
            }
            assert_eq!(place, history.len() % 63);
            for (index, &expected) in history.iter().enumerate().rev().take(63) {
                assert_eq!(window.pixels[index % 63], expected, "{distance}, {length}");
            }
        }
    }

    #[test]
    fn a_window_holds_what_references_reach_and_no_more() {
        for (width, height) in [(1, 3), (16384, 16384), (1, 16384), (640, 480), (4000, 3000)] {
            let window = Window::new(width, height);

            let pixels = window.pixels.len();
            assert_eq!(pixels % width, 0);
            assert!(pixels == width * height || pixels > MAX_DISTANCE + width);
            assert!(pixels <= MAX_DISTANCE + 3 * width);
        }
    }
}
