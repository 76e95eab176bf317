//! BlazeFace: a convolution, sixteen residual blocks, and for each of 896 places a score and an area.

use std::sync::OnceLock;

use simd::Level;

use super::kernels::{Lanes, depthwise, join, pointwise, strided};
use crate::geometry::Rect;
use crate::look::Look;

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

/// Channels are worked on in lanes; a map has lanes of zeros where its channels do not fill them.
#[derive(Clone, Default)]
pub(super) struct Map {
    pub(super) side: usize,
    /// Lanes of a pixel.
    pub(super) lanes: usize,
    pub(super) values: Vec<Lanes>,
}

impl Map {
    fn reshape(&mut self, side: usize, lanes: usize) {
        (self.side, self.lanes) = (side, lanes);
        self.values.clear();
        self.values.resize(side * side * lanes, [0.0; 8]);
    }
}

/// The network's maps, kept from look to look.
#[derive(Default)]
pub(super) struct Network {
    input: Vec<[f32; 3]>,
    map: Map,
    filtered: Map,
    next: Map,
    fine: Map,
}

impl Network {
    /// Looks; `at` is where the look's corner comes to lie, and black is around it.
    pub(super) fn run(&mut self, level: Level, look: &Look, at: (usize, usize)) {
        let weights = Weights::shared();
        self.input.clear();
        self.input.resize(INPUT * INPUT, [-1.0; 3]);
        let rows = look.pixels.chunks_exact(look.width).take(INPUT);
        for (row, line) in rows.zip(self.input.chunks_exact_mut(INPUT).skip(at.1)) {
            for (pixel, place) in row.iter().zip(&mut line[at.0..]) {
                *place = pixel.map(|sample| f32::from(sample) / 127.5 - 1.0);
            }
        }
        self.map.reshape(INPUT / 2, lanes(FIRST));
        strided(
            level,
            &self.input,
            INPUT,
            &weights.first,
            &mut self.map.values,
        );
        for (index, (block, (channels, shrink))) in weights.blocks.iter().zip(BLOCKS).enumerate() {
            self.filtered
                .reshape(self.map.side / shrink, self.map.lanes);
            depthwise(
                level,
                &self.map,
                shrink,
                &block.depthwise,
                &mut self.filtered,
            );
            self.next.reshape(self.filtered.side, lanes(channels));
            pointwise(level, &self.filtered, &block.pointwise, &mut self.next);
            join(level, &self.map, shrink, &mut self.next);
            std::mem::swap(&mut self.map, &mut self.next);
            if index == FINE_BLOCK {
                self.fine.clone_from(&self.map);
            }
        }
    }

    /// The logarithm of the odds that there is a face in this place.
    pub(super) fn score(&self, anchor: usize) -> f32 {
        let (map, cell, place) = self.locate(anchor);
        let weights = Weights::shared();
        let head = if anchor < FINE * FINE * 2 {
            &weights.fine_scores
        } else {
            &weights.coarse_scores
        };
        head.output(map, cell, place)
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
            None => (&self.fine, anchor / 2, anchor % 2),
            Some(anchor) => (&self.map, anchor / 6, anchor % 6),
        }
    }
}

fn lanes(channels: usize) -> usize {
    channels.div_ceil(8)
}

/// A convolution's weights: for each of `kernel` positions and inputs, the lanes of all outputs.
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
        let pixel = map.values[cell * map.lanes..(cell + 1) * map.lanes].as_flattened();
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
    fine_scores: Head,
    coarse_scores: Head,
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
        let first = packed.convolution(5 * 5 * 3, FIRST);
        let mut inputs = FIRST;
        let blocks = BLOCKS.map(|(channels, _)| {
            let depthwise = packed.convolution(3 * 3, inputs);
            let mut pointwise = packed.convolution(inputs, channels);
            by_output(&mut pointwise.weights, inputs, lanes(channels));
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
            fine_scores: packed.head(fine, 2),
            coarse_scores: packed.head(inputs, 6),
            fine_areas: packed.head(fine, 2 * REGRESSORS),
            coarse_areas: packed.head(inputs, 6 * REGRESSORS),
        }
    }
}

/// From all outputs of an input side by side to all inputs of a lane of outputs, with zeros for inputs that fill up lanes.
fn by_output(weights: &mut Vec<Lanes>, inputs: usize, outputs: usize) {
    let padded = lanes(inputs) * 8;
    let mut turned = vec![[0.0; 8]; padded * outputs];
    for (input, row) in weights.chunks_exact(outputs).enumerate() {
        for (output, weight) in row.iter().enumerate() {
            turned[output * padded + input] = *weight;
        }
    }
    *weights = turned;
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
