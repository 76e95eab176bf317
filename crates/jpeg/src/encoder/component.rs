//! The frame and its components: the plan of a picture, and the coefficients it becomes.

use simd::Level;

use super::PlaneRef;
use super::quantization::Divisors;
use super::scan::{Scan, table_number};
use super::transform::{Block, transform};

/// What the frame header says (T.81, B.2.2).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Frame {
    pub(super) width: u16,
    pub(super) height: u16,
    /// One (gray) or three (YCbCr).
    pub(super) components: usize,
    /// Luma's sampling factors; chroma's are 1.
    pub(super) h: usize,
    /// See `h`.
    pub(super) v: usize,
}

impl Frame {
    /// MCUs from left to right in an interleaved scan.
    pub(super) fn mcus_across(&self) -> usize {
        usize::from(self.width).div_ceil(8 * self.h)
    }

    /// MCUs from top to bottom in an interleaved scan.
    pub(super) fn mcus_down(&self) -> usize {
        usize::from(self.height).div_ceil(8 * self.v)
    }

    /// Returns the sampling factors of a component.
    pub(super) fn factors(&self, component: usize) -> (usize, usize) {
        if component == 0 {
            (self.h, self.v)
        } else {
            (1, 1)
        }
    }

    /// Returns the scan of all components and coefficients.
    pub(super) fn whole_scan(&self) -> Scan {
        Scan {
            components: (0, self.components),
            spectral: (0, 63),
            approximation: (0, 0),
        }
    }

    /// Describes the components anew, and keeps their memory.
    pub(super) fn lay_out(&self, components: &mut Vec<Component>) {
        components.resize_with(self.components, Component::default);
        for (index, component) in components.iter_mut().enumerate() {
            let (h, v) = self.factors(index);
            let blocks_across = (usize::from(self.width) * h).div_ceil(self.h).div_ceil(8);
            let blocks_down = (usize::from(self.height) * v).div_ceil(self.v).div_ceil(8);
            let stride = blocks_across.next_multiple_of(2);
            component.layout = Layout {
                h,
                v,
                blocks_across,
                blocks_down,
                stride,
                table: table_number(index),
            };
        }
    }
}

/// Where a component's blocks are.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Layout {
    /// The sampling factors: blocks across and down in an MCU.
    pub(super) h: usize,
    /// See `h`.
    pub(super) v: usize,
    /// Blocks that hold samples; the last MCU may ask for more.
    pub(super) blocks_across: usize,
    /// See `blocks_across`.
    pub(super) blocks_down: usize,
    /// Blocks from row to row. It is even, since the transform works on two blocks at once.
    pub(super) stride: usize,
    /// Which of the two tables of each kind is the component's.
    pub(super) table: usize,
}

/// A component with the quantized coefficients of one strip, or of the whole picture.
#[derive(Default, Debug)]
pub(super) struct Component {
    pub(super) layout: Layout,
    pub(super) blocks: Vec<Block>,
    /// Eight rows of samples with what stands beyond the edge.
    staged: Vec<u8>,
}

impl Component {
    /// Makes room for `rows` rows of blocks.
    pub(super) fn make_room(&mut self, rows: usize) {
        self.blocks.resize(rows * self.layout.stride, Block::ZERO);
    }

    /// Transforms the samples into the blocks from block row `first_row` on.
    pub(super) fn transform(
        &mut self,
        level: Level,
        samples: PlaneRef<'_>,
        divisors: &Divisors,
        first_row: usize,
    ) {
        let stride = self.layout.stride;
        let rows_of_blocks = self.blocks[first_row * stride..].chunks_exact_mut(stride);
        for (index, blocks) in rows_of_blocks.take(samples.height.div_ceil(8)).enumerate() {
            let rows = samples.rows(8 * index, 8);
            let is_whole = rows.width == 8 * stride && rows.height == 8;
            let rows = if is_whole {
                rows
            } else {
                extended(rows, 8 * stride, &mut self.staged)
            };
            transform(
                level,
                &std::array::from_fn(|y| rows.row(y)),
                divisors,
                blocks,
            );
        }
    }
}

/// Repeats the last sample of each row, and the last row, up to eight rows of `width` samples.
fn extended<'a>(samples: PlaneRef<'_>, width: usize, staged: &'a mut Vec<u8>) -> PlaneRef<'a> {
    staged.resize(8 * width, 0);
    for (y, row) in staged.chunks_exact_mut(width).enumerate() {
        let (inside, beyond) = row.split_at_mut(samples.width);
        inside.copy_from_slice(samples.row(y.min(samples.height - 1)));
        if let Some(&last) = inside.last() {
            beyond.fill(last);
        }
    }
    PlaneRef::new(staged, width, 8)
}
