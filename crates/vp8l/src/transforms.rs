//! The transforms of an image and how they are undone, a row at a time (RFC 9649, 3.5 and 3.8.2).

use std::ops::Range;

use simd::Level;

use crate::bits::Bits;
use crate::color_indexing::ColorIndexing;
use crate::color_transform::ColorTransform;
use crate::error::{Error, Result};
use crate::pixels::read_image;
use crate::predictor::Predictor;
use crate::subtract_green::SubtractGreen;

/// The transforms, in the order in which they are undone: the reverse of that of the data.
#[derive(Debug)]
pub(crate) struct Transforms {
    stages: Vec<Stage>,
    /// How many stages come before those whose pixels depend on nothing but the same column of the same row.
    whole: usize,
    /// How many pixels a coded row has.
    pub(crate) coded_width: usize,
}

#[derive(Debug)]
enum Stage {
    Predictor(Predictor),
    Color(ColorTransform),
    Green(SubtractGreen),
    Indexing(ColorIndexing),
}

impl Transforms {
    pub(crate) fn read(
        level: Level,
        bits: &mut Bits<'_>,
        [mut width, height]: [usize; 2],
    ) -> Result<Self> {
        let mut stages = Vec::new();
        let mut seen = [false; 4];
        while bits.flag() {
            let kind = bits.read(2) as usize;
            if std::mem::replace(&mut seen[kind], true) {
                return Err(Error::Malformed("a transform is there twice"));
            }
            let stage = match kind {
                0 => {
                    let blocks = Blocks::read(level, bits, [width, height])?;
                    Stage::Predictor(Predictor::new(blocks, width))
                }
                1 => {
                    let blocks = Blocks::read(level, bits, [width, height])?;
                    Stage::Color(ColorTransform::new(blocks, width))
                }
                2 => Stage::Green(SubtractGreen::new(width)),
                _ => {
                    let count = bits.read(8) as usize + 1;
                    let colors = read_image(level, bits, [count, 1])?;
                    let indexing = ColorIndexing::new(&colors, width);
                    width = indexing.packed_width();
                    Stage::Indexing(indexing)
                }
            };
            stages.push(stage);
        }
        stages.reverse();
        let whole = stages.iter().zip(0..).map(|(stage, place)| match stage {
            Stage::Predictor(_) => place + 1,
            // Before it a row may have fewer columns.
            Stage::Indexing(_) => place,
            Stage::Color(_) | Stage::Green(_) => 0,
        });
        Ok(Self {
            whole: whole.max().unwrap_or(0),
            stages,
            coded_width: width,
        })
    }

    /// Undoes as much of the next row, from the first row on, as the rows below it need.
    pub(crate) fn begin_row<'a>(
        &'a mut self,
        level: Level,
        row: usize,
        coded: &'a [u32],
    ) -> BegunRow<'a> {
        let (whole, rest) = self.stages.split_at_mut(self.whole);
        let mut pixels = coded;
        for stage in whole {
            let all = 0..stage.width();
            pixels = stage.undo(level, row, pixels, all);
        }
        BegunRow {
            level,
            row,
            pixels,
            rest,
        }
    }
}

/// A row whose last transforms are not undone.
pub(crate) struct BegunRow<'a> {
    level: Level,
    row: usize,
    pixels: &'a [u32],
    rest: &'a mut [Stage],
}

impl<'a> BegunRow<'a> {
    /// Undoes what is left in these columns; others may get any value.
    pub(crate) fn finish(self, columns: Range<usize>) -> &'a [u32] {
        let mut pixels = self.pixels;
        for stage in self.rest {
            pixels = stage.undo(self.level, self.row, pixels, columns.clone());
        }
        pixels
    }
}

impl Stage {
    fn width(&self) -> usize {
        match self {
            Self::Predictor(stage) => stage.width(),
            Self::Color(stage) => stage.width(),
            Self::Green(stage) => stage.width(),
            Self::Indexing(stage) => stage.width(),
        }
    }

    fn undo<'a>(
        &'a mut self,
        level: Level,
        row: usize,
        pixels: &[u32],
        columns: Range<usize>,
    ) -> &'a [u32] {
        match self {
            Self::Predictor(stage) => stage.undo(level, row, pixels),
            Self::Color(stage) => stage.undo(level, row, pixels, columns),
            Self::Green(stage) => stage.undo(level, pixels, columns),
            Self::Indexing(stage) => stage.undo(level, pixels, columns),
        }
    }
}

/// An image with a pixel for each block of the main one.
#[derive(Debug)]
pub(crate) struct Blocks {
    pub(crate) pixels: Vec<u32>,
    /// The side of a block is two to the power of this: 2 to 9.
    pub(crate) bits: u32,
    across: usize,
}

impl Blocks {
    fn read(level: Level, bits: &mut Bits<'_>, size: [usize; 2]) -> Result<Self> {
        let side = 2 + bits.read(3);
        let blocks = size.map(|pixels| pixels.div_ceil(1 << side));
        Ok(Self {
            pixels: read_image(level, bits, blocks)?,
            bits: side,
            across: blocks[0],
        })
    }

    #[cfg(test)]
    pub(crate) fn of_test(pixels: Vec<u32>, bits: u32, across: usize) -> Self {
        Self {
            pixels,
            bits,
            across,
        }
    }

    /// The pixels of the blocks that a row crosses.
    pub(crate) fn row(&self, row: usize) -> &[u32] {
        &self.pixels[(row >> self.bits) * self.across..][..self.across]
    }
}
