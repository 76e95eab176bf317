//! The network's shape and its weights, unpacked once for all threads.

use std::sync::OnceLock;

use super::map::{Depthwise, Lanes, Pair, Pointwise, lanes};

/// The channels of the first convolution.
pub(super) const STEM: usize = 16;

/// The samples of three pixels beside each other, and the pairs that they fill.
const SAMPLES: usize = 3 * 3;
pub(super) const STEM_PAIRS: usize = SAMPLES.div_ceil(2);

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

/// An output of 1.0: the outputs have 9 fractional bits, all maps before them 10 (`models/extract.py`).
pub(super) const ONE: f32 = 512.0;

/// What is said of a cell: whether it is a face, whether it holds an object, and four numbers that say where.
pub(super) const OUTPUTS: usize = 6;

/// All channels of a pixel into each, then three by three pixels of each channel by itself.
pub(super) struct Unit {
    pub(super) pointwise: Pointwise,
    pub(super) depthwise: Depthwise,
}

/// All weights of the network.
pub(super) struct Weights {
    /// Its inputs are those of three rows, one after another, each filled up to pairs.
    pub(super) stem: Pointwise,
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
            stem: packed.pointwise(&[SAMPLES; 3], STEM, RELU),
            first: packed.unit(STEM, STEM, RELU),
            units: UNITS.map(|(inputs, outputs)| packed.unit(inputs, outputs, RELU)),
            necks: [(); 3].map(|()| packed.unit(FEATURES, FEATURES, RELU)),
            heads: [(); 3].map(|()| packed.unit(FEATURES, OUTPUTS, LINEAR)),
        }
    }
}

static FILE: &[u8] = include_bytes!("../../models/libfacedetection.i16");

const RELU: i16 = 0;
const LINEAR: i16 = i16::MIN;

/// 16-bit integers that are still to be read.
struct Packed(&'static [u8]);

impl Packed {
    fn next(&mut self) -> i16 {
        let (number, rest) = self
            .0
            .split_first_chunk()
            .expect("the file holds all weights");
        self.0 = rest;
        i16::from_le_bytes(*number)
    }

    fn lanes(&mut self, channels: usize) -> Vec<Lanes> {
        let mut all = vec![[0; 16]; lanes(channels)];
        let places = all.as_flattened_mut().iter_mut();
        places.take(channels).for_each(|place| *place = self.next());
        all
    }

    /// From all outputs of an input side by side to all pairs of inputs of a lane of outputs; each row of inputs begins a pair.
    fn pointwise(&mut self, rows: &[usize], channels: usize, floor: i16) -> Pointwise {
        let pairs: usize = rows.iter().map(|inputs| inputs.div_ceil(2)).sum();
        let mut weights: Vec<Pair> = vec![[[0; 2]; 16]; lanes(channels) * pairs];
        let mut first = 0;
        for inputs in rows {
            for input in 0..*inputs {
                let place = first + input / 2;
                for (lane, outputs) in self.lanes(channels).iter().enumerate() {
                    let pair = &mut weights[lane * pairs + place];
                    for (both, weight) in pair.iter_mut().zip(outputs) {
                        both[input % 2] = *weight;
                    }
                }
            }
            first += inputs.div_ceil(2);
        }
        let (biases, shifts) = (self.lanes(channels), self.lanes(channels));
        let shifts: Vec<_> = shifts.iter().map(|lane| lane.map(i32::from)).collect();
        let start = |bias: i16, shift: i32| (i32::from(bias) << shift) + (1 << shift >> 1);
        let starts = biases.iter().zip(&shifts).map(|(biases, shifts)| {
            std::array::from_fn(|output| start(biases[output], shifts[output]))
        });
        Pointwise {
            weights,
            starts: starts.collect(),
            shifts,
            floor,
        }
    }

    fn depthwise(&mut self, channels: usize, floor: i16) -> Depthwise {
        let mut weights = Vec::new();
        for _ in 0..3 * 3 {
            weights.extend(self.lanes(channels));
        }
        Depthwise {
            weights,
            biases: self.lanes(channels),
            floor,
        }
    }

    fn unit(&mut self, inputs: usize, outputs: usize, floor: i16) -> Unit {
        Unit {
            pointwise: self.pointwise(&[inputs], outputs, LINEAR),
            depthwise: self.depthwise(outputs, floor),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_holds_the_weights_and_nothing_else() {
        let unit = |inputs: usize, outputs: usize| (inputs + 2) * outputs + 10 * outputs;
        let backbone =
            unit(16, 16) * 2 + unit(16, 32) + unit(32, 32) + unit(32, 64) + 6 * unit(64, 64);

        let expected = 29 * 16 + backbone + 3 * unit(64, 64) + 3 * unit(64, 6);

        assert_eq!(FILE.len(), expected * 2);
        assert_eq!(Weights::shared().heads[2].depthwise.weights.len(), 9);
    }

    #[test]
    fn no_sum_of_any_inputs_overflows() {
        let weights = Weights::shared();
        let units = weights.units.iter().chain(&weights.necks);
        let units = units.chain(&weights.heads).chain([&weights.first]);
        let pointwise = units.clone().map(|unit| &unit.pointwise);

        for by in pointwise.chain([&weights.stem]) {
            let pairs = by.weights.len() / by.starts.len();
            for (lane, weights) in by.weights.chunks(pairs).enumerate() {
                for output in 0..16 {
                    let of_output = weights.iter().flat_map(|pair| pair[output]);
                    let sizes = of_output.map(|weight| i64::from(weight).abs());
                    let start = i64::from(by.starts[lane][output]);
                    let largest = sizes.sum::<i64>() * 32768 + start.abs();

                    assert!(largest <= i64::from(i32::MAX), "{largest}");
                    assert!((0..=15).contains(&by.shifts[lane][output]));
                }
            }
        }
        for unit in units {
            // The product of −32768 with itself would not fit after the shift.
            let taps = unit.depthwise.weights.as_flattened();
            assert!(taps.iter().all(|weight| *weight > i16::MIN));
        }
    }
}
