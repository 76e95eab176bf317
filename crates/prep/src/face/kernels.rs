//! The network's arithmetic: eight channels at a time, each sum in one order, so that all levels give the same bits.

use super::network::{Convolution, Map};

/// Eight channels.
pub(super) type Lanes = [f32; 8];

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
fn above_zero(lanes: &Lanes) -> Lanes {
    lanes.map(|value| if value > 0.0 { value } else { 0.0 })
}

simd::levels! {
    /// The first convolution: 5 × 5 on every second pixel of three channels, then no less than zero.
    pub(super) fn strided(level: Level, input: &[[f32; 3]], side: usize, by: &Convolution, output: &mut [Lanes]) {
        let lanes = by.biases.len();
        for (index, pixel) in output.chunks_exact_mut(lanes).enumerate() {
            let (x, y) = (index % (side / 2) * 2, index / (side / 2) * 2);
            pixel.copy_from_slice(&by.biases);
            // The kernel begins one pixel before, and what lies beyond the edge is zero.
            for row in 0..5 {
                for column in 0..5 {
                    let (from_x, from_y) = ((x + column).wrapping_sub(1), (y + row).wrapping_sub(1));
                    if from_x >= side || from_y >= side {
                        continue;
                    }
                    let at = (row * 5 + column) * 3;
                    for (value, weights) in input[from_y * side + from_x].iter().zip(by.weights[at * lanes..].chunks_exact(lanes)) {
                        for (sum, weight) in pixel.iter_mut().zip(weights) {
                            add_scaled(sum, *value, weight);
                        }
                    }
                }
            }
            for lane in pixel {
                *lane = above_zero(lane);
            }
        }
    }

    /// 3 × 3 on every channel by itself, on every pixel or every second.
    pub(super) fn depthwise(level: Level, input: &Map, shrink: usize, by: &Convolution, output: &mut Map) {
        let (lanes, side) = (input.lanes, input.side);
        // On every second pixel the kernel begins at that pixel, else one before.
        let before = 2 - shrink;
        for (index, pixel) in output.values.chunks_exact_mut(lanes).enumerate() {
            let (x, y) = (index % output.side * shrink, index / output.side * shrink);
            pixel.copy_from_slice(&by.biases);
            for row in 0..3 {
                for column in 0..3 {
                    let (from_x, from_y) = ((x + column).wrapping_sub(before), (y + row).wrapping_sub(before));
                    if from_x >= side || from_y >= side {
                        continue;
                    }
                    let from = &input.values[(from_y * side + from_x) * lanes..][..lanes];
                    let weights = &by.weights[(row * 3 + column) * lanes..][..lanes];
                    for ((sum, value), weight) in pixel.iter_mut().zip(from).zip(weights) {
                        add_product(sum, value, weight);
                    }
                }
            }
        }
    }

    /// All channels of a pixel into each channel of the next map; four pixels at a time, so that a weight is read once for four.
    pub(super) fn pointwise(level: Level, input: &Map, by: &Convolution, output: &mut Map) {
        let (inputs, outputs) = (input.lanes, output.lanes);
        let pixels = input.values.chunks_exact(inputs * 4).zip(output.values.chunks_exact_mut(outputs * 4));
        for (from, to) in pixels {
            let from: [&[f32]; 4] = std::array::from_fn(|pixel| from[pixel * inputs..(pixel + 1) * inputs].as_flattened());
            for (lane, (bias, weights)) in by.biases.iter().zip(by.weights.chunks_exact(inputs * 8)).enumerate() {
                let mut sums = [*bias; 4];
                let values = from[0].iter().zip(from[1]).zip(from[2].iter().zip(from[3]));
                for (weight, ((a, b), (c, d))) in weights.iter().zip(values) {
                    add_scaled(&mut sums[0], *a, weight);
                    add_scaled(&mut sums[1], *b, weight);
                    add_scaled(&mut sums[2], *c, weight);
                    add_scaled(&mut sums[3], *d, weight);
                }
                for (pixel, sum) in sums.iter().enumerate() {
                    to[pixel * outputs + lane] = *sum;
                }
            }
        }
    }

    /// Adds what came into the block, the largest of four pixels where it was made smaller; then no less than zero.
    pub(super) fn join(level: Level, input: &Map, shrink: usize, output: &mut Map) {
        let (lanes, side) = (input.lanes, input.side);
        for (index, pixel) in output.values.chunks_exact_mut(output.lanes).enumerate() {
            let (x, y) = (index % output.side * shrink, index / output.side * shrink);
            for (lane, sum) in pixel.iter_mut().enumerate() {
                if lane < lanes {
                    let mut most = input.values[(y * side + x) * lanes + lane];
                    for (row, column) in [(0, 1), (1, 0), (1, 1)] {
                        if shrink == 2 {
                            let other = &input.values[((y + row) * side + x + column) * lanes + lane];
                            for (most, other) in most.iter_mut().zip(other) {
                                *most = if *other > *most { *other } else { *most };
                            }
                        }
                    }
                    for (sum, most) in sum.iter_mut().zip(most) {
                        *sum += most;
                    }
                }
                *sum = above_zero(sum);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use simd::Level;

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
        Map {
            side,
            lanes: lanes_of_a_pixel,
            values: lanes(&noise(side * side * lanes_of_a_pixel * 8, seed)),
        }
    }

    /// The value of a channel, zero beyond the edge.
    fn at(map: &Map, x: isize, y: isize, channel: usize) -> f64 {
        let inside = 0..map.side as isize;
        if !inside.contains(&x) || !inside.contains(&y) {
            return 0.0;
        }
        let pixel = (y as usize * map.side + x as usize) * map.lanes;
        f64::from(map.values.as_flattened()[pixel * 8 + channel])
    }

    fn check(actual: &Map, expected: impl Fn(isize, isize, usize) -> f64) {
        let values = actual.values.as_flattened();
        for (index, value) in values.iter().enumerate() {
            let (pixel, channel) = (index / (actual.lanes * 8), index % (actual.lanes * 8));
            let (x, y) = (
                (pixel % actual.side) as isize,
                (pixel / actual.side) as isize,
            );
            let expected = expected(x, y, channel);
            assert!(
                (f64::from(*value) - expected).abs() < 1e-4,
                "{x},{y},{channel}: {value} {expected}"
            );
        }
    }

    /// A map for results, and whether all levels fill it alike.
    fn run(side: usize, lanes: usize, kernel: impl Fn(Level, &mut Map)) -> Map {
        let maps: Vec<Map> = Level::available()
            .map(|level| {
                let mut map = Map {
                    side,
                    lanes,
                    values: vec![[0.25; 8]; side * side * lanes],
                };
                kernel(level, &mut map);
                map
            })
            .collect();
        assert!(maps.iter().all(|map| map.values == maps[0].values));
        maps[0].clone()
    }

    #[test]
    fn convolutions_are_what_their_definition_says() {
        let input = map(8, 2, 1);
        for shrink in [1, 2] {
            let by = Convolution {
                weights: lanes(&noise(9 * 16, 2)),
                biases: lanes(&noise(16, 3)),
            };

            let actual = run(8 / shrink, 2, |level, output| {
                depthwise(level, &input, shrink, &by, output)
            });

            let weights = by.weights.as_flattened();
            check(&actual, |x, y, channel| {
                let (x, y) = (x * shrink as isize, y * shrink as isize);
                let before = if shrink == 1 { 1 } else { 0 };
                let products = (0..9).map(|tap: isize| {
                    at(&input, x + tap % 3 - before, y + tap / 3 - before, channel)
                        * f64::from(weights[tap as usize * 16 + channel])
                });
                f64::from(by.biases.as_flattened()[channel]) + products.sum::<f64>()
            });
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

        let actual = run(4, 3, |level, output| pointwise(level, &input, &by, output));

        check(&actual, |x, y, channel| {
            let weight = |from: usize| f64::from(by.weights[channel / 8 * 16 + from][channel % 8]);
            let products = (0..16).map(|from| at(&input, x, y, from) * weight(from));
            f64::from(by.biases.as_flattened()[channel]) + products.sum::<f64>()
        });
    }

    #[test]
    fn what_came_in_is_added_and_nothing_is_below_zero() {
        let input = map(8, 1, 7);
        for shrink in [1, 2] {
            let actual = run(8 / shrink, 2, |level, output| {
                join(level, &input, shrink, output)
            });

            check(&actual, |x, y, channel| {
                let (x, y, shrink) = (x * shrink as isize, y * shrink as isize, shrink as isize);
                let pixels = (0..shrink * shrink)
                    .map(|i| at(&input, x + i % shrink, y + i / shrink, channel));
                let most = if channel < 8 {
                    pixels.fold(f64::MIN, f64::max)
                } else {
                    0.0
                };
                (0.25 + most).max(0.0)
            });
        }
    }

    #[test]
    fn the_first_convolution_takes_every_second_pixel() {
        let input: Vec<[f32; 3]> = noise(8 * 8 * 3, 8).as_chunks().0.to_vec();
        let by = Convolution {
            weights: lanes(&noise(75 * 8, 9)),
            biases: lanes(&noise(8, 10)),
        };

        let actual = run(4, 1, |level, output| {
            strided(level, &input, 8, &by, &mut output.values)
        });

        check(&actual, |x, y, channel| {
            let value = |x: isize, y: isize, color: usize| match (0..8).contains(&x)
                && (0..8).contains(&y)
            {
                true => f64::from(input[(y * 8 + x) as usize][color]),
                false => 0.0,
            };
            let products = (0..75).map(|tap| {
                let (pixel, color) = (tap as isize / 3, tap % 3);
                value(2 * x + pixel % 5 - 1, 2 * y + pixel / 5 - 1, color)
                    * f64::from(by.weights[tap][channel])
            });
            (f64::from(by.biases[0][channel]) + products.sum::<f64>()).max(0.0)
        });
    }
}
