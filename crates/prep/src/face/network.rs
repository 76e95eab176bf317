//! BlazeFace: a convolution, sixteen residual blocks, and for each of 896 anchors a score and an area.

use simd::Level;

use super::kernels::{add_residual, depthwise, max_pool_2x2, pointwise, relu};
use super::map::{Lanes, Map, lanes};
use super::weights::{BLOCKS, FINE_BLOCK, FIRST, REGRESSORS, Weights};
use crate::geometry::Rect;
use crate::overview::Overview;

/// Width and height of the network's input, in pixels.
pub(super) const INPUT: usize = 128;

/// Two anchors in each of 16 × 16 cells, six in each of 8 × 8.
pub(super) const ANCHORS: usize = FINE * FINE * 2 + COARSE * COARSE * 6;
const FINE: usize = 16;
const COARSE: usize = 8;

/// The network's maps, kept from overview to overview.
#[derive(Default)]
pub(super) struct Network {
    /// Three samples a pixel, with a border.
    input: Vec<f32>,
    /// What comes into each block, and what leaves the last.
    maps: [Map; BLOCKS.len() + 1],
    /// A row between a block's convolutions.
    row: Vec<Lanes>,
    /// A row of a block's input, reduced by half like its output.
    pooled: Vec<Lanes>,
    /// For each cell, the finer ones first, the scores of its anchors.
    scores: Vec<Lanes>,
}

/// A row of the input, in samples: one pixel before it and two after it are the border.
const INPUT_STRIDE: usize = (INPUT + 3) * 3;

/// The samples of five by five pixels, and what fills up lanes.
const PATCH: usize = (5 * 5 * 3_usize).next_multiple_of(8);

impl Network {
    /// Runs the network on an overview; `at` is where the overview's corner lies in the input, and black is around it.
    pub(super) fn run(&mut self, level: Level, overview: &Overview, at: (usize, usize)) {
        let weights = Weights::shared();
        self.fill_input(overview, at);
        let Self {
            input,
            maps,
            row,
            pooled,
            scores,
        } = self;
        // The first convolution, on every second pixel, multiplies each pixel's surroundings as its channels.
        maps[0].reshape(INPUT / 2, lanes(FIRST));
        for y in 0..INPUT / 2 {
            row.resize(INPUT / 2 * (PATCH / 8), [0.0; 8]);
            gather(&input[2 * y * INPUT_STRIDE..], row.as_flattened_mut());
            let output = maps[0].row_mut(y);
            pointwise(level, row, PATCH / 8, &weights.first, output);
            relu(level, output);
        }
        for (index, (block, (channels, shrink))) in weights.blocks.iter().zip(BLOCKS).enumerate() {
            let [from, to] = maps[index..]
                .first_chunk_mut()
                .expect("there is a map before and after each block");
            to.reshape(from.side / shrink, lanes(channels));
            row.resize(to.side * from.lanes, [0.0; 8]);
            pooled.resize(to.side * from.lanes, [0.0; 8]);
            // The kernel begins at the pixel where the map gets smaller, else one before.
            let before = shrink as isize - 2;
            for y in 0..to.side {
                let (top, stride) = ((y * shrink) as isize, from.stride());
                let (inputs, outputs) = (from.lanes, to.lanes);
                let output = to.row_mut(y);
                let rows = from.from(before, top + before);
                depthwise(level, rows, stride, shrink, &block.depthwise, row);
                pointwise(level, row, inputs, &block.pointwise, output);
                let input = from.from(0, top);
                if shrink == 2 {
                    max_pool_2x2(level, input, stride, inputs, pooled);
                    add_residual(level, pooled, inputs, outputs, output);
                } else {
                    add_residual(level, input, inputs, outputs, output);
                }
            }
        }
        scores.resize(FINE * FINE + COARSE * COARSE, [0.0; 8]);
        let (fine, coarse) = scores.split_at_mut(FINE * FINE);
        let maps = [&maps[FINE_BLOCK + 1], &maps[BLOCKS.len()]];
        let heads = [&weights.fine_scores, &weights.coarse_scores];
        for ((map, head), scores) in maps.into_iter().zip(heads).zip([fine, coarse]) {
            for (y, scores) in (0..).zip(scores.chunks_exact_mut(map.side)) {
                let row = &map.from(0, y)[..map.side * map.lanes];
                pointwise(level, row, map.lanes, head, scores);
            }
        }
    }

    /// Fills the input: −1 is black, 1 is white, and the border is 0.
    fn fill_input(&mut self, overview: &Overview, at: (usize, usize)) {
        self.input.clear();
        self.input.resize(INPUT_STRIDE * (INPUT + 3), 0.0);
        let inside = self.input.chunks_exact_mut(INPUT_STRIDE).skip(1);
        for (y, line) in inside.take(INPUT).enumerate() {
            let line = &mut line[3..][..INPUT * 3];
            line.fill(-1.0);
            let row = y
                .checked_sub(at.1)
                .and_then(|y| overview.pixels.chunks_exact(overview.width).nth(y));
            let samples = row.unwrap_or_default().as_flattened();
            for (place, sample) in line[at.0 * 3..].iter_mut().zip(samples) {
                *place = f32::from(*sample) / 127.5 - 1.0;
            }
        }
    }

    /// Returns the logarithm of the odds that there is a face at this anchor.
    pub(super) fn score(&self, anchor: usize) -> f32 {
        match anchor.checked_sub(FINE * FINE * 2) {
            None => self.scores[anchor / 2][anchor % 2],
            Some(anchor) => self.scores[FINE * FINE + anchor / 6][anchor % 6],
        }
    }

    /// Returns the area of the face at this anchor, in pixels of the input.
    pub(super) fn area(&self, anchor: usize) -> Rect {
        let (map, cell, place) = self.locate(anchor);
        let weights = Weights::shared();
        let head = if anchor < FINE * FINE * 2 {
            &weights.fine_areas
        } else {
            &weights.coarse_areas
        };
        let [x, y, width, height] = std::array::from_fn(|index| {
            f64::from(head.output(map, cell, place * REGRESSORS + index))
        });
        let pixels = (INPUT / map.side) as f64;
        let center = |at: usize| (at as f64 + 0.5) * pixels;
        Rect {
            x: center(cell % map.side) + x - width / 2.0,
            y: center(cell / map.side) + y - height / 2.0,
            width,
            height,
        }
    }

    /// Returns the anchor's map, its cell, and its index in the cell.
    fn locate(&self, anchor: usize) -> (&Map, usize, usize) {
        match anchor.checked_sub(FINE * FINE * 2) {
            None => (&self.maps[FINE_BLOCK + 1], anchor / 2, anchor % 2),
            Some(anchor) => (&self.maps[BLOCKS.len()], anchor / 6, anchor % 6),
        }
    }
}

/// Gathers the five by five pixels around every second pixel (im2col); `input` begins with the first of their rows.
fn gather(input: &[f32], patches: &mut [f32]) {
    for (x, patch) in patches.chunks_exact_mut(PATCH).enumerate() {
        for (row, samples) in patch.as_chunks_mut::<15>().0.iter_mut().enumerate() {
            samples.copy_from_slice(&input[row * INPUT_STRIDE + x * 6..][..15]);
        }
        patch[5 * 15..].fill(0.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_second_pixel_is_taken_with_its_surroundings() {
        let overview = Overview {
            width: 2,
            height: 1,
            pixels: vec![[255, 0, 51], [255; 3]],
        };
        let mut network = Network::default();
        let mut patches = vec![9.0; 64 * PATCH];

        network.fill_input(&overview, (2, 0));
        gather(&network.input, &mut patches);

        // The overview's two pixels are the fourth and fifth of the first patch's second row, and the first above it is beyond the edge.
        let first = &patches[..PATCH];
        assert_eq!(first[..15], [0.0; 15]);
        assert_eq!(first[15..18], [0.0; 3]);
        assert_eq!(first[18..24], [-1.0; 6]);
        assert_eq!(first[24..30], [1.0, -1.0, -0.6, 1.0, 1.0, 1.0]);
        assert_eq!(first[75..], [0.0; 5]);
        // The next patch begins two pixels farther.
        assert_eq!(
            patches[PATCH + 18..PATCH + 24],
            [1.0, -1.0, -0.6, 1.0, 1.0, 1.0]
        );
        // The last has one column of pixels and two beyond the edge.
        assert_eq!(patches[63 * PATCH + 24..63 * PATCH + 30], [0.0; 6]);
    }
}
