//! NEON: a column is two registers, two samples of four rows in each; sums are of the samples on the left and on the right by turns,
//! and added when all is summed.

use std::arch::aarch64::{
    int16x8_t, int32x4_t, vcombine_s16, vdupq_n_s16, vdupq_n_s32, vget_low_s16, vget_low_u8,
    vmlal_high_s16, vmlal_s16, vmovl_high_u8, vmovl_u8, vpaddq_s32, vqmovn_s32, vqtbl1q_u8,
    vreinterpretq_s16_u8, vreinterpretq_s16_u16, vreinterpretq_u8_s16, vshlq_s32,
};
use std::ops::Range;

use simd::arm::{
    broadcast_i16x2, load_i16x8, load_i32x4, load_u8x16, store_i16x8, store_i32x4, transposed_i16x8,
};

use super::{ROW_BITS, neighbors_together, offset};
use crate::resample::axis::Axis;
use crate::resample::passes::{Column, LANES, ROWS, Waiting};

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

    /// Sixteen registers of sums at a time, so that weights are loaded once for them.
    pub(super) fn down(Neon, rows: &[&[[i16; 2]]], weights: &[[i16; 2]], line: &mut [i32]) {
        for (index, line) in line.as_chunks_mut::<LANES>().0.iter_mut().enumerate() {
            let mut sums = [PairSums::new([0; 4]); LANES / 4];
            for (row, weights) in rows.iter().zip(weights) {
                let Some(samples) = row.get(index * LANES..).and_then(<[_]>::first_chunk::<LANES>) else { continue };
                let weights = broadcast_i16x2(weights);
                for (sum, samples) in sums.iter_mut().zip(samples.as_flattened().as_chunks().0) {
                    *sum = sum.plus(load_i16x8(samples), weights);
                }
            }
            for (line, sum) in line.as_chunks_mut().0.iter_mut().zip(sums) {
                store_i32x4(line, sum.total());
            }
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
    let start = PairSums::new([offset(bits), 0, offset(bits), 0]);
    let shift = vdupq_n_s32(ROW_BITS as i32 - bits as i32);
    let columns = columns.as_chunks::<N>().0;
    for (result, reduced) in results.zip(reduced.as_chunks_mut::<N>().0) {
        let columns = &columns[axis.pairs(result).start - first..];
        let mut sums = [[start; 2]; N];
        for (columns, weights) in columns.iter().zip(axis.weights(result)) {
            let weights = broadcast_i16x2(weights);
            for (sums, column) in sums.iter_mut().zip(columns) {
                for (sum, half) in sums.iter_mut().zip(column.as_chunks().0) {
                    *sum = sum.plus(load_i16x8(half), weights);
                }
            }
        }
        for (reduced, sums) in reduced.iter_mut().zip(sums) {
            let [upper, lower] = sums.map(|sum| vqmovn_s32(vshlq_s32(sum.total(), shift)));
            store_i16x8(reduced, vcombine_s16(upper, lower));
        }
    }
}

/// Four sums, each in two parts that stand side by side.
#[derive(Clone, Copy)]
struct PairSums(int32x4_t, int32x4_t);

impl PairSums {
    #[inline]
    #[target_feature(enable = "neon")]
    fn new(start: [i32; 4]) -> Self {
        let start = load_i32x4(&start);
        Self(start, start)
    }

    #[inline]
    #[target_feature(enable = "neon")]
    fn plus(self, samples: int16x8_t, weights: int16x8_t) -> Self {
        Self(
            vmlal_s16(self.0, vget_low_s16(samples), vget_low_s16(weights)),
            vmlal_high_s16(self.1, samples, weights),
        )
    }

    #[inline]
    #[target_feature(enable = "neon")]
    fn total(self) -> int32x4_t {
        vpaddq_s32(self.0, self.1)
    }
}
