//! CIE L\*a\*b\* to light, and to sRGB.

use super::curve::srgb_sample;
use super::matrix::{apply, pcs_to_srgb};

/// D50 as ICC profiles have it (ICC.1, 7.2.16).
pub(super) const WHITE: [f64; 3] = [0.9642, 1.0, 0.8249];

/// Converts L\*a\*b\*, coded in samples of 0…1 (see [`ColorSpace::Lab`](super::ColorSpace)), to sRGB.
pub(super) fn lab_to_srgb([lightness, a, b]: [f64; 3]) -> [u8; 3] {
    let xyz = lab_to_xyz([lightness * 100.0, a * 255.0 - 128.0, b * 255.0 - 128.0]);
    let light = apply(&pcs_to_srgb(), xyz);
    light.map(|light| (srgb_sample(light.clamp(0.0, 1.0)) * 255.0).round() as u8)
}

/// Converts L\*a\*b\* to XYZ, both relative to D50 (CIE 15, 8.2.1).
pub(super) fn lab_to_xyz([lightness, a, b]: [f64; 3]) -> [f64; 3] {
    let y = (lightness + 16.0) / 116.0;
    let roots = [y + a / 500.0, y, y - b / 200.0];
    [0, 1, 2].map(|i| WHITE[i] * cube(roots[i]))
}

/// The inverse of the cube root with its linear part near black (CIE 15, 8.2.1.1).
fn cube(f: f64) -> f64 {
    match f > 6.0 / 29.0 {
        true => f.powi(3),
        false => (f - 4.0 / 29.0) * 108.0 / 841.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_colors_convert() {
        // The primaries of sRGB in L*a*b* relative to D50, as CSS Color 4 converts them.
        for ([lightness, a, b], expected) in [
            ([100.0, 0.0, 0.0], [255, 255, 255]),
            ([0.0, 0.0, 0.0], [0, 0, 0]),
            ([53.585, 0.0, 0.0], [128, 128, 128]),
            ([54.29, 80.81, 69.89], [255, 0, 0]),
            ([87.82, -79.27, 80.99], [0, 255, 0]),
            ([29.57, 68.30, -112.03], [0, 0, 255]),
        ] {
            let coded = [lightness / 100.0, (a + 128.0) / 255.0, (b + 128.0) / 255.0];

            let actual = lab_to_srgb(coded);

            assert!(
                actual
                    .iter()
                    .zip(expected)
                    .all(|(a, e): (&u8, u8)| a.abs_diff(e) <= 1),
                "{actual:?}, not {expected:?}"
            );
        }
    }
}
