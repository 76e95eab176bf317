//! The truth: one row and one column at a time, in 32 bits.

use crate::block::Block;
use crate::buffers::{Between, Coded, Residual};
use crate::network::{ADST_OUTPUTS, REVERSED, SINE, angle, networks};
use crate::range::{Range, Ranges};

/// Transforms rows, then columns (7.13.3).
pub(crate) fn inverse(
    block: Block,
    (inputs, rows): (usize, usize),
    ranges: Ranges,
    coded: &Coded,
    between: &mut Between,
    residual: &mut Residual,
) {
    match block.width {
        4 => rows_of::<4>(block, (inputs, rows), ranges, coded, between),
        8 => rows_of::<8>(block, (inputs, rows), ranges, coded, between),
        16 => rows_of::<16>(block, (inputs, rows), ranges, coded, between),
        32 => rows_of::<32>(block, (inputs, rows), ranges, coded, between),
        _ => rows_of::<64>(block, (inputs, rows), ranges, coded, between),
    }
    match block.height {
        4 => columns_of::<4>(block, rows, ranges.columns, between, residual),
        8 => columns_of::<8>(block, rows, ranges.columns, between, residual),
        16 => columns_of::<16>(block, rows, ranges.columns, between, residual),
        32 => columns_of::<32>(block, rows, ranges.columns, between, residual),
        _ => columns_of::<64>(block, rows, ranges.columns, between, residual),
    }
}

fn rows_of<const N: usize>(
    block: Block,
    (inputs, rows): (usize, usize),
    ranges: Ranges,
    coded: &Coded,
    between: &mut Between,
) {
    let (height, shift) = (block.coded_height(), block.row_shift());
    for (y, to) in between.chunks_exact_mut(N).take(rows).enumerate() {
        let mut row = [0; N];
        for (x, column) in row.iter_mut().zip(coded.chunks_exact(height)).take(inputs) {
            *x = match block.is_twice() {
                true => column[y].wrapping_mul(181).wrapping_add(128) >> 8,
                false => column[y],
            };
        }
        transform(block.rows, inputs, &mut row, ranges.rows);
        for (to, x) in to.iter_mut().zip(row) {
            let rounded = x.wrapping_add(1 << shift >> 1) >> shift;
            *to = rounded.clamp(ranges.columns.min, ranges.columns.max);
        }
    }
}

fn columns_of<const N: usize>(
    block: Block,
    rows: usize,
    range: Range,
    between: &Between,
    residual: &mut Residual,
) {
    for x in 0..block.width {
        let mut column = [0; N];
        for (to, row) in column
            .iter_mut()
            .zip(between.chunks_exact(block.width))
            .take(rows)
        {
            *to = row[x];
        }
        transform(block.columns, rows, &mut column, range);
        for (row, value) in residual.chunks_exact_mut(block.width).zip(column) {
            // No sample differs beyond 16 bits, for it is clipped again with the prediction.
            let rounded = value.wrapping_add(8) >> 4;
            row[x] = rounded.clamp(i16::MIN.into(), i16::MAX.into()) as i16;
        }
    }
}

networks!(i32, Range);

fn add(a: i32, b: i32, range: Range) -> i32 {
    a.wrapping_add(b).clamp(range.min, range.max)
}

fn subtract(a: i32, b: i32, range: Range) -> i32 {
    a.wrapping_sub(b).clamp(range.min, range.max)
}

fn plus(a: i32, b: i32) -> i32 {
    a.wrapping_add(b)
}

fn negate(a: i32) -> i32 {
    a.wrapping_neg()
}

fn rotate(x: i32, y: i32, matrix: [[i32; 2]; 2]) -> [i32; 2] {
    matrix.map(|[a, b]| round(i64::from(x) * i64::from(a) + i64::from(y) * i64::from(b)))
}

fn scale(x: i32, factor: i32) -> i32 {
    round(i64::from(x) * i64::from(factor))
}

fn mix(x: &[i32; 4], factors: [i32; 4]) -> i32 {
    round(
        x.iter()
            .zip(factors)
            .map(|(&x, factor)| i64::from(x) * i64::from(factor))
            .sum(),
    )
}

fn round(sum: i64) -> i32 {
    ((sum + 2048) >> 12) as i32
}
