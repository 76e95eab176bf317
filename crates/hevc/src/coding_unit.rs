//! `coding_unit()` (7.3.8.5) of I slices: how it is predicted, or its samples themselves.

pub(crate) mod properties;

use crate::bits::Bits;
use crate::blocks::UNFILTERED;
use crate::chroma::ChromaFormat;
use crate::contexts::{
    CU_TRANSQUANT_BYPASS, INTRA_CHROMA_PRED_MODE, PART_MODE, PREV_INTRA_LUMA_PRED,
};
use crate::error::{Error, Result};
use crate::intra::{DC, HORIZONTAL, PLANAR, VERTICAL};
use crate::slice_data::SliceDecoder;
use crate::sps::Pcm;
use crate::transform_unit::Node;
use properties::CodingUnit;

impl SliceDecoder<'_> {
    pub(crate) fn coding_unit(&mut self, place: [u32; 2], log2: u32) -> Result<()> {
        let (sps, pps) = (self.parameters.sps, self.parameters.pps);
        let bypass = pps.transquant_bypass && self.context_flag(CU_TRANSQUANT_BYPASS);
        let is_split = log2 == sps.log2_min_cb && !self.context_flag(PART_MODE);
        let pcm = sps
            .pcm
            .filter(|pcm| !is_split && (pcm.log2_min..=pcm.log2_max).contains(&log2));
        let pcm = pcm.filter(|_| self.cabac.terminate());
        if self.parameters.filtered {
            let unfiltered = bypass || pcm.is_some_and(|pcm| pcm.loop_filter_disabled);
            let flags = if unfiltered { UNFILTERED } else { 0 };
            self.blocks.flags.fill(place, log2, flags);
        }
        match pcm {
            Some(pcm) => {
                self.blocks.modes.fill(place, log2, DC);
                self.mark_edges(place, log2);
                self.pcm_samples(pcm, place, log2)?;
            }
            None => {
                let mut unit = CodingUnit {
                    bypass,
                    is_split,
                    luma_modes: [0; 4],
                    chroma_modes: [0; 4],
                    chroma_follows: [false; 4],
                };
                self.parse_luma_modes(&mut unit, place, log2);
                self.parse_chroma_modes(&mut unit);
                self.transform_tree(&unit, Node::root(place, log2))?;
            }
        }
        self.blocks.qps.fill(place, log2, self.qp.luma as i8);
        self.qp.end_unit();
        Ok(())
    }

    /// `pcm_sample()` (7.3.8.7, 8.4.4.1).
    fn pcm_samples(&mut self, pcm: Pcm, [x, y]: [u32; 2], log2: u32) -> Result<()> {
        let chroma = self.parameters.sps.chroma;
        let data = self.cabac.rest();
        let mut bits = Bits::new(data);
        let mut read = 0;
        for (component, plane) in self.picture.planes.iter_mut().enumerate() {
            let [horizontal, vertical] = chroma.halvings(component);
            let count = pcm.bits[component.min(1)];
            let shift = plane.depth - count;
            let stride = plane.width;
            let samples =
                plane.samples_at_mut((x >> horizontal) as usize, (y >> vertical) as usize);
            let (columns, rows) = (1_usize << (log2 - horizontal), 1 << (log2 - vertical));
            for row in samples.chunks_mut(stride).take(rows) {
                for sample in &mut row[..columns] {
                    *sample = (bits.u(count)? << shift) as u16;
                }
            }
            read += columns * rows * count as usize;
        }
        self.cabac = self
            .cabac
            .restarted(read.div_ceil(8))
            .map_err(|_| Error::Malformed("nothing follows PCM samples"))?;
        Ok(())
    }

    /// `prev_intra_luma_pred_flag`, `mpm_idx` and `rem_intra_luma_pred_mode`.
    fn parse_luma_modes(&mut self, unit: &mut CodingUnit, [x, y]: [u32; 2], log2: u32) {
        let parts = if unit.is_split { 4 } else { 1 };
        let mut is_probable = [false; 4];
        for flag in &mut is_probable[..parts] {
            *flag = self.context_flag(PREV_INTRA_LUMA_PRED);
        }
        let log2_part = log2 - u32::from(unit.is_split);
        for (part, is_probable) in is_probable.into_iter().enumerate().take(parts) {
            let side = 1 << log2_part;
            let place = [x + (part as u32 & 1) * side, y + (part as u32 >> 1) * side];
            let mut probable = self.probable_modes(place);
            let mode = if is_probable {
                let index = match self.cabac.bypass_flag() {
                    true => 1 + usize::from(self.cabac.bypass_flag()),
                    false => 0,
                };
                probable[index]
            } else {
                let rest = self.cabac.bypass(5) as u8 & 31;
                probable.sort_unstable();
                probable
                    .iter()
                    .fold(rest, |mode, &probable| mode + u8::from(mode >= probable))
            };
            unit.luma_modes[part] = mode;
            self.blocks.modes.fill(place, log2_part, mode);
        }
        if parts == 1 {
            unit.luma_modes = [unit.luma_modes[0]; 4];
        }
    }

    /// `candModeList` (8.4.2).
    fn probable_modes(&self, [x, y]: [u32; 2]) -> [u8; 3] {
        let left = match x > self.here.x || self.here.left {
            true => self.blocks.modes.at(x - 1, y),
            false => DC,
        };
        let above = match y > self.here.y {
            true => self.blocks.modes.at(x, y - 1),
            false => DC,
        };
        match (left, above) {
            _ if left == above && left < 2 => [PLANAR, DC, VERTICAL],
            _ if left == above => [left, 2 + (left + 29) % 32, 2 + (left - 1) % 32],
            (PLANAR, DC) | (DC, PLANAR) => [left, above, VERTICAL],
            (PLANAR, _) | (_, PLANAR) => [left, above, DC],
            _ => [left, above, PLANAR],
        }
    }

    /// `intra_chroma_pred_mode` (8.4.3).
    fn parse_chroma_modes(&mut self, unit: &mut CodingUnit) {
        let chroma = self.parameters.sps.chroma;
        let parts = match (chroma, unit.is_split) {
            (ChromaFormat::Monochrome, _) => return,
            (ChromaFormat::Yuv444, true) => 4,
            _ => 1,
        };
        for part in 0..parts {
            let luma = unit.luma_modes[part];
            let follows = !self.context_flag(INTRA_CHROMA_PRED_MODE);
            let mode = match follows {
                true => luma,
                false => {
                    let index = self.cabac.bypass(2) as usize & 3;
                    match [PLANAR, VERTICAL, HORIZONTAL, DC][index] {
                        mode if mode == luma => 34,
                        mode => mode,
                    }
                }
            };
            unit.chroma_follows[part] = follows;
            unit.chroma_modes[part] = match chroma {
                ChromaFormat::Yuv422 => MODES_422[usize::from(mode)],
                _ => mode,
            };
        }
        if parts == 1 {
            unit.chroma_modes = [unit.chroma_modes[0]; 4];
            unit.chroma_follows = [unit.chroma_follows[0]; 4];
        }
    }
}

/// The direction in samples that are twice as wide as high (table 8-3).
const MODES_422: [u8; 35] = [
    0, 1, 2, 2, 2, 2, 3, 5, 7, 8, 10, 12, 13, 15, 17, 18, 19, 20, 21, 22, 23, 23, 24, 24, 25, 25,
    26, 27, 27, 28, 28, 29, 29, 30, 31,
];
