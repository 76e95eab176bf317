//! The rows of an image, also where it is interlaced and each row has pixels of several passes (ISO/IEC 15948, 8.2).

use super::expand::Expansion;
use super::header::{ImageHeader, missing_pixels};
use super::inflate::Inflate;
use super::scanlines::{Extent, Scanlines};
use crate::error::Error;
use crate::pixels::Row;

/// The first column and row of a pass, and how far apart its columns and rows are.
type Place = [u32; 4];

const ADAM7: [Place; PASSES] = [
    [0, 0, 8, 8],
    [4, 0, 8, 8],
    [0, 4, 4, 8],
    [2, 0, 4, 4],
    [0, 2, 2, 4],
    [1, 0, 2, 2],
    [0, 1, 1, 2],
];

pub(super) const PASSES: usize = 7;

/// The rows of an image.
///
/// Each pass is inflated on its own, from the start of the data: the work is twice that of inflating all once, and no more than a
/// few rows of each are in memory.
pub(super) struct Rows<'a> {
    passes: Vec<Pass<'a>>,
    expansion: Expansion,
    channels: usize,
    /// Where the image is interlaced: the row that its passes make.
    woven: Option<Woven>,
}

struct Pass<'a> {
    place: Place,
    /// How many pixels of each row are needed.
    pixels: usize,
    scanlines: Scanlines<'a>,
    /// How many of its rows have come.
    come: u32,
}

#[derive(Default)]
struct Woven {
    narrow: Vec<u8>,
    wide: Vec<u16>,
}

impl<'a> Rows<'a> {
    /// Rows up to `rows`, and of each the pixels up to `columns`. `data` begins with the inflated data.
    pub(super) fn new(
        header: &ImageHeader,
        rows: u32,
        columns: u32,
        data: impl Fn() -> Inflate<'a>,
    ) -> Self {
        let places: &[Place] = match header.is_interlaced {
            true => &ADAM7,
            false => &[[0, 0, 1, 1]],
        };
        let pixel_bytes = header.pixel_bits().div_ceil(8);
        let mut passes = Vec::new();
        let mut before = Vec::new();
        for &place in places {
            let [column, row, columns_apart, rows_apart] = place;
            let count = |all: u32, first: u32, apart| all.saturating_sub(first).div_ceil(apart);
            let extent = Extent {
                rows: count(header.size.height, row, rows_apart),
                row_bytes: header.row_bytes(count(header.size.width, column, columns_apart)),
            };
            if extent.rows == 0 || extent.row_bytes == 0 {
                continue;
            }
            let pixels = count(columns, column, columns_apart);
            let needed = Extent {
                rows: count(rows, row, rows_apart),
                row_bytes: header.row_bytes(pixels),
            };
            passes.push(Pass {
                place,
                pixels: pixels as usize,
                scanlines: Scanlines::new(data(), &before, extent, needed, pixel_bytes),
                come: 0,
            });
            before.push(extent);
        }
        let channels = header.samples().channels();
        let woven = header.is_interlaced.then(|| match header.depth {
            16 => Woven {
                wide: vec![0; columns as usize * channels],
                ..Woven::default()
            },
            _ => Woven {
                narrow: vec![0; columns as usize * channels],
                ..Woven::default()
            },
        });
        Self {
            passes,
            expansion: Expansion::new(header),
            channels,
            woven,
        }
    }

    /// Returns a row, and whether it is sound. Rows are asked for from the top to the bottom.
    ///
    /// # Errors
    ///
    /// If any of its pixels did not come.
    pub(super) fn row(&mut self, y: u32) -> Result<(Row<'_>, bool), Error> {
        let Some(woven) = &mut self.woven else {
            let pass = self.passes.first_mut().ok_or_else(missing_pixels)?;
            let pixels = pass.pixels;
            let (stored, is_sound) = pass.scanline(y)?;
            return Ok((self.expansion.expand(stored, pixels), is_sound));
        };
        let mut is_all_sound = true;
        let mut is_wide = false;
        for pass in &mut self.passes {
            let [first_column, first_row, columns_apart, rows_apart] = pass.place;
            let Some(down) = y.checked_sub(first_row) else {
                continue;
            };
            if !down.is_multiple_of(rows_apart) {
                continue;
            }
            let pixels = pass.pixels;
            let (stored, is_sound) = pass.scanline(down / rows_apart)?;
            is_all_sound &= is_sound;
            let columns = [first_column, columns_apart].map(|columns| columns as usize);
            match self.expansion.expand(stored, pixels) {
                Row::Wide(from) => {
                    is_wide = true;
                    weave(from, &mut woven.wide, columns, self.channels);
                }
                Row::Narrow(from) => weave(from, &mut woven.narrow, columns, self.channels),
                Row::Float(_) => {}
            }
        }
        let row = match is_wide {
            true => Row::Wide(&woven.wide),
            false => Row::Narrow(&woven.narrow),
        };
        Ok((row, is_all_sound))
    }
}

impl Pass<'_> {
    /// Reads on to a row; returns its needed pixels, as they are stored, and whether it is sound.
    fn scanline(&mut self, row: u32) -> Result<(&[u8], bool), Error> {
        while self.come < row {
            self.scanlines.next()?;
            self.come += 1;
        }
        let scanline = self.scanlines.next()?;
        self.come += 1;
        Ok((scanline.bytes, scanline.is_sound))
    }
}

fn weave<T: Copy>(from: &[T], row: &mut [T], columns: [usize; 2], channels: usize) {
    match channels {
        1 => put::<T, 1>(from, row, columns),
        2 => put::<T, 2>(from, row, columns),
        3 => put::<T, 3>(from, row, columns),
        _ => put::<T, 4>(from, row, columns),
    }
}

/// Puts pixels of `N` samples from a column on, so far apart.
fn put<T: Copy, const N: usize>(from: &[T], row: &mut [T], [first, apart]: [usize; 2]) {
    let pixels = row.as_chunks_mut::<N>().0.iter_mut();
    for (pixel, from) in pixels
        .skip(first)
        .step_by(apart)
        .zip(from.as_chunks::<N>().0)
    {
        *pixel = *from;
    }
}
