//! Modes with a direction (8.4.4.2.6).

use super::{HORIZONTAL, Line, VERTICAL};

/// The first mode whose samples come from above.
const FIRST_VERTICAL: u8 = 18;

/// `intraPredAngle` of the modes from 2 on (table 8-5).
const ANGLES: [i8; 33] = [
    32, 26, 21, 17, 13, 9, 5, 2, 0, -2, -5, -9, -13, -17, -21, -26, -32, -26, -21, -17, -13, -9,
    -5, -2, 0, 2, 5, 9, 13, 17, 21, 26, 32,
];

/// `invAngle` of the modes from 11 to 25 (table 8-6), negated.
const INVERSE_ANGLES: [i32; 15] = [
    4096, 1638, 910, 630, 482, 390, 315, 256, 315, 390, 482, 630, 910, 1638, 4096,
];

/// The reference samples of one direction: `ref[x]` of the standard stands at `x + 32`.
type Row = [u16; 32 + 64 + 1];

simd::levels! {
    /// Predicts along a direction; where `smoothed` gives the largest sample, straight modes smooth the block's edge.
    pub(super) fn angular<const N: usize>(
        level: Level,
        mode: u8,
        line: &Line,
        samples: &mut [u16],
        stride: usize,
        smoothed: Option<i32>,
    ) {
        let index = usize::from(mode.clamp(2, 34)) - 2;
        let angle = i32::from(ANGLES[index]);
        let is_vertical = mode >= FIRST_VERTICAL;
        let row = reference_row::<N>(line, mode, angle);
        if is_vertical {
            for (y, to) in samples.chunks_mut(stride).take(N).enumerate() {
                let Some(to) = to.first_chunk_mut::<N>() else {
                    return;
                };
                predict_row::<N>(&row, angle, y, to);
            }
        } else {
            let mut block = [[0_u16; N]; N];
            for (x, to) in block.iter_mut().enumerate() {
                predict_row::<N>(&row, angle, x, to);
            }
            for (y, to) in samples.chunks_mut(stride).take(N).enumerate() {
                let Some(to) = to.first_chunk_mut::<N>() else {
                    return;
                };
                for (to, column) in to.iter_mut().zip(&block) {
                    *to = column[y];
                }
            }
        }
        let Some(largest) = smoothed.filter(|_| N < 32) else {
            return;
        };
        let corner = i32::from(line[2 * N]);
        let moved = |base: u16, far: u16| {
            (i32::from(base) + ((i32::from(far) - corner) >> 1)).clamp(0, largest) as u16
        };
        if mode == VERTICAL {
            let above = line[2 * N + 1];
            for y in 0..N {
                samples[y * stride] = moved(above, line[2 * N - 1 - y]);
            }
        } else if mode == HORIZONTAL {
            let left = line[2 * N - 1];
            for x in 0..N {
                samples[x] = moved(left, line[2 * N + 1 + x]);
            }
        }
    }
}

/// `ref` of the standard.
#[inline(always)]
fn reference_row<const N: usize>(line: &Line, mode: u8, angle: i32) -> Row {
    let mut row = [0; 97];
    let is_vertical = mode >= FIRST_VERTICAL;
    let main = &mut row[32..32 + 2 * N + 1];
    match is_vertical {
        true => main.copy_from_slice(&line[2 * N..4 * N + 1]),
        false => {
            for (to, &from) in main.iter_mut().zip(line[..2 * N + 1].iter().rev()) {
                *to = from;
            }
        }
    }
    let last = (N as i32 * angle) >> 5;
    if last < -1 {
        let inverse = INVERSE_ANGLES[usize::from(mode.clamp(11, 25)) - 11];
        for x in 1..=last.unsigned_abs() as usize {
            // A place along the other side, away from the corner.
            let away = (((x as i32 * inverse + 128) >> 8) as usize).min(2 * N);
            row[32 - x] = match is_vertical {
                true => line[2 * N - away],
                false => line[2 * N + away],
            };
        }
    }
    row
}

#[inline(always)]
fn predict_row<const N: usize>(row: &Row, angle: i32, y: usize, to: &mut [u16; N]) {
    let offset = (y as i32 + 1) * angle;
    let (whole, fraction) = (offset >> 5, (offset & 31) as u32);
    let start = (33 + whole) as usize;
    let from = &row[start..];
    if fraction == 0 {
        to.copy_from_slice(&from[..N]);
        return;
    }
    let (near, far) = (&from[..N], &from[1..N + 1]);
    for x in 0..N {
        let sum = (32 - fraction) * u32::from(near[x]) + fraction * u32::from(far[x]) + 16;
        to[x] = (sum >> 5) as u16;
    }
}
