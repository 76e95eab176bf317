//! What is remembered of blocks that are decoded: for the prediction of later ones, and for the in-loop filters.

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
    values: Vec<T>,
    stride: usize,
}

impl<T: Copy + Default> Units<T> {
    fn new(sps: &Sps) -> Self {
        let [width, height] = [sps.width, sps.height].map(|side| (side >> LOG2_UNIT) as usize);
        Self {
            values: vec![T::default(); width * height],
            stride: width,
        }
    }

    /// The value at a place, in luma samples.
    #[inline(always)]
    pub(crate) fn at(&self, x: u32, y: u32) -> T {
        self.values[(y >> LOG2_UNIT) as usize * self.stride + (x >> LOG2_UNIT) as usize]
    }

    /// Sets the values of a square, in luma samples; what lies outside of the picture is left out.
    pub(crate) fn fill(&mut self, [x, y]: [u32; 2], log2_size: u32, value: T) {
        let side = 1 << (log2_size - LOG2_UNIT);
        let (x, y) = ((x >> LOG2_UNIT) as usize, (y >> LOG2_UNIT) as usize);
        let end = (x + side).min(self.stride);
        for row in self.values.chunks_exact_mut(self.stride).skip(y).take(side) {
            row[x..end].fill(value);
        }
    }

    pub(crate) fn update(&mut self, x: u32, y: u32, change: impl FnOnce(&mut T)) {
        change(
            &mut self.values[(y >> LOG2_UNIT) as usize * self.stride + (x >> LOG2_UNIT) as usize],
        );
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
    pub(crate) sao: Vec<[Sao; 3]>,
}

impl Blocks {
    pub(crate) fn new(sps: &Sps) -> Self {
        let [columns, rows] = sps.ctbs();
        let count = (columns * rows) as usize;
        Self {
            modes: Units::new(sps),
            depths: Units::new(sps),
            qps: Units::new(sps),
            flags: Units::new(sps),
            slice_of: vec![None; count],
            slices: Vec::new(),
            sao: vec![[Sao::default(); 3]; count],
        }
    }

    /// The slice of a coding tree block.
    pub(crate) fn slice(&self, ctb: u32) -> Option<&Slice> {
        let index = self.slice_of[ctb as usize]?;
        self.slices.get(usize::from(index))
    }
}
