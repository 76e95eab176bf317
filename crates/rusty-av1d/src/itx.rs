//! The inverse transforms of group-picture-av1-transform, added to the prediction.

use av1_transform::{Block, Inverse};

use crate::include::common::bitdepth::{AsPrimitive, BitDepth};
use crate::include::dav1d::picture::Rav1dPictureDataComponentOffset;
use crate::levels::{TxfmSize, TxfmType};
use crate::strided::Strided as _;
use crate::tables::DAV1D_TXFM_DIMENSIONS;

pub fn inv_txfm_add<BD: BitDepth>(
    inverse: &mut Inverse,
    tx: TxfmSize,
    txtp: TxfmType,
    dst: Rav1dPictureDataComponentOffset,
    coeff: &mut [BD::Coef],
    eob: i32,
    bd: BD,
) {
    let dimensions = &DAV1D_TXFM_DIMENSIONS[tx as usize];
    let w = dimensions.w as usize * 4;
    let h = dimensions.h as usize * 4;
    let block = Block::new(w, h, txtp).unwrap();
    let residual = inverse.transform(block, bd.bitdepth(), eob as usize, coeff);
    for (y, residual) in residual.chunks_exact(w).enumerate() {
        let dst = dst + y as isize * dst.pixel_stride::<BD>();
        let dst = &mut *dst.slice_mut::<BD>(w);
        match w {
            4 => add::<4, BD>(dst, residual, bd),
            8 => add::<8, BD>(dst, residual, bd),
            _ => add::<16, BD>(dst, residual, bd),
        }
    }
}

/// Adds `N` at a time, so that the compiler knows how many there are.
#[inline(always)]
fn add<const N: usize, BD: BitDepth>(dst: &mut [BD::Pixel], residual: &[i16], bd: BD) {
    let max = bd.bitdepth_max().as_::<i32>() as i16;
    for (dst, residual) in dst
        .as_chunks_mut::<N>()
        .0
        .iter_mut()
        .zip(residual.as_chunks::<N>().0)
    {
        // Samples have 12 bits at most: what is beyond 16 bits is clipped anyway.
        let mut sums = [0; N];
        for i in 0..N {
            let sample: i16 = dst[i].as_();
            sums[i] = sample.saturating_add(residual[i]).max(0).min(max) as u16;
        }
        *dst = sums.map(|sum| sum.as_());
    }
}
