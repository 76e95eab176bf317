//! NEON: a column is loaded into two registers, a sample of eight rows each; two registers are the sums of eight rows.

use std::arch::aarch64::{
    int16x8_t, int32x4_t, vdupq_n_s16, vdupq_n_s32, vget_low_s16, vget_low_u8, vmlal_high_n_s16,
    vmlal_n_s16, vmovl_high_u8, vmovl_u8, vqmovn_high_s32, vqmovn_s32, vqtbl1q_u8,
    vreinterpretq_s16_u8, vreinterpretq_s16_u16, vreinterpretq_u8_s16, vshlq_s32,
};
use std::ops::Range;

use simd::arm::{load_pairs, load_u8x16, store_i16x8, transposed_i16x8};

use super::{ROW_BITS, neighbors_together, offset};
use crate::resample::axis::Axis;
use crate::resample::passes::{Column, ROWS, Waiting};

simd::kernel! {
    pub(super) fn gather(Neon, rows: Waiting<'_, u8>, channels: usize, columns: &mut [Column<i16>]) {
        match channels {
            1 => gather_channels::<8>(rows, 1, columns),
            3 => gather_channels::<6>(rows, 3, columns),
            _ => gather_channels::<8>(rows, 4, columns),
        }
    }

    pub(super) fn along(Neon, columns: &[Column<i16>], first: usize, axis: &Axis<i16>, results: Range<usize>, channels: usize, reduced: &mut [[i16; ROWS]]) {
        match channels {
            1 => along_channels::<1>(columns, first, axis, results, reduced),
            3 => along_channels::<3>(columns, first, axis, results, reduced),
            _ => along_channels::<4>(columns, first, axis, results, reduced),
        }
    }
}

/// Makes `COUNT` columns at a time, of as many bytes twice.
///
/// Once neighbors are together, a register is eight pairs of bytes of a row. They become pairs of eight rows, and wider.
#[inline]
#[target_feature(enable = "neon")]
fn gather_channels<const COUNT: usize>(
    rows: Waiting<'_, u8>,
    channels: usize,
    columns: &mut [Column<i16>],
) {
    let order = load_u8x16(&neighbors_together(channels));
    for (index, columns) in columns.as_chunks_mut::<COUNT>().0.iter_mut().enumerate() {
        let start = rows.start + index * 2 * COUNT;
        let mut pairs = [vdupq_n_s16(0); ROWS];
        for (row, register) in pairs.iter_mut().enumerate() {
            let row = rows.samples.get(row * rows.stride + start..);
            if let Some(bytes) = row.and_then(<[u8]>::first_chunk::<16>) {
                *register = vreinterpretq_s16_u8(vqtbl1q_u8(load_u8x16(bytes), order));
            }
        }
        for (column, pairs) in columns.iter_mut().zip(transposed_i16x8(pairs)) {
            let pairs = vreinterpretq_u8_s16(pairs);
            let (upper, lower) = (vmovl_u8(vget_low_u8(pairs)), vmovl_high_u8(pairs));
            let (halves, _) = column.as_chunks_mut();
            store_i16x8(&mut halves[0], vreinterpretq_s16_u16(upper));
            store_i16x8(&mut halves[1], vreinterpretq_s16_u16(lower));
        }
    }
}

#[inline]
#[target_feature(enable = "neon")]
fn along_channels<const N: usize>(
    columns: &[Column<i16>],
    first: usize,
    axis: &Axis<i16>,
    results: Range<usize>,
    reduced: &mut [[i16; ROWS]],
) {
    let bits = axis.fractional_bits();
    let shift = vdupq_n_s32(ROW_BITS as i32 - bits as i32);
    let columns = columns.as_chunks::<N>().0;
    for (result, reduced) in results.zip(reduced.as_chunks_mut::<N>().0) {
        let columns = &columns[axis.pairs(result).start - first..];
        let mut sums = [Sums::of(offset(bits)); N];
        for (columns, weights) in columns.iter().zip(axis.weights(result)) {
            for (sums, column) in sums.iter_mut().zip(columns) {
                *sums = sums.plus(column, weights);
            }
        }
        for (reduced, Sums(upper, lower)) in reduced.iter_mut().zip(sums) {
            let upper = vqmovn_s32(vshlq_s32(upper, shift));
            store_i16x8(reduced, vqmovn_high_s32(upper, vshlq_s32(lower, shift)));
        }
    }
}

/// Eight sums.
#[derive(Clone, Copy)]
struct Sums(int32x4_t, int32x4_t);

impl Sums {
    #[inline]
    #[target_feature(enable = "neon")]
    fn of(start: i32) -> Self {
        Self(vdupq_n_s32(start), vdupq_n_s32(start))
    }

    #[inline]
    #[target_feature(enable = "neon")]
    fn plus(self, pairs: &[i16; 16], weights: &[i16; 2]) -> Self {
        let samples = load_pairs(pairs);
        self.plus_product(samples.0, weights[0])
            .plus_product(samples.1, weights[1])
    }

    #[inline]
    #[target_feature(enable = "neon")]
    fn plus_product(self, samples: int16x8_t, weight: i16) -> Self {
        Self(
            vmlal_n_s16(self.0, vget_low_s16(samples), weight),
            vmlal_high_n_s16(self.1, samples, weight),
        )
    }
}
