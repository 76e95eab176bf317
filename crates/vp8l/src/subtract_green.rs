//! The subtract green transform (RFC 9649, 3.5.3).

use std::ops::Range;

use simd::Level;

#[derive(Debug)]
pub(crate) struct SubtractGreen {
    row: Vec<u32>,
}

impl SubtractGreen {
    pub(crate) fn new(width: usize) -> Self {
        Self {
            row: vec![0; width],
        }
    }

    pub(crate) fn width(&self) -> usize {
        self.row.len()
    }

    /// Adds green to red and blue in `columns`.
    pub(crate) fn undo(&mut self, level: Level, pixels: &[u32], columns: Range<usize>) -> &[u32] {
        let to = &mut self.row[columns.clone()];
        add_green(level, &pixels[columns], to);
        &self.row
    }
}

simd::levels! {
    fn add_green(level: Level, pixels: &[u32], to: &mut [u32]) {
        for (to, &pixel) in to.iter_mut().zip(pixels) {
            let green = pixel >> 8 & 0xFF;
            let red_blue = (pixel & 0x00FF_00FF).wrapping_add(green << 16 | green) & 0x00FF_00FF;
            *to = pixel & 0xFF00_FF00 | red_blue;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn green_is_added_to_red_and_blue_modulo_256() {
        let pixels: Vec<u32> = (0..37).map(|at| 0x0101_F0FE + at * 0x0307_0911).collect();
        let expected: Vec<u32> = pixels
            .iter()
            .map(|pixel| {
                let [blue, green, red, alpha] = pixel.to_le_bytes();
                u32::from_le_bytes([
                    blue.wrapping_add(green),
                    green,
                    red.wrapping_add(green),
                    alpha,
                ])
            })
            .collect();

        for level in Level::available() {
            let mut stage = SubtractGreen::new(37);
            let actual = stage.undo(level, &pixels, 3..36);

            assert_eq!(actual[3..36], expected[3..36], "{level:?}");
        }
    }
}
