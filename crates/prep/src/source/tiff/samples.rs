//! From the bits of a row to samples over their whole range, and from what they mean to what the picture is made of.

use super::layout::{Alpha, Kind, Layout, Meaning};
use crate::header::Samples;
use crate::pixels::Row;

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

/// Takes rows of samples to what the picture is made of.
pub(super) struct Meanings {
    meaning: Meaning,
    alpha: Alpha,
    stored: usize,
    palette: Vec<[u8; 3]>,
    /// The largest that a sample can be where it is kept as it is stored.
    max_index: u32,
    luma: Luma,
    narrow: Vec<u8>,
    wide: Vec<u16>,
    float: Vec<f32>,
}

impl Meanings {
    pub(super) fn new(layout: &Layout<'_>) -> Self {
        Self {
            meaning: layout.meaning,
            alpha: layout.alpha,
            stored: layout.samples,
            palette: palette(layout),
            max_index: (1 << layout.bits.min(16)) - 1,
            luma: Luma::new(layout),
            narrow: Vec::new(),
            wide: Vec::new(),
            float: Vec::new(),
        }
    }

    /// What the rows are made of.
    pub(super) fn samples(&self) -> Samples {
        match (self.meaning, self.alpha) {
            (Meaning::Gray | Meaning::GrayInverted, Alpha::None) => Samples::Gray,
            (Meaning::Gray | Meaning::GrayInverted, _) => Samples::GrayAlpha,
            // Its opacity goes into the inks.
            (Meaning::Cmyk, _) => Samples::Cmyk,
            (_, Alpha::None) => Samples::Rgb,
            (_, Alpha::Associated | Alpha::Unassociated) => Samples::Rgba,
        }
    }

    pub(super) fn row<'b>(&'b mut self, row: &'b Buffer) -> Row<'b> {
        let plain = self.samples().channels() == self.stored && self.alpha != Alpha::Associated;
        let as_it_is =
            plain && matches!(self.meaning, Meaning::Gray | Meaning::Rgb | Meaning::Cmyk);
        match row {
            Buffer::Narrow(row) if as_it_is => Row::Narrow(row),
            Buffer::Wide(row) if as_it_is => Row::Wide(row),
            Buffer::Float(row) if as_it_is => Row::Float(row),
            Buffer::Narrow(row) => {
                self.narrow(row);
                Row::Narrow(&self.narrow)
            }
            Buffer::Wide(row) if self.meaning == Meaning::Palette => {
                self.narrow.clear();
                for pixel in row.chunks_exact(self.stored) {
                    let color = color_at(&self.palette, usize::from(pixel[0]));
                    self.narrow.extend(color);
                    self.narrow.extend(
                        opacity(self.alpha, pixel, 1).map(|alpha| self.narrow_alpha(alpha.into())),
                    );
                }
                Row::Narrow(&self.narrow)
            }
            Buffer::Wide(row) => {
                self.wide(row);
                Row::Wide(&self.wide)
            }
            Buffer::Float(row) => {
                choose(row, self.stored, self.meaning, self.alpha, &mut self.float);
                Row::Float(&self.float)
            }
        }
    }

    fn narrow(&mut self, row: &[u8]) {
        let alpha = self.alpha;
        let pixels = row.chunks_exact(self.stored);
        let mut to = std::mem::take(&mut self.narrow);
        to.clear();
        match self.meaning {
            Meaning::Palette => {
                for pixel in pixels {
                    to.extend(color_at(&self.palette, usize::from(pixel[0])));
                    let opacity = opacity(alpha, pixel, 1);
                    to.extend(opacity.map(|opacity| self.narrow_alpha(opacity.into())));
                }
            }
            Meaning::YCbCr { .. } => {
                for pixel in pixels {
                    let rgb = self.luma.rgb([pixel[0], pixel[1], pixel[2]]);
                    match opacity(alpha, pixel, 3) {
                        Some(opacity) if alpha == Alpha::Associated => {
                            to.extend(rgb.map(|color| color.unweighted(opacity)));
                            to.push(opacity);
                        }
                        opacity => to.extend(rgb.into_iter().chain(opacity)),
                    }
                }
            }
            Meaning::Lab => {
                for lab in pixels {
                    to.extend([lab[0], lab[1] ^ 0x80, lab[2] ^ 0x80]);
                    to.extend(opacity(alpha, lab, 3));
                }
            }
            _ => choose(row, self.stored, self.meaning, alpha, &mut to),
        }
        self.narrow = to;
    }

    /// Opacity beside an index, which is kept as it is stored.
    fn narrow_alpha(&self, alpha: u32) -> u8 {
        (alpha * 255 / self.max_index) as u8
    }

    fn wide(&mut self, row: &[u16]) {
        let pixels = row.chunks_exact(self.stored);
        let to = &mut self.wide;
        // 256 steps of 256 each become 255 of 257.
        let opponent = |value: u16| (u32::from(value) * 257 / 256).min(65535) as u16;
        match self.meaning {
            Meaning::Lab => {
                to.clear();
                for lab in pixels {
                    to.extend([lab[0], opponent(lab[1] ^ 0x8000), opponent(lab[2] ^ 0x8000)]);
                    to.extend(opacity(self.alpha, lab, 3));
                }
            }
            Meaning::IccLab => {
                to.clear();
                for lab in pixels {
                    to.extend([0, 1, 2].map(|index: usize| opponent(lab[index])));
                    to.extend(opacity(self.alpha, lab, 3));
                }
            }
            _ => choose(row, self.stored, self.meaning, self.alpha, to),
        }
    }
}

/// Drops samples without a meaning, turns white to black, and takes the opacity out of the colors.
fn choose<T: Sample>(row: &[T], stored: usize, meaning: Meaning, alpha: Alpha, to: &mut Vec<T>) {
    let colors = meaning.colors();
    to.clear();
    for pixel in row.chunks_exact(stored) {
        let opacity = pixel.get(colors).copied();
        for &color in &pixel[..colors] {
            let color = match meaning {
                Meaning::GrayInverted => color.inverted(),
                _ => color,
            };
            to.push(match (meaning, alpha, opacity) {
                // No ink is white paper: there is no fifth sample to keep the opacity in.
                (Meaning::Cmyk, Alpha::Unassociated, Some(opacity)) => color.weighted(opacity),
                (Meaning::Cmyk, ..) => color,
                (_, Alpha::Associated, Some(opacity)) => color.unweighted(opacity),
                _ => color,
            });
        }
        if meaning != Meaning::Cmyk {
            to.extend(self::opacity(alpha, pixel, colors));
        }
    }
}

/// The opacity of a pixel, which lies behind its colors.
fn opacity<T: Copy>(alpha: Alpha, pixel: &[T], colors: usize) -> Option<T> {
    match alpha {
        Alpha::None => None,
        Alpha::Associated | Alpha::Unassociated => pixel.get(colors).copied(),
    }
}

trait Sample: Copy {
    /// The other end of the range.
    fn inverted(self) -> Self;
    /// The color that has this weight at this opacity.
    fn unweighted(self, opacity: Self) -> Self;
    /// What is left of the color at this opacity.
    fn weighted(self, opacity: Self) -> Self;
}

impl Sample for u8 {
    fn inverted(self) -> Self {
        255 - self
    }

    fn unweighted(self, opacity: Self) -> Self {
        let (color, opacity) = (u32::from(self), u32::from(opacity));
        (color * 255 + opacity / 2)
            .checked_div(opacity)
            .unwrap_or(0)
            .min(255) as u8
    }

    fn weighted(self, opacity: Self) -> Self {
        ((u32::from(self) * u32::from(opacity) + 127) / 255) as u8
    }
}

impl Sample for u16 {
    fn inverted(self) -> Self {
        65535 - self
    }

    fn unweighted(self, opacity: Self) -> Self {
        let (color, opacity) = (u64::from(self), u64::from(opacity));
        (color * 65535 + opacity / 2)
            .checked_div(opacity)
            .unwrap_or(0)
            .min(65535) as u16
    }

    fn weighted(self, opacity: Self) -> Self {
        ((u64::from(self) * u64::from(opacity) + 32767) / 65535) as u16
    }
}

impl Sample for f32 {
    fn inverted(self) -> Self {
        1.0 - self
    }

    fn unweighted(self, opacity: Self) -> Self {
        if opacity > 0.0 { self / opacity } else { 0.0 }
    }

    fn weighted(self, opacity: Self) -> Self {
        self * opacity
    }
}

/// The colors of a palette: all reds, all greens, all blues, each of 16 bits (TIFF 6.0, section 5).
fn palette(layout: &Layout<'_>) -> Vec<[u8; 3]> {
    if layout.meaning != Meaning::Palette {
        return Vec::new();
    }
    const COLOR_MAP: u16 = 320;
    let count = (1 << layout.bits.min(16)).min(layout.directory.count(COLOR_MAP) / 3);
    let value = |index| layout.directory.nth(COLOR_MAP, index).unwrap_or(0);
    // Some programs write 8 bits.
    let is_narrow = (0..3 * count).all(|index| value(index) < 256);
    let shift = if is_narrow { 0 } else { 8 };
    (0..count)
        .map(|index| [0, 1, 2].map(|color| (value(color * count + index) >> shift) as u8))
        .collect()
}

fn color_at(palette: &[[u8; 3]], index: usize) -> [u8; 3] {
    palette.get(index).copied().unwrap_or([0; 3])
}

/// Luma and chroma of 8 bits (TIFF 6.0, sections 20 and 21), in tables with 16 fractional bits.
struct Luma {
    luma: [i32; 256],
    red: [i32; 256],
    blue: [i32; 256],
    green: [[i32; 256]; 2],
}

impl Luma {
    fn new(layout: &Layout<'_>) -> Self {
        let usual = [0.299, 0.587, 0.114];
        let share = |index| {
            layout
                .directory
                .fraction(529, index)
                .filter(|share| *share > 0.0)
        };
        let [red, green, blue] = match [share(0), share(1), share(2)] {
            [Some(red), Some(green), Some(blue)] => [red, green, blue],
            _ => usual,
        };
        // Black and white of luma, then zero and most of both chromas.
        let range = |index, usual| match layout.directory.number(532) {
            _ if layout.directory.count(532) < 6 => usual,
            _ => layout.directory.fraction(532, index).unwrap_or(usual),
        };
        let scaled = |index: usize, most: f64, top: f64| {
            let (zero, one) = (
                range(index, if index == 0 { 0.0 } else { 128.0 }),
                range(index + 1, 255.0),
            );
            let span = if one > zero { one - zero } else { top };
            move |value: u8| (f64::from(value) - zero) * most / span
        };
        let (y, cb, cr) = (
            scaled(0, 255.0, 255.0),
            scaled(2, 127.0, 127.0),
            scaled(4, 127.0, 127.0),
        );
        let fixed = |value: f64| (value * 65536.0).round().clamp(-3e8, 3e8) as i32;
        let table =
            |value: &dyn Fn(u8) -> f64| std::array::from_fn(|index| fixed(value(index as u8)));
        Self {
            luma: table(&y),
            red: table(&|value| cr(value) * (2.0 - 2.0 * red)),
            blue: table(&|value| cb(value) * (2.0 - 2.0 * blue)),
            green: [
                table(&|value| -cb(value) * (2.0 - 2.0 * blue) * blue / green),
                table(&|value| -cr(value) * (2.0 - 2.0 * red) * red / green),
            ],
        }
    }

    fn rgb(&self, [y, cb, cr]: [u8; 3]) -> [u8; 3] {
        let (y, cb, cr) = (usize::from(y), usize::from(cb), usize::from(cr));
        let luma = self.luma[y] + 32768;
        [
            luma + self.red[cr],
            luma + self.green[0][cb] + self.green[1][cr],
            luma + self.blue[cb],
        ]
        .map(|value| (value >> 16).clamp(0, 255) as u8)
    }
}
