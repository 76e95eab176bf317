//! The truth: pixel by pixel.

use super::{BLUE_DIFFERENCE, LUMA, RED_DIFFERENCE, WEIGHT_BITS, Weights};

pub(super) fn convert(pixels: &[[u8; 3]], planes: [&mut [u8]; 3]) {
    for (plane, weights) in planes
        .into_iter()
        .zip([LUMA, BLUE_DIFFERENCE, RED_DIFFERENCE])
    {
        for (sample, pixel) in plane.iter_mut().zip(pixels) {
            *sample = (weights.sum(pixel.map(i32::from)) >> WEIGHT_BITS) as u8;
        }
    }
}

impl Weights {
    pub(super) fn sum(&self, [red, green, blue]: [i32; 3]) -> i32 {
        red * self.red + green * self.green + blue * self.blue + self.offset
    }
}
