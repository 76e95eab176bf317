//! A transform block from its prediction and its residual (8.4.4.1, 8.6.2).

use crate::chroma::ChromaFormat;
use crate::coding_unit::properties::CodingUnit;
use crate::contexts::TRANSFORM_SKIP;
use crate::intra::{self, Edges, Prediction, Reference};
use crate::qp::chroma_qp;
use crate::quantization::{Quantizer, Scale};
use crate::residual::{self, Block};
use crate::scan::Scan;
use crate::slice_data::SliceDecoder;
use crate::transform::{self, Kind, Residual};

/// A block of one component that is transformed as a whole.
#[derive(Clone, Copy)]
pub(crate) struct TransformBlock {
    pub(crate) component: usize,
    /// In samples of the component.
    pub(crate) place: [u32; 2],
    pub(crate) log2: u32,
    pub(crate) mode: u8,
    /// Whether it has coefficients.
    pub(crate) is_coded: bool,
    /// `ResScaleVal`: how much of luma's residual is added, in eighths.
    pub(crate) cross_scale: i32,
}

/// How the residual of a block is coded.
#[derive(Clone, Copy)]
struct Coding {
    bypass: bool,
    transform_skip: bool,
    /// Implicit RDPCM: each residual is the difference from the one before in the direction of prediction.
    differential: bool,
}

impl<'a> SliceDecoder<'a> {
    pub(crate) fn transform_block(&mut self, unit: &CodingUnit, block: TransformBlock) {
        self.predict(unit, &block);
        if block.is_coded {
            self.parse_residual(unit, &block);
        }
        if block.cross_scale != 0 {
            if !block.is_coded {
                self.scratch.residual[..1 << (2 * block.log2)].fill(0);
            }
            self.cross_component(&block);
        }
        if self.parameters.pps.range.cross_component && block.component == 0 {
            self.scratch
                .luma_residual
                .copy_from_slice(&self.scratch.residual[..]);
        }
        if block.is_coded || block.cross_scale != 0 {
            let plane = &mut self.picture.planes[block.component];
            let (stride, largest) = (plane.width, (1 << plane.depth) - 1);
            let samples = plane.samples_at_mut(block.place[0] as usize, block.place[1] as usize);
            let level = self.parameters.level;
            match block.log2 {
                2 => add::<4>(level, samples, stride, largest, &self.scratch.residual),
                3 => add::<8>(level, samples, stride, largest, &self.scratch.residual),
                4 => add::<16>(level, samples, stride, largest, &self.scratch.residual),
                _ => add::<32>(level, samples, stride, largest, &self.scratch.residual),
            }
        }
    }

    fn predict(&mut self, unit: &CodingUnit, block: &TransformBlock) {
        let sps = self.parameters.sps;
        let reference = self.reference(block);
        let plane = &mut self.picture.planes[block.component];
        let line = &mut self.scratch.line;
        reference.read(plane, line);
        let is_luma = block.component == 0;
        let is_full = is_luma || sps.chroma == ChromaFormat::Yuv444;
        if is_full
            && !sps.range.intra_smoothing_disabled
            && intra::is_smoothed(block.mode, reference.size)
        {
            let strongly = is_luma
                && sps.strong_smoothing
                && reference.size == 32
                && intra::smooth_strongly(line, plane.depth);
            if !strongly {
                intra::smooth(line, reference.size);
            }
        }
        let edges = match (is_luma, sps.range.implicit_rdpcm && unit.bypass) {
            (false, _) => Edges::None,
            (true, true) => Edges::OnlyDc,
            (true, false) => Edges::All,
        };
        let prediction = Prediction {
            mode: block.mode,
            log2: block.log2,
            depth: plane.depth,
            edges,
        };
        let stride = plane.width;
        let samples = plane.samples_at_mut(reference.x, reference.y);
        intra::predict(self.parameters.level, prediction, line, samples, stride);
    }

    /// Which samples around a block are available.
    fn reference(&self, block: &TransformBlock) -> Reference {
        let [horizontal, vertical] = self.parameters.sps.chroma.halvings(block.component);
        let size = 1_i32 << block.log2;
        let current = [block.place[0] << horizontal, block.place[1] << vertical];
        let [x, y] = current.map(|at| at as i32);
        let [width, height] = [size << horizontal, size << vertical];
        let here = &self.here;
        // Availability is the same for all samples of a unit of 4 luma samples, and ends where it once ends.
        const UNIT: i32 = 4;
        let mut below = 0;
        while below < height && here.sees(current, [x - 1, y + height + below]) {
            below += UNIT;
        }
        let mut right = 0;
        while right < width && here.sees(current, [x + width + right, y - 1]) {
            right += UNIT;
        }
        Reference {
            x: block.place[0] as usize,
            y: block.place[1] as usize,
            size: size as usize,
            left: here.sees(current, [x - 1, y]),
            below_left: (below >> vertical) as usize,
            corner: here.sees(current, [x - 1, y - 1]),
            above: here.sees(current, [x, y - 1]),
            above_right: (right >> horizontal) as usize,
        }
    }

    /// Parses the coefficients of a block, and makes its residual of them.
    fn parse_residual(&mut self, unit: &CodingUnit, block: &TransformBlock) {
        let (sps, pps) = (self.parameters.sps, self.parameters.pps);
        let is_luma = block.component == 0;
        let transform_skip = pps.transform_skip
            && !unit.bypass
            && block.log2 <= pps.range.log2_max_transform_skip
            && self.context_flag(TRANSFORM_SKIP + usize::from(!is_luma));
        let is_plain = unit.bypass || transform_skip;
        let is_straight = matches!(block.mode, intra::HORIZONTAL | intra::VERTICAL);
        let coding = Coding {
            bypass: unit.bypass,
            transform_skip,
            differential: sps.range.implicit_rdpcm && is_plain && is_straight,
        };
        let parsed = Block {
            log2: block.log2,
            is_luma,
            scan: self.scan(block),
            sign_hiding: pps.sign_hiding && !unit.bypass && !coding.differential,
            single_context: sps.range.transform_skip_context && is_plain,
            statistics: sps
                .range
                .persistent_rice
                .then(|| 2 * usize::from(is_luma) + usize::from(is_plain)),
            bypass_alignment: sps.range.bypass_alignment,
            quantizer: self.quantizer(block, coding),
        };
        residual::parse(
            self.parameters.level,
            &mut self.cabac,
            &mut self.adaptation.contexts,
            &mut self.adaptation.statistics,
            &parsed,
            &mut self.scratch.coefficients,
        );
        self.residual_of(block, coding);
        self.scratch.coefficients.clear(block.log2);
    }

    /// `scanIdx` (7.4.9.11).
    fn scan(&self, block: &TransformBlock) -> Scan {
        let is_full = block.component == 0 || self.parameters.sps.chroma == ChromaFormat::Yuv444;
        if block.log2 > 3 || (block.log2 == 3 && !is_full) {
            return Scan::Diagonal;
        }
        match block.mode {
            6..=14 => Scan::Vertical,
            22..=30 => Scan::Horizontal,
            _ => Scan::Diagonal,
        }
    }

    /// What levels are multiplied by (8.6.1, 8.6.4.2).
    fn quantizer(&self, block: &TransformBlock, coding: Coding) -> Quantizer<'a> {
        if coding.bypass {
            return Quantizer::Bypass;
        }
        let (sps, pps) = (self.parameters.sps, self.parameters.pps);
        let offset = sps.qp_offset(block.component);
        let qp = match block.component.checked_sub(1) {
            None => self.qp.luma,
            Some(chroma) => {
                let index = self.qp.luma
                    + pps.qp_offsets[chroma]
                    + self.slice.qp_offsets[chroma]
                    + self.qp.chroma_offsets[chroma];
                chroma_qp(index.clamp(-offset, 57), sps.chroma)
            }
        };
        let scale = Scale::new(qp + offset, block.log2, sps.depth(block.component));
        let lists = sps
            .scaling
            .as_ref()
            .map(|lists| pps.scaling.as_ref().unwrap_or(lists));
        match lists {
            Some(lists) if !(coding.transform_skip && block.log2 > 2) => {
                Quantizer::Weighted(scale, lists.factors(block.log2, block.component))
            }
            _ => Quantizer::Flat(scale),
        }
    }

    /// The residual of the coefficients that were parsed (8.6.2).
    fn residual_of(&mut self, block: &TransformBlock, coding: Coding) {
        let depth = self.parameters.sps.depth(block.component);
        let (coefficients, residual) = (&self.scratch.coefficients, &mut self.scratch.residual);
        if !coding.bypass && !coding.transform_skip {
            let kind = match (block.component, block.log2) {
                (0, 2) => Kind::Dst,
                _ => Kind::Dct,
            };
            let size = (block.log2, depth);
            return transform::transform(
                self.parameters.level,
                kind,
                size,
                coefficients,
                [&mut self.scratch.columns, residual],
            );
        }
        let count = 1 << (2 * block.log2);
        for (to, &value) in residual[..count].iter_mut().zip(&coefficients.values) {
            *to = value.into();
        }
        if self.parameters.sps.range.transform_skip_rotation && block.log2 == 2 {
            residual[..count].reverse();
        }
        if coding.transform_skip {
            let (left, right) = (5 + block.log2, 20 - depth);
            for value in &mut residual[..count] {
                *value = ((*value << left) + (1 << (right - 1))) >> right;
            }
        }
        if coding.differential {
            accumulate(residual, block.log2, block.mode == intra::VERTICAL);
        }
    }

    /// Adds a part of luma's residual (8.6.6).
    fn cross_component(&mut self, block: &TransformBlock) {
        let [luma, chroma] = self.parameters.sps.bits;
        let pairs = self
            .scratch
            .residual
            .iter_mut()
            .zip(&self.scratch.luma_residual[..]);
        for (value, &of_luma) in pairs.take(1 << (2 * block.log2)) {
            *value += block.cross_scale.wrapping_mul((of_luma << chroma) >> luma) >> 3;
        }
    }
}

/// Sums up differences (8.6.5, 8.6.7).
fn accumulate(residual: &mut Residual, log2: u32, is_vertical: bool) {
    let n = 1 << log2;
    for at in 0..n * n {
        match is_vertical {
            true if at >= n => residual[at] += residual[at - n],
            false if at % n > 0 => residual[at] += residual[at - 1],
            _ => {}
        }
    }
}

simd::levels! {
    /// Adds a residual to the samples predicted, within what their depth holds.
    fn add<const N: usize>(
        level: Level,
        samples: &mut [u16],
        stride: usize,
        largest: i32,
        residual: &Residual,
    ) {
        for (row, residual) in samples.chunks_mut(stride).zip(residual.chunks_exact(N)).take(N) {
            let Some(row) = row.first_chunk_mut::<N>() else {
                return;
            };
            for x in 0..N {
                row[x] = (i32::from(row[x]) + residual[x]).clamp(0, largest) as u16;
            }
        }
    }
}
