//! Quantization parameters (8.6.1).

use crate::chroma::ChromaFormat;

/// The quantization parameters of the present quantization group.
#[derive(Clone, Copy)]
pub(crate) struct Qp {
    /// `QpY`.
    pub(crate) luma: i32,
    /// `qPY_PRED` of the group.
    predicted: i32,
    /// `QpY` of the coding unit decoded last: `qPY_PREV` of the next group.
    previous: i32,
    /// `IsCuQpDeltaCoded`.
    pub(crate) is_coded: bool,
    /// `CuQpOffset` of Cb and Cr.
    pub(crate) chroma_offsets: [i32; 2],
    /// `IsCuChromaQpOffsetCoded`.
    pub(crate) is_chroma_coded: bool,
}

impl Qp {
    pub(crate) fn new(slice_qp: i32) -> Self {
        Self {
            luma: slice_qp,
            predicted: slice_qp,
            previous: slice_qp,
            is_coded: false,
            chroma_offsets: [0; 2],
            is_chroma_coded: false,
        }
    }

    /// At the start of a tile, or of a row of a wavefront.
    pub(crate) fn restart(&mut self, slice_qp: i32) {
        self.previous = slice_qp;
        self.luma = slice_qp;
    }

    /// At the start of a group; the parameters to the left and above count where they are of the same coding tree block.
    pub(crate) fn begin_group(&mut self, left: Option<i8>, above: Option<i8>) {
        let of = |neighbor: Option<i8>| neighbor.map_or(self.previous, i32::from);
        self.predicted = (of(left) + of(above) + 1) >> 1;
        self.luma = self.predicted;
        self.is_coded = false;
    }

    /// Applies `CuQpDeltaVal`; `offset` is `QpBdOffsetY`.
    pub(crate) fn apply(&mut self, delta: i32, offset: i32) {
        let sum = self.predicted + delta + 52 + 2 * offset;
        self.luma = sum.rem_euclid(52 + offset) - offset;
        self.is_coded = true;
    }

    /// At the end of a coding unit.
    pub(crate) fn end_unit(&mut self) {
        self.previous = self.luma;
    }
}

/// `QpC` of `qPi` (table 8-10).
pub(crate) fn chroma_qp(index: i32, chroma: ChromaFormat) -> i32 {
    const BETWEEN: [i32; 13] = [29, 30, 31, 32, 33, 33, 34, 34, 35, 35, 36, 36, 37];
    if chroma != ChromaFormat::Yuv420 {
        return index.min(51);
    }
    match index {
        ..30 => index,
        30..43 => BETWEEN[(index - 30) as usize],
        _ => index - 6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chroma_follows_luma_up_to_a_point() {
        let of = |index| chroma_qp(index, ChromaFormat::Yuv420);

        assert_eq!(
            [29, 30, 34, 35, 42, 43, 57].map(of),
            [29, 29, 33, 33, 37, 37, 51]
        );
        assert_eq!(chroma_qp(57, ChromaFormat::Yuv444), 51);
    }

    #[test]
    fn a_delta_wraps_around() {
        let mut qp = Qp::new(50);
        qp.begin_group(None, None);
        qp.apply(4, 0);

        assert_eq!(qp.luma, 2);
    }
}
