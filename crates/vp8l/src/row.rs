//! A decoded row, and the forms in which it is wanted.

#[cfg(target_arch = "x86_64")]
mod avx2;
mod scalar;

use std::ops::Range;

use simd::Level;

/// A decoded row. Pixels outside the columns of the [`Region`](crate::Region) may have any value.
#[derive(Clone, Debug)]
pub struct Row<'a> {
    pub(crate) level: Level,
    pub(crate) index: u32,
    /// Opacity, red, green and blue, from the highest byte on.
    pub(crate) pixels: &'a [u32],
    pub(crate) columns: Range<usize>,
}

impl Row<'_> {
    /// How many rows are above it.
    #[must_use]
    pub fn index(&self) -> u32 {
        self.index
    }

    /// Writes red, green and blue of the region's columns to their places in a row of three bytes a pixel.
    ///
    /// # Panics
    ///
    /// If `to` is shorter.
    pub fn write_rgb(&self, to: &mut [u8]) {
        let to = &mut to[3 * self.columns.start..3 * self.columns.end];
        let pixels = &self.pixels[self.columns.clone()];
        match self.level {
            #[cfg(target_arch = "x86_64")]
            Level::Avx2(avx2) => avx2::write_rgb(avx2, pixels, to),
            _ => scalar::write_rgb(pixels, to),
        }
    }

    /// Like [`write_rgb`](Self::write_rgb), with opacity as a fourth byte.
    pub fn write_rgba(&self, to: &mut [u8]) {
        let to = &mut to[4 * self.columns.start..4 * self.columns.end];
        write_rgba(self.level, &self.pixels[self.columns.clone()], to);
    }

    /// Writes green alone.
    pub(crate) fn write_green(&self, to: &mut [u8]) {
        let to = &mut to[self.columns.clone()];
        write_green(self.level, &self.pixels[self.columns.clone()], to);
    }
}

simd::levels! {
    fn write_rgba(level: Level, pixels: &[u32], to: &mut [u8]) {
        for (to, pixel) in to.as_chunks_mut().0.iter_mut().zip(pixels) {
            *to = pixel.rotate_left(8).swap_bytes().to_le_bytes();
        }
    }

    fn write_green(level: Level, pixels: &[u32], to: &mut [u8]) {
        for (to, pixel) in to.iter_mut().zip(pixels) {
            *to = (pixel >> 8) as u8;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_levels_write_the_bytes_in_their_order_and_no_others() {
        let pixels: Vec<u32> = (0..70_u32).map(|at| at.wrapping_mul(0x9E37_79B1)).collect();
        let color = |at: usize, byte: u32| (pixels[at] >> (8 * byte)) as u8;
        for columns in [0..70, 3..69, 20..20, 5..6, 64..70] {
            for level in Level::available() {
                let row = Row {
                    level,
                    index: 0,
                    pixels: &pixels,
                    columns: columns.clone(),
                };
                let (mut rgb, mut rgba, mut green) = ([9; 210], [9; 280], [9; 70]);

                row.write_rgb(&mut rgb);
                row.write_rgba(&mut rgba);
                row.write_green(&mut green);

                for at in 0..70 {
                    let expected = match columns.contains(&at) {
                        true => [2, 1, 0, 3].map(|byte| color(at, byte)),
                        false => [9; 4],
                    };
                    assert_eq!(rgb[3 * at..][..3], expected[..3], "{level:?}, {at}");
                    assert_eq!(rgba[4 * at..][..4], expected, "{level:?}, {at}");
                    assert_eq!(green[at], expected[1], "{level:?}, {at}");
                }
            }
        }
    }
}
