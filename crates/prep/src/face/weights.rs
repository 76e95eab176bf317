//! BlazeFace's shape and its weights, unpacked once for all threads.

use std::sync::OnceLock;

use super::map::{Convolution, Lanes, Map, lanes};

/// Each block's output channels and stride.
pub(super) const BLOCKS: [(usize, usize); 16] = [
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

/// After this block the map has 16 × 16 cells, and is kept for the finer anchors.
pub(super) const FINE_BLOCK: usize = 10;

/// The channels of the first convolution.
pub(super) const FIRST: usize = 24;

/// Values that describe an anchor's face: its area, and six points that are not used here.
pub(super) const REGRESSORS: usize = 16;

/// A residual block.
pub(super) struct Block {
    pub(super) depthwise: Convolution,
    pub(super) pointwise: Convolution,
}

/// Outputs that are computed one at a time, for few cells.
pub(super) struct Head {
    /// For each output its weights, input by input.
    weights: Vec<Vec<f32>>,
    biases: Vec<f32>,
}

impl Head {
    /// Computes one output of a cell.
    pub(super) fn output(&self, map: &Map, cell: usize, index: usize) -> f32 {
        let pixel = map.cell(cell).as_flattened();
        let products = pixel
            .iter()
            .zip(&self.weights[index])
            .map(|(value, weight)| value * weight);
        products.fold(self.biases[index], |sum, product| sum + product)
    }
}

/// All weights of the network.
pub(super) struct Weights {
    pub(super) first: Convolution,
    pub(super) blocks: Vec<Block>,
    pub(super) fine_scores: Convolution,
    pub(super) coarse_scores: Convolution,
    pub(super) fine_areas: Head,
    pub(super) coarse_areas: Head,
}

impl Weights {
    /// Returns the weights, unpacked when they are first needed.
    pub(super) fn shared() -> &'static Self {
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
