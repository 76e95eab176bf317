//! NEON: a register is a frequency in eight rows, two are the sums of eight rows.

use std::arch::aarch64::{
    int16x4_t, int16x8_t, int32x4_t, uint8x16_t, vaddq_s32, vdupq_n_s16, vdupq_n_s32, vget_low_s16,
    vmlal_high_lane_s16, vmlal_lane_s16, vqshrun_high_n_s16, vqshrun_n_s16, vshrn_high_n_s32,
    vshrn_n_s32, vzip1q_u8, vzip2q_u8,
};

use simd::arm::{load_i16x4, load_i16x8, store_i16x8, store_u8x16, transposed_i16x8};

use super::scalar::{BITS, OFFSET};
use super::{BATCH_ROWS, RowBatch};
use crate::resample::Axis;

/// Sums are narrowed in two steps: a shift to the right keeps their upper 16 bits, another with saturation makes samples.
const SECOND_SHIFT: i32 = BITS as i32 - 16;

simd::kernel! {
    pub(super) fn horizontal(Neon, batch: &mut RowBatch, axis: &Axis, samples: &mut [u8], stride: usize) {
        transpose_rows(batch);
        let columns = batch.columns.as_flattened().as_chunks::<BATCH_ROWS>().0;
        for (first, firsts) in (0..).step_by(8).zip(axis.first.chunks(8)) {
            let mut results = [vdupq_n_s16(0); 8];
            for ((result, first_block), rows) in (first..).zip(firsts).zip(&mut results) {
                let start = (first_block - batch.first_block) as usize * axis.geometry.kept;
                let weights = axis.weights_of(result);
                let columns = columns.get(start..start + weights.len());
                *rows = sum_columns(columns.unwrap_or_default(), weights);
            }
            batch.write(&transpose_results(results), first..first + firsts.len(), samples, stride);
        }
    }
}

/// Sums of eight rows.
#[derive(Clone, Copy)]
struct Sums(int32x4_t, int32x4_t);

impl Sums {
    #[inline]
    #[target_feature(enable = "neon")]
    fn plus<const LANE: i32>(self, column: &[i16; BATCH_ROWS], weights: int16x4_t) -> Self {
        let column = load_i16x8(column);
        Self(
            vmlal_lane_s16::<LANE>(self.0, vget_low_s16(column), weights),
            vmlal_high_lane_s16::<LANE>(self.1, column, weights),
        )
    }
}

/// Returns the upper 16 bits of eight rows' weighted sums. Two sums at a time keep additions from waiting for each other.
#[inline]
#[target_feature(enable = "neon")]
fn sum_columns(columns: &[[i16; BATCH_ROWS]], weights: &[i16]) -> int16x8_t {
    let (offset, zero) = (vdupq_n_s32(OFFSET), vdupq_n_s32(0));
    let (mut even, mut odd) = (Sums(offset, offset), Sums(zero, zero));
    // A block has four or eight frequencies.
    let weights = weights.as_chunks().0;
    for ([a, b, c, d], weights) in columns.as_chunks().0.iter().zip(weights) {
        let weights = load_i16x4(weights);
        even = even.plus::<0>(a, weights).plus::<2>(c, weights);
        odd = odd.plus::<1>(b, weights).plus::<3>(d, weights);
    }
    let upper = vaddq_s32(even.0, odd.0);
    let lower = vaddq_s32(even.1, odd.1);
    vshrn_high_n_s32::<16>(vshrn_n_s32::<16>(upper), lower)
}

/// Makes samples of eight results of eight rows, and returns them by row.
///
/// Interleaving the bytes of two registers moves each register's number to the end of a byte's place. After three times the number of a
/// result, which was the register's and its half's, is all of the place within eight bytes.
#[inline]
#[target_feature(enable = "neon")]
fn transpose_results(results: [int16x8_t; 8]) -> [[u8; 8]; BATCH_ROWS] {
    let two =
        |even, odd| vqshrun_high_n_s16::<SECOND_SHIFT>(vqshrun_n_s16::<SECOND_SHIFT>(even), odd);
    let interleaved = |a: uint8x16_t, b: uint8x16_t| (vzip1q_u8(a, b), vzip2q_u8(a, b));
    let [r0, r1, r2, r3, r4, r5, r6, r7] = results;

    let (r04, r15) = interleaved(two(r0, r1), two(r4, r5));
    let (r26, r37) = interleaved(two(r2, r3), two(r6, r7));
    let (even_upper, even_lower) = interleaved(r04, r26);
    let (odd_upper, odd_lower) = interleaved(r15, r37);
    let (rows01, rows23) = interleaved(even_upper, odd_upper);
    let (rows45, rows67) = interleaved(even_lower, odd_lower);

    let mut rows = [[0; 8]; BATCH_ROWS];
    let (pairs, _) = rows.as_flattened_mut().as_chunks_mut();
    for (pair, register) in pairs.iter_mut().zip([rows01, rows23, rows45, rows67]) {
        store_u8x16(pair, register);
    }
    rows
}

/// Gathers each frequency from the eight rows.
#[inline]
#[target_feature(enable = "neon")]
fn transpose_rows(batch: &mut RowBatch) {
    let row_len = batch.row_len;
    let (columns, _) = batch
        .columns
        .as_flattened_mut()
        .as_chunks_mut::<BATCH_ROWS>();
    let (columns, _) = columns.as_chunks_mut::<8>();
    let rows: [_; BATCH_ROWS] = std::array::from_fn(|row| {
        let row = &batch.frequencies[row * row_len..][..row_len];
        &row.as_chunks::<8>().0[..columns.len()]
    });
    for (index, columns) in columns.iter_mut().enumerate() {
        let mut registers = [vdupq_n_s16(0); BATCH_ROWS];
        for (register, row) in registers.iter_mut().zip(&rows) {
            *register = load_i16x8(&row[index]);
        }
        for (column, register) in columns.iter_mut().zip(transposed_i16x8(registers)) {
            store_i16x8(column, register);
        }
    }
}
