//! Inverse transforms (8.6.4.2), as matrices of which only the part is computed that meets coefficients.

use crate::residual::{Coefficients, MAX_SAMPLES};

/// The residual of a block, row by row.
pub(crate) type Residual = [i32; MAX_SAMPLES];

/// Which transform a block has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// The cosine transform.
    Dct,
    /// The sine transform of intra luma blocks of 4 columns.
    Dst,
}

/// Transforms the coefficients of a block of `1 << log2` columns of samples of `depth` bits; `columns` is working memory.
pub(crate) fn transform(
    level: simd::Level,
    kind: Kind,
    (log2, depth): (u32, u32),
    coefficients: &Coefficients,
    [columns, residual]: [&mut Residual; 2],
) {
    if coefficients.only_dc && kind == Kind::Dct {
        return fill_dc((log2, depth), coefficients.values[0], residual);
    }
    let shift = 20 - depth;
    match (log2, kind) {
        (2, Kind::Dst) => smallest(level, &DST_4, shift, coefficients, residual),
        (2, Kind::Dct) => smallest(level, &DCT_4, shift, coefficients, residual),
        (3, _) => larger::<8, 4>(level, &HALF_8, shift, coefficients, columns, residual),
        (4, _) => larger::<16, 8>(level, &HALF_16, shift, coefficients, columns, residual),
        _ => larger::<32, 16>(level, &HALF_32, shift, coefficients, columns, residual),
    }
}

/// All samples of a block that has only a mean.
fn fill_dc((log2, depth): (u32, u32), coefficient: i16, residual: &mut Residual) {
    let column = (64 * i32::from(coefficient) + 64) >> 7;
    let shift = 20 - depth;
    let value = (64 * column + (1 << (shift - 1))) >> shift;
    residual[..1 << (2 * log2)].fill(value);
}

/// After the first of the two transforms (8.6.4.2).
#[inline(always)]
fn intermediate(sum: i32) -> i32 {
    ((sum + 64) >> 7).clamp(i16::MIN.into(), i16::MAX.into())
}

simd::levels! {
    /// Transforms a block of 4 columns.
    fn smallest(
        level: Level,
        matrix: &[[i32; 4]; 4],
        shift: u32,
        coefficients: &Coefficients,
        residual: &mut Residual,
    ) {
        let from = &coefficients.values;
        let mut columns = [[0_i32; 4]; 4];
        for (y, column) in columns.iter_mut().enumerate() {
            let mut sums = [0_i32; 4];
            for k in 0..4 {
                for x in 0..4 {
                    sums[x] += matrix[k][y] * i32::from(from[k * 4 + x]);
                }
            }
            *column = sums.map(intermediate);
        }
        for (row, to) in columns.iter().zip(residual.chunks_exact_mut(4)) {
            let mut sums = [1 << (shift - 1); 4];
            for k in 0..4 {
                for x in 0..4 {
                    sums[x] += row[k] * matrix[k][x];
                }
            }
            to.copy_from_slice(&sums.map(|sum| sum >> shift));
        }
    }
}

simd::levels! {
    /// Transforms a block of `N` columns; `H` is half of it.
    ///
    /// The even rows of the matrix are symmetric, the odd ones antisymmetric, so that half of each is enough.
    fn larger<const N: usize, const H: usize>(
        level: Level,
        matrix: &[[i32; H]; N],
        shift: u32,
        coefficients: &Coefficients,
        columns: &mut Residual,
        residual: &mut Residual,
    ) {
        let width = coefficients.columns.min(N);
        // Of the columns, only as many are written and read as hold coefficients.
        let columns = columns.as_chunks_mut::<N>().0;
        transform_columns(matrix, coefficients, columns);
        for (row, to) in columns[..N].iter().zip(residual.chunks_exact_mut(N)) {
            let mut even = [1 << (shift - 1); H];
            let mut odd = [0_i32; H];
            for k in (0..width).step_by(2) {
                let (first, second) = (&matrix[k], &matrix[k + 1]);
                for x in 0..H {
                    even[x] += row[k] * first[x];
                    odd[x] += row[k + 1] * second[x];
                }
            }
            for x in 0..H {
                to[x] = (even[x] + odd[x]) >> shift;
                to[N - 1 - x] = (even[x] - odd[x]) >> shift;
            }
        }
    }
}

#[inline(always)]
fn transform_columns<const N: usize, const H: usize>(
    matrix: &[[i32; H]; N],
    coefficients: &Coefficients,
    columns: &mut [[i32; N]],
) {
    /// So many columns at a time.
    const LANES: usize = 8;
    let height = coefficients.rows.min(N);
    for first in (0..coefficients.columns.min(N)).step_by(LANES) {
        let mut from = [[0_i32; LANES]; N];
        let rows = coefficients.values.chunks_exact(N).take(height);
        for (to, row) in from.iter_mut().zip(rows) {
            for (to, &value) in to.iter_mut().zip(&row[first..]) {
                *to = value.into();
            }
        }
        for y in 0..H {
            let mut even = [0_i32; LANES];
            let mut odd = [0_i32; LANES];
            for k in (0..height).step_by(2) {
                let (first, second) = (matrix[k][y], matrix[k + 1][y]);
                for x in 0..LANES {
                    even[x] += first * from[k][x];
                    odd[x] += second * from[k + 1][x];
                }
            }
            for x in 0..LANES {
                columns[y][first + x] = intermediate(even[x] + odd[x]);
                columns[N - 1 - y][first + x] = intermediate(even[x] - odd[x]);
            }
        }
    }
}

/// `transMatrix` of the sine transform (8.6.4.2).
static DST_4: [[i32; 4]; 4] = [
    [29, 55, 74, 84],
    [74, 74, 0, -74],
    [84, -29, -74, 55],
    [55, -84, 74, -29],
];

static DCT_4: [[i32; 4]; 4] = half_of_dct();
static HALF_8: [[i32; 4]; 8] = half_of_dct();
static HALF_16: [[i32; 8]; 16] = half_of_dct();
static HALF_32: [[i32; 16]; 32] = half_of_dct();

/// The first `H` columns of `transMatrix` of `N` rows (8.6.4.2).
///
/// Each value is that of a cosine at a multiple of π/64, as the standard rounds it.
const fn half_of_dct<const N: usize, const H: usize>() -> [[i32; H]; N] {
    const COSINES: [i32; 33] = [
        64, 90, 90, 90, 89, 88, 87, 85, 83, 82, 80, 78, 75, 73, 70, 67, 64, 61, 57, 54, 50, 46, 43,
        38, 36, 31, 25, 22, 18, 13, 9, 4, 0,
    ];
    let mut matrix = [[0; H]; N];
    let mut k = 0;
    while k < N {
        let mut x = 0;
        while x < H {
            let angle = (2 * x + 1) * k * (32 / N) % 128;
            matrix[k][x] = match angle {
                0..=32 => COSINES[angle],
                33..=64 => -COSINES[64 - angle],
                65..=96 => -COSINES[angle - 64],
                _ => COSINES[128 - angle],
            };
            x += 1;
        }
        k += 1;
    }
    matrix
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coefficients(log2: u32, seed: u32) -> Box<Coefficients> {
        let mut coefficients = Coefficients::new();
        let mut state = seed;
        for value in &mut coefficients.values[..1 << (2 * log2)] {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            *value = (state >> 16) as i16 >> (state & 15);
        }
        (coefficients.columns, coefficients.rows) = (1 << log2, 1 << log2);
        coefficients
    }

    /// The formulas as they stand, with the cosine from `f64`.
    fn expected(log2: u32, depth: u32, from: &Coefficients) -> Vec<i32> {
        let n = 1 << log2;
        let half: Vec<Vec<i32>> = match log2 {
            2 => DCT_4.iter().map(|row| row.to_vec()).collect(),
            3 => HALF_8.iter().map(|row| row.to_vec()).collect(),
            4 => HALF_16.iter().map(|row| row.to_vec()).collect(),
            _ => HALF_32.iter().map(|row| row.to_vec()).collect(),
        };
        let matrix = |k: usize, x: usize| match (x < half[k].len(), k % 2) {
            (true, _) => half[k][x],
            (false, 0) => half[k][n - 1 - x],
            (false, _) => -half[k][n - 1 - x],
        };
        let mut columns = vec![0; n * n];
        for y in 0..n {
            for x in 0..n {
                let sum: i32 = (0..n)
                    .map(|k| matrix(k, y) * i32::from(from.values[k * n + x]))
                    .sum();
                columns[y * n + x] = ((sum + 64) >> 7).clamp(-32768, 32767);
            }
        }
        let shift = 20 - depth;
        (0..n * n)
            .map(|at| {
                let (x, y) = (at % n, at / n);
                let sum: i32 = (0..n).map(|k| matrix(k, x) * columns[y * n + k]).sum();
                (sum + (1 << (shift - 1))) >> shift
            })
            .collect()
    }

    #[test]
    fn every_size_and_level_follows_the_formulas() {
        for level in simd::Level::available() {
            for (log2, seed) in [(2, 1), (3, 2), (4, 3), (5, 4)] {
                let from = coefficients(log2, seed);
                let mut residual = [0; MAX_SAMPLES];
                let mut columns = [7; MAX_SAMPLES];
                let buffers = [&mut columns, &mut residual];
                transform(level, Kind::Dct, (log2, 8), &from, buffers);

                let expected = expected(log2, 8, &from);
                assert_eq!(residual[..expected.len()], expected, "{log2} {level:?}");
            }
        }
    }

    #[test]
    fn the_matrix_is_a_rounded_cosine() {
        for (k, row) in HALF_32.iter().enumerate() {
            for (x, &value) in row.iter().enumerate() {
                let angle = (2 * x + 1) as f64 * k as f64 * std::f64::consts::PI / 64.0;
                let scale = if k == 0 { 64.0 } else { 64.0 * 2_f64.sqrt() };

                assert!(
                    (scale * angle.cos() - f64::from(value)).abs() < 2.0,
                    "{k} {x}"
                );
            }
        }
    }
}
