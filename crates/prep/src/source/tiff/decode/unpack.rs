//! From the bits of a row to samples over their whole range.

use super::layout::{Kind, Layout, Meaning};

/// A row of samples, as many to a pixel as are stored.
pub(super) enum Buffer {
    Narrow(Vec<u8>),
    Wide(Vec<u16>),
    Float(Vec<f32>),
}

impl Buffer {
    /// Room for `samples` samples of what `layout` stores.
    pub(super) fn new(layout: &Layout<'_>, samples: usize) -> Self {
        match (layout.kind, layout.bits) {
            (Kind::Float, _) => Self::Float(vec![0.0; samples]),
            (Kind::Whole, ..=8) => Self::Narrow(vec![0; samples]),
            (Kind::Whole, _) => Self::Wide(vec![0; samples]),
        }
    }

    /// Unpacks `raw` to the samples `first`, `first + step`, …
    // One arm a depth, so that each has a loop without a branch.
    pub(super) fn unpack(&mut self, raw: &[u8], layout: &Layout<'_>, first: usize, step: usize) {
        let is_little_endian = layout.is_little_endian;
        match (self, layout.bits) {
            (Self::Narrow(samples), 8) if step == 1 => {
                let count = raw.len().min(samples.len() - first);
                samples[first..][..count].copy_from_slice(&raw[..count]);
            }
            (Self::Narrow(samples), 8) => {
                for (sample, &byte) in samples[first..].iter_mut().step_by(step).zip(raw) {
                    *sample = byte;
                }
            }
            (Self::Narrow(samples), bits) => {
                // An index is what it is; all else is spread over the whole range.
                let most = (1_u32 << bits) - 1;
                let gain = if layout.meaning == Meaning::Palette {
                    most
                } else {
                    255
                };
                let bits = bits_of(raw, bits);
                for (sample, value) in samples[first..].iter_mut().step_by(step).zip(bits) {
                    *sample = ((value * gain + most / 2) / most) as u8;
                }
            }
            (Self::Wide(samples), 16) => {
                let samples = samples[first..].iter_mut().step_by(step);
                for (sample, &bytes) in samples.zip(raw.as_chunks().0) {
                    *sample = match is_little_endian {
                        true => u16::from_le_bytes(bytes),
                        false => u16::from_be_bytes(bytes),
                    };
                }
            }
            (Self::Wide(samples), 32) => {
                let samples = samples[first..].iter_mut().step_by(step);
                for (sample, &bytes) in samples.zip(raw.as_chunks().0) {
                    let wide = match is_little_endian {
                        true => u32::from_le_bytes(bytes),
                        false => u32::from_be_bytes(bytes),
                    };
                    *sample = (wide >> 16) as u16;
                }
            }
            (Self::Wide(samples), bits) => {
                let most = (1_u32 << bits) - 1;
                let gain = if layout.meaning == Meaning::Palette {
                    most
                } else {
                    65535
                };
                let bits = bits_of(raw, bits);
                for (sample, value) in samples[first..].iter_mut().step_by(step).zip(bits) {
                    *sample = ((u64::from(value) * u64::from(gain) + u64::from(most / 2))
                        / u64::from(most)) as u16;
                }
            }
            (Self::Float(samples), bits) => {
                let samples = samples[first..].iter_mut().step_by(step);
                let bytes = usize::from(bits / 8);
                for (sample, bytes) in samples.zip(raw.chunks_exact(bytes)) {
                    let add = |number: u64, &byte: &u8| number << 8 | u64::from(byte);
                    let number = match is_little_endian {
                        true => bytes.iter().rev().fold(0, add),
                        false => bytes.iter().fold(0, add),
                    };
                    *sample = match bits {
                        16 => half(number as u16),
                        32 => f32::from_bits(number as u32),
                        _ => f64::from_bits(number) as f32,
                    };
                }
            }
        }
    }
}

/// Numbers of so many bits each, the highest first.
fn bits_of(raw: &[u8], bits: u8) -> impl Iterator<Item = u32> + '_ {
    let mut window = 0_u32;
    let mut filled = 0;
    let mut bytes = raw.iter();
    std::iter::from_fn(move || {
        while filled < bits {
            window = window << 8 | u32::from(*bytes.next()?);
            filled += 8;
        }
        filled -= bits;
        Some(window >> filled & ((1 << bits) - 1))
    })
}

/// IEEE 754 with 16 bits.
fn half(bits: u16) -> f32 {
    let exponent = i32::from(bits >> 10 & 31);
    let fraction = f32::from(bits & 1023) / 1024.0;
    let magnitude = match exponent {
        0 => fraction * 2.0_f32.powi(-14),
        31 if fraction == 0.0 => f32::INFINITY,
        31 => f32::NAN,
        _ => (1.0 + fraction) * 2.0_f32.powi(exponent - 15),
    };
    if bits >> 15 == 1 {
        -magnitude
    } else {
        magnitude
    }
}
