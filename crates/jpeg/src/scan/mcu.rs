//! The blocks of an MCU in coding order (T.81, A.2), for every kind of scan.

use super::driver::McuSpan;
use super::{MCU_BLOCKS, Scan, ScanComponent};
use crate::Error;
use crate::coefficients::Coefficients;
use crate::frame::Frame;

/// The components of a scan, each with the tables `T` that decode it.
#[derive(Clone, Copy)]
pub(super) struct McuLayout<T> {
    components: [Component<T>; 4],
    count: usize,
}

#[derive(Clone, Copy)]
struct Component<T> {
    tables: T,
    index: usize,
    h: usize,
    v: usize,
}

/// One block of an MCU.
#[derive(Clone, Copy)]
pub(super) struct Block<T> {
    pub(super) tables: T,
    /// The component's index in the frame, which is that of its DC predictor.
    pub(super) component: usize,
    /// Where the block of the first kept MCU begins in its row of coefficients.
    offset: usize,
    /// The distance to the block of the next MCU.
    pub(super) step: usize,
}

impl<T> Block<T> {
    /// Returns where the block of an MCU begins; MCUs count from the first kept one.
    #[inline(always)]
    pub(super) fn start(&self, mcu: usize) -> usize {
        self.offset + mcu * self.step
    }
}

/// The blocks of an MCU. A flat list: an `Option` a slot costs the hot loop a branch a block.
pub(super) struct McuBlocks<T> {
    blocks: [Block<T>; MCU_BLOCKS],
    count: usize,
}

impl<T> McuBlocks<T> {
    pub(super) fn as_slice(&self) -> &[Block<T>] {
        &self.blocks[..self.count]
    }
}

impl<T: Copy> McuLayout<T> {
    /// Lays out a scan, with the tables that `tables` finds for each of its components.
    pub(super) fn new(
        frame: &Frame,
        scan: &Scan,
        tables: impl Fn(&ScanComponent) -> Result<T, Error>,
    ) -> Result<Self, Error> {
        let component = |chosen: &ScanComponent| {
            let component = &frame.components()[chosen.index];
            Ok(Component {
                tables: tables(chosen)?,
                index: chosen.index,
                h: component.h.into(),
                v: component.v.into(),
            })
        };
        // A scan has at least one component.
        let mut components = [component(&scan.components()[0])?; 4];
        for (slot, chosen) in components.iter_mut().zip(scan.components()).skip(1) {
            *slot = component(chosen)?;
        }
        Ok(Self {
            components,
            count: scan.components().len(),
        })
    }

    /// Returns how many of the scan's columns and rows make one of the frame's.
    pub(super) fn per_mcu(&self) -> (usize, usize) {
        match self.count {
            1 => (self.components[0].h, self.components[0].v),
            _ => (1, 1),
        }
    }

    /// Returns no blocks.
    pub(super) fn no_blocks(&self) -> McuBlocks<T> {
        let none = Block {
            tables: self.components[0].tables,
            component: 0,
            offset: 0,
            step: 0,
        };
        McuBlocks {
            blocks: [none; MCU_BLOCKS],
            count: 0,
        }
    }

    /// Returns the blocks of an MCU in this row of the scan.
    pub(super) fn blocks(&self, row: usize, coefficients: &Coefficients) -> McuBlocks<T> {
        let block = |component: &Component<T>, block_row, column, across| Block {
            tables: component.tables,
            component: component.index,
            offset: coefficients.offset(component.index, block_row, column),
            step: across * coefficients.block,
        };
        let mut blocks = [block(&self.components[0], 0, 0, 1); MCU_BLOCKS];
        let mut count = 0;
        for component in &self.components[..self.count] {
            // A lone component is not interleaved: its MCU is one block (T.81, A.2.2).
            let (across, rows) = match self.count {
                1 => (1, row % component.v..row % component.v + 1),
                _ => (component.h, 0..component.v),
            };
            for block_row in rows {
                for column in 0..across {
                    // `Scan::read` refuses MCUs of more blocks.
                    if let Some(slot) = blocks.get_mut(count) {
                        *slot = block(component, block_row, column, across);
                        count += 1;
                    }
                }
            }
        }
        McuBlocks { blocks, count }
    }

    /// Calls `fill` with each kept block of a span whose data is missing.
    pub(super) fn fill(
        &self,
        span: &McuSpan,
        coefficients: &mut Coefficients,
        fill: impl Fn(&Block<T>, &mut [i16]),
    ) {
        let blocks = self.blocks(span.row, coefficients);
        let len = coefficients.block;
        let first = span.kept_from.unwrap_or(span.columns.start);
        let Some(row) = coefficients.fillable_row_mut(span.mcu_row) else {
            return;
        };
        for mcu in span.columns.clone() {
            for block in blocks.as_slice() {
                let start = block.start(mcu - first);
                if let Some(coefficients) = row.get_mut(start..start + len) {
                    fill(block, coefficients);
                }
            }
        }
    }
}
