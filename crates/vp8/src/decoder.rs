//! From a frame to a picture: macroblock by macroblock.

use crate::coefficients::{self, Block, Kind};
use crate::error::{Error, Result};
use crate::header::Frame;
use crate::loop_filter::{self, Smoothing};
use crate::modes::{self, BlockMode, Context, LumaMode, Macroblock};
use crate::picture::{Picture, Samples};
use crate::prediction::{ABOVE, Edges, LEFT};
use crate::quantization::Quantization;
use crate::{subblock, transform};

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
    let mut picture = Picture::new(frame.header);
    let filter_header = frame.filter;
    let smoothing = Decoder::new(frame, &mut picture).decode()?;
    if filter == Filter::Applied {
        loop_filter::apply(&mut picture, filter_header, &smoothing);
    }
    Ok(picture)
}

struct Decoder<'f, 'p> {
    frame: Frame<'f>,
    picture: &'p mut Picture,
    quantizations: [Quantization; 4],
    modes: Context,
    /// Which blocks above have coefficients, for each column of macroblocks, and which to the left.
    above: Vec<Coded>,
    left: Coded,
}

/// Which of the last blocks have coefficients: a number that is one or zero for each column or row of blocks.
#[derive(Clone, Copy, Default)]
struct Coded {
    luma: [u8; 4],
    chroma: [[u8; 2]; 2],
    second_order: u8,
}

/// The coefficients of a macroblock.
struct Coefficients {
    luma: [Block; 16],
    chroma: [[Block; 4]; 2],
    /// Whether any is not zero.
    are_any: bool,
}

impl<'f, 'p> Decoder<'f, 'p> {
    fn new(frame: Frame<'f>, picture: &'p mut Picture) -> Self {
        let [columns, _] = frame.header.macroblocks();
        let steps = |segment| frame.quantization.steps(frame.quantizer(segment));
        Self {
            quantizations: [0, 1, 2, 3].map(steps),
            modes: Context::new(columns),
            above: vec![Coded::default(); columns],
            left: Coded::default(),
            frame,
            picture,
        }
    }

    /// Decodes all macroblocks, up to where the data end; returns how each is to be smoothed.
    fn decode(mut self) -> Result<Vec<Smoothing>> {
        let [columns, rows] = self.frame.header.macroblocks();
        let mut smoothing = Vec::with_capacity(columns * rows);
        for row in 0..rows {
            let partition = row % self.frame.partitions.len();
            self.modes.begin_row();
            self.left = Coded::default();
            for column in 0..columns {
                smoothing.push(self.decode_macroblock(row, column, partition));
            }
            if self.frame.modes.is_past_end() || self.frame.partitions[partition].is_past_end() {
                if row == 0 {
                    return Err(Error::Malformed("the frame is cut off in its first rows"));
                }
                self.picture.intact_rows = 16 * row as u32;
                smoothing.truncate(row * columns);
                break;
            }
        }
        Ok(smoothing)
    }

    fn decode_macroblock(&mut self, row: usize, column: usize, partition: usize) -> Smoothing {
        let macroblock = self.read_macroblock(column);
        let is_by_blocks = matches!(macroblock.luma, LumaMode::Blocks(_));
        let coefficients = match macroblock.is_empty {
            true => {
                let (above, left) = (&mut self.above[column], &mut self.left);
                above.forget(is_by_blocks);
                left.forget(is_by_blocks);
                None
            }
            false => Some(self.read_coefficients(&macroblock, column, partition)),
        }
        .filter(|coefficients| coefficients.are_any);
        self.reconstruct_luma(macroblock.luma, [row, column], coefficients.as_ref());
        self.reconstruct_chroma(macroblock.chroma, [row, column], coefficients.as_ref());
        Smoothing {
            level: self
                .frame
                .filter_level(macroblock.segment.into(), is_by_blocks),
            is_inner: is_by_blocks || coefficients.is_some(),
        }
    }

    fn read_macroblock(&mut self, column: usize) -> Macroblock {
        let bools = &mut self.frame.modes;
        let tree = self.frame.segments.and_then(|segments| segments.tree);
        let segment = tree.map_or(0, |tree| modes::segment(bools, tree));
        let is_empty = self
            .frame
            .has_coefficients
            .is_some_and(|probability| bools.bool(probability));
        let (luma, chroma) = self.modes.read_modes(bools, column);
        Macroblock {
            segment,
            is_empty,
            luma,
            chroma,
        }
    }

    // The order of the blocks is that of the stream, and the closure for one of them is used in three places.
    fn read_coefficients(
        &mut self,
        macroblock: &Macroblock,
        column: usize,
        partition: usize,
    ) -> Coefficients {
        let steps = self.quantizations[usize::from(macroblock.segment)];
        let bools = &mut self.frame.partitions[partition];
        let probabilities = &self.frame.probabilities;
        let (above, left) = (&mut self.above[column], &mut self.left);
        let mut luma = [[0; 16]; 16];
        let mut chroma = [[[0; 16]; 4]; 2];
        let mut read = |kind: Kind, steps, first, around: [&mut u8; 2], block: &mut Block| {
            let [above, left] = around;
            let tables = &probabilities[kind as usize];
            let end = coefficients::read(
                bools,
                tables,
                usize::from(*above + *left),
                steps,
                first,
                block,
            );
            let is_coded = u8::from(end > first);
            (*above, *left) = (is_coded, is_coded);
        };

        let (kind, first) = match macroblock.luma {
            LumaMode::Blocks(_) => (Kind::Luma, 0),
            LumaMode::Whole(_) => {
                let mut block = [0; 16];
                let around = [&mut above.second_order, &mut left.second_order];
                read(Kind::SecondOrder, steps.second_order, 0, around, &mut block);
                let firsts = transform::inverse_walsh_hadamard(&block);
                for (block, first) in luma.iter_mut().zip(firsts) {
                    block[0] = first;
                }
                (Kind::LumaAc, 1)
            }
        };
        for (blocks, left) in luma.as_chunks_mut::<4>().0.iter_mut().zip(&mut left.luma) {
            for (block, above) in blocks.iter_mut().zip(&mut above.luma) {
                read(kind, steps.luma, first, [above, &mut *left], block);
            }
        }
        let around = above.chroma.iter_mut().zip(&mut left.chroma);
        for (plane, (above, left)) in chroma.iter_mut().zip(around) {
            for (blocks, left) in plane.as_chunks_mut::<2>().0.iter_mut().zip(left) {
                for (block, above) in blocks.iter_mut().zip(above.iter_mut()) {
                    read(Kind::Chroma, steps.chroma, 0, [above, &mut *left], block);
                }
            }
        }
        let blocks = luma.iter().chain(chroma.as_flattened());
        let are_any = blocks.flatten().any(|&coefficient| coefficient != 0);
        Coefficients {
            luma,
            chroma,
            are_any,
        }
    }

    fn reconstruct_luma(
        &mut self,
        mode: LumaMode,
        [row, column]: [usize; 2],
        coefficients: Option<&Coefficients>,
    ) {
        let samples = &mut self.picture.luma;
        let place = [16 * row, 16 * column];
        match mode {
            LumaMode::Whole(mode) => {
                let at = samples.at(place);
                let edges = Edges::<16>::of(samples, place[0], place[1]);
                edges.predict(mode, &mut samples.values[at..], samples.stride);
                if let Some(coefficients) = coefficients {
                    add_blocks(samples, place, &coefficients.luma);
                }
            }
            LumaMode::Blocks(modes) => {
                let above_right = above_right(samples, place);
                for (index, &mode) in modes.as_flattened().iter().enumerate() {
                    let block = coefficients.map(|coefficients| &coefficients.luma[index]);
                    reconstruct_block(samples, place, index, mode, above_right, block);
                }
            }
        }
    }

    fn reconstruct_chroma(
        &mut self,
        mode: modes::Mode,
        [row, column]: [usize; 2],
        coefficients: Option<&Coefficients>,
    ) {
        for (plane, samples) in self.picture.chroma.iter_mut().enumerate() {
            let place = [8 * row, 8 * column];
            let at = samples.at(place);
            let edges = Edges::<8>::of(samples, place[0], place[1]);
            edges.predict(mode, &mut samples.values[at..], samples.stride);
            if let Some(coefficients) = coefficients {
                add_blocks(samples, place, &coefficients.chroma[plane]);
            }
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

impl Samples {
    fn at(&self, [row, column]: [usize; 2]) -> usize {
        row * self.stride + column
    }
}

/// Adds the differences of blocks that stand in a square.
fn add_blocks(samples: &mut Samples, [row, column]: [usize; 2], blocks: &[Block]) {
    let across = blocks.len().isqrt();
    for (index, block) in blocks.iter().enumerate() {
        let at = samples.at([row + index / across * 4, column + index % across * 4]);
        add_block(block, &mut samples.values[at..], samples.stride);
    }
}

fn add_block(block: &Block, samples: &mut [u8], stride: usize) {
    match block {
        [0, rest @ ..] if rest.iter().all(|&coefficient| coefficient == 0) => {}
        [first, rest @ ..] if rest.iter().all(|&coefficient| coefficient == 0) => {
            transform::add_first(*first, samples, stride);
        }
        _ => transform::add_inverse_cosine(block, samples, stride),
    }
}

/// The samples above and to the right of a macroblock: all blocks in its last column have these to their right, as those of
/// the macroblock to the right are not there yet.
fn above_right(samples: &Samples, [row, column]: [usize; 2]) -> [u8; 4] {
    if row == 0 {
        return [ABOVE; 4];
    }
    let above = &samples.values[samples.at([row - 1, 0])..][..samples.stride];
    match above[column + 16..].first_chunk() {
        Some(&samples) => samples,
        // At the right edge the last one is repeated.
        None => [above[column + 15]; 4],
    }
}

/// Predicts one of a macroblock's sixteen blocks, and adds its differences.
fn reconstruct_block(
    samples: &mut Samples,
    [row, column]: [usize; 2],
    index: usize,
    mode: BlockMode,
    above_right: [u8; 4],
    block: Option<&Block>,
) {
    let [row, column] = [row + index / 4 * 4, column + index % 4 * 4];
    let at = samples.at([row, column]);
    let (values, stride) = (&mut samples.values, samples.stride);
    let mut around: subblock::Around = [ABOVE; 13];
    let (left, above) = around.split_at_mut(4);
    for (down, left) in left.iter_mut().rev().enumerate() {
        *left = if column > 0 {
            values[at + down * stride - 1]
        } else {
            LEFT
        };
    }
    if row > 0 {
        above[0] = if column > 0 {
            values[at - stride - 1]
        } else {
            LEFT
        };
        above[1..5].copy_from_slice(&values[at - stride..][..4]);
        match index % 4 {
            3 => above[5..].copy_from_slice(&above_right),
            _ => above[5..].copy_from_slice(&values[at - stride + 4..][..4]),
        }
    }
    subblock::predict(mode, &around, &mut values[at..], stride);
    if let Some(block) = block {
        add_block(block, &mut values[at..], stride);
    }
}
