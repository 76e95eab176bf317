//! DC scans: all components interleaved (T.81, G.1.2.1).

use super::super::component::{Component, Frame};
use super::super::huffman::{Class, Sink};
use super::super::magnitude::magnitude;
use super::super::scan::table_number;
use super::super::sequential::{BlockCoder, McuRow, Predictors};
use super::super::transform::Block;

/// Codes the DC coefficients without their `low` lowest bits.
pub(super) fn code_first(components: &[Component], frame: &Frame, low: u8, sink: &mut impl Sink) {
    code_rows(
        components,
        frame,
        &mut First {
            predictors: Predictors::default(),
            low,
            sink,
        },
    );
}

/// Codes bit `low` of the DC coefficients.
pub(super) fn code_refinement(
    components: &[Component],
    frame: &Frame,
    low: u8,
    sink: &mut impl Sink,
) {
    code_rows(
        components,
        frame,
        &mut Refinement {
            bits: [0; 3],
            low,
            sink,
        },
    );
}

fn code_rows(components: &[Component], frame: &Frame, coder: &mut impl BlockCoder) {
    for number in 0..frame.mcus_down() {
        let row = McuRow {
            components,
            mcus_across: frame.mcus_across(),
            number,
            held_as: number,
        };
        row.code(coder);
    }
}

struct First<'a, S> {
    predictors: Predictors,
    low: u8,
    sink: &'a mut S,
}

impl<S: Sink> BlockCoder for First<'_, S> {
    fn code(&mut self, component: usize, block: Option<&Block>) {
        let predictor = &mut self.predictors[component];
        let dc = block.map_or(*predictor, |block| {
            i32::from(block.coefficients[0]) >> self.low
        });
        let (size, following) = magnitude(dc - *predictor);
        *predictor = dc;
        self.sink
            .symbol(Class::Dc, table_number(component), size as u8, following);
    }
}

struct Refinement<'a, S> {
    /// The bits of the blocks before.
    bits: [u32; 3],
    low: u8,
    sink: &'a mut S,
}

impl<S: Sink> BlockCoder for Refinement<'_, S> {
    fn code(&mut self, component: usize, block: Option<&Block>) {
        let bit = &mut self.bits[component];
        *bit = block.map_or(*bit, |block| (block.coefficients[0] >> self.low & 1) as u32);
        self.sink.bits(*bit, 1);
    }
}
