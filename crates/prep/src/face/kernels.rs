//! The network's arithmetic, a row of pixels at a time and eight channels at once; each sum has one order, so that all levels
//! give the same bits.

use super::map::{Convolution, Lanes};

#[inline(always)]
fn larger(one: f32, other: f32) -> f32 {
    if other > one { other } else { one }
}

/// How many pixels share a weight that was loaded. All rows are multiples of this.
const TOGETHER: usize = 4;

#[inline(always)]
fn add_product(sum: &mut Lanes, value: &Lanes, weight: &Lanes) {
    for ((sum, value), weight) in sum.iter_mut().zip(value).zip(weight) {
        *sum += value * weight;
    }
}

#[inline(always)]
fn add_scaled(sum: &mut Lanes, value: f32, weight: &Lanes) {
    for (sum, weight) in sum.iter_mut().zip(weight) {
        *sum += value * weight;
    }
}

#[inline(always)]
fn clamp_at_zero(lanes: &Lanes) -> Lanes {
    lanes.map(|value| if value > 0.0 { value } else { 0.0 })
}

simd::levels! {
    /// 3 × 3 on every channel by itself, on every pixel or every second: three rows of `stride` lanes, each from the first pixel
    /// that is needed on, give a row.
    pub(super) fn depthwise(level: Level, rows: &[Lanes], stride: usize, shrink: usize, by: &Convolution, output: &mut [Lanes]) {
        let lanes = by.biases.len();
        let rows: [&[Lanes]; 3] = std::array::from_fn(|row| &rows[row * stride..]);
        for lane in 0..lanes {
            let weights: [Lanes; 9] = std::array::from_fn(|tap| by.weights[tap * lanes + lane]);
            for (x, pixel) in output.chunks_exact_mut(lanes).enumerate() {
                let mut sum = by.biases[lane];
                for (row, weights) in rows.iter().zip(weights.as_chunks::<3>().0) {
                    let from = &row[x * shrink * lanes + lane..][..2 * lanes + 1];
                    add_product(&mut sum, &from[0], &weights[0]);
                    add_product(&mut sum, &from[lanes], &weights[1]);
                    add_product(&mut sum, &from[2 * lanes], &weights[2]);
                }
                pixel[lane] = sum;
            }
        }
    }

    /// All channels of each pixel, of which there are `inputs` lanes, into each channel of the next map. Four pixels at a time, so
    /// that a weight is read once for four, and two lanes, so that a value is spread once for two.
    pub(super) fn pointwise(level: Level, input: &[Lanes], inputs: usize, by: &Convolution, output: &mut [Lanes]) {
        let (channels, outputs) = (inputs * 8, by.biases.len());
        let pixels = input.as_flattened().chunks_exact(channels * TOGETHER).zip(output.chunks_exact_mut(outputs * TOGETHER));
        for (from, to) in pixels {
            let from: [&[f32]; TOGETHER] = std::array::from_fn(|pixel| &from[pixel * channels..(pixel + 1) * channels]);
            let (pairs, last) = by.biases.as_chunks::<2>();
            for (pair, [bias, other_bias]) in pairs.iter().enumerate() {
                let weights = &by.weights[pair * 2 * channels..][..2 * channels];
                let (weights, others) = weights.split_at(channels);
                let (mut sums, mut other_sums) = ([*bias; TOGETHER], [*other_bias; TOGETHER]);
                let values = from[0].iter().zip(from[1]).zip(from[2].iter().zip(from[3]));
                for ((weight, other), ((a, b), (c, d))) in weights.iter().zip(others).zip(values) {
                    add_scaled(&mut sums[0], *a, weight);
                    add_scaled(&mut sums[1], *b, weight);
                    add_scaled(&mut sums[2], *c, weight);
                    add_scaled(&mut sums[3], *d, weight);
                    add_scaled(&mut other_sums[0], *a, other);
                    add_scaled(&mut other_sums[1], *b, other);
                    add_scaled(&mut other_sums[2], *c, other);
                    add_scaled(&mut other_sums[3], *d, other);
                }
                for (pixel, (sum, other)) in sums.iter().zip(&other_sums).enumerate() {
                    to[pixel * outputs + pair * 2] = *sum;
                    to[pixel * outputs + pair * 2 + 1] = *other;
                }
            }
            if let [bias] = last {
                let weights = &by.weights[(outputs - 1) * channels..][..channels];
                let mut sums = [*bias; TOGETHER];
                let values = from[0].iter().zip(from[1]).zip(from[2].iter().zip(from[3]));
                for (weight, ((a, b), (c, d))) in weights.iter().zip(values) {
                    add_scaled(&mut sums[0], *a, weight);
                    add_scaled(&mut sums[1], *b, weight);
                    add_scaled(&mut sums[2], *c, weight);
                    add_scaled(&mut sums[3], *d, weight);
                }
                for (pixel, sum) in sums.iter().enumerate() {
                    to[pixel * outputs + outputs - 1] = *sum;
                }
            }
        }
    }

    /// Replaces what is negative by zero.
    pub(super) fn relu(level: Level, values: &mut [Lanes]) {
        for value in values {
            *value = clamp_at_zero(value);
        }
    }

    /// Adds the block's input to as many lanes as it has, then replaces what is negative by zero.
    pub(super) fn add_residual(level: Level, input: &[Lanes], inputs: usize, outputs: usize, output: &mut [Lanes]) {
        for (pixel, from) in output.chunks_exact_mut(outputs).zip(input.chunks_exact(inputs)) {
            for (sum, from) in pixel.iter_mut().zip(from) {
                *sum = std::array::from_fn(|at| sum[at] + from[at]);
            }
            for sum in pixel {
                *sum = clamp_at_zero(sum);
            }
        }
    }

    /// Reduces two by two pixels to the largest value of each channel; `rows` are two rows of `stride` lanes.
    pub(super) fn max_pool_2x2(level: Level, rows: &[Lanes], stride: usize, lanes: usize, output: &mut [Lanes]) {
        let (upper, lower) = rows.split_at(stride);
        let pairs = upper.chunks_exact(2 * lanes).zip(lower.chunks_exact(2 * lanes));
        for (pixel, (upper, lower)) in output.chunks_exact_mut(lanes).zip(pairs) {
            let above = upper[..lanes].iter().zip(&upper[lanes..]);
            let below = lower[..lanes].iter().zip(&lower[lanes..]);
            for (largest, ((a, b), (c, d))) in pixel.iter_mut().zip(above.zip(below)) {
                *largest = std::array::from_fn(|at| larger(larger(a[at], b[at]), larger(c[at], d[at])));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use simd::Level;

    use super::super::map::Map;
    use super::*;

    fn noise(count: usize, seed: u32) -> Vec<f32> {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / (1 << 23) as f32 - 1.0
        };
        (0..count).map(|_| next()).collect()
    }

    fn lanes(values: &[f32]) -> Vec<Lanes> {
        values.as_chunks().0.to_vec()
    }

    fn map(side: usize, lanes_of_a_pixel: usize, seed: u32) -> Map {
        let mut map = Map::default();
        map.reshape(side, lanes_of_a_pixel);
        for y in 0..side {
            let row = map.row_mut(y);
            row.copy_from_slice(&lanes(&noise(row.len() * 8, seed + y as u32)));
        }
        map
    }

    /// The value of a channel, zero beyond the edge.
    fn at(map: &Map, x: isize, y: isize, channel: usize) -> f64 {
        let inside = 0..map.side as isize;
        match inside.contains(&x) && inside.contains(&y) {
            true => f64::from(map.from(x, y).as_flattened()[channel]),
            false => 0.0,
        }
    }

    /// Fills a map with each level, all of which must do it alike; then compares it with what is expected.
    fn check(
        side: usize,
        lanes: usize,
        kernel: impl Fn(Level, usize, &mut [Lanes]),
        expected: impl Fn(isize, isize, usize) -> f64,
    ) {
        let maps: Vec<Vec<Lanes>> = Level::available()
            .map(|level| {
                let mut map = vec![[0.25; 8]; side * side * lanes];
                for (y, row) in map.chunks_exact_mut(side * lanes).enumerate() {
                    kernel(level, y, row);
                }
                map
            })
            .collect();

        assert!(maps.iter().all(|map| *map == maps[0]));
        for (index, value) in maps[0].as_flattened().iter().enumerate() {
            let (pixel, channel) = (index / (lanes * 8), index % (lanes * 8));
            let (x, y) = ((pixel % side) as isize, (pixel / side) as isize);
            let expected = expected(x, y, channel);
            assert!(
                (f64::from(*value) - expected).abs() < 1e-4,
                "{x},{y},{channel}: {value} {expected}"
            );
        }
    }

    #[test]
    fn convolutions_are_what_their_definition_says() {
        let input = map(8, 2, 1);
        for shrink in [1, 2] {
            let by = Convolution {
                weights: lanes(&noise(9 * 16, 2)),
                biases: lanes(&noise(16, 3)),
            };
            let before = if shrink == 1 { 1 } else { 0 };
            let weights = by.weights.as_flattened();

            check(
                8 / shrink,
                2,
                |level, y, row| {
                    let rows = input.from(-before, (y * shrink) as isize - before);
                    depthwise(level, rows, input.stride(), shrink, &by, row);
                },
                |x, y, channel| {
                    let (x, y) = (x * shrink as isize, y * shrink as isize);
                    let products = (0..9).map(|tap: isize| {
                        at(&input, x + tap % 3 - before, y + tap / 3 - before, channel)
                            * f64::from(weights[tap as usize * 16 + channel])
                    });
                    f64::from(by.biases.as_flattened()[channel]) + products.sum::<f64>()
                },
            );
        }
    }

    #[test]
    fn a_pixel_s_channels_are_multiplied_as_a_matrix() {
        let input = map(4, 2, 4);
        // For each lane of outputs all inputs: 3 lanes, 16 inputs.
        let by = Convolution {
            weights: lanes(&noise(3 * 16 * 8, 5)),
            biases: lanes(&noise(24, 6)),
        };

        check(
            4,
            3,
            |level, y, row| pointwise(level, &input.from(0, y as isize)[..8], 2, &by, row),
            |x, y, channel| {
                let weight =
                    |from: usize| f64::from(by.weights[channel / 8 * 16 + from][channel % 8]);
                let products = (0..16).map(|from| at(&input, x, y, from) * weight(from));
                f64::from(by.biases.as_flattened()[channel]) + products.sum::<f64>()
            },
        );
    }

    #[test]
    fn what_came_in_is_added_and_nothing_is_below_zero() {
        let input = map(8, 1, 7);
        for shrink in [1, 2] {
            check(
                8 / shrink,
                2,
                |level, y, row| {
                    let from = input.from(0, (y * shrink) as isize);
                    let mut most = vec![[0.0; 8]; 8 / shrink];
                    match shrink {
                        1 => most.copy_from_slice(&from[..8]),
                        _ => max_pool_2x2(level, from, input.stride(), 1, &mut most),
                    }
                    add_residual(level, &most, 1, 2, row);
                },
                |x, y, channel| {
                    let (x, y, shrink) =
                        (x * shrink as isize, y * shrink as isize, shrink as isize);
                    let pixels = (0..shrink * shrink)
                        .map(|i| at(&input, x + i % shrink, y + i / shrink, channel));
                    let most = if channel < 8 {
                        pixels.fold(f64::MIN, f64::max)
                    } else {
                        0.0
                    };
                    (0.25 + most).max(0.0)
                },
            );
        }
    }
}
