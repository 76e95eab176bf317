//! Baseline coding: one interleaved scan with all the coefficients (T.81, F.1.2).

use simd::Level;

use super::bits::BitWriter;
use super::component::{Component, Frame};
use super::huffman::{Class, Coder, Counter, Sink, Tables};
use super::magnitude::magnitude;
use super::scan::table_number;
use super::transform::Block;

/// A run of 16 zeros.
const ZERO_RUN: u8 = 0xf0;

/// No further coefficient in the block.
const END_OF_BLOCK: u8 = 0;

/// The DC predictors of the components.
pub(super) type Predictors = [i32; 3];

simd::levels! {
    /// Codes one row of MCUs.
    pub(super) fn write_mcu_row(
        level: Level,
        row: McuRow<'_>,
        predictors: &mut Predictors,
        coder: &mut Coder<'_, '_>,
    ) {
        let mut here = Sequential { predictors: *predictors, sink: coder.here() };
        row.code(&mut here);
        *predictors = here.predictors;
        let buffer = here.sink.writer.buffer();
        coder.writer.set_buffer(buffer);
    }
}

/// A row of MCUs, and where its blocks are.
#[derive(Clone, Copy)]
pub(super) struct McuRow<'a> {
    pub(super) components: &'a [Component],
    pub(super) mcus_across: usize,
    /// The row's number in the picture.
    pub(super) number: usize,
    /// The row's number in the components' memory: 0 where that holds one row alone.
    pub(super) held_as: usize,
}

/// What codes blocks one by one.
pub(super) trait BlockCoder {
    /// Codes a block of a component. Where the picture has no samples, there is none.
    fn code(&mut self, component: usize, block: Option<&Block>);
}

impl McuRow<'_> {
    /// Codes the blocks of each MCU in their order (T.81, A.2.3). The last MCUs reach beyond the blocks that hold samples.
    #[inline(always)]
    pub(super) fn code(&self, coder: &mut impl BlockCoder) {
        for mcu in 0..self.mcus_across {
            for (index, Component { layout, blocks, .. }) in self.components.iter().enumerate() {
                for row in 0..layout.v {
                    let is_row_inside = self.number * layout.v + row < layout.blocks_down;
                    let blocks = &blocks[(self.held_as * layout.v + row) * layout.stride..];
                    for column in mcu * layout.h..(mcu + 1) * layout.h {
                        let is_inside = is_row_inside && column < layout.blocks_across;
                        coder.code(index, if is_inside { blocks.get(column) } else { None });
                    }
                }
            }
        }
    }
}

/// Codes whole blocks.
struct Sequential<S> {
    predictors: Predictors,
    sink: S,
}

impl<S: Sink> BlockCoder for Sequential<S> {
    #[inline(always)]
    fn code(&mut self, component: usize, block: Option<&Block>) {
        let table = table_number(component);
        match block {
            Some(block) => code_block(
                block,
                &mut self.predictors[component],
                table,
                &mut self.sink,
            ),
            // The cheapest block: the mean of the one before, nothing else.
            None => {
                self.sink.symbol(Class::Dc, table, 0, 0);
                self.sink.symbol(Class::Ac, table, END_OF_BLOCK, 0);
            }
        }
    }
}

#[inline(always)]
fn code_block(block: &Block, predictor: &mut i32, table: usize, sink: &mut impl Sink) {
    let dc = i32::from(block.coefficients[0]);
    let (size, following) = magnitude(dc - *predictor);
    *predictor = dc;
    sink.symbol(Class::Dc, table, size as u8, following);

    let mut rest = block.nonzero & !1;
    let mut expected = 1;
    while rest != 0 {
        let k = rest.trailing_zeros();
        rest &= rest - 1;
        let mut run = k - expected;
        expected = k + 1;
        while run > 15 {
            sink.symbol(Class::Ac, table, ZERO_RUN, 0);
            run -= 16;
        }
        sink.coefficient(table, run, i32::from(block.coefficients[k as usize % 64]));
    }
    if expected < 64 {
        sink.symbol(Class::Ac, table, END_OF_BLOCK, 0);
    }
}

/// Returns the best tables for a picture whose coefficients are complete.
pub(super) fn fit_tables(level: Level, components: &[Component], frame: &Frame) -> Tables {
    count_symbols(level, components, frame).tables()
}

simd::levels! {
    fn count_symbols(level: Level, components: &[Component], frame: &Frame) -> Counter {
        let mut counting = Sequential {
            predictors: Predictors::default(),
            sink: Counter::default(),
        };
        for number in 0..frame.mcus_down() {
            let row = McuRow {
                components,
                mcus_across: frame.mcus_across(),
                number,
                held_as: number,
            };
            row.code(&mut counting);
        }
        counting.sink
    }
}

/// Codes a picture whose coefficients are complete.
pub(super) fn write_whole(
    level: Level,
    components: &[Component],
    frame: &Frame,
    tables: &Tables,
    jpeg: &mut Vec<u8>,
) {
    let mut coder = Coder {
        tables,
        writer: BitWriter::new(jpeg),
    };
    let mut predictors = Predictors::default();
    for number in 0..frame.mcus_down() {
        let row = McuRow {
            components,
            mcus_across: frame.mcus_across(),
            number,
            held_as: number,
        };
        write_mcu_row(level, row, &mut predictors, &mut coder);
    }
    coder.writer.finish();
}
