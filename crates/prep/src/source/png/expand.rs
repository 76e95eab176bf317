//! From what is stored to samples of 8 or 16 bits: palettes are looked up, and tRNS becomes opacity.

use super::header::{Color, ImageHeader};
use crate::pixels::Row;

/// How the scanlines of a photo become rows of samples.
pub(super) struct Expansion {
    rule: Rule,
    narrow: Vec<u8>,
    wide: Vec<u16>,
}

enum Rule {
    /// Samples of 8 bits are what they are.
    Keep,
    /// Indices, or gray, of up to 8 bits are looked up: as many bytes for each.
    LookUp {
        depth: u8,
        table: Box<[[u8; 4]; 256]>,
        channels: usize,
    },
    /// Of red, green and blue of 8 bits these are invisible.
    KeyRgb([u8; 3]),
    /// Samples of 16 bits.
    Wide,
    /// Of gray of 16 bits this is invisible, or none.
    WideKeyGray(Option<[u16; 1]>),
    /// Of red, green and blue of 16 bits these are invisible, or none.
    WideKeyRgb(Option<[u16; 3]>),
}

impl Expansion {
    pub(super) fn new(header: &ImageHeader) -> Self {
        let key = header.transparency.as_deref();
        let rule = match (header.color, header.depth, key) {
            (Color::Palette, depth, _) => Rule::LookUp {
                depth,
                table: palette(header),
                channels: header.samples().channels(),
            },
            (Color::Gray, 16, Some(key)) => Rule::WideKeyGray(wide(key)),
            (Color::Rgb, 16, Some(key)) => Rule::WideKeyRgb(wide(key)),
            (_, 16, _) => Rule::Wide,
            (Color::Gray, 8, None) => Rule::Keep,
            (Color::Gray, depth, key) => Rule::LookUp {
                depth,
                table: grays(depth, key),
                channels: header.samples().channels(),
            },
            (Color::Rgb, _, Some(&[_, red, _, green, _, blue, ..])) => {
                Rule::KeyRgb([red, green, blue])
            }
            _ => Rule::Keep,
        };
        Self {
            rule,
            narrow: Vec::new(),
            wide: Vec::new(),
        }
    }

    /// Expands the first `pixels` of a scanline.
    pub(super) fn expand<'a>(&'a mut self, stored: &'a [u8], pixels: usize) -> Row<'a> {
        match &self.rule {
            Rule::Keep => return Row::Narrow(stored),
            Rule::LookUp {
                depth,
                table,
                channels,
            } => {
                self.narrow.resize(pixels * channels, 0);
                let to = &mut self.narrow[..];
                match channels {
                    1 => look_up::<1>(stored, *depth, table, to),
                    2 => look_up::<2>(stored, *depth, table, to),
                    3 => look_up::<3>(stored, *depth, table, to),
                    _ => look_up::<4>(stored, *depth, table, to),
                }
                return Row::Narrow(&self.narrow);
            }
            Rule::KeyRgb(key) => {
                self.narrow.clear();
                for pixel @ &[red, green, blue] in stored.as_chunks::<3>().0 {
                    let opacity = if pixel == key { 0 } else { u8::MAX };
                    self.narrow.extend([red, green, blue, opacity]);
                }
                return Row::Narrow(&self.narrow);
            }
            Rule::Wide => {
                let samples = stored.as_chunks().0.iter();
                self.wide.clear();
                self.wide
                    .extend(samples.map(|&sample| u16::from_be_bytes(sample)));
            }
            Rule::WideKeyGray(key) => widen(stored, *key, &mut self.wide),
            Rule::WideKeyRgb(key) => widen(stored, *key, &mut self.wide),
        }
        Row::Wide(&self.wide)
    }
}

/// Looks up indices of `depth` bits, the first in the highest bits of a byte (7.2).
fn look_up<const N: usize>(stored: &[u8], depth: u8, table: &[[u8; 4]; 256], to: &mut [u8]) {
    let to = to.as_chunks_mut::<N>().0;
    let color = |index: u8| *table[usize::from(index)].first_chunk().unwrap_or(&[0; N]);
    if depth == 8 {
        for (to, &index) in to.iter_mut().zip(stored) {
            *to = color(index);
        }
        return;
    }
    let mask = (1 << depth) - 1;
    for (to, &byte) in to.chunks_mut(8 / usize::from(depth)).zip(stored) {
        for (to, place) in to.iter_mut().zip(1..) {
            *to = color(byte >> (8 - place * depth) & mask);
        }
    }
}

/// The colors of a palette and their opacity; what is beyond it is black.
fn palette(header: &ImageHeader) -> Box<[[u8; 4]; 256]> {
    let mut table = Box::new([[0, 0, 0, u8::MAX]; 256]);
    let colors = header.palette.as_chunks::<3>().0;
    for (entry, &[red, green, blue]) in table.iter_mut().zip(colors) {
        *entry = [red, green, blue, u8::MAX];
    }
    // More opacities than colors belong to no palette (11.3.1.1), and are ignored.
    let opacities = header.transparency.as_deref().unwrap_or_default();
    if opacities.len() <= colors.len() {
        for (entry, &opacity) in table.iter_mut().zip(opacities) {
            entry[3] = opacity;
        }
    }
    table
}

/// Gray of `depth` bits spread over 8, and its opacity.
fn grays(depth: u8, key: Option<&[u8]>) -> Box<[[u8; 4]; 256]> {
    let invisible = key.and_then(|key| key.get(1));
    let factor = 255 / ((1_u16 << depth) - 1);
    let mut table = Box::new([[0; 4]; 256]);
    for (entry, gray) in table.iter_mut().zip(0..=u8::MAX) {
        let opacity = if invisible == Some(&gray) { 0 } else { u8::MAX };
        // Entries beyond the depth are never looked up.
        let spread = (u16::from(gray) * factor) as u8;
        *entry = [spread, opacity, 0, 0];
    }
    table
}

/// The samples that are invisible; `None` if tRNS is longer, and no pixel is.
fn wide<const N: usize>(key: &[u8]) -> Option<[u16; N]> {
    let samples: Vec<u16> = key
        .as_chunks()
        .0
        .iter()
        .map(|&sample| u16::from_be_bytes(sample))
        .collect();
    match key.len() == 2 * N {
        true => samples.try_into().ok(),
        false => None,
    }
}

/// Widens samples of 16 bits, and adds their opacity.
fn widen<const N: usize>(stored: &[u8], key: Option<[u16; N]>, to: &mut Vec<u16>) {
    to.clear();
    for pixel in stored.as_chunks::<2>().0.as_chunks::<N>().0 {
        let pixel = pixel.map(u16::from_be_bytes);
        to.extend(pixel);
        to.push(if Some(pixel) == key { 0 } else { u16::MAX });
    }
}
