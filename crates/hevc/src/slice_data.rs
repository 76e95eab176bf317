//! `slice_segment_data()` (7.3.8.1): coding tree units in order, with the starts of tiles and wavefront rows.

use simd::Level;

use crate::availability::Availability;
use crate::blocks::Blocks;
use crate::cabac::Cabac;
use crate::contexts::{self, Contexts};
use crate::error::{Result, malformed};
use crate::intra::Line;
use crate::picture::Picture;
use crate::pps::Pps;
use crate::qp::Qp;
use crate::residual::{Coefficients, MAX_SAMPLES};
use crate::slice_header::{Slice, SliceHeader};
use crate::sps::Sps;
use crate::tiles::Tiles;
use crate::transform::Residual;

/// What holds for all slices of a picture.
#[derive(Clone, Copy)]
pub(crate) struct Parameters<'a> {
    pub(crate) level: Level,
    pub(crate) sps: &'a Sps,
    pub(crate) pps: &'a Pps,
    pub(crate) tiles: &'a Tiles,
    /// Whether what the in-loop filters need is remembered.
    pub(crate) filtered: bool,
}

/// What is handed from one slice segment to the next.
#[derive(Default)]
pub(crate) struct Progress {
    /// The next coding tree block, in decoding order.
    pub(crate) next: u32,
    /// The slice to which the segment before belongs.
    pub(crate) slice: Option<Slice>,
    /// The contexts at the end of the segment before.
    at_end: Option<Adaptation>,
    /// The contexts after the second coding tree block of the row above.
    of_row: Option<Adaptation>,
    qp: Option<Qp>,
}

/// What adapts to what is decoded.
#[derive(Clone, Copy)]
pub(crate) struct Adaptation {
    pub(crate) contexts: Contexts,
    /// `StatCoeff`.
    pub(crate) statistics: [u8; 4],
}

impl Adaptation {
    fn initial(slice: &Slice) -> Self {
        Self {
            contexts: contexts::initial(slice.qp),
            statistics: [0; 4],
        }
    }
}

/// Working memory for one block at a time.
pub(crate) struct Scratch {
    pub(crate) coefficients: Box<Coefficients>,
    /// Between the two transforms of a block.
    pub(crate) columns: Box<Residual>,
    pub(crate) residual: Box<Residual>,
    /// The residual of the luma block, where chroma is predicted of it.
    pub(crate) luma_residual: Box<Residual>,
    pub(crate) line: Line,
}

impl Scratch {
    pub(crate) fn new() -> Self {
        Self {
            coefficients: Coefficients::new(),
            columns: Box::new([0; MAX_SAMPLES]),
            residual: Box::new([0; MAX_SAMPLES]),
            luma_residual: Box::new([0; MAX_SAMPLES]),
            line: [0; 129],
        }
    }
}

/// A slice segment, whose data are decoded piece by piece.
pub(crate) struct Segment {
    /// The header and the data, without emulation prevention.
    payload: Vec<u8>,
    slice: Slice,
    is_begun: bool,
    /// Without the payload.
    cabac: Cabac<'static>,
    adaptation: Adaptation,
    qp: Qp,
}

/// Where a segment's samples go.
pub(crate) struct Target<'a> {
    pub(crate) picture: &'a mut Picture,
    pub(crate) blocks: &'a mut Blocks,
    pub(crate) scratch: &'a mut Scratch,
}

impl Segment {
    /// Begins a segment, whose data follow `header_length` bytes of the payload.
    pub(crate) fn new(
        header: &SliceHeader,
        payload: Vec<u8>,
        header_length: usize,
        tiles: &Tiles,
        blocks: &mut Blocks,
        progress: &mut Progress,
    ) -> Result<Self> {
        let slice = header.slice;
        if tiles.decoding_order(header.address) != progress.next {
            return malformed("a slice is missing");
        }
        if !header.dependent {
            if blocks.slices.len() >= usize::from(u16::MAX) {
                return malformed("there are too many slices");
            }
            blocks.slices.push(slice);
            progress.slice = Some(slice);
        }
        let mut segment = Self {
            cabac: Cabac::new(&payload, header_length)?.on(&[]),
            payload,
            slice,
            is_begun: false,
            adaptation: Adaptation::initial(&slice),
            qp: Qp::new(slice.qp),
        };
        if header.dependent {
            segment.qp = progress.qp.take().unwrap_or(segment.qp);
            segment.adaptation = progress.at_end.take().unwrap_or(segment.adaptation);
        }
        Ok(segment)
    }

    /// Decodes to the segment's end, or to the coding tree block `end` in decoding order; returns whether the segment goes on.
    pub(crate) fn decode_to(
        &mut self,
        end: u32,
        parameters: Parameters<'_>,
        target: Target<'_>,
        progress: &mut Progress,
    ) -> Result<bool> {
        let mut decoder = SliceDecoder {
            parameters,
            slice: self.slice,
            picture: target.picture,
            blocks: target.blocks,
            scratch: target.scratch,
            cabac: self.cabac.on(&self.payload),
            adaptation: self.adaptation,
            here: Availability::default(),
            qp: self.qp,
        };
        let goes_on = decoder.run(end, !self.is_begun, progress)?;
        self.is_begun = true;
        self.cabac = decoder.cabac.on(&[]);
        self.adaptation = decoder.adaptation;
        self.qp = decoder.qp;
        Ok(goes_on)
    }
}

/// The decoder of a piece of a slice segment.
pub(crate) struct SliceDecoder<'a> {
    pub(crate) parameters: Parameters<'a>,
    pub(crate) slice: Slice,
    pub(crate) picture: &'a mut Picture,
    pub(crate) blocks: &'a mut Blocks,
    pub(crate) scratch: &'a mut Scratch,
    pub(crate) cabac: Cabac<'a>,
    pub(crate) adaptation: Adaptation,
    /// What the present coding tree block may see around itself.
    pub(crate) here: Availability,
    pub(crate) qp: Qp,
}

impl SliceDecoder<'_> {
    fn run(&mut self, end: u32, mut is_first: bool, progress: &mut Progress) -> Result<bool> {
        let Parameters { tiles, pps, .. } = self.parameters;
        loop {
            let raster = tiles.raster(progress.next);
            self.blocks.slice_of[raster as usize] = Some(self.blocks.slices.len() as u16 - 1);
            self.here = Availability::new(self.parameters.sps, tiles, self.blocks, raster);
            self.begin_ctu(progress, raster, is_first)?;
            self.coding_tree_unit(raster)?;
            self.cabac.check()?;
            if pps.entropy_sync && tiles.is_second_in_row(raster) {
                progress.of_row = Some(self.adaptation);
            }
            is_first = false;
            progress.next += 1;
            // end_of_slice_segment_flag
            if self.cabac.terminate() {
                progress.at_end = Some(self.adaptation);
                progress.qp = Some(self.qp);
                return Ok(false);
            }
            if progress.next == tiles.count() {
                return malformed("a slice goes beyond the picture");
            }
            if progress.next == end {
                return Ok(true);
            }
        }
    }

    /// What is initialized where a tile or, with wavefronts, a row begins (9.3.1).
    fn begin_ctu(&mut self, progress: &Progress, raster: u32, is_first: bool) -> Result<()> {
        let Parameters { tiles, pps, .. } = self.parameters;
        let before = progress.next.checked_sub(1).map(|next| tiles.raster(next));
        let begins_tile = before.is_none_or(|before| tiles.id(before) != tiles.id(raster));
        let begins_row = pps.entropy_sync && tiles.begins_row(raster);
        if !begins_tile && !begins_row {
            return Ok(());
        }
        if !is_first {
            // end_of_subset_one_bit
            if !self.cabac.terminate() {
                return malformed("a substream does not end");
            }
            self.cabac = self.cabac.restarted(0)?;
        }
        self.qp.restart(self.slice.qp);
        self.adaptation = match progress.of_row {
            Some(of_row) if !begins_tile && self.here.above_right => of_row,
            _ => Adaptation::initial(&self.slice),
        };
        Ok(())
    }
}
