//! NEON: sixteen pixels at once, weighted in 32-bit lanes.

use std::arch::aarch64::*;

use simd::arm::{load_colors, store_u8x16};

use super::{BLUE_DIFFERENCE, LUMA, RED_DIFFERENCE, WEIGHT_BITS, Weights, scalar};

simd::kernel! {
    pub(super) fn convert(Neon, pixels: &[[u8; 3]], planes: [&mut [u8]; 3]) {
        let (sixteens, rest) = pixels.as_chunks::<16>();
        let [y, cb, cr] = planes.map(|plane| plane.split_at_mut(16 * sixteens.len()));
        let places = y.0.as_chunks_mut().0.iter_mut().zip(cb.0.as_chunks_mut().0).zip(cr.0.as_chunks_mut().0);
        for (pixels, ((y, cb), cr)) in sixteens.iter().zip(places) {
            let colors = load_colors(pixels);
            let (left, right) = (Colors::left(colors), Colors::right(colors));
            let both = |weights| vcombine_u8(left.weighted(weights), right.weighted(weights));
            store_u8x16(y, both(&LUMA));
            store_u8x16(cb, both(&BLUE_DIFFERENCE));
            store_u8x16(cr, both(&RED_DIFFERENCE));
        }
        scalar::convert(rest, [y.1, cb.1, cr.1]);
    }
}

/// Eight pixels.
#[derive(Clone, Copy)]
struct Colors {
    red: uint16x8_t,
    green: uint16x8_t,
    blue: uint16x8_t,
}

impl Colors {
    #[inline]
    #[target_feature(enable = "neon")]
    fn left(colors: uint8x16x3_t) -> Self {
        let wide = |color| vmovl_u8(vget_low_u8(color));
        Self {
            red: wide(colors.0),
            green: wide(colors.1),
            blue: wide(colors.2),
        }
    }

    #[inline]
    #[target_feature(enable = "neon")]
    fn right(colors: uint8x16x3_t) -> Self {
        let wide = |color| vmovl_high_u8(color);
        Self {
            red: wide(colors.0),
            green: wide(colors.1),
            blue: wide(colors.2),
        }
    }

    #[inline]
    #[target_feature(enable = "neon")]
    fn weighted(self, weights: &Weights) -> uint8x8_t {
        let offset = vdupq_n_u32(weights.offset as u32);
        let mut sums = (offset, offset);
        let colors = [self.red, self.green, self.blue];
        for (color, weight) in colors
            .into_iter()
            .zip([weights.red, weights.green, weights.blue])
        {
            sums = add_weighted(sums, color, weight);
        }
        const SHIFT: i32 = WEIGHT_BITS as i32;
        vmovn_u16(vshrn_high_n_u32::<SHIFT>(
            vshrn_n_u32::<SHIFT>(sums.0),
            sums.1,
        ))
    }
}

/// Sizes of weights fit into 16 bits without a sign, so those of negative weights are subtracted.
#[inline]
#[target_feature(enable = "neon")]
fn add_weighted(
    sums: (uint32x4_t, uint32x4_t),
    color: uint16x8_t,
    weight: i32,
) -> (uint32x4_t, uint32x4_t) {
    let size = weight.unsigned_abs() as u16;
    if weight < 0 {
        (
            vmlsl_n_u16(sums.0, vget_low_u16(color), size),
            vmlsl_high_n_u16(sums.1, color, size),
        )
    } else {
        (
            vmlal_n_u16(sums.0, vget_low_u16(color), size),
            vmlal_high_n_u16(sums.1, color, size),
        )
    }
}
