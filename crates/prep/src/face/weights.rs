//! The network's shape and its weights, unpacked once for all threads.

use std::sync::OnceLock;

use super::map::{Convolution, Lanes, lanes};

/// The channels of the first convolution.
pub(super) const STEM: usize = 16;

/// The samples of three by three pixels.
pub(super) const PATCH: usize = 3 * 3 * 3;

/// What goes into and comes out of each unit behind the first reduction, in channels.
const UNITS: [(usize, usize); 10] = [
    (16, 16),
    (16, 32),
    (32, 32),
    (32, 64),
    (64, 64),
    (64, 64),
    (64, 64),
    (64, 64),
    (64, 64),
    (64, 64),
];

/// The channels of the three maps in which faces are searched for.
const FEATURES: usize = 64;

/// What is said of a cell: whether it is a face, whether it holds an object, and four numbers that say where.
pub(super) const OUTPUTS: usize = 6;

/// All channels of a pixel into each, then three by three pixels of each channel by itself.
pub(super) struct Unit {
    pub(super) pointwise: Convolution,
    pub(super) depthwise: Convolution,
}

/// All weights of the network.
pub(super) struct Weights {
    pub(super) stem: Convolution,
    pub(super) first: Unit,
    pub(super) units: [Unit; UNITS.len()],
    /// The coarsest map's first.
    pub(super) necks: [Unit; 3],
    /// The finest map's first.
    pub(super) heads: [Unit; 3],
}

impl Weights {
    /// Returns the weights, unpacked when they are first needed.
    pub(super) fn shared() -> &'static Self {
        static WEIGHTS: OnceLock<Weights> = OnceLock::new();
        WEIGHTS.get_or_init(Self::unpack)
    }

    fn unpack() -> Self {
        let mut packed = Packed(FILE);
        Self {
            stem: packed.pointwise(PATCH, STEM, RELU),
            first: packed.unit(STEM, STEM, RELU),
            units: UNITS.map(|(inputs, outputs)| packed.unit(inputs, outputs, RELU)),
            necks: [(); 3].map(|()| packed.unit(FEATURES, FEATURES, RELU)),
            heads: [(); 3].map(|()| packed.unit(FEATURES, OUTPUTS, LINEAR)),
        }
    }
}

static FILE: &[u8] = include_bytes!("../../models/libfacedetection.f16");

const RELU: f32 = 0.0;
const LINEAR: f32 = f32::NEG_INFINITY;

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

    fn convolution(&mut self, rows: usize, channels: usize, floor: f32) -> Convolution {
        let mut weights = Vec::new();
        for _ in 0..rows {
            weights.extend(self.lanes(channels));
        }
        Convolution {
            weights,
            biases: self.lanes(channels).collect(),
            floor,
        }
    }

    /// From all outputs of an input side by side to all inputs of a lane of outputs, with zeros for inputs that fill up lanes.
    fn pointwise(&mut self, inputs: usize, channels: usize, floor: f32) -> Convolution {
        let by_input = self.convolution(inputs, channels, floor);
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

    fn unit(&mut self, inputs: usize, outputs: usize, floor: f32) -> Unit {
        Unit {
            pointwise: self.pointwise(inputs, outputs, LINEAR),
            depthwise: self.convolution(3 * 3, outputs, floor),
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
        let unit = |inputs: usize, outputs: usize| (inputs + 1) * outputs + 10 * outputs;
        let backbone =
            unit(16, 16) * 2 + unit(16, 32) + unit(32, 32) + unit(32, 64) + 6 * unit(64, 64);

        let expected = 28 * 16 + backbone + 3 * unit(64, 64) + 3 * unit(64, 6);

        assert_eq!(FILE.len(), expected * 2);
        assert_eq!(Weights::shared().heads[2].depthwise.weights.len(), 9);
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
