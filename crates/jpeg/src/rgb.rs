//! From YCbCr back to RGB (T.871, 7; ITU-R BT.601, full range).

use simd::Level;

/// Fractional bits of the weights.
const WEIGHT_BITS: u32 = 16;
const HALF: i32 = 1 << (WEIGHT_BITS - 1);

// 1.402, 0.344136, 0.714136 and 1.772.
const RED_OF_CR: i32 = 91_881;
const GREEN_OF_CB: i32 = -22_554;
const GREEN_OF_CR: i32 = -46_802;
const BLUE_OF_CB: i32 = 116_130;

/// Converts pixels of three planes of equal size to interleaved RGB, rounded to nearest.
///
/// Converts as many pixels as the shortest of the four has. All levels give the same bytes.
pub fn ycbcr_to_rgb(level: Level, y: &[u8], cb: &[u8], cr: &[u8], rgb: &mut [[u8; 3]]) {
    convert(level, y, cb, cr, rgb);
}

simd::levels! {
    fn convert(level: Level, y: &[u8], cb: &[u8], cr: &[u8], rgb: &mut [[u8; 3]]) {
        for (((pixel, &y), &cb), &cr) in rgb.iter_mut().zip(y).zip(cb).zip(cr) {
            let (y, cb, cr) = (i32::from(y), i32::from(cb) - 128, i32::from(cr) - 128);
            let add = |weighted: i32| (y + ((weighted + HALF) >> WEIGHT_BITS)).clamp(0, 255) as u8;
            *pixel = [
                add(RED_OF_CR * cr),
                add(GREEN_OF_CB * cb + GREEN_OF_CR * cr),
                add(BLUE_OF_CB * cb),
            ];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_color_is_the_nearest_to_the_formula() {
        for level in Level::available() {
            for y in 0..=255 {
                for chroma in 0..=255_u8 {
                    let (cb, cr) = (chroma, chroma.wrapping_mul(37).wrapping_add(y));
                    let mut rgb = [[0; 3]];

                    ycbcr_to_rgb(level, &[y], &[cb], &[cr], &mut rgb);

                    let (y, cb, cr) = (f64::from(y), f64::from(cb) - 128.0, f64::from(cr) - 128.0);
                    let exact = [
                        y + 1.402 * cr,
                        y - 0.344136 * cb - 0.714136 * cr,
                        y + 1.772 * cb,
                    ];
                    for (actual, exact) in rgb[0].iter().zip(exact) {
                        assert!(
                            (f64::from(*actual) - exact.clamp(0.0, 255.0)).abs() <= 0.51,
                            "{level:?}"
                        );
                    }
                }
            }
        }
    }
}
