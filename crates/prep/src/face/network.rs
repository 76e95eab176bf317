//! BlazeFace: a convolution, sixteen residual blocks, and for each of 896 places a score and an area.

use std::sync::OnceLock;

use simd::Level;

use super::kernels::{Lanes, depthwise, join, most_of_four, pointwise, rectify};
use crate::geometry::Rect;
use crate::overview::Overview;

/// Width and height of what the network looks at, in pixels.
pub(super) const INPUT: usize = 128;

/// Two places in each of 16 × 16 cells, six in each of 8 × 8.
pub(super) const ANCHORS: usize = FINE * FINE * 2 + COARSE * COARSE * 6;
const FINE: usize = 16;
const COARSE: usize = 8;

/// How many channels each block gives, and by how much it makes the map smaller.
const BLOCKS: [(usize, usize); 16] = [
    (24, 1),
    (28, 1),
    (32, 2),
    (36, 1),
    (42, 1),
    (48, 2),
    (56, 1),
    (64, 1),
    (72, 1),
    (80, 1),
    (88, 1),
    (96, 2),
    (96, 1),
    (96, 1),
    (96, 1),
    (96, 1),
];

/// After this block the map has 16 × 16 cells, and is kept for the finer places.
const FINE_BLOCK: usize = 10;

/// The channels of the first convolution.
const FIRST: usize = 24;

/// Numbers that describe a place: its area, and six points of a face that are not used here.
const REGRESSORS: usize = 16;

/// Channels are worked on in lanes; a map has lanes of zeros where its channels do not fill them, and a border of pixels of
/// zeros, so that no convolution asks where the edge is.
#[derive(Clone, Default)]
pub(super) struct Map {
    pub(super) side: usize,
    /// Lanes of a pixel.
    pub(super) lanes: usize,
    pub(super) values: Vec<Lanes>,
}

impl Map {
    /// Becomes a map of this size. The border is zero; the rest is what is left, to be written over.
    pub(super) fn reshape(&mut self, side: usize, lanes: usize) {
        let is_as_before = (self.side, self.lanes) == (side, lanes) && !self.values.is_empty();
        (self.side, self.lanes) = (side, lanes);
        if !is_as_before {
            self.values.clear();
            self.values.resize((side + 2) * self.stride(), [0.0; 8]);
        }
    }

    /// Lanes from row to row.
    pub(super) fn stride(&self) -> usize {
        (self.side + 2) * self.lanes
    }

    /// Where a pixel begins; the border's first is −1.
    fn at(&self, x: isize, y: isize) -> usize {
        (y + 1) as usize * self.stride() + (x + 1) as usize * self.lanes
    }

    /// What is there from a pixel on.
    pub(super) fn from(&self, x: isize, y: isize) -> &[Lanes] {
        &self.values[self.at(x, y)..]
    }

    /// A row without its border.
    pub(super) fn row_mut(&mut self, y: usize) -> &mut [Lanes] {
        let start = self.at(0, y as isize);
        &mut self.values[start..start + self.side * self.lanes]
    }

    /// The pixel of a cell.
    fn cell(&self, cell: usize) -> &[Lanes] {
        let (x, y) = (cell % self.side, cell / self.side);
        &self.from(x as isize, y as isize)[..self.lanes]
    }
}

/// The network's maps, kept from overview to overview.
#[derive(Default)]
pub(super) struct Network {
    /// Three samples a pixel, with a border.
    input: Vec<f32>,
    /// What comes into each block, and what leaves the last.
    maps: [Map; BLOCKS.len() + 1],
    /// A row between a block's convolutions.
    row: Vec<Lanes>,
    /// A row of what came into a block that makes its map smaller.
    most: Vec<Lanes>,
    /// For each cell, the finer ones first, the scores of its places.
    scores: Vec<Lanes>,
}

/// A row of the input, in samples: one pixel before it and two after it are the border.
const INPUT_STRIDE: usize = (INPUT + 3) * 3;

/// The samples of five by five pixels, and what fills up lanes.
const PATCH: usize = (5 * 5 * 3_usize).next_multiple_of(8);

impl Network {
    /// Looks; `at` is where the look's corner comes to lie, and black is around it.
    pub(super) fn run(&mut self, level: Level, overview: &Overview, at: (usize, usize)) {
        let weights = Weights::shared();
        self.take_in(overview, at);
        let Self {
            input,
            maps,
            row,
            most,
            scores,
        } = self;
        // The first convolution, on every second pixel, multiplies each pixel's surroundings as its channels.
        maps[0].reshape(INPUT / 2, lanes(FIRST));
        for y in 0..INPUT / 2 {
            row.resize(INPUT / 2 * (PATCH / 8), [0.0; 8]);
            gather(&input[2 * y * INPUT_STRIDE..], row.as_flattened_mut());
            let output = maps[0].row_mut(y);
            pointwise(level, row, PATCH / 8, &weights.first, output);
            rectify(level, output);
        }
        for (index, (block, (channels, shrink))) in weights.blocks.iter().zip(BLOCKS).enumerate() {
            let [from, to] = maps[index..]
                .first_chunk_mut()
                .expect("there is a map before and after each block");
            to.reshape(from.side / shrink, lanes(channels));
            row.resize(to.side * from.lanes, [0.0; 8]);
            most.resize(to.side * from.lanes, [0.0; 8]);
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
                    most_of_four(level, input, stride, inputs, most);
                    join(level, most, inputs, outputs, output);
                } else {
                    join(level, input, inputs, outputs, output);
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

    /// Takes in an overview: −1 is black, 1 is white, and beyond the edge is 0.
    fn take_in(&mut self, overview: &Overview, at: (usize, usize)) {
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

    /// The logarithm of the odds that there is a face in this place.
    pub(super) fn score(&self, anchor: usize) -> f32 {
        match anchor.checked_sub(FINE * FINE * 2) {
            None => self.scores[anchor / 2][anchor % 2],
            Some(anchor) => self.scores[FINE * FINE + anchor / 6][anchor % 6],
        }
    }

    /// The area of the face in this place, in pixels of the input.
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

    /// The map, its cell, and which of the cell's places.
    fn locate(&self, anchor: usize) -> (&Map, usize, usize) {
        match anchor.checked_sub(FINE * FINE * 2) {
            None => (&self.maps[FINE_BLOCK + 1], anchor / 2, anchor % 2),
            Some(anchor) => (&self.maps[BLOCKS.len()], anchor / 6, anchor % 6),
        }
    }
}

/// Puts the surroundings of every second pixel, five by five, side by side; `input` begins with the first of their rows.
fn gather(input: &[f32], patches: &mut [f32]) {
    for (x, patch) in patches.chunks_exact_mut(PATCH).enumerate() {
        for (row, samples) in patch.as_chunks_mut::<15>().0.iter_mut().enumerate() {
            samples.copy_from_slice(&input[row * INPUT_STRIDE + x * 6..][..15]);
        }
        patch[5 * 15..].fill(0.0);
    }
}

fn lanes(channels: usize) -> usize {
    channels.div_ceil(8)
}

/// A convolution's weights: for each position of the kernel and each input the lanes of all outputs; where the kernel is one pixel,
/// for each lane of outputs all inputs.
pub(super) struct Convolution {
    pub(super) weights: Vec<Lanes>,
    pub(super) biases: Vec<Lanes>,
}

struct Block {
    depthwise: Convolution,
    pointwise: Convolution,
}

/// Outputs that are only computed where they are asked for.
struct Head {
    /// For each output its weights, input by input.
    weights: Vec<Vec<f32>>,
    biases: Vec<f32>,
}

impl Head {
    fn output(&self, map: &Map, cell: usize, index: usize) -> f32 {
        let pixel = map.cell(cell).as_flattened();
        let products = pixel
            .iter()
            .zip(&self.weights[index])
            .map(|(value, weight)| value * weight);
        products.fold(self.biases[index], |sum, product| sum + product)
    }
}

struct Weights {
    first: Convolution,
    blocks: Vec<Block>,
    fine_scores: Convolution,
    coarse_scores: Convolution,
    fine_areas: Head,
    coarse_areas: Head,
}

impl Weights {
    /// One for all threads, unpacked when a face is first looked for.
    fn shared() -> &'static Self {
        static WEIGHTS: OnceLock<Weights> = OnceLock::new();
        WEIGHTS.get_or_init(Self::unpack)
    }

    fn unpack() -> Self {
        let mut packed = Packed(include_bytes!("../../models/blazeface.f16"));
        let first = packed.pointwise(5 * 5 * 3, FIRST);
        let mut inputs = FIRST;
        let blocks = BLOCKS.map(|(channels, _)| {
            let depthwise = packed.convolution(3 * 3, inputs);
            let pointwise = packed.pointwise(inputs, channels);
            inputs = channels;
            Block {
                depthwise,
                pointwise,
            }
        });
        let fine = BLOCKS[FINE_BLOCK].0;
        Self {
            first,
            blocks: blocks.into(),
            fine_scores: packed.pointwise(fine, 2),
            coarse_scores: packed.pointwise(inputs, 6),
            fine_areas: packed.head(fine, 2 * REGRESSORS),
            coarse_areas: packed.head(inputs, 6 * REGRESSORS),
        }
    }
}

/// 16-bit floats that are still to be read.
struct Packed(&'static [u8]);

impl Packed {
    fn next(&mut self) -> f32 {
        let (number, rest) = self
            .0
            .split_first_chunk()
            .expect("the file holds all weights");
        self.0 = rest;
        widen(u16::from_le_bytes(*number))
    }

    fn lanes(&mut self, channels: usize) -> impl Iterator<Item = Lanes> {
        (0..lanes(channels)).map(move |lane| {
            let filled = (channels - lane * 8).min(8);
            std::array::from_fn(|index| if index < filled { self.next() } else { 0.0 })
        })
    }

    fn convolution(&mut self, rows: usize, channels: usize) -> Convolution {
        let mut weights = Vec::new();
        for _ in 0..rows {
            weights.extend(self.lanes(channels));
        }
        Convolution {
            weights,
            biases: self.lanes(channels).collect(),
        }
    }

    /// From all outputs of an input side by side to all inputs of a lane of outputs, with zeros for inputs that fill up lanes.
    fn pointwise(&mut self, inputs: usize, channels: usize) -> Convolution {
        let by_input = self.convolution(inputs, channels);
        let (padded, outputs) = (lanes(inputs) * 8, lanes(channels));
        let mut weights = vec![[0.0; 8]; padded * outputs];
        for (input, row) in by_input.weights.chunks_exact(outputs).enumerate() {
            for (output, weight) in row.iter().enumerate() {
                weights[output * padded + input] = *weight;
            }
        }
        Convolution {
            weights,
            ..by_input
        }
    }

    fn head(&mut self, inputs: usize, outputs: usize) -> Head {
        let mut weights = vec![Vec::new(); outputs];
        for _ in 0..inputs {
            for output in &mut weights {
                output.push(self.next());
            }
        }
        Head {
            weights,
            biases: (0..outputs).map(|_| self.next()).collect(),
        }
    }
}

/// A binary16 number as binary32 (IEEE 754, 3.6): exact.
fn widen(half: u16) -> f32 {
    let sign = if half >> 15 == 1 { -1.0 } else { 1.0 };
    let (exponent, fraction) = (i32::from(half >> 10 & 31), f32::from(half & 1023));
    let magnitude = match exponent {
        0 => fraction * 2_f32.powi(-24),
        _ => (1024.0 + fraction) * 2_f32.powi(exponent - 25),
    };
    sign * magnitude
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_holds_the_weights_and_nothing_else() {
        let blocks: usize = BLOCKS
            .iter()
            .scan(FIRST, |inputs, &(outputs, _)| {
                let depthwise = *inputs * 10;
                let pointwise = (*inputs + 1) * outputs;
                *inputs = outputs;
                Some(depthwise + pointwise)
            })
            .sum();
        let heads = 89 * (2 + 32) + 97 * (6 + 96);

        let expected = (75 + 1) * FIRST + blocks + heads;

        assert_eq!(
            include_bytes!("../../models/blazeface.f16").len(),
            expected * 2
        );
        assert_eq!(Weights::shared().blocks.len(), 16);
    }

    #[test]
    fn every_second_pixel_is_taken_with_its_surroundings() {
        let overview = Overview {
            width: 2,
            height: 1,
            pixels: vec![[255, 0, 51], [255; 3]],
        };
        let mut network = Network::default();
        let mut patches = vec![9.0; 64 * PATCH];

        network.take_in(&overview, (2, 0));
        gather(&network.input, &mut patches);

        // The look's two pixels are the fourth and fifth of the first patch's second row, and the first above it is beyond the edge.
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

    #[test]
    fn halves_widen_to_what_the_standard_says() {
        for (half, expected) in [
            (0x0000, 0.0),
            (0x0001, 5.960_464_5e-8),
            (0x03FF, 6.097_555e-5),
            (0x0400, 6.103_515_6e-5),
            (0x3555, 0.333_251_95),
            (0x3C00, 1.0),
            (0xC000, -2.0),
            (0x7BFF, 65504.0),
        ] {
            assert_eq!(widen(half), expected, "{half:04x}");
        }
    }
}
