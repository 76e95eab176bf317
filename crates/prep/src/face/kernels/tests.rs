use simd::Level;

use super::*;
use crate::face::map::Map;

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

const HEIGHT: usize = 3;

fn map(width: usize, lanes_of_a_pixel: usize, seed: u32) -> Map {
    let mut map = Map::default();
    map.reshape(width, HEIGHT, lanes_of_a_pixel);
    for y in 0..HEIGHT {
        let row = map.row_mut(y);
        row.copy_from_slice(&lanes(&noise(row.len() * 8, seed + y as u32)));
    }
    map
}

/// A row and its neighbors with the border.
fn rows_around(map: &Map, y: usize) -> [&[Lanes]; 3] {
    [y, y + 1, y + 2].map(|y| map.bordered(y))
}

/// The value of a channel, zero beyond the edge.
fn at(map: &Map, x: isize, y: isize, channel: usize) -> f64 {
    let is_inside = (0..map.width as isize).contains(&x) && (0..HEIGHT as isize).contains(&y);
    match is_inside {
        true => f64::from(map.row(y as usize).as_flattened()[x as usize * map.lanes * 8 + channel]),
        false => 0.0,
    }
}

/// Fills a map with each level, all of which must do it alike to the last bit; then compares it with what is expected.
fn check(
    (width, height, lanes): (usize, usize, usize),
    kernel: impl Fn(Level, usize, &mut [Lanes]),
    expected: impl Fn(isize, isize, usize) -> f64,
) {
    let maps: Vec<Vec<Lanes>> = Level::available()
        .map(|level| {
            let mut map = vec![[0.25; 8]; width * height * lanes];
            for (y, row) in map.chunks_exact_mut(width * lanes).enumerate() {
                kernel(level, y, row);
            }
            map
        })
        .collect();

    assert!(maps.iter().all(|map| *map == maps[0]));
    for (index, value) in maps[0].as_flattened().iter().enumerate() {
        let (pixel, channel) = (index / (lanes * 8), index % (lanes * 8));
        let (x, y) = ((pixel % width) as isize, (pixel / width) as isize);
        let expected = expected(x, y, channel);
        assert!(
            (f64::from(*value) - expected).abs() < 1e-4,
            "{x},{y},{channel}: {value} {expected}"
        );
    }
}

/// Convolutions of two lanes, with and without a floor.
fn convolutions(weights: usize, outputs: usize) -> [Convolution; 2] {
    [0.0, f32::NEG_INFINITY].map(|floor| Convolution {
        weights: lanes(&noise(weights * 8, 5)),
        biases: lanes(&noise(outputs * 8, 6)),
        floor,
    })
}

#[test]
fn three_by_three_pixels_are_what_their_definition_says() {
    for width in [1, 4, 7] {
        let input = map(width, 2, 1);
        for by in convolutions(9 * 2, 2) {
            check(
                (width, HEIGHT, 2),
                |level, y, row| depthwise(level, rows_around(&input, y), &by, row),
                |x, y, channel| {
                    let products = (0..9).map(|tap: isize| {
                        at(&input, x + tap % 3 - 1, y + tap / 3 - 1, channel)
                            * f64::from(by.weights.as_flattened()[tap as usize * 16 + channel])
                    });
                    let sum = f64::from(by.biases.as_flattened()[channel]) + products.sum::<f64>();
                    sum.max(by.floor.into())
                },
            );
        }
    }
}

#[test]
fn a_pixel_s_channels_are_multiplied_as_a_matrix() {
    // One lane of outputs, a pair, and both; four pixels at a time, and what is left.
    for (width, outputs) in [(1, 1), (4, 2), (6, 3), (9, 4)] {
        let input = map(width, 2, 4);
        // For each lane of outputs all 16 inputs.
        for by in convolutions(outputs * 16, outputs) {
            check(
                (width, HEIGHT, outputs),
                |level, y, row| pointwise(level, input.row(y), 2, &by, row),
                |x, y, channel| {
                    let weight =
                        |from: usize| f64::from(by.weights[channel / 8 * 16 + from][channel % 8]);
                    let products = (0..16).map(|from| at(&input, x, y, from) * weight(from));
                    let sum = f64::from(by.biases.as_flattened()[channel]) + products.sum::<f64>();
                    sum.max(by.floor.into())
                },
            );
        }
    }
}

#[test]
fn the_largest_of_four_pixels_is_kept() {
    let input = map(6, 2, 7);
    check(
        (3, 1, 2),
        |level, _, row| max_pool_2x2(level, input.row(0), input.row(1), 2, row),
        |x, _, channel| {
            let four = [(0, 0), (1, 0), (0, 1), (1, 1)];
            let values = four.map(|(across, down)| at(&input, 2 * x + across, down, channel));
            values.into_iter().fold(f64::MIN, f64::max)
        },
    );
}

#[test]
fn a_pixel_is_added_to_two() {
    let coarse = map(3, 2, 8);
    check(
        (6, HEIGHT, 2),
        |level, y, row| add_enlarged(level, coarse.row(y), 2, row),
        |x, y, channel| 0.25 + at(&coarse, x / 2, y, channel),
    );
}
