//! DC scans: all components interleaved (T.81, G.1.2.1).

use super::super::component::{Component, Frame};
use super::super::huffman::{Class, Sink};
use super::super::sequential::{McuRow, Predictors, magnitude};
use super::super::transform::Block;

/// Codes the DC coefficients without their `low` lowest bits.
pub(super) fn code_first(components: &[Component], frame: &Frame, low: u8, sink: &mut impl Sink) {
    let mut predictors = Predictors::default();
    for_each_block(components, frame, |component, block| {
        let predictor = &mut predictors[component];
        // Where no sample is, the DC of the block before.
        let dc = block.map_or(*predictor, |block| i32::from(block.coefficients[0]) >> low);
        let (size, following) = magnitude(dc - *predictor);
        *predictor = dc;
        sink.symbol(Class::Dc, component.min(1), size as u8, following);
    });
}

/// Codes bit `low` of the DC coefficients.
pub(super) fn code_refinement(
    components: &[Component],
    frame: &Frame,
    low: u8,
    sink: &mut impl Sink,
) {
    let mut bits = [0; 3];
    for_each_block(components, frame, |component, block| {
        let bit = &mut bits[component];
        *bit = block.map_or(*bit, |block| (block.coefficients[0] >> low & 1) as u32);
        sink.bits(*bit, 1);
    });
}

fn for_each_block(
    components: &[Component],
    frame: &Frame,
    mut visit: impl FnMut(usize, Option<&Block>),
) {
    for number in 0..frame.mcus_down() {
        let row = McuRow {
            components,
            mcus_across: frame.mcus_across(),
            number,
            held_as: number,
        };
        row.for_each_block(&mut visit);
    }
}
