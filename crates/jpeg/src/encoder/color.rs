//! RGB to YCbCr (JFIF 1.02, page 3; ITU-R BT.601, full range).

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "aarch64")]
mod neon;
mod scalar;

use simd::Level;

/// Converts a row. The outputs have a sample for each pixel, or more: those are left as they are.
pub(super) fn convert(level: Level, pixels: &[[u8; 3]], planes: [&mut [u8]; 3]) {
    match level {
        #[cfg(target_arch = "x86_64")]
        Level::Avx2(avx2) => avx2::convert(avx2, pixels, planes),
        #[cfg(target_arch = "aarch64")]
        Level::Neon(neon) => neon::convert(neon, pixels, planes),
        _ => scalar::convert(pixels, planes),
    }
}

/// Fractional bits of the weights.
const WEIGHT_BITS: u32 = 16;

/// A sum of weighted red, green and blue, and what is added to it.
struct Weights {
    red: i32,
    green: i32,
    blue: i32,
    offset: i32,
}

const HALF: i32 = 1 << (WEIGHT_BITS - 1);

/// 128, and a little less than one half: the largest sum stays below 256.
const CHROMA_OFFSET: i32 = (128 << WEIGHT_BITS) + HALF - 1;

const LUMA: Weights = Weights {
    red: 19_595,
    green: 38_470,
    blue: 7_471,
    offset: HALF,
};
const BLUE_DIFFERENCE: Weights = Weights {
    red: -11_059,
    green: -21_709,
    blue: 32_768,
    offset: CHROMA_OFFSET,
};
const RED_DIFFERENCE: Weights = Weights {
    red: 32_768,
    green: -27_439,
    blue: -5_329,
    offset: CHROMA_OFFSET,
};

#[cfg(test)]
mod tests {
    use simd::Level;

    use super::*;

    #[test]
    fn every_level_converts_like_the_formula_in_real_numbers() {
        let pixels: Vec<[u8; 3]> = (5..64 * 64 * 64u32)
            .map(|i| [i / 4096 * 4 + 3, i / 64 % 64 * 4, i % 64 * 4 + 1].map(|v| v as u8))
            .collect();
        for level in Level::available() {
            let [mut y, mut cb, mut cr] = [(); 3].map(|()| vec![0; pixels.len()]);

            convert(level, &pixels, [&mut y, &mut cb, &mut cr]);

            for (i, pixel) in pixels.iter().enumerate() {
                let [red, green, blue] = pixel.map(f64::from);
                let luma = 0.299 * red + 0.587 * green + 0.114 * blue;
                let exact = [
                    luma,
                    (blue - luma) / 1.772 + 128.0,
                    (red - luma) / 1.402 + 128.0,
                ];
                for (exact, actual) in exact.into_iter().zip([y[i], cb[i], cr[i]]) {
                    // Rounding, and what 16 bits leave of the weights.
                    assert!(
                        (exact - f64::from(actual)).abs() < 0.506,
                        "{level:?} {pixel:?}: {actual} for {exact}"
                    );
                }
            }
        }
    }

    #[test]
    fn no_color_leaves_the_range() {
        for red in [0, 255] {
            for (green, blue) in [(0, 0), (0, 255), (255, 0), (255, 255)] {
                for weights in [LUMA, BLUE_DIFFERENCE, RED_DIFFERENCE] {
                    let value = weights.sum([red, green, blue]) >> WEIGHT_BITS;

                    assert!((0..=255).contains(&value), "{red} {green} {blue}: {value}");
                }
            }
        }
    }
}
