//! Measures how similar a picture is to the square that it was made of.

use std::borrow::Cow;

/// Luma and two color differences of a square, all at its full resolution.
pub(crate) type Planes = [Vec<u8>; 3];

/// Returns how similar the picture looks to the square: 100 is equal, below 50 is poor.
///
/// It estimates SSIMULACRA2: structural similarity of luma and of the color differences at three resolutions, weighted and
/// fitted so that the two agree (for 12 photos in 384 encodings, of which each photo was weighted by the others: correlation
/// 0.995, off by 1.5 in the mean and by 1.1 above 60; 2026-11-24). Sums are of integers, and nothing but the four operations
/// and the root is used, so a score is the same on every machine.
pub(crate) fn score(square: &Planes, picture: &Planes, side: usize) -> f32 {
    let mut distance = 0.0;
    for ((before, after), weights) in square.iter().zip(picture).zip(WEIGHTS) {
        let (mut before, mut after) = (Cow::from(before), Cow::from(after));
        let mut side = side;
        for [mean_weight, worst_weight] in weights {
            if side < 2 * CELL {
                break;
            }
            let [mean, worst] = differences(&before, &after, side);
            distance += mean_weight * mean + worst_weight * worst;
            before = halved(&before, side).into();
            after = halved(&after, side).into();
            side /= 2;
        }
    }
    let eighth_root = distance.max(0.0).sqrt().sqrt().sqrt();
    (100.0 - 10.0 * eighth_root * eighth_root * eighth_root * eighth_root * eighth_root) as f32
}

/// For each component and resolution, the finest first, the weight of the mean and of the worst.
const WEIGHTS: [[[f64; 2]; 3]; 3] = [
    [[0.0, 27.0], [0.0, 45.0], [246.0, 0.0]],
    [[0.0, 1.0], [0.0, 0.0], [0.0, 31.0]],
    [[0.0, 1.0], [0.0, 0.0], [0.0, 31.0]],
];

/// The side of a cell; a window is two by two of them.
const CELL: usize = 4;

/// What is summed over the samples of a cell or a window.
#[derive(Clone, Copy, Default)]
struct Sums {
    before: i64,
    after: i64,
    before_squared: i64,
    after_squared: i64,
    product: i64,
}

impl Sums {
    fn add(&mut self, before: i64, after: i64) {
        self.before += before;
        self.after += after;
        self.before_squared += before * before;
        self.after_squared += after * after;
        self.product += before * after;
    }

    fn merge(&mut self, other: &Self) {
        self.before += other.before;
        self.after += other.after;
        self.before_squared += other.before_squared;
        self.after_squared += other.after_squared;
        self.product += other.product;
    }

    /// One minus the structural similarity of a window (Wang and others, 2004).
    fn difference(&self) -> f64 {
        const SAMPLES: i64 = (4 * CELL * CELL) as i64;
        // (0.01 · 255)² and (0.03 · 255)², here in samples squared.
        const LUMINANCE: f64 = 6.5025 * (SAMPLES * SAMPLES) as f64;
        const CONTRAST: f64 = 58.5225 * (SAMPLES * SAMPLES) as f64;

        let means = (self.before * self.after) as f64;
        let mean_squares = (self.before * self.before + self.after * self.after) as f64;
        let covariance = (SAMPLES * self.product - self.before * self.after) as f64;
        let variances = (SAMPLES * (self.before_squared + self.after_squared)
            - self.before * self.before
            - self.after * self.after) as f64;
        1.0 - (2.0 * means + LUMINANCE) * (2.0 * covariance + CONTRAST)
            / ((mean_squares + LUMINANCE) * (variances + CONTRAST))
    }
}

/// Returns the mean of the windows' differences, and the root of the mean of their fourth powers, which leans to the worst.
fn differences(before: &[u8], after: &[u8], side: usize) -> [f64; 2] {
    let across = side / CELL;
    let mut above: Vec<Sums> = Vec::new();
    let (mut sum, mut sum_of_fourths) = (0.0, 0.0);
    for row in 0..across {
        let mut cells = vec![Sums::default(); across];
        for y in row * CELL..(row + 1) * CELL {
            let line =
                |plane| -> &[[u8; CELL]] { &<[u8]>::as_chunks(row_of(plane, y, side)).0[..across] };
            for (cell, (before, after)) in
                cells.iter_mut().zip(line(before).iter().zip(line(after)))
            {
                for (&before, &after) in before.iter().zip(after) {
                    cell.add(before.into(), after.into());
                }
            }
        }
        for (above, below) in above.windows(2).zip(cells.windows(2)) {
            let mut window = above[0];
            for cell in [&above[1], &below[0], &below[1]] {
                window.merge(cell);
            }
            let difference = window.difference();
            sum += difference;
            sum_of_fourths += (difference * difference) * (difference * difference);
        }
        above = cells;
    }
    let windows = ((across - 1) * (across - 1)) as f64;
    [sum / windows, (sum_of_fourths / windows).sqrt().sqrt()]
}

fn row_of(plane: &[u8], y: usize, side: usize) -> &[u8] {
    &plane[y * side..][..side]
}

/// The plane at half its resolution.
fn halved(plane: &[u8], side: usize) -> Vec<u8> {
    let half = side / 2;
    let mut result = Vec::with_capacity(half * half);
    for y in 0..half {
        let (upper, lower) = (
            &plane[2 * y * side..][..2 * half],
            &plane[(2 * y + 1) * side..][..2 * half],
        );
        let pairs = upper.as_chunks().0.iter().zip(lower.as_chunks().0);
        result.extend(pairs.map(|(&[a, b], &[c, d])| {
            ((u16::from(a) + u16::from(b) + u16::from(c) + u16::from(d) + 2) >> 2) as u8
        }));
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    fn planes(side: usize, sample: impl Fn(usize, usize, usize) -> usize) -> Planes {
        [0, 1, 2].map(|component| {
            (0..side * side)
                .map(|place| sample(component, place % side, place / side) as u8)
                .collect()
        })
    }

    fn photo(component: usize, x: usize, y: usize) -> usize {
        100 + (x * x / 9 + y * (3 + component)) % 90
    }

    #[test]
    fn equal_pictures_score_100() {
        for side in [1, 7, 8, 33, 100] {
            let square = planes(side, photo);

            assert_eq!(score(&square, &square, side), 100.0, "{side}");
        }
    }

    #[test]
    fn more_noise_is_a_lower_score_in_luma_most_of_all() {
        let noise =
            |x: usize, y: usize, strength: usize| (x * 7919 + y * 104_729 + x * y * 31) % strength;
        let square = planes(64, photo);
        let noisy = |strengths: [usize; 3]| {
            let picture = planes(64, |component, x, y| {
                photo(component, x, y) + noise(x, y, strengths[component])
            });
            score(&square, &picture, 64)
        };

        let scores = [[4, 1, 1], [12, 1, 1], [40, 1, 1]].map(noisy);

        assert!(scores.is_sorted_by(|a, b| a > b), "{scores:?}");
        assert!(
            scores[0] < 100.0 && noisy([1, 1, 12]) > scores[1],
            "{scores:?}"
        );
    }

    #[test]
    fn a_window_is_compared_as_the_definition_says() {
        let before: Vec<u8> = (0..64).map(|i| (i * 37 % 101 + 60) as u8).collect();
        let after: Vec<u8> = (0..64).map(|i| (i * 37 % 101 + 60 + i % 5) as u8).collect();

        let [mean, worst] = differences(&before, &after, 8);

        let average = |values: &[f64]| values.iter().sum::<f64>() / 64.0;
        let (a, b): (Vec<f64>, Vec<f64>) = (
            before.iter().map(|&v| v.into()).collect(),
            after.iter().map(|&v| v.into()).collect(),
        );
        let (mean_a, mean_b) = (average(&a), average(&b));
        let spread = |x: &[f64], mean_x: f64, y: &[f64], mean_y: f64| {
            average(
                &x.iter()
                    .zip(y)
                    .map(|(x, y)| (x - mean_x) * (y - mean_y))
                    .collect::<Vec<_>>(),
            )
        };
        let (va, vb, cov) = (
            spread(&a, mean_a, &a, mean_a),
            spread(&b, mean_b, &b, mean_b),
            spread(&a, mean_a, &b, mean_b),
        );
        let (c1, c2) = ((0.01f64 * 255.0).powi(2), (0.03f64 * 255.0).powi(2));
        let ssim = (2.0 * mean_a * mean_b + c1) * (2.0 * cov + c2)
            / ((mean_a * mean_a + mean_b * mean_b + c1) * (va + vb + c2));
        assert!((mean - (1.0 - ssim)).abs() < 1e-9, "{mean} {ssim}");
        assert!((worst - mean).abs() < 1e-9);
    }
}
