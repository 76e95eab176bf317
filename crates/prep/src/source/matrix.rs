//! From luma and chroma to red, green and blue (ITU-T H.273, 8.3).

/// The code point for what is not told (H.273).
pub(super) const UNSPECIFIED: u16 = 2;

/// Code points of ITU-T H.273.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Nclx {
    pub(super) primaries: u16,
    pub(super) transfer: u16,
    pub(super) matrix: u16,
    pub(super) full_range: bool,
}

/// How samples of one image become colors: red, green and blue are sums of the weighted samples and an offset.
pub(super) struct Matrix {
    weights: [[f32; 3]; 3],
    offsets: [f32; 3],
    /// The weight and the offset of lightness.
    #[cfg(any(feature = "avif", feature = "heic"))]
    luma: [f32; 2],
}

enum Kind {
    /// The planes are green, blue and red.
    Identity,
    /// The weights of red and blue in luma.
    Weights {
        red: f64,
        blue: f64,
    },
    YCgCo,
}

impl Matrix {
    /// Samples of `bits`, moved up to 16. Returns `None` for a matrix that is not linear, or unknown.
    pub(super) fn new(nclx: Nclx, bits: u8) -> Option<Self> {
        let kind = match nclx.matrix {
            0 => Kind::Identity,
            1 => weights(0.2126, 0.0722),
            4 => weights(0.30, 0.11),
            5 | 6 | UNSPECIFIED => weights(0.299, 0.114),
            7 => weights(0.212, 0.087),
            8 => Kind::YCgCo,
            9 => weights(0.2627, 0.0593),
            12 => derived(nclx.primaries),
            _ => return None,
        };
        // In 16 bits, as each sample is moved up: 8 bits are 256 apart.
        let most = 65_536.0 - f64::from(1_u16 << (16 - bits));
        let (black, luma_reach, chroma_reach) = match nclx.full_range {
            true => (0.0, most, most),
            false => (16.0 * 256.0, 219.0 * 256.0, 224.0 * 256.0),
        };
        Some(Self::of(kind, black, luma_reach, chroma_reach))
    }

    /// Where black lies in the first plane, and how far that plane and the others reach.
    fn of(kind: Kind, black: f64, luma_reach: f64, chroma_reach: f64) -> Self {
        const MIDDLE: f64 = 32_768.0;
        let [luma, chroma] = [luma_reach, chroma_reach].map(|reach| 65_535.0 / reach);
        // Each color as a sum of luma, the second and the third plane, all of them 0…1 or -½…½.
        let colors = match kind {
            Kind::Identity => [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]],
            Kind::Weights { red, blue } => {
                let (cr, cb) = (2.0 * (1.0 - red), 2.0 * (1.0 - blue));
                let green = 1.0 - red - blue;
                [
                    [1.0, 0.0, cr],
                    [1.0, -blue * cb / green, -red * cr / green],
                    [1.0, cb, 0.0],
                ]
            }
            Kind::YCgCo => [[1.0, -1.0, 1.0], [1.0, 1.0, 0.0], [1.0, -1.0, -1.0]],
        };
        // The planes of colors are none of chroma.
        let (others, zero) = match kind {
            Kind::Identity => (luma, black),
            _ => (chroma, MIDDLE),
        };
        let scaled = |color: [f64; 3]| [color[0] * luma, color[1] * others, color[2] * others];
        let offset = |[a, b, c]: [f64; 3]| -(a * black + (b + c) * zero);
        Self {
            weights: colors.map(|color| scaled(color).map(|weight| weight as f32)),
            offsets: colors.map(|color| offset(scaled(color)) as f32),
            #[cfg(any(feature = "avif", feature = "heic"))]
            luma: [luma as f32, (-luma * black) as f32],
        }
    }

    /// Lightness, 0…65535.
    #[cfg(any(feature = "avif", feature = "heic"))]
    pub(super) fn gray(&self, sample: u16) -> u16 {
        rounded(f32::from(sample) * self.luma[0] + self.luma[1])
    }

    /// Red, green and blue, 0…65535 each.
    #[inline(always)]
    pub(super) fn rgb(&self, samples: [u16; 3]) -> [u16; 3] {
        let [a, b, c] = [samples[0], samples[1], samples[2]];
        let (a, b, c) = (f32::from(a), f32::from(b), f32::from(c));
        let mut rgb = [0; 3];
        for ((color, weights), offset) in rgb.iter_mut().zip(&self.weights).zip(self.offsets) {
            *color = rounded(a * weights[0] + b * weights[1] + c * weights[2] + offset);
        }
        rgb
    }
}

#[inline(always)]
fn rounded(value: f32) -> u16 {
    (value.clamp(0.0, 65_535.0) + 0.5) as u16
}

fn weights(red: f64, blue: f64) -> Kind {
    Kind::Weights { red, blue }
}

/// The weights that follow from the primaries (H.273, equations 32 to 37).
fn derived(primaries: u16) -> Kind {
    // x and y of red, green, blue and white (table 2).
    const D65: [f64; 2] = [0.3127, 0.3290];
    let [r, g, b, w] = match primaries {
        4 => [[0.67, 0.33], [0.21, 0.71], [0.14, 0.08], [0.310, 0.316]],
        5 => [[0.64, 0.33], [0.29, 0.60], [0.15, 0.06], D65],
        6 | 7 => [[0.630, 0.340], [0.310, 0.595], [0.155, 0.070], D65],
        9 => [[0.708, 0.292], [0.170, 0.797], [0.131, 0.046], D65],
        11 => [
            [0.680, 0.320],
            [0.265, 0.690],
            [0.150, 0.060],
            [0.314, 0.351],
        ],
        12 => [[0.680, 0.320], [0.265, 0.690], [0.150, 0.060], D65],
        _ => [[0.64, 0.33], [0.30, 0.60], [0.15, 0.06], D65],
    };
    // How much light of each makes white: columns X/Y, 1, Z/Y solved by Cramer's rule.
    let column = |[x, y]: [f64; 2]| [x / y, 1.0, (1.0 - x - y) / y];
    let determinant = |a: [f64; 3], b: [f64; 3], c: [f64; 3]| {
        a[0] * (b[1] * c[2] - b[2] * c[1]) - b[0] * (a[1] * c[2] - a[2] * c[1])
            + c[0] * (a[1] * b[2] - a[2] * b[1])
    };
    let [r, g, b, w] = [r, g, b, w].map(column);
    let whole = determinant(r, g, b);
    weights(determinant(w, g, b) / whole, determinant(r, g, w) / whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nclx(matrix: u16, full_range: bool) -> Nclx {
        Nclx {
            primaries: 1,
            transfer: 13,
            matrix,
            full_range,
        }
    }

    /// Colors to samples by the standard's forward equations, in `f64`.
    fn coded(rgb: [f64; 3], [red, blue]: [f64; 2], bits: u8, full_range: bool) -> [u16; 3] {
        let y = red * rgb[0] + (1.0 - red - blue) * rgb[1] + blue * rgb[2];
        let cb = (rgb[2] - y) / (2.0 * (1.0 - blue));
        let cr = (rgb[0] - y) / (2.0 * (1.0 - red));
        let unit = f64::from(1 << (bits - 8));
        let most = 256.0 * unit - 1.0;
        let (luma, chroma): (f64, [f64; 2]) = match full_range {
            true => (most * y, [cb, cr].map(|c| most * c + 128.0 * unit)),
            false => (
                (219.0 * y + 16.0) * unit,
                [cb, cr].map(|c| (224.0 * c + 128.0) * unit),
            ),
        };
        [luma, chroma[0], chroma[1]]
            .map(|sample| (sample.round().clamp(0.0, most) as u16) << (16 - bits))
    }

    #[test]
    fn colors_come_back_through_every_matrix_range_and_depth() {
        let matrices = [
            (1, [0.2126, 0.0722]),
            (2, [0.299, 0.114]),
            (5, [0.299, 0.114]),
            (6, [0.299, 0.114]),
            (7, [0.212, 0.087]),
            (9, [0.2627, 0.0593]),
        ];
        let colors = [
            [0.0, 0.0, 0.0],
            [1.0, 1.0, 1.0],
            [1.0, 0.0, 0.0],
            [0.0, 1.0, 0.0],
            [0.0, 0.0, 1.0],
            [0.2, 0.5, 0.9],
        ];
        for (code, weights) in matrices {
            for bits in [8, 10, 12] {
                for full_range in [false, true] {
                    let matrix = Matrix::new(nclx(code, full_range), bits).unwrap();
                    for color in colors {
                        let samples = coded(color, weights, bits, full_range);

                        let rgb = matrix.rgb(samples);

                        let steps = f64::from(1 << (bits - 8));
                        for (actual, expected) in rgb.iter().zip(color) {
                            let error = (f64::from(*actual) / 65_535.0 - expected).abs() * 255.0;
                            assert!(
                                error <= 1.5 / steps,
                                "matrix {code}, {bits} bits, {full_range}: {rgb:?} for {color:?}"
                            );
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn without_a_matrix_the_planes_are_green_blue_and_red() {
        let matrix = Matrix::new(nclx(0, true), 8).unwrap();

        assert_eq!(matrix.rgb([0xFF00, 0x8000, 0]), [0, 65_535, 32_896]);
    }

    #[test]
    fn weights_derived_from_known_primaries_are_the_known_weights() {
        for (primaries, expected) in [(1, [0.2126, 0.0722]), (9, [0.2627, 0.0593])] {
            let Kind::Weights { red, blue } = derived(primaries) else {
                panic!("weights");
            };

            assert!((red - expected[0]).abs() < 1e-4, "{primaries}: {red}");
            assert!((blue - expected[1]).abs() < 1e-4, "{primaries}: {blue}");
        }
    }

    #[test]
    fn a_matrix_that_is_not_linear_is_refused() {
        for matrix in [10, 13, 14, 99] {
            assert!(Matrix::new(nclx(matrix, true), 10).is_none());
        }
    }
}
