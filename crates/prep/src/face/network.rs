//! The network of libfacedetection (YuNet's family): it looks at an image in cells of 8, 16 and 32 pixels, and says of each cell
//! whether a face is there, and where.
//!
//! ```text
//! image ─ stem ½ ─ first ─ pool ¼ ─ 4 units ─ pool ⅛ ─ 2 units ─ pool ─ 2 units ─ pool ─ 2 units
//!                                                       │ 8 px           │ 16 px           │ 32 px
//!                                                       + ◀─ twice ──── + ◀─ twice ───── neck
//!                                                      neck             neck               │
//!                                                       │                │                 │
//!                                                      head             head              head
//! ```

use simd::Level;

use super::kernels::{add_enlarged, depthwise, max_pool_2x2, pointwise, stem};
use super::map::{Depthwise, Lanes, Map, Ring, lanes};
use super::weights::{ONE, OUTPUTS, STEM, Unit, Weights};
use crate::overview::Overview;

/// The network's maps, kept from image to image.
#[derive(Default)]
pub(super) struct Network {
    input: Input,
    /// A row of the first convolution's results.
    stem_row: Vec<Lanes>,
    /// What comes into a unit, and out of it.
    from: Map,
    to: Map,
    /// What is between its convolutions.
    ring: Ring,
    /// Two rows that are still to be reduced to one.
    pair: Map,
    /// The three maps in which faces are searched for, the finest first.
    features: [Map; 3],
    outputs: [Map; 3],
}

/// What the network says of a cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Cell {
    /// Width and height of the cell, in pixels of the image.
    pub(super) pixels: usize,
    /// Counted in cells.
    pub(super) x: usize,
    pub(super) y: usize,
    pub(super) outputs: [f32; OUTPUTS],
}

impl Network {
    /// Runs the network on an image.
    pub(super) fn run(&mut self, level: Level, image: &Overview) {
        let weights = Weights::shared();
        let Self {
            input,
            stem_row,
            from,
            ring,
            pair,
            to,
            features,
            outputs,
        } = self;
        input.fill(image);
        stem_row.resize(input.width / 2, [0; 16]);
        ring.reshape(input.width / 2, input.height / 2, lanes(STEM));
        let Unit {
            pointwise: by,
            depthwise,
        } = &weights.first;
        depthwise_and_pool(level, depthwise, ring, pair, from, |y, row| {
            stem(level, input.rows_around(y), &weights.stem, stem_row);
            pointwise(level, stem_row, lanes(STEM), by, row);
        });
        let ([fine @ .., last], coarse) = weights.units.split_at(4) else {
            unreachable!("four of ten");
        };
        for weights in fine {
            unit(level, weights, from, ring, to);
            std::mem::swap(from, to);
        }
        ring.reshape(from.width, from.height, last.pointwise.starts.len());
        depthwise_and_pool(level, &last.depthwise, ring, pair, to, |y, row| {
            pointwise(level, from.row(y), from.lanes, &last.pointwise, row);
        });
        for (place, weights) in coarse.as_chunks::<2>().0.iter().enumerate() {
            let (finer, feature) = features.split_at_mut(place);
            if let Some(finer) = finer.last() {
                pool(level, finer, to);
            }
            unit(level, &weights[0], to, ring, from);
            unit(level, &weights[1], from, ring, &mut feature[0]);
        }
        for (place, neck) in (0..3).rev().zip(&weights.necks) {
            unit(level, neck, &features[place], ring, to);
            std::mem::swap(&mut features[place], to);
            if let [.., finer, coarser] = &mut features[..=place] {
                enlarge_and_add(level, coarser, finer);
            }
        }
        for ((feature, head), output) in features.iter().zip(&weights.heads).zip(outputs) {
            unit(level, head, feature, ring, output);
        }
    }

    /// Returns what the network says of each cell, in a fixed order.
    pub(super) fn cells(&self) -> impl Iterator<Item = Cell> {
        let maps = self.outputs.iter().zip([8, 16, 32]);
        maps.flat_map(|(map, pixels)| {
            (0..map.height).flat_map(move |y| {
                let row = map.row(y).iter().enumerate();
                row.map(move |(x, lanes)| Cell {
                    pixels,
                    x,
                    y,
                    outputs: std::array::from_fn(|output| f32::from(lanes[output]) / ONE),
                })
            })
        })
    }
}

/// A pointwise convolution and a depthwise one.
fn unit(level: Level, weights: &Unit, from: &Map, ring: &mut Ring, to: &mut Map) {
    let (width, height, outputs) = (from.width, from.height, weights.pointwise.starts.len());
    ring.reshape(width, height, outputs);
    to.reshape(width, height, outputs);
    for y in 0..=height {
        if y < height {
            let row = ring.row_mut(y);
            pointwise(level, from.row(y), from.lanes, &weights.pointwise, row);
        }
        if let Some(y) = y.checked_sub(1) {
            depthwise(
                level,
                ring.rows_around(y),
                &weights.depthwise,
                to.row_mut(y),
            );
        }
    }
}

/// A depthwise convolution of the rows that `next` gives, then a reduction by half: no row leaves the cache between the two.
fn depthwise_and_pool(
    level: Level,
    by: &Depthwise,
    ring: &mut Ring,
    pair: &mut Map,
    to: &mut Map,
    mut next: impl FnMut(usize, &mut [Lanes]),
) {
    let (width, height, lanes) = (ring.width(), ring.height(), by.biases.len());
    pair.reshape(width, 2, lanes);
    to.reshape(width / 2, height / 2, lanes);
    for y in 0..=height {
        if y < height {
            next(y, ring.row_mut(y));
        }
        let Some(y) = y.checked_sub(1) else { continue };
        depthwise(level, ring.rows_around(y), by, pair.row_mut(y % 2));
        if y % 2 == 1 {
            max_pool_2x2(level, pair.row(0), pair.row(1), lanes, to.row_mut(y / 2));
        }
    }
}

/// Reduces a map by half.
fn pool(level: Level, from: &Map, to: &mut Map) {
    to.reshape(from.width / 2, from.height / 2, from.lanes);
    for y in 0..to.height {
        let (upper, lower) = (from.row(2 * y), from.row(2 * y + 1));
        max_pool_2x2(level, upper, lower, from.lanes, to.row_mut(y));
    }
}

/// Adds a map, each of its pixels twice as wide and high, to one of twice its size.
fn enlarge_and_add(level: Level, coarse: &Map, fine: &mut Map) {
    for y in 0..fine.height {
        add_enlarged(level, coarse.row(y / 2), coarse.lanes, fine.row_mut(y));
    }
}

/// The image as the network takes it.
#[derive(Default)]
struct Input {
    /// Three samples a pixel, 0…255, with a border of one pixel; black to the right and below fills it up to whole cells.
    samples: Vec<i16>,
    width: usize,
    height: usize,
}

impl Input {
    fn stride(&self) -> usize {
        (self.width + 2) * 3
    }

    fn fill(&mut self, image: &Overview) {
        self.width = image.width.next_multiple_of(32);
        self.height = image.height.next_multiple_of(32);
        let stride = self.stride();
        self.samples.resize((self.height + 2) * stride, 0);
        let (above, rows) = self.samples.split_at_mut(stride);
        above.fill(0);
        let (rows, below) = rows.split_at_mut(image.height * stride);
        below.fill(0);
        let lines = image.pixels.chunks_exact(image.width);
        for (row, pixels) in rows.chunks_exact_mut(stride).zip(lines) {
            let (left, rest) = row.split_at_mut(3);
            let (places, right) = rest.split_at_mut(image.width * 3);
            left.fill(0);
            right.fill(0);
            for (place, sample) in places.iter_mut().zip(pixels.as_flattened()) {
                *place = i16::from(*sample);
            }
        }
    }

    /// The row of a result and its neighbors, with their border.
    fn rows_around(&self, y: usize) -> [&[i16]; 3] {
        let stride = self.stride();
        std::array::from_fn(|row| &self.samples[(2 * y + row) * stride..][..stride])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_has_a_border_and_is_filled_up_to_cells() {
        let image = Overview {
            width: 3,
            height: 1,
            pixels: vec![[255, 0, 51], [1, 2, 3], [4, 5, 6]],
        };
        let mut input = Input::default();

        input.fill(&image);

        let [above, first, second] = input.rows_around(0);
        assert_eq!((input.width, input.height), (32, 32));
        assert_eq!(above, [0; 34 * 3]);
        assert_eq!(first[..12], [0, 0, 0, 255, 0, 51, 1, 2, 3, 4, 5, 6]);
        assert_eq!(first[12..], [0; 30 * 3]);
        assert_eq!(second, above);
    }

    #[test]
    fn cells_cover_images_of_any_size() {
        for (width, height, cells) in [(1, 1, 16 + 4 + 1), (33, 1, 2 * 21), (320, 1, 10 * 21)] {
            let image = Overview {
                width,
                height,
                pixels: vec![[200, 100, 50]; width * height],
            };
            let mut network = Network::default();

            network.run(Level::detect(), &image);

            assert_eq!(network.cells().count(), cells, "{width}x{height}");
            assert!(
                network
                    .cells()
                    .all(|cell| cell.outputs.iter().all(|output| output.is_finite()))
            );
        }
    }
}
