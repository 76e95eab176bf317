//! Red, green and blue as light: matrices between the primaries of two color spaces.

/// Three rows of three.
pub(super) type Matrix = [[f64; 3]; 3];

/// Chromaticities (CIE x, y) of a color space's primaries and its white.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Primaries {
    pub(crate) red: [f64; 2],
    pub(crate) green: [f64; 2],
    pub(crate) blue: [f64; 2],
    pub(crate) white: [f64; 2],
}

const D65: [f64; 2] = [0.3127, 0.3290];

impl Primaries {
    /// Those of sRGB, which are BT.709's (IEC 61966-2-1).
    pub(crate) const SRGB: Self = Self {
        red: [0.640, 0.330],
        green: [0.300, 0.600],
        blue: [0.150, 0.060],
        white: D65,
    };

    /// Those of Adobe RGB (1998).
    pub(crate) const ADOBE_RGB: Self = Self {
        red: [0.640, 0.330],
        green: [0.210, 0.710],
        blue: [0.150, 0.060],
        white: D65,
    };

    /// Those of a code point (H.273, table 2); `None` for one that is reserved or unspecified.
    pub(super) fn from_cicp(code: u16) -> Option<Self> {
        let of = |red, green, blue, white| {
            Some(Self {
                red,
                green,
                blue,
                white,
            })
        };
        match code {
            1 => Some(Self::SRGB),
            4 => of([0.67, 0.33], [0.21, 0.71], [0.14, 0.08], [0.310, 0.316]),
            5 => of([0.64, 0.33], [0.29, 0.60], [0.15, 0.06], D65),
            6 | 7 => of([0.630, 0.340], [0.310, 0.595], [0.155, 0.070], D65),
            8 => of(
                [0.681, 0.319],
                [0.243, 0.692],
                [0.145, 0.049],
                [0.310, 0.316],
            ),
            9 => of([0.708, 0.292], [0.170, 0.797], [0.131, 0.046], D65),
            10 => of([1.0, 0.0], [0.0, 1.0], [0.0, 0.0], [1.0 / 3.0, 1.0 / 3.0]),
            11 => of(
                [0.680, 0.320],
                [0.265, 0.690],
                [0.150, 0.060],
                [0.314, 0.351],
            ),
            12 => of([0.680, 0.320], [0.265, 0.690], [0.150, 0.060], D65),
            22 => of([0.630, 0.340], [0.295, 0.605], [0.155, 0.077], D65),
            _ => None,
        }
    }

    /// The matrix from linear light of these primaries to that of sRGB; `None` if they are collinear.
    ///
    /// White becomes white: another white point is adapted as Bradford does (ICC.1, annex E).
    pub(super) fn to_srgb(self) -> Option<Matrix> {
        let adapted = multiply(&adaptation(xyz(self.white)?, xyz(D65)?)?, &self.to_xyz()?);
        Some(multiply(&inverse(&Self::SRGB.to_xyz()?)?, &adapted))
    }

    /// The share of red, green and blue in luminance: the middle row of the matrix to XYZ.
    pub(super) fn luminance(self) -> Option<[f64; 3]> {
        self.to_xyz().map(|[_, y, _]| y)
    }

    fn to_xyz(self) -> Option<Matrix> {
        let [red, green, blue] =
            [self.red, self.green, self.blue].map(|[x, y]| [x, y, 1.0 - x - y]);
        let columns = transpose(&[red, green, blue]);
        let scale = apply(&inverse(&columns)?, xyz(self.white)?);
        Some(columns.map(|row| [row[0] * scale[0], row[1] * scale[1], row[2] * scale[2]]))
    }
}

/// From XYZ as ICC profiles use it, relative to D50, to linear light of sRGB.
///
/// The inverse of sRGB's own colorants as adapted to D50 by Bradford's matrix.
pub(super) fn pcs_to_srgb() -> Matrix {
    const SRGB_TO_PCS: Matrix = [
        [0.436_065_7, 0.385_147_1, 0.143_066_4],
        [0.222_488_4, 0.716_873_2, 0.060_607_9],
        [0.013_916_0, 0.097_076_4, 0.714_096_1],
    ];
    inverse(&SRGB_TO_PCS).expect("the three colorants differ")
}

fn xyz([x, y]: [f64; 2]) -> Option<[f64; 3]> {
    (y > 0.0).then(|| [x / y, 1.0, (1.0 - x - y) / y])
}

fn adaptation(from: [f64; 3], to: [f64; 3]) -> Option<Matrix> {
    const BRADFORD: Matrix = [
        [0.8951, 0.2664, -0.1614],
        [-0.7502, 1.7135, 0.0367],
        [0.0389, -0.0685, 1.0296],
    ];
    let (from, to) = (apply(&BRADFORD, from), apply(&BRADFORD, to));
    let mut scaled = BRADFORD;
    for (row, (from, to)) in scaled.iter_mut().zip(from.into_iter().zip(to)) {
        *row = row.map(|factor| factor * to / from);
    }
    Some(multiply(&inverse(&BRADFORD)?, &scaled))
}

pub(super) fn apply(matrix: &Matrix, [x, y, z]: [f64; 3]) -> [f64; 3] {
    matrix.map(|row| row[0] * x + row[1] * y + row[2] * z)
}

pub(super) fn multiply(a: &Matrix, b: &Matrix) -> Matrix {
    transpose(&transpose(b).map(|column| apply(a, column)))
}

pub(super) fn transpose(m: &Matrix) -> Matrix {
    [0, 1, 2].map(|column| m.map(|row| row[column]))
}

/// By cofactors; `None` if the determinant is too small for a meaningful result.
pub(super) fn inverse(m: &Matrix) -> Option<Matrix> {
    let minor = |row: usize, column: usize| {
        let [(a, b), (c, d)] = [1, 2].map(|step| {
            let row = m[(row + step) % 3];
            (row[(column + 1) % 3], row[(column + 2) % 3])
        });
        a * d - b * c
    };
    let determinant: f64 = (0..3).map(|column| m[0][column] * minor(0, column)).sum();
    let usable = determinant.is_finite() && determinant.abs() > 1e-9;
    usable.then(|| [0, 1, 2].map(|row| [0, 1, 2].map(|column| minor(column, row) / determinant)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_matrices_come_out() {
        // CSS Color 4, 10.6: linear Display P3, Adobe RGB and BT.2020 to linear sRGB.
        for (primaries, expected) in [
            (
                Primaries::from_cicp(12),
                [
                    [1.2249401, -0.2249402, 0.0],
                    [-0.0420569, 1.0420571, 0.0],
                    [-0.0196376, -0.0786361, 1.0982736],
                ],
            ),
            (
                Some(Primaries::ADOBE_RGB),
                [
                    [1.3983557, -0.3983557, 0.0],
                    [0.0, 1.0, 0.0],
                    [0.0, -0.0429288, 1.0429288],
                ],
            ),
            (
                Primaries::from_cicp(9),
                [
                    [1.6604910, -0.5876411, -0.0728499],
                    [-0.1245505, 1.1328999, -0.0083494],
                    [-0.0181508, -0.1005789, 1.1187297],
                ],
            ),
        ] {
            let actual = primaries.unwrap().to_srgb().unwrap();

            for (actual, expected) in actual.as_flattened().iter().zip(expected.as_flattened()) {
                assert!((actual - expected).abs() < 1e-5, "{actual} {expected}");
            }
        }
    }

    #[test]
    fn white_stays_white_from_every_white_point() {
        for code in [1, 4, 5, 6, 8, 9, 10, 11, 12, 22] {
            let matrix = Primaries::from_cicp(code).unwrap().to_srgb().unwrap();

            for light in apply(&matrix, [1.0; 3]) {
                assert!((light - 1.0).abs() < 1e-9, "{code}: {light}");
            }
        }
    }

    #[test]
    fn primaries_on_one_line_span_no_space() {
        let line = Primaries {
            red: [0.2, 0.2],
            green: [0.3, 0.3],
            blue: [0.4, 0.4],
            white: D65,
        };

        assert_eq!(line.to_srgb(), None);
        assert_eq!(
            Primaries {
                white: [0.3, 0.0],
                ..Primaries::SRGB
            }
            .to_srgb(),
            None
        );
    }
}
