//! The color indexing transform (RFC 9649, 3.5.4).

use std::ops::Range;

use simd::Level;

#[derive(Debug)]
pub(crate) struct ColorIndexing {
    /// Colors; an index beyond the last one is transparent black.
    colors: Box<[u32; 256]>,
    /// Two to the power of this are the indices that a pixel packs into its green.
    packing: u32,
    row: Vec<u32>,
}

impl ColorIndexing {
    /// Makes the transform of its colors as they are coded, each as the difference from the one before, for rows of `width` pixels.
    pub(crate) fn new(differences: &[u32], width: usize) -> Self {
        let mut colors = Box::new([0; 256]);
        let mut color = [0_u8; 4];
        for (entry, difference) in colors.iter_mut().zip(differences) {
            for (byte, difference) in color.iter_mut().zip(difference.to_le_bytes()) {
                *byte = byte.wrapping_add(difference);
            }
            *entry = u32::from_le_bytes(color);
        }
        Self {
            colors,
            packing: match differences.len() {
                ..=2 => 3,
                3..=4 => 2,
                5..=16 => 1,
                _ => 0,
            },
            row: vec![0; width],
        }
    }

    pub(crate) fn width(&self) -> usize {
        self.row.len()
    }

    /// How many pixels a row has before the transform is undone.
    pub(crate) fn packed_width(&self) -> usize {
        self.row.len().div_ceil(1 << self.packing)
    }

    /// Replaces indices by their colors in `columns`.
    pub(crate) fn undo(&mut self, level: Level, pixels: &[u32], columns: Range<usize>) -> &[u32] {
        replace(
            level,
            &self.colors,
            self.packing,
            pixels,
            columns,
            &mut self.row,
        );
        &self.row
    }
}

simd::levels! {
    fn replace(
        level: Level,
        colors: &[u32; 256],
        packing: u32,
        pixels: &[u32],
        columns: Range<usize>,
        row: &mut [u32],
    ) {
        let index_bits = 8_u32 >> packing;
        let mask = (1_u32 << index_bits) - 1;
        // From the first index of a pixel on.
        let first = columns.start >> packing;
        let row = &mut row[first << packing..columns.end];
        for (to, &pixel) in row.chunks_mut(1 << packing).zip(&pixels[first..]) {
            let mut indices = pixel >> 8 & 0xFF;
            for to in to {
                *to = colors[(indices & mask) as usize & 0xFF];
                indices >>= index_bits;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indices_are_unpacked_from_the_lowest_bits_on() {
        for (count, packing) in [
            (1, 8),
            (2, 8),
            (3, 4),
            (4, 4),
            (5, 2),
            (16, 2),
            (17, 1),
            (256, 1),
        ] {
            let colors: Vec<u32> = (0..count).map(|_| 0x0103_0507).collect();
            let width = 45_usize;
            let pixels: Vec<u32> = (0..45)
                .map(|at: u32| at.wrapping_mul(0xFD7F_3B11))
                .collect();
            let mut transform = ColorIndexing::new(&colors, width);

            assert_eq!(transform.packed_width(), width.div_ceil(packing));
            for level in Level::available() {
                transform.row.fill(0);
                let actual = transform.undo(level, &pixels, 5..43);

                for column in 5..43 {
                    let green = pixels[column / packing].to_le_bytes()[1];
                    let place = column % packing;
                    let index = usize::from(green) / 2_usize.pow((place * 8 / packing) as u32)
                        % 2_usize.pow(8 / packing as u32);
                    let color = [7, 5, 3, 1].map(|step: usize| (step * (index + 1)) as u8);
                    let expected = match index < count {
                        true => u32::from_le_bytes(color),
                        false => 0,
                    };
                    assert_eq!(actual[column], expected, "{level:?}, {count}, {column}");
                }
            }
        }
    }
}
