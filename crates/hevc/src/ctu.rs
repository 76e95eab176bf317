//! `coding_tree_unit()` (7.3.8.2) and `sao()` (7.3.8.3).

use crate::contexts::{SAO_MERGE, SAO_TYPE};
use crate::error::Result;
use crate::sao_offsets::{Sao, Shape};
use crate::slice_data::SliceDecoder;

impl SliceDecoder<'_> {
    pub(crate) fn coding_tree_unit(&mut self, raster: u32) -> Result<()> {
        let sao = match self.slice.sao {
            [false, false] => [Sao::default(); 3],
            _ => self.parse_sao(raster),
        };
        self.blocks.set_sao(raster, sao);
        let place = [self.here.x, self.here.y];
        self.coding_quadtree(place, self.parameters.sps.log2_ctb, 0)
    }

    fn parse_sao(&mut self, raster: u32) -> [Sao; 3] {
        let merged = [
            (self.here.left, 1),
            (self.here.above, self.parameters.tiles.columns),
        ];
        for (available, distance) in merged {
            if available && self.context_flag(SAO_MERGE) {
                return *self.blocks.sao(raster - distance);
            }
        }
        let mut sao = [Sao::default(); 3];
        for component in 0..self.picture.planes.len() {
            if self.slice.sao[component.min(1)] {
                sao[component] = self.parse_sao_of(component, &sao[1]);
            }
        }
        sao
    }

    /// Of one component; Cr has the kind that Cb has.
    fn parse_sao_of(&mut self, component: usize, cb: &Sao) -> Sao {
        let is_edge = match component {
            2 => match cb.shape {
                Shape::None => return Sao::default(),
                Shape::Band(_) => false,
                Shape::Edge(_) => true,
            },
            _ => {
                if !self.context_flag(SAO_TYPE) {
                    return Sao::default();
                }
                self.cabac.bypass_flag()
            }
        };
        let depth = self.parameters.sps.depth(component);
        let most = (1 << (depth.min(10) - 5)) - 1;
        let mut offsets = [0_i16; 4];
        for offset in &mut offsets {
            while *offset < most && self.cabac.bypass_flag() {
                *offset += 1;
            }
        }
        let shape = if is_edge {
            offsets[2] = -offsets[2];
            offsets[3] = -offsets[3];
            match (component, cb.shape) {
                (2, shape) => shape,
                _ => Shape::Edge(self.cabac.bypass(2) as u8 & 3),
            }
        } else {
            for offset in &mut offsets {
                if *offset != 0 && self.cabac.bypass_flag() {
                    *offset = -*offset;
                }
            }
            Shape::Band(self.cabac.bypass(5) as u8 & 31)
        };
        let scale = self.parameters.pps.range.log2_sao_scale[component.min(1)];
        Sao {
            shape,
            offsets: offsets.map(|offset| offset << scale),
        }
    }

    #[inline(always)]
    pub(crate) fn context_flag(&mut self, context: usize) -> bool {
        self.cabac.flag(&mut self.adaptation.contexts, context)
    }
}
