use simd::Level;

use super::*;
use crate::face::map::Map;

/// Numbers between ±`size`.
fn noise(count: usize, seed: u32, size: i32) -> Vec<i16> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        ((state >> 8) as i32 % (2 * size + 1) - size) as i16
    };
    (0..count).map(|_| next()).collect()
}

fn lanes(values: &[i16]) -> Vec<Lanes> {
    values.as_chunks().0.to_vec()
}

const HEIGHT: usize = 3;

fn map(width: usize, lanes_of_a_pixel: usize, seed: u32) -> Map {
    let mut map = Map::default();
    map.reshape(width, HEIGHT, lanes_of_a_pixel);
    for y in 0..HEIGHT {
        let row = map.row_mut(y);
        row.copy_from_slice(&lanes(&noise(row.len() * 16, seed + y as u32, 32767)));
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
        true => {
            f64::from(map.row(y as usize).as_flattened()[x as usize * map.lanes * 16 + channel])
        }
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
            let mut map = vec![[25; 16]; width * height * lanes];
            for (y, row) in map.chunks_exact_mut(width * lanes).enumerate() {
                kernel(level, y, row);
            }
            map
        })
        .collect();

    assert!(maps.iter().all(|map| *map == maps[0]));
    for (index, value) in maps[0].as_flattened().iter().enumerate() {
        let (pixel, channel) = (index / (lanes * 16), index % (lanes * 16));
        let (x, y) = ((pixel % width) as isize, (pixel / width) as isize);
        let expected = expected(x, y, channel).clamp(-32768.0, 32767.0);
        assert_eq!(f64::from(*value), expected, "{x},{y},{channel}");
    }
}

/// A convolution of pixels with so many pairs of inputs, whose sums reach ±2³¹.
fn pointwise_of(pairs: usize, outputs: usize, floor: i16) -> Pointwise {
    let size = (1 << 15) / (2 * pairs) as i32;
    let numbers = noise(outputs * pairs * 32, 5, size);
    let pairs = numbers.as_chunks().0.as_chunks().0.to_vec();
    let wide = |numbers: Vec<i16>| -> Vec<[i32; 16]> {
        let lanes = lanes(&numbers);
        lanes.iter().map(|lane| lane.map(i32::from)).collect()
    };
    let mut starts = wide(noise(outputs * 16, 6, 32767));
    starts
        .as_flattened_mut()
        .iter_mut()
        .for_each(|start| *start <<= 15);
    let mut shifts = wide(noise(outputs * 16, 7, 1));
    shifts
        .as_flattened_mut()
        .iter_mut()
        .for_each(|shift| *shift += 14);
    Pointwise {
        weights: pairs,
        starts,
        shifts,
        floor,
    }
}

/// What an output is, of its inputs from the first on.
fn moved(by: &Pointwise, output: usize, input: impl Fn(usize) -> f64) -> f64 {
    let (lane, output) = (output / 16, output % 16);
    let pairs = by.weights.len() / by.starts.len();
    let weight = |input: usize| by.weights[lane * pairs + input / 2][output][input % 2];
    let products = (0..2 * pairs).map(|from| input(from) * f64::from(weight(from)));
    let sum = f64::from(by.starts[lane][output]) + products.sum::<f64>();
    let moved = sum / f64::from(1 << by.shifts[lane][output]);
    moved.floor().max(by.floor.into())
}

#[test]
fn three_by_three_pixels_are_what_their_definition_says() {
    for (width, floor) in [(1, 0), (4, i16::MIN), (7, 0)] {
        let input = map(width, 2, 1);
        let by = Depthwise {
            weights: lanes(&noise(9 * 32, 5, 32767)),
            biases: lanes(&noise(32, 6, 32767)),
            floor,
        };
        check(
            (width, HEIGHT, 2),
            |level, y, row| depthwise(level, rows_around(&input, y), &by, row),
            |x, y, channel| {
                let products = (0..9).map(|tap: isize| {
                    at(&input, x + tap % 3 - 1, y + tap / 3 - 1, channel)
                        * f64::from(by.weights.as_flattened()[tap as usize * 32 + channel])
                });
                let bias = f64::from(by.biases.as_flattened()[channel]);
                let sum = products.fold(bias, |sum, product| {
                    let rounded = (product / 32768.0 + 0.5).floor();
                    (sum + rounded).clamp(-32768.0, 32767.0)
                });
                sum.max(by.floor.into())
            },
        );
    }
}

#[test]
fn a_pixel_s_channels_are_multiplied_as_a_matrix() {
    // One lane of outputs and more; rows narrower than what is computed at once, as wide, and wider.
    for (width, outputs, floor) in [(1, 1, 0), (4, 2, i16::MIN), (5, 3, 0), (9, 4, i16::MIN)] {
        let input = map(width, 2, 4);
        let by = pointwise_of(16, outputs, floor);
        check(
            (width, HEIGHT, outputs),
            |level, y, row| pointwise(level, input.row(y), 2, &by, row),
            |x, y, channel| moved(&by, channel, |from| at(&input, x, y, from)),
        );
    }
}

#[test]
fn every_second_pixel_is_multiplied_with_its_surroundings() {
    for width in [16, 32, 160] {
        let stride = (2 * width + 2) * 3;
        let samples = noise(3 * stride, 9, 255);
        let rows = std::array::from_fn(|row| &samples[row * stride..][..stride]);
        let by = pointwise_of(15, 1, 0);
        check(
            (width, 1, 1),
            |level, _, row| stem(level, rows, &by, row),
            |x, _, channel| {
                let sample = |from: usize| rows[from / 10][x as usize * 6 + from % 10];
                moved(&by, channel, |from| f64::from(sample(from)))
            },
        );
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
        |x, y, channel| 25.0 + at(&coarse, x / 2, y, channel),
    );
}
