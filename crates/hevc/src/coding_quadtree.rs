//! `coding_quadtree()` (7.3.8.4).

use crate::contexts::SPLIT_CU;
use crate::error::Result;
use crate::slice_data::SliceDecoder;

impl SliceDecoder<'_> {
    pub(crate) fn coding_quadtree(&mut self, place: [u32; 2], log2: u32, depth: u8) -> Result<()> {
        let (sps, pps) = (self.parameters.sps, self.parameters.pps);
        let [x, y] = place;
        let size = 1 << log2;
        let fits = x + size <= sps.width && y + size <= sps.height;
        let is_split = match (fits, log2 > sps.log2_min_cb) {
            (true, true) => self.parse_split(place, depth),
            (_, can_split) => can_split,
        };
        if let Some(group_depth) = pps.qp_delta_depth
            && log2 >= sps.log2_ctb - group_depth
        {
            self.begin_quantization_group(place);
        }
        if let Some(group_depth) = pps.range.chroma_qp_offset_depth
            && self.slice.chroma_qp_offset_enabled
            && log2 >= sps.log2_ctb - group_depth
        {
            self.qp.is_chroma_coded = false;
        }
        if !is_split {
            self.blocks.depths.fill(place, log2, depth);
            return self.coding_unit(place, log2);
        }
        let half = size / 2;
        for [dx, dy] in [[0, 0], [half, 0], [0, half], [half, half]] {
            if x + dx < sps.width && y + dy < sps.height {
                self.coding_quadtree([x + dx, y + dy], log2 - 1, depth + 1)?;
            }
        }
        Ok(())
    }

    /// `split_cu_flag` (9.3.4.2.2).
    fn parse_split(&mut self, [x, y]: [u32; 2], depth: u8) -> bool {
        let is_deeper = |x: u32, y: u32| usize::from(self.blocks.depths.at(x, y) > depth);
        let mut context = SPLIT_CU;
        if x > self.here.x || self.here.left {
            context += is_deeper(x - 1, y);
        }
        if y > self.here.y || self.here.above {
            context += is_deeper(x, y - 1);
        }
        self.context_flag(context)
    }

    fn begin_quantization_group(&mut self, [x, y]: [u32; 2]) {
        let left = (x > self.here.x).then(|| self.blocks.qps.at(x - 1, y));
        let above = (y > self.here.y).then(|| self.blocks.qps.at(x, y - 1));
        self.qp.begin_group(left, above);
    }
}
