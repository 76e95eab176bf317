//! What is remembered of blocks that are decoded: for the prediction of later ones, and for the in-loop filters.

use crate::error::Result;
use crate::row_buffer::RowBuffer;
use crate::sao_offsets::Sao;
use crate::slice_header::Slice;
use crate::sps::Sps;

/// Log2 of the side of the unit that all of this is remembered for.
pub(crate) const LOG2_UNIT: u32 = 2;

/// The left side of a unit is an edge that may be filtered.
pub(crate) const VERTICAL_EDGE: u8 = 1;
/// The upper side of a unit is an edge that may be filtered.
pub(crate) const HORIZONTAL_EDGE: u8 = 2;
/// The samples of a unit are not changed by filters: they are given, or coded without loss.
pub(crate) const UNFILTERED: u8 = 4;

/// A value for each unit of the picture.
pub(crate) struct Units<T> {
    rows: RowBuffer<T>,
    width: usize,
}

impl<T: Copy + Default> Units<T> {
    fn new(sps: &Sps, rows: u32) -> Result<Self> {
        let [width, height] = [sps.width, rows].map(|side| (side >> LOG2_UNIT) as usize);
        Ok(Self {
            rows: RowBuffer::new(width, height)?,
            width,
        })
    }

    /// The value at a place, in luma samples.
    #[inline(always)]
    pub(crate) fn at(&self, x: u32, y: u32) -> T {
        self.rows
            .at((x >> LOG2_UNIT) as usize, (y >> LOG2_UNIT) as usize)
    }

    /// Sets the values of a square, in luma samples; what lies outside of the picture is left out.
    pub(crate) fn fill(&mut self, [x, y]: [u32; 2], log2_size: u32, value: T) {
        let side = 1 << (log2_size - LOG2_UNIT);
        let (x, y) = ((x >> LOG2_UNIT) as usize, (y >> LOG2_UNIT) as usize);
        let columns = x..(x + side).min(self.width);
        let rows = self.rows.values_from_mut(0, y);
        for row in rows.chunks_exact_mut(self.width).take(side) {
            row[columns.clone()].fill(value);
        }
    }

    pub(crate) fn update(&mut self, x: u32, y: u32, change: impl FnOnce(&mut T)) {
        change(
            self.rows
                .at_mut((x >> LOG2_UNIT) as usize, (y >> LOG2_UNIT) as usize),
        );
    }

    fn drop_before(&mut self, row: u32) {
        self.rows.drop_before((row >> LOG2_UNIT) as usize);
    }
}

/// All that is remembered of a picture's blocks.
pub(crate) struct Blocks {
    /// `IntraPredModeY`.
    pub(crate) modes: Units<u8>,
    /// `CtDepth`.
    pub(crate) depths: Units<u8>,
    /// `QpY`.
    pub(crate) qps: Units<i8>,
    /// Edges, and whether filters change the samples.
    pub(crate) flags: Units<u8>,
    /// The slice of each coding tree block, in raster order; `None` where it is not decoded yet.
    pub(crate) slice_of: Vec<Option<u16>>,
    pub(crate) slices: Vec<Slice>,
    /// For each coding tree block and component.
    sao: RowBuffer<[Sao; 3]>,
    ctb_columns: u32,
    log2_ctb: u32,
}

impl Blocks {
    /// Of a picture of which `rows` of luma are kept.
    pub(crate) fn new(sps: &Sps, rows: u32) -> Result<Self> {
        let [columns, ctb_rows] = sps.ctbs();
        let kept = rows.div_ceil(sps.ctb_size()) as usize;
        Ok(Self {
            modes: Units::new(sps, rows)?,
            depths: Units::new(sps, rows)?,
            qps: Units::new(sps, rows)?,
            flags: Units::new(sps, rows)?,
            slice_of: vec![None; (columns * ctb_rows) as usize],
            slices: Vec::new(),
            sao: RowBuffer::new(columns as usize, kept)?,
            ctb_columns: columns,
            log2_ctb: sps.log2_ctb,
        })
    }

    /// Drops what is remembered of the rows before one of luma, with which a row of coding tree blocks begins.
    pub(crate) fn drop_before(&mut self, row: u32) {
        self.modes.drop_before(row);
        self.depths.drop_before(row);
        self.qps.drop_before(row);
        self.flags.drop_before(row);
        self.sao.drop_before((row >> self.log2_ctb) as usize);
    }

    /// The offsets of a coding tree block.
    pub(crate) fn sao(&self, ctb: u32) -> &[Sao; 3] {
        let [x, y] = self.ctb_place(ctb);
        &self.sao.values_from(x, y)[0]
    }

    pub(crate) fn set_sao(&mut self, ctb: u32, sao: [Sao; 3]) {
        let [x, y] = self.ctb_place(ctb);
        *self.sao.at_mut(x, y) = sao;
    }

    fn ctb_place(&self, ctb: u32) -> [usize; 2] {
        [ctb % self.ctb_columns, ctb / self.ctb_columns].map(|at| at as usize)
    }

    /// The slice of a coding tree block.
    pub(crate) fn slice(&self, ctb: u32) -> Option<&Slice> {
        let index = self.slice_of[ctb as usize]?;
        self.slices.get(usize::from(index))
    }
}
