//! `transform_tree()` (7.3.8.8) and `transform_unit()` (7.3.8.10).

use crate::blocks::{HORIZONTAL_EDGE, VERTICAL_EDGE};
use crate::chroma::ChromaFormat;
use crate::coding_unit::properties::CodingUnit;
use crate::contexts::{
    CBF_CHROMA, CBF_LUMA, CU_CHROMA_QP_OFFSET_FLAG, CU_CHROMA_QP_OFFSET_IDX, CU_QP_DELTA_ABS,
    LOG2_RES_SCALE_ABS, RES_SCALE_SIGN, SPLIT_TRANSFORM,
};
use crate::error::{Result, malformed};
use crate::reconstruction::TransformBlock;
use crate::slice_data::SliceDecoder;

/// A node of a transform tree.
#[derive(Clone, Copy)]
pub(crate) struct Node {
    place: [u32; 2],
    /// The place of its parent.
    base: [u32; 2],
    log2: u32,
    depth: u32,
    /// Which child of its parent it is.
    index: usize,
    /// Which part of the coding unit it belongs to.
    part: usize,
    /// `cbf_cb` and `cbf_cr`; in 4:2:2 bit 1 is for the lower of two blocks.
    cbf_chroma: [u8; 2],
}

impl Node {
    pub(crate) fn root(place: [u32; 2], log2: u32) -> Self {
        Self {
            place,
            base: place,
            log2,
            depth: 0,
            index: 0,
            part: 0,
            cbf_chroma: [1; 2],
        }
    }

    fn child(&self, index: usize, splits_parts: bool) -> Self {
        let half = 1 << (self.log2 - 1);
        let [x, y] = self.place;
        Self {
            place: [
                x + (index as u32 & 1) * half,
                y + (index as u32 >> 1) * half,
            ],
            base: self.place,
            log2: self.log2 - 1,
            depth: self.depth + 1,
            index,
            part: if splits_parts { index } else { self.part },
            cbf_chroma: self.cbf_chroma,
        }
    }
}

impl SliceDecoder<'_> {
    pub(crate) fn transform_tree(&mut self, unit: &CodingUnit, mut node: Node) -> Result<()> {
        let sps = self.parameters.sps;
        let splits_parts = unit.is_split && node.depth == 0;
        let deepest = sps.max_transform_depth + u32::from(unit.is_split);
        let is_split = match node.log2 {
            log2 if log2 > sps.log2_max_tb || splits_parts => true,
            log2 if log2 > sps.log2_min_tb && node.depth < deepest => {
                self.context_flag(SPLIT_TRANSFORM + (5 - log2 as usize).min(2))
            }
            _ => false,
        };
        self.parse_cbf_chroma(&mut node, is_split);
        if is_split {
            for index in 0..4 {
                self.transform_tree(unit, node.child(index, splits_parts))?;
            }
            return Ok(());
        }
        let cbf_luma = self.context_flag(CBF_LUMA + usize::from(node.depth == 0));
        self.transform_unit(unit, &node, cbf_luma)
    }

    fn parse_cbf_chroma(&mut self, node: &mut Node, is_split: bool) {
        let chroma = self.parameters.sps.chroma;
        if chroma == ChromaFormat::Monochrome {
            node.cbf_chroma = [0; 2];
        } else if node.log2 > 2 || chroma == ChromaFormat::Yuv444 {
            let is_double = chroma == ChromaFormat::Yuv422 && (!is_split || node.log2 == 3);
            let context = CBF_CHROMA + node.depth.min(4) as usize;
            for at in 0..2 {
                if node.cbf_chroma[at] != 0 {
                    let mut cbf = u8::from(self.context_flag(context));
                    if is_double {
                        cbf |= u8::from(self.context_flag(context)) << 1;
                    }
                    node.cbf_chroma[at] = cbf;
                }
            }
        }
    }

    fn transform_unit(&mut self, unit: &CodingUnit, node: &Node, cbf_luma: bool) -> Result<()> {
        let chroma = self.parameters.sps.chroma;
        let has_chroma = node.cbf_chroma != [0; 2];
        self.mark_edges(node.place, node.log2);
        if cbf_luma || has_chroma {
            self.parse_qp(unit, has_chroma)?;
        }
        let luma = TransformBlock {
            component: 0,
            place: node.place,
            log2: node.log2,
            mode: unit.luma_modes[node.part],
            is_coded: cbf_luma,
            cross_scale: 0,
        };
        self.transform_block(unit, luma);
        let (place, log2) = match (chroma, node.log2) {
            (ChromaFormat::Monochrome, _) => return Ok(()),
            (ChromaFormat::Yuv444, log2) => (node.place, log2),
            (_, 2) if node.index == 3 => (node.base, 2),
            (_, 2) => return Ok(()),
            (_, log2) => (node.place, log2 - 1),
        };
        // In 4:2:0 and 4:2:2 all parts of a unit have one mode.
        let part = if chroma == ChromaFormat::Yuv444 {
            node.part
        } else {
            0
        };
        let is_crossed =
            self.parameters.pps.range.cross_component && cbf_luma && unit.chroma_follows[part];
        let [horizontal, vertical] = chroma.halvings(1);
        for component in 1..3 {
            let cross_scale = match is_crossed {
                true => self.parse_cross_scale(component - 1),
                false => 0,
            };
            for half in 0..if chroma == ChromaFormat::Yuv422 { 2 } else { 1 } {
                let block = TransformBlock {
                    component,
                    place: [
                        place[0] >> horizontal,
                        (place[1] >> vertical) + (half << log2),
                    ],
                    log2,
                    mode: unit.chroma_modes[part],
                    is_coded: node.cbf_chroma[component - 1] >> half & 1 == 1,
                    cross_scale,
                };
                self.transform_block(unit, block);
            }
        }
        Ok(())
    }

    /// `cu_qp_delta_abs` and `cu_chroma_qp_offset_flag` with what follows them (7.3.8.14).
    fn parse_qp(&mut self, unit: &CodingUnit, has_chroma: bool) -> Result<()> {
        let (sps, pps) = (self.parameters.sps, self.parameters.pps);
        if pps.qp_delta_depth.is_some() && !self.qp.is_coded {
            let delta = self.parse_qp_delta();
            let offset = sps.qp_offset(0);
            if !(-(26 + offset / 2)..=25 + offset / 2).contains(&delta) {
                return malformed("there is no such quantization parameter");
            }
            self.qp.apply(delta, offset);
        }
        let offsets = &pps.range.chroma_qp_offsets;
        if self.slice.chroma_qp_offset_enabled
            && has_chroma
            && !unit.bypass
            && !self.qp.is_chroma_coded
        {
            self.qp.chroma_offsets = [0; 2];
            if self.context_flag(CU_CHROMA_QP_OFFSET_FLAG) {
                let mut index = 0;
                while index + 1 < offsets.len() && self.context_flag(CU_CHROMA_QP_OFFSET_IDX) {
                    index += 1;
                }
                self.qp.chroma_offsets = offsets.get(index).copied().unwrap_or_default();
            }
            self.qp.is_chroma_coded = true;
        }
        Ok(())
    }

    /// `CuQpDeltaVal`.
    fn parse_qp_delta(&mut self) -> i32 {
        const MAX_PREFIX: i32 = 5;
        let mut magnitude = 0;
        while magnitude < MAX_PREFIX
            && self.context_flag(CU_QP_DELTA_ABS + usize::from(magnitude > 0))
        {
            magnitude += 1;
        }
        if magnitude == MAX_PREFIX {
            // An Exp-Golomb code of order 0 (9.3.3.5).
            let mut length = 0;
            while length < 8 && self.cabac.bypass_flag() {
                magnitude += 1 << length;
                length += 1;
            }
            if length > 0 {
                magnitude += self.cabac.bypass(length) as i32 & 0xFF;
            }
        }
        match magnitude > 0 && self.cabac.bypass_flag() {
            true => -magnitude,
            false => magnitude,
        }
    }

    /// `ResScaleVal` (7.3.8.12).
    fn parse_cross_scale(&mut self, component: usize) -> i32 {
        let mut log2 = 0;
        while log2 < 4 && self.context_flag(LOG2_RES_SCALE_ABS + 4 * component + log2) {
            log2 += 1;
        }
        if log2 == 0 {
            return 0;
        }
        let magnitude = 1 << (log2 - 1);
        match self.context_flag(RES_SCALE_SIGN + component) {
            true => -magnitude,
            false => magnitude,
        }
    }

    /// Remembers a block's left and upper side as edges to be filtered (8.7.2.3).
    pub(crate) fn mark_edges(&mut self, [x, y]: [u32; 2], log2: u32) {
        if !self.parameters.filtered || self.slice.deblocking.disabled {
            return;
        }
        /// Edges are filtered on this grid only.
        const GRID: u32 = 8;
        let end = |from: u32| from + (1 << log2);
        if x.is_multiple_of(GRID) && self.is_filtered_across([x, y], [1, 0]) {
            for y in (y..end(y)).step_by(4) {
                self.blocks
                    .flags
                    .update(x, y, |flags| *flags |= VERTICAL_EDGE);
            }
        }
        if y.is_multiple_of(GRID) && self.is_filtered_across([x, y], [0, 1]) {
            for x in (x..end(x)).step_by(4) {
                self.blocks
                    .flags
                    .update(x, y, |flags| *flags |= HORIZONTAL_EDGE);
            }
        }
    }

    /// Whether the edge towards the block `back` samples before may be filtered: not at the picture's sides, and at those of
    /// slices and tiles where they say so.
    fn is_filtered_across(&self, [x, y]: [u32; 2], back: [u32; 2]) -> bool {
        if [x, y][usize::from(back[1] == 1)] == 0 {
            return false;
        }
        let sps = self.parameters.sps;
        let tiles = self.parameters.tiles;
        let ctb = |x: u32, y: u32| (y >> sps.log2_ctb) * tiles.columns + (x >> sps.log2_ctb);
        let (here, there) = (ctb(x, y), ctb(x - back[0], y - back[1]));
        if here == there {
            return true;
        }
        let is_same_slice = self
            .blocks
            .slice(there)
            .is_some_and(|slice| slice.address == self.slice.address);
        let across_tiles = self.parameters.pps.tiles.as_ref();
        (is_same_slice || self.slice.filter_across)
            && (tiles.id(here) == tiles.id(there)
                || across_tiles.is_none_or(|tiles| tiles.filter_across))
    }
}
