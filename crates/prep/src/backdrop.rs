//! Fills what is around a photo that lies in the square whole: with a color, or with the photo blurred.

use simd::Level;

use crate::geometry::Rect;
use crate::options::{Backdrop, Color};
use crate::overview::{Grid, shrink};

/// Fills what lies outside the content, in rows of `side` pixels; a pixel that the content covers in part is mixed.
pub(crate) fn fill(
    pixels: &mut [[u8; 3]],
    side: usize,
    content: Rect,
    backdrop: Backdrop,
    color: Color,
) {
    let columns: Vec<u32> = (0..side)
        .map(|column| covered(column, content.x, content.width))
        .collect();
    let blurred = match backdrop {
        Backdrop::Color => None,
        Backdrop::Blur => Some(Blur::of(pixels, side, content)),
    };
    let plain = [color.red, color.green, color.blue];
    for (y, row) in pixels.chunks_exact_mut(side).enumerate() {
        let down = covered(y, content.y, content.height);
        for (x, (pixel, across)) in row.iter_mut().zip(&columns).enumerate() {
            let share = down * across;
            if share == FULL * FULL {
                continue;
            }
            let behind = blurred.as_ref().map_or(plain, |blur| blur.at(x, y, side));
            for (sample, behind) in pixel.iter_mut().zip(behind) {
                let sum = u32::from(*sample) * share + u32::from(behind) * (FULL * FULL - share);
                *sample = ((sum + FULL * FULL / 2) / (FULL * FULL)) as u8;
            }
        }
    }
}

/// The whole of a pixel, along one axis.
const FULL: u32 = 256;

/// Returns how much of a pixel the content covers along one axis, 0…`FULL`.
fn covered(pixel: usize, start: f64, length: f64) -> u32 {
    let pixel = pixel as f64;
    let common = (start + length).min(pixel + 1.0) - start.max(pixel);
    (common.clamp(0.0, 1.0) * f64::from(FULL)).round() as u32
}

/// The middle of the content, reduced to a few pixels: enlarged smoothly, it is a blur.
struct Blur {
    small: Vec<[u8; 3]>,
}

impl Blur {
    /// Rows and columns of the small image.
    const SIDE: usize = 12;

    fn of(pixels: &[[u8; 3]], side: usize, content: Rect) -> Self {
        let inside = |start: f64, length: f64| {
            let first = (start.ceil().max(0.0) as usize).min(side - 1);
            let end = ((start + length).floor() as usize).clamp(first + 1, side);
            (first, end - first)
        };
        let (left, width) = inside(content.x, content.width);
        let (top, height) = inside(content.y, content.height);
        let square = width.min(height);
        let (left, top) = (left + (width - square) / 2, top + (height - square) / 2);
        let rows = pixels.chunks_exact(side).skip(top).take(square);
        let middle: Vec<[u8; 3]> = rows
            .flat_map(|row| row[left..left + square].iter().copied())
            .collect();
        let grid = Grid {
            samples: &middle,
            width: square,
        };
        let mut small = Vec::new();
        shrink(Level::detect(), grid, Self::SIDE, Self::SIDE, &mut small);
        Self {
            small: smooth(&smooth(&small)),
        }
    }

    /// Returns the color behind a pixel of rows of `side`, interpolated between the four nearest.
    fn at(&self, x: usize, y: usize, side: usize) -> [u8; 3] {
        // Positions are in units of 1 / (2 · side) of a small pixel.
        let unit = 2 * side;
        let place = |at: usize| {
            let middle = ((2 * at + 1) * Self::SIDE).saturating_sub(side);
            let first = (middle / unit).min(Self::SIDE - 1);
            (first, (first + 1).min(Self::SIDE - 1), middle % unit)
        };
        let ((left, right, across), (above, below, down)) = (place(x), place(y));
        std::array::from_fn(|i| {
            let at =
                |row: usize, column: usize| usize::from(self.small[row * Self::SIDE + column][i]);
            let upper = at(above, left) * (unit - across) + at(above, right) * across;
            let lower = at(below, left) * (unit - across) + at(below, right) * across;
            ((upper * (unit - down) + lower * down + unit * unit / 2) / (unit * unit)) as u8
        })
    }
}

/// Replaces each pixel by the mean of itself and its eight neighbors; edge pixels are repeated.
fn smooth(small: &[[u8; 3]]) -> Vec<[u8; 3]> {
    let side = Blur::SIDE as isize;
    let at =
        |x: isize, y: isize| small[(y.clamp(0, side - 1) * side + x.clamp(0, side - 1)) as usize];
    (0..side * side)
        .map(|index| {
            let (x, y) = (index % side, index / side);
            std::array::from_fn(|i| {
                let around = (0..9).map(|tap| u32::from(at(x + tap % 3 - 1, y + tap / 3 - 1)[i]));
                ((around.sum::<u32>() + 4) / 9) as u8
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_covered_in_part_is_mixed() {
        let mut pixels = vec![[200; 3]; 16];
        // One and a half pixels wide, a quarter of a pixel from the left.
        let content = Rect {
            x: 0.25,
            y: 1.0,
            width: 1.5,
            height: 2.0,
        };

        fill(&mut pixels, 4, content, Backdrop::Color, Color::BLACK);

        let row = |y: usize| [0, 1, 2, 3].map(|x| pixels[y * 4 + x][0]);
        assert_eq!(row(0), [0; 4]);
        assert_eq!(row(1), [150, 150, 0, 0]);
        assert_eq!(row(2), [150, 150, 0, 0]);
        assert_eq!(row(3), [0; 4]);
    }

    #[test]
    fn a_blur_of_one_color_is_that_color_and_of_two_lies_between() {
        let content = Rect {
            x: 0.0,
            y: 16.0,
            width: 64.0,
            height: 32.0,
        };
        let mut plain = vec![[90, 120, 30]; 64 * 64];
        let mut halves: Vec<[u8; 3]> = (0..64 * 64)
            .map(|i| if i % 64 < 32 { [0; 3] } else { [240; 3] })
            .collect();
        let inside = halves[20 * 64..44 * 64].to_vec();

        fill(&mut plain, 64, content, Backdrop::Blur, Color::WHITE);
        fill(&mut halves, 64, content, Backdrop::Blur, Color::WHITE);

        assert!(plain.iter().all(|pixel| *pixel == [90, 120, 30]));
        assert!(
            halves[20 * 64..44 * 64] == inside,
            "the content is as it was"
        );
        let top = &halves[..64];
        assert!(
            top.windows(2).all(|pair| pair[0][0] <= pair[1][0]),
            "from dark to bright"
        );
        assert!(top[0][0] < 20 && top[63][0] > 220);
        assert!((90..150).contains(&top[31][0]), "{:?}", top[31]);
    }
}
