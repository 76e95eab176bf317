//! AC scans: one component, block by block (T.81, G.1.2.2 and G.1.2.3).

use super::super::component::Component;
use super::super::huffman::{Class, Sink};
use super::super::scan::Scan;
use super::super::transform::Block;

/// The longest run of blocks without a further coefficient.
const MAX_RUN: u32 = 0x7fff;

/// Correction bits are written no later than when there are so many of them.
const MAX_CORRECTIONS: usize = 1000;

/// A run of 16 zeros.
const ZERO_RUN: u8 = 0xf0;

/// Memory for correction bits: they are known before the symbol that they follow.
#[derive(Default, Debug)]
pub(in super::super) struct Scratch {
    /// Of the blocks in the run.
    of_run: Vec<u8>,
    /// Of the block at hand, since its last symbol.
    of_block: Vec<u8>,
}

/// Codes the band's coefficients without their lowest bits.
pub(super) fn code_first(
    component: &Component,
    scan: Scan,
    scratch: &mut Scratch,
    sink: &mut impl Sink,
) {
    let table = component.layout.table;
    let low = scan.approximation.1;
    let mut run = BlockRun::new(table, scratch);
    for block in component.blocks_with_samples() {
        let mut expected = u32::from(scan.spectral.0);
        for k in ones(block.nonzero & band(scan)) {
            let value = i32::from(block.coefficients[k as usize % 64]);
            let magnitude = value.unsigned_abs() >> low;
            if magnitude == 0 {
                continue;
            }
            run.write(sink);
            let mut zeros = k - expected;
            expected = k + 1;
            while zeros > 15 {
                sink.symbol(Class::Ac, table, ZERO_RUN, 0);
                zeros -= 16;
            }
            let size = 32 - magnitude.leading_zeros();
            let following = if value < 0 {
                !magnitude & ((1 << size) - 1)
            } else {
                magnitude
            };
            sink.symbol(Class::Ac, table, (zeros << 4 | size) as u8, following);
        }
        if expected <= u32::from(scan.spectral.1) {
            run.end_block(sink);
        }
    }
    run.write(sink);
}

/// Codes one more bit of the band's coefficients.
pub(super) fn code_refinement(
    component: &Component,
    scan: Scan,
    scratch: &mut Scratch,
    sink: &mut impl Sink,
) {
    let table = component.layout.table;
    let low = scan.approximation.1;
    let mut run = BlockRun::new(table, scratch);
    for block in component.blocks_with_samples() {
        let magnitude =
            |k: u32| u32::from(block.coefficients[k as usize % 64].unsigned_abs()) >> low;
        let candidates = block.nonzero & band(scan);
        let last_new = ones(candidates)
            .filter(|&k| magnitude(k) == 1)
            .last()
            .unwrap_or(0);
        let mut expected = u32::from(scan.spectral.0);
        // Zeros since the last symbol; coefficients that were there before don't count.
        let mut zeros = 0;
        for k in ones(candidates) {
            let magnitude = magnitude(k);
            if magnitude == 0 {
                continue;
            }
            zeros += k - expected;
            expected = k + 1;
            // Behind the last new coefficient zeros need no code: the block's end covers them.
            while zeros > 15 && k <= last_new {
                run.write(sink);
                sink.symbol(Class::Ac, table, ZERO_RUN, 0);
                run.write_corrections(sink);
                zeros -= 16;
            }
            if magnitude > 1 {
                run.scratch.of_block.push((magnitude & 1) as u8);
                continue;
            }
            run.write(sink);
            let is_positive = block.coefficients[k as usize % 64] > 0;
            sink.symbol(
                Class::Ac,
                table,
                (zeros << 4 | 1) as u8,
                u32::from(is_positive),
            );
            run.write_corrections(sink);
            zeros = 0;
        }
        let is_open = zeros > 0 || expected <= u32::from(scan.spectral.1);
        if is_open || !run.scratch.of_block.is_empty() {
            run.end_block(sink);
        }
    }
    run.write(sink);
}

/// Blocks that have nothing further, to be told with one symbol.
struct BlockRun<'a> {
    table: usize,
    blocks: u32,
    scratch: &'a mut Scratch,
}

impl<'a> BlockRun<'a> {
    fn new(table: usize, scratch: &'a mut Scratch) -> Self {
        scratch.of_run.clear();
        scratch.of_block.clear();
        Self {
            table,
            blocks: 0,
            scratch,
        }
    }

    /// Adds the block at hand, whose correction bits wait for the run's symbol then.
    fn end_block(&mut self, sink: &mut impl Sink) {
        self.blocks += 1;
        self.scratch.of_run.append(&mut self.scratch.of_block);
        // A block has at most 63 correction bits.
        if self.blocks == MAX_RUN || self.scratch.of_run.len() > MAX_CORRECTIONS - 63 {
            self.write(sink);
        }
    }

    /// Writes the run's symbol, if there is a run, and the correction bits of its blocks.
    fn write(&mut self, sink: &mut impl Sink) {
        if self.blocks == 0 {
            return;
        }
        let size = self.blocks.ilog2();
        sink.symbol(Class::Ac, self.table, (size << 4) as u8, 0);
        sink.bits(self.blocks - (1 << size), size);
        self.blocks = 0;
        for bit in self.scratch.of_run.drain(..) {
            sink.bits(u32::from(bit), 1);
        }
    }

    /// Writes the correction bits of the block at hand, as far as it is known.
    fn write_corrections(&mut self, sink: &mut impl Sink) {
        for bit in self.scratch.of_block.drain(..) {
            sink.bits(u32::from(bit), 1);
        }
    }
}

impl Component {
    /// Returns the blocks of a scan that is not interleaved (T.81, A.2.2).
    fn blocks_with_samples(&self) -> impl Iterator<Item = &Block> {
        let rows = self
            .blocks
            .chunks_exact(self.layout.stride)
            .take(self.layout.blocks_down);
        rows.flat_map(|row| &row[..self.layout.blocks_across])
    }
}

/// Returns the scan's coefficients, as bits.
fn band(scan: Scan) -> u64 {
    let (first, last) = scan.spectral;
    u64::MAX << first & u64::MAX >> (63 - last)
}

/// Returns the positions of the ones, from the lowest.
fn ones(mut bits: u64) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        let place = bits.trailing_zeros();
        bits &= bits.wrapping_sub(1);
        (place < 64).then_some(place)
    })
}
