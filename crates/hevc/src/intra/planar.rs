//! Modes without direction: planar (8.4.4.2.4) and DC (8.4.4.2.5).

use super::Line;

simd::levels! {
    /// A plane through the samples above and to the left.
    pub(super) fn planar<const N: usize>(level: Level, line: &Line, samples: &mut [u16], stride: usize) {
        let log2 = N.trailing_zeros();
        let mut above = [0_i32; N];
        for (to, &from) in above.iter_mut().zip(&line[2 * N + 1..]) {
            *to = from.into();
        }
        let below_left = i32::from(line[N - 1]);
        let above_right = i32::from(line[3 * N + 1]);
        for (y, row) in samples.chunks_mut(stride).take(N).enumerate() {
            let left = i32::from(line[2 * N - 1 - y]);
            let (upper, lower) = ((N - 1 - y) as i32, (y + 1) as i32);
            let constant = lower * below_left + N as i32;
            let Some(row) = row.first_chunk_mut::<N>() else {
                return;
            };
            for x in 0..N {
                let (before, after) = ((N - 1 - x) as i32, (x + 1) as i32);
                let sum = before * left + after * above_right + upper * above[x] + constant;
                row[x] = (sum >> (log2 + 1)) as u16;
            }
        }
    }

    /// The mean of the samples above and to the left.
    pub(super) fn dc<const N: usize>(
        level: Level,
        line: &Line,
        samples: &mut [u16],
        stride: usize,
        smoothed: bool,
    ) {
        let left = &line[N..2 * N];
        let above = &line[2 * N + 1..3 * N + 1];
        let sum: u32 = left.iter().chain(above).map(|&sample| u32::from(sample)).sum();
        let mean = ((sum + N as u32) >> (N.trailing_zeros() + 1)) as u16;
        for row in samples.chunks_mut(stride).take(N) {
            let Some(row) = row.first_chunk_mut::<N>() else {
                return;
            };
            *row = [mean; N];
        }
        if !smoothed || N == 32 {
            return;
        }
        let mixed = |near: u16| ((u32::from(near) + 3 * u32::from(mean) + 2) >> 2) as u16;
        for (sample, &near) in samples[..N].iter_mut().zip(above) {
            *sample = mixed(near);
        }
        for (y, &near) in left.iter().rev().enumerate() {
            samples[y * stride] = mixed(near);
        }
        let corner = u32::from(left[N - 1]) + 2 * u32::from(mean) + u32::from(above[0]) + 2;
        samples[0] = (corner >> 2) as u16;
    }
}
