//! From a frame to a picture: macroblock by macroblock.

use simd::Level;

use crate::bool_decoder::BoolDecoder;
use crate::coefficients::{self, Block, Kind};
use crate::error::{Error, Result};
use crate::header::Frame;
use crate::loop_filter::{self, Smoothing};
use crate::modes::{self, Context, LumaMode, Macroblock};
use crate::picture::Picture;
use crate::prediction::Edges;
use crate::probabilities::Tree;
use crate::quantization::{Quantization, Steps};
use crate::reconstruction::{above_right, add_blocks, reconstruct_block};
use crate::transform;

/// Whether the loop filter is applied.
///
/// In a key frame no block depends on filtered samples, so leaving the filter out changes nothing else.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Filter {
    /// As the frame asks.
    Applied,
    /// Not at all: for who reduces the picture so far that it cannot be seen.
    LeftOut,
}

/// Decodes a key frame.
///
/// What it allocates follows from the frame's size: read the [`Header`](crate::Header) first, and check it against your
/// limits. Of a frame that is cut off the rows that are there are decoded; see [`Picture::intact_rows`].
///
/// # Errors
///
/// If the header is malformed or cut off, or the frame is no key frame.
pub fn decode(frame: &[u8], filter: Filter) -> Result<Picture> {
    let frame = Frame::read(frame)?;
    let [_, rows] = frame.header.macroblocks();
    let picture = Picture::new(frame.header, rows);
    let filter_header = frame.filter;
    let mut decoder = Decoder::new(Level::detect(), frame, picture);
    let smoothing = decoder.decode_rows(rows)?;
    let mut picture = decoder.picture;
    if filter == Filter::Applied {
        loop_filter::apply(&mut picture, filter_header, &smoothing);
    }
    Ok(picture)
}

pub(crate) struct Decoder<'f> {
    level: Level,
    frame: Frame<'f>,
    pub(crate) picture: Picture,
    quantizations: [Quantization; 4],
    modes: Context,
    /// Which blocks above have coefficients, for each column of macroblocks, and which to the left.
    above: Vec<Coded>,
    left: Coded,
    /// Those of the macroblock in hand.
    coefficients: Coefficients,
    /// How each macroblock of the last row is to be smoothed.
    pub(crate) smoothing: Vec<Smoothing>,
}

/// Which of the last blocks have coefficients: a number that is one or zero for each column or row of blocks.
#[derive(Clone, Copy, Default)]
struct Coded {
    luma: [u8; 4],
    chroma: [[u8; 2]; 2],
    second_order: u8,
}

/// The coefficients of a macroblock.
#[derive(Default)]
struct Coefficients {
    luma: [Block; 16],
    chroma: [[Block; 4]; 2],
    /// For each block in turn, a bit that says whether any of its coefficients but the first is not zero.
    luma_more: u32,
    chroma_more: [u32; 2],
}

impl Coefficients {
    /// Whether any is not zero.
    fn are_any(&self) -> bool {
        let blocks = || self.luma.iter().chain(self.chroma.as_flattened());
        self.luma_more != 0 || self.chroma_more != [0; 2] || blocks().any(|block| block[0] != 0)
    }
}

impl<'f> Decoder<'f> {
    pub(crate) fn new(level: Level, frame: Frame<'f>, picture: Picture) -> Self {
        let [columns, _] = frame.header.macroblocks();
        let steps = |segment| frame.quantization.steps(frame.quantizer(segment));
        Self {
            level,
            quantizations: [0, 1, 2, 3].map(steps),
            modes: Context::new(columns),
            above: vec![Coded::default(); columns],
            left: Coded::default(),
            coefficients: Coefficients::default(),
            smoothing: Vec::with_capacity(columns),
            frame,
            picture,
        }
    }

    /// Decodes all rows of macroblocks, up to where the data end; returns how each macroblock is to be smoothed.
    fn decode_rows(&mut self, rows: usize) -> Result<Vec<Smoothing>> {
        let mut smoothing = Vec::with_capacity(rows * self.above.len());
        for row in 0..rows {
            if !self.decode_row(row)? {
                self.picture.intact_rows = 16 * row as u32;
                break;
            }
            smoothing.append(&mut self.smoothing);
        }
        Ok(smoothing)
    }

    /// Decodes a row of macroblocks; returns whether its data were there.
    pub(crate) fn decode_row(&mut self, row: usize) -> Result<bool> {
        decode_macroblocks(self.level, self, row);
        let partition = row % self.frame.partitions.len();
        match self.frame.modes.is_past_end() || self.frame.partitions[partition].is_past_end() {
            true if row == 0 => Err(Error::Malformed("the frame is cut off in its first rows")),
            is_cut_off => Ok(!is_cut_off),
        }
    }

    #[inline(always)]
    fn decode_macroblock(&mut self, row: usize, column: usize, partition: usize) -> Smoothing {
        let macroblock = self.read_macroblock(column);
        let is_by_blocks = matches!(macroblock.luma, LumaMode::Blocks(_));
        match macroblock.is_empty {
            true => {
                let (above, left) = (&mut self.above[column], &mut self.left);
                above.forget(is_by_blocks);
                left.forget(is_by_blocks);
            }
            false => self.read_coefficients(&macroblock, column, partition),
        }
        let are_any = !macroblock.is_empty && self.coefficients.are_any();
        self.reconstruct_luma(macroblock.luma, [row, column], are_any);
        self.reconstruct_chroma(macroblock.chroma, [row, column], are_any);
        Smoothing {
            level: self
                .frame
                .filter_level(macroblock.segment.into(), is_by_blocks),
            is_inner: is_by_blocks || are_any,
        }
    }

    #[inline(always)]
    fn read_macroblock(&mut self, column: usize) -> Macroblock {
        // A copy, whose state stays in registers.
        let mut state = self.frame.modes.clone();
        let bools = &mut state;
        let tree = self.frame.segments.and_then(|segments| segments.tree);
        let segment = tree.map_or(0, |tree| modes::segment(bools, tree));
        let is_empty = self
            .frame
            .has_coefficients
            .is_some_and(|probability| bools.bool(probability));
        let (luma, chroma) = self.modes.read_modes(bools, column);
        self.frame.modes = state;
        Macroblock {
            segment,
            is_empty,
            luma,
            chroma,
        }
    }

    #[inline(always)]
    fn read_coefficients(&mut self, macroblock: &Macroblock, column: usize, partition: usize) {
        let steps = self.quantizations[usize::from(macroblock.segment)];
        // A copy, whose state stays in registers.
        let mut bools = self.frame.partitions[partition].clone();
        let probabilities = &self.frame.probabilities;
        let (above, left) = (&mut self.above[column], &mut self.left);
        self.coefficients = Coefficients::default();
        let Coefficients {
            luma,
            chroma,
            luma_more,
            chroma_more,
        } = &mut self.coefficients;
        let (kind, first) = match macroblock.luma {
            LumaMode::Blocks(_) => (Kind::Luma, 0),
            LumaMode::Whole(_) => {
                let mut block = [0; 16];
                let around = [&mut above.second_order, &mut left.second_order];
                let tables = &probabilities[Kind::SecondOrder as usize];
                read_block(
                    &mut bools,
                    tables,
                    steps.second_order,
                    0,
                    around,
                    &mut block,
                );
                let firsts = transform::inverse_walsh_hadamard(&block);
                for (block, first) in luma.iter_mut().zip(firsts) {
                    block[0] = first;
                }
                (Kind::LumaAc, 1)
            }
        };
        let tables = &probabilities[kind as usize];
        for (row, left) in left.luma.iter_mut().enumerate() {
            for (column, above) in above.luma.iter_mut().enumerate() {
                let index = 4 * row + column;
                let around = [above, &mut *left];
                let block = &mut luma[index];
                let has_more = read_block(&mut bools, tables, steps.luma, first, around, block);
                *luma_more |= has_more << index;
            }
        }
        let tables = &probabilities[Kind::Chroma as usize];
        for plane in 0..2 {
            for (row, left) in left.chroma[plane].iter_mut().enumerate() {
                for (column, above) in above.chroma[plane].iter_mut().enumerate() {
                    let index = 2 * row + column;
                    let around = [above, &mut *left];
                    let block = &mut chroma[plane][index];
                    let has_more = read_block(&mut bools, tables, steps.chroma, 0, around, block);
                    chroma_more[plane] |= has_more << index;
                }
            }
        }
        self.frame.partitions[partition] = bools;
    }

    #[inline(always)]
    fn reconstruct_luma(&mut self, mode: LumaMode, [row, column]: [usize; 2], are_any: bool) {
        let (samples, coefficients) = (&mut self.picture.luma, &self.coefficients);
        let place = [16 * row, 16 * column];
        match mode {
            LumaMode::Whole(mode) => {
                let at = samples.at(place);
                let edges = Edges::<16>::of(samples, place[0], place[1]);
                edges.predict(mode, &mut samples.values[at..], samples.stride);
                if are_any {
                    add_blocks(
                        self.level,
                        samples,
                        place,
                        &coefficients.luma,
                        coefficients.luma_more,
                    );
                }
            }
            LumaMode::Blocks(modes) => {
                let above_right = above_right(samples, place);
                for (index, &mode) in modes.as_flattened().iter().enumerate() {
                    let has_more = coefficients.luma_more >> index & 1 != 0;
                    let block = are_any.then_some((&coefficients.luma[index], has_more));
                    reconstruct_block(self.level, samples, place, index, mode, above_right, block);
                }
            }
        }
    }

    #[inline(always)]
    fn reconstruct_chroma(&mut self, mode: modes::Mode, [row, column]: [usize; 2], are_any: bool) {
        let coefficients = &self.coefficients;
        for (plane, samples) in self.picture.chroma.iter_mut().enumerate() {
            let place = [8 * row, 8 * column];
            let at = samples.at(place);
            let edges = Edges::<8>::of(samples, place[0], place[1]);
            edges.predict(mode, &mut samples.values[at..], samples.stride);
            if are_any {
                let more = coefficients.chroma_more[plane];
                add_blocks(
                    self.level,
                    samples,
                    place,
                    &coefficients.chroma[plane],
                    more,
                );
            }
        }
    }
}

/// Reads a block, and notes beside it whether it has coefficients; returns 1 if any but its first is not zero.
#[inline(always)]
fn read_block(
    bools: &mut BoolDecoder<'_>,
    tables: &[[Tree; 3]; 8],
    steps: Steps,
    first: usize,
    [above, left]: [&mut u8; 2],
    block: &mut Block,
) -> u32 {
    let around = usize::from(*above + *left);
    let (end, has_more) = coefficients::read(bools, tables, around, steps, first, block);
    let is_coded = u8::from(end > first);
    (*above, *left) = (is_coded, is_coded);
    u32::from(has_more)
}

simd::levels! {
    /// Decodes the macroblocks of a row.
    fn decode_macroblocks(level: Level, decoder: &mut Decoder<'_>, row: usize) {
        let partition = row % decoder.frame.partitions.len();
        decoder.modes.begin_row();
        decoder.left = Coded::default();
        for column in 0..decoder.above.len() {
            let smoothing = decoder.decode_macroblock(row, column, partition);
            decoder.smoothing.push(smoothing);
        }
    }
}

impl Coded {
    /// What follows an empty macroblock. Where it has no block of the second order, the last one still counts.
    fn forget(&mut self, is_by_blocks: bool) {
        let second_order = if is_by_blocks { self.second_order } else { 0 };
        *self = Self {
            second_order,
            ..Self::default()
        };
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn all_levels_decode_the_same_samples() {
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/vp8");
        for name in ["127x90-q50.webp", "200x131-q100.webp", "96x64-q5.webp"] {
            let file = std::fs::read(fixtures.join(name)).unwrap();
            let samples = |level| {
                // A simple file: the frame follows two headers of chunks.
                let frame = Frame::read(&file[20..]).unwrap();
                let [_, rows] = frame.header.macroblocks();
                let picture = Picture::new(frame.header, rows);
                let mut decoder = Decoder::new(level, frame, picture);
                decoder.decode_rows(rows).unwrap();
                let Picture { luma, chroma, .. } = decoder.picture;
                let [cb, cr] = chroma.map(|samples| samples.values);
                [luma.values, cb, cr]
            };
            let expected = samples(Level::Scalar);

            for level in Level::available() {
                assert!(samples(level) == expected, "{name}, {level:?}");
            }
        }
    }
}
