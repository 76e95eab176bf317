//! From what samples mean to what the picture is made of.

use super::layout::{Alpha, Layout, Meaning};
use super::luma::Luma;
use super::unpack::Buffer;
use crate::header::Samples;
use crate::pixels::Row;

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
